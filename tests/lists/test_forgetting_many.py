"""Everybody of a list is forgotten at once, whoever cannot be is told, and nothing of them is left."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from tests.house import MORNING
from tests.lists.conftest import counted, who_is_at
from voice_gateway.recordings import Folder
from voice_gateway.store.tables import CaseRow, IdentifierRow, Table, VoicemailRow

LIST = ("name,phone,email,x,accounts\nDana Canary,+12025550121,canary@example.com,@canary,did:plc:aaaaaaaaaaaaaaaaaaaaaaaa\n"
        "Sam Roe,+12025550122,,,\nAnn Canary,+12025550123,,,\nBob Poe,+12025550123,,,\n")


def has_a_case(memory, number, closed_at):
    with memory.store.transaction() as connection:
        identifier = connection.scalar(select(IdentifierRow.id).where(IdentifierRow.subject == number))
        connection.execute(insert(CaseRow), {
            "identifier_id": identifier, "caller_name": "Canary", "about": "canary", "state": "solved", "ticket_seed": "s",
            "token_hash": f"hash of {identifier}", "opened_at": MORNING, "wanted_at": MORNING, "due_at": MORNING, "closed_at": closed_at})


def left_of(memory, word):
    """The tables in which this word still stands."""
    return [name for name, table in Table.metadata.tables.items() if word in str(memory.rows(select(table))).casefold()]


def test_everybody_of_a_list_is_forgotten(desk, memory):
    desk.takes(LIST)
    has_a_case(memory, "+12025550121", MORNING)
    has_a_case(memory, "+12025550122", None)
    before = counted(memory)
    dry = desk.contacts("erase", "--source", "list.csv", "--by", "Kim", "--dry-run")
    assert "would be: 3 persons forgotten, 0 things to be erased at the carrier, 1 refused" in dry.output
    assert counted(memory) == before
    done = desk.contacts("erase", "--source", "list.csv", "--by", "Kim", "--yes")
    assert done.exit_code == 1
    assert "contact 2: T2: still open; close what is open first\n3 persons forgotten" in done.output
    for word in ("canary", "aaaaaaaa", "+12025550121", "poe"):
        assert left_of(memory, word) == ([] if word != "canary" else ["cases"])
    assert desk.types("audit", "verify").exit_code == 0
    with memory.store.transaction() as connection:
        connection.execute(update(CaseRow).values(closed_at=MORNING))
    assert desk.contacts("erase", "--source", "list.csv", "--by", "Kim", "--yes").exit_code == 0
    assert left_of(memory, "canary") == []
    assert desk.types("audit", "verify").exit_code == 0
    assert desk.contacts("export").output == "name,phone,email,accounts,page\n"


def test_whoever_stands_in_a_file_is_forgotten_by_any_address(desk, memory):
    desk.takes(LIST)
    told = desk.contacts("erase", "--list", desk.list_of("phone,x\n(202) 555-0122,\n,@canary\n+12025550123,\n12,\n+12025550199,\n", "who.csv"),
                         "--by", "Kim", "--yes")
    assert told.output.endswith("2 persons forgotten, 0 things to be erased at the carrier, 2 refused, 1 address that nobody has\n")
    assert "+12025550123: several people use +12025550123" in told.output
    assert 'row 5: phone "12" is no telephone number' in told.output
    assert left_of(memory, "dana") == []
    assert who_is_at(memory, "+12025550122") is None


def test_who_shared_a_number_is_forgotten_and_it_is_the_others_again(desk, memory):
    desk.takes("name,phone\nAnn Canary,+12025550123; +12025550124\nBob Poe,+12025550123\n")
    assert desk.types("person", "erase", "+12025550124", "--by", "Kim", "--yes").exit_code == 0
    assert left_of(memory, "canary") == []
    assert who_is_at(memory, "+12025550123") == "Bob Poe"


def test_it_is_said_whom(desk):
    for words in ((), ("--list", "a.csv", "--source", "b")):
        said = desk.contacts("erase", "--by", "Kim", *words)
        assert (said.exit_code, "say whom" in said.output) == (2, True)


@pytest.mark.parametrize("words", [("person", "erase", "+12025550121"), ("contacts", "erase", "--source", "list.csv")])
def test_where_the_vault_fails_nobody_is_forgotten_by_halves(desk, memory, monkeypatch, words):
    """Else nobody would know any more under which key the recording still lies there."""
    desk.takes("name,phone\nDana Canary,+12025550121\n")
    has_a_case(memory, "+12025550121", MORNING)
    with memory.store.transaction() as connection:
        connection.execute(insert(VoicemailRow), {"case_id": 1, "recording_sid": "RE1", "seconds": 4, "left_at": MORNING,
                                                  "kept_as": "2026/03/a.wav", "erased_at": MORNING})
    gone = []

    def fails(_vault, key):
        raise OSError(f"{key} cannot be reached")

    monkeypatch.setattr(Folder, "forget", fails)
    refused = desk.types(*words, "--by", "Kim", "--yes")
    assert refused.exit_code != 0
    assert "2026/03/a.wav cannot be reached; type the same again later" in refused.output
    assert memory.scalar(select(VoicemailRow.kept_as)) == "2026/03/a.wav"
    monkeypatch.setattr(Folder, "forget", lambda _vault, key: gone.append(key))
    assert desk.types(*words, "--by", "Kim", "--yes").exit_code == 0
    assert gone == ["2026/03/a.wav"]
    assert left_of(memory, "canary") == []
