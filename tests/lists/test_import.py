"""A list is taken in once, undone whole, and guesses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from tests.house import MORNING
from tests.lists.conftest import counted, who_is_at
from voice_gateway import clock
from voice_gateway.lists import Address, cells
from voice_gateway.store.identity import evidence, links, running_out
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.store.tables import IdentifierRow, LinkRow

TWO = "Name,Phone,E-mail\nDana Lee,(202) 555-0121,dana@example.com\nSam Roe,+1 202 555 0122,\n"
SPELLINGS = ("+12025550121", "+1 (202) 555-0121", "(202) 555-0121", "202.555.0121", "2025550121", "1-202-555-0121",
             "tel:+1-202-555-0121", "0012025550121", "011 1 202 555 0121", "+１２０２５５５０１２１", "202\u00a0555\u20110121",
             "\u202a+1 202 555 0121\u202c", "'+12025550121")


def test_a_list_is_taken_in_once(desk, memory):
    assert desk.takes(TWO) == "2 new, 0 changed, 0 same, 0 wrong"
    assert (who_is_at(memory, "+12025550121"), who_is_at(memory, "dana@example.com")) == ("Dana Lee", "Dana Lee")


def test_the_same_again_changes_nothing(desk, memory):
    desk.takes(TWO)
    before = counted(memory)
    assert desk.takes(TWO) == "0 new, 0 changed, 2 same, 0 wrong"
    assert counted(memory) == before == (2, 3, 3)


def test_a_dry_run_tells_and_changes_nothing(desk, memory):
    assert desk.takes(TWO, "--dry-run") == "would be: 2 new, 0 changed, 0 same, 0 wrong"
    assert counted(memory) == (0, 0, 0)


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_new_contact_is_new_once_however_many_rows_it_has(desk, more):
    """Whatever a further row adds has changed it, as when the list is taken in again."""
    rows = "name,phone\nAnn,+12025550121\nann,+12025550121\nAnn,+12025550121; +12025550122\n"
    assert desk.takes(rows, *more).removeprefix("would be: ") == "1 new, 1 changed, 1 same, 0 wrong"


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_ten_spellings_are_one_number(spelled):
    assert cells.numbers(cells.unescaped(spelled), "US") == [Address("tel", "+12025550121")]


def test_a_number_that_three_people_claim_is_nobodys(desk, memory):
    told = desk.takes("name,phone\nAnn,+12025550121\nBob,+12025550121\nCid,+12025550121\nDot,+12025550123\n")
    assert told.startswith("4 new, 0 changed, 0 same, 0 wrong; 1 address is several people's")
    shared = memory.rows(select(IdentifierRow.__table__).where(IdentifierRow.subject == "+12025550121"))[0]
    assert (shared.shared, shared.contact_id, shared.display) == (True, None, "Ann, Bob or Cid")


def test_a_list_is_undone_whole(desk, memory):
    desk.takes(TWO, name="first.csv")
    desk.takes("name,phone\nEve,+12025550121\nSam Roe,+12025550124\n", name="second.csv")
    assert (who_is_at(memory, "+12025550121"), who_is_at(memory, "+12025550124")) == (None, "Sam Roe")
    undone = desk.contacts("undo", "second.csv", "--by", "Kim")
    assert undone.output == "2 addresses and 0 links undone, 2 contacts gone\n"
    assert (who_is_at(memory, "+12025550121"), who_is_at(memory, "+12025550124")) == ("Dana Lee", None)
    assert counted(memory) == (2, 3, 3)
    assert desk.types("audit", "verify").exit_code == 0
    again = desk.contacts("undo", "second.csv", "--by", "Kim")
    assert (again.exit_code, again.output) == (2, 'Error: nothing is known from a list "second.csv"\n')


def test_lists_that_claim_one_number_are_undone_in_either_order(desk, memory):
    before = counted(memory)
    desk.takes("name,phone\nAnn,+12025550121\n", name="first.csv")
    desk.takes("name,phone\nBob,+12025550121\n", name="second.csv")
    desk.contacts("undo", "first.csv", "--by", "Kim")
    assert who_is_at(memory, "+12025550121") == "Bob"
    desk.contacts("undo", "second.csv", "--by", "Kim")
    assert (who_is_at(memory, "+12025550121"), counted(memory)) == (None, before)


def test_what_is_undone_is_a_list_and_nothing_else(desk, memory):
    """Proofs have a source too, such as "code", and the house's own file one in the same table."""
    desk.takes(TWO, name="code")
    with memory.store.transaction() as connection:
        tel, account = (connection.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": space, "subject": subject, "first_seen": MORNING}).scalar_one()
            for space, subject in (("tel", "+12025550131"), ("atproto", "did:plc:dana")))
        evidence.add(connection, Evidence(tel, account, "customer_declared", "code", "one", MORNING), MORNING)
    assert desk.contacts("undo", "code", "--by", "Kim").output == "3 addresses and 0 links undone, 2 contacts gone\n"
    assert desk.contacts("undo", "", "--by", "Kim").exit_code == 2
    assert "is changed there" in desk.contacts("undo", "house file", "--by", "Kim").output
    assert "cannot be called" in desk.contacts("import", desk.list_of(TWO), "--source", "house file").output


PAIR = "name,phone,bluesky\nDana Lee,+12025550121,did:plc:abcdefghijklmnopqrstuvwx\n"


def states(memory):
    return [row.state for row in memory.rows(select(LinkRow.state).order_by(LinkRow.id))]


def test_a_list_that_was_undone_or_has_run_out_may_say_it_again(desk, memory):
    assert desk.takes(PAIR).startswith("1 new")
    assert desk.takes(PAIR).startswith("0 new, 0 changed, 1 same")
    desk.contacts("undo", "list.csv", "--by", "Kim")
    assert desk.takes(PAIR).startswith("1 new")
    assert states(memory) == ["revoked", "active"]
    with memory.store.transaction() as connection:
        running_out.end(connection, clock.now() + timedelta(days=91))
    assert desk.takes(PAIR).startswith("0 new, 1 changed")
    assert desk.takes(PAIR).startswith("0 new, 0 changed, 1 same")
    assert states(memory) == ["revoked", "expired", "active"]
    assert desk.types("audit", "verify").exit_code == 0


def test_what_a_colleague_undid_no_list_says_again(desk, memory):
    desk.takes(PAIR)
    with memory.store.transaction() as connection:
        links.unlink(connection, 1, "Kim", "it is her sister's", clock.now())
    assert desk.takes(PAIR).startswith("0 new, 0 changed, 1 same")
    assert states(memory) == ["revoked"]


def test_a_dry_run_of_a_long_list_says_what_it_cannot_see(desk, memory, monkeypatch):
    for where in ("lists.taking_in", "contact_commands"):
        monkeypatch.setattr(f"voice_gateway.{where}.IN_A_BATCH", 1)
    told = desk.takes("name,phone\nAnn,+12025550121\nBob,+12025550121\n", "--dry-run")
    assert told.startswith("would be: 2 new")
    assert "rows were looked at 1 at a time" in told
    assert counted(memory) == (0, 0, 0)
