"""What an operator types about who somebody is, and what the house answers."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.house import house_settings
from tests.identity.graph import Town
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.store.identity import audit

ALICE = "+12025550001"


@pytest.fixture
def types(environment):
    return lambda *words: CliRunner().invoke(main, words, catch_exceptions=False)


@pytest.fixture
def store(types, tmp_path, new_house):
    """A house in which Alice has proved her number, and has a case."""
    made = open_store(house_settings(f"sqlite:///{shutil.copy(new_house, tmp_path)}"))
    with made.transaction() as memory:
        town = Town(memory)
        town.proves(town.tel(1), town.account("alice"))
        town.case(town.tel(1))
    yield made
    made.close()


def test_the_audit_is_verified_and_tampering_is_an_alarm(types, store):
    sound = types("audit", "verify")
    assert sound.exit_code == 0
    assert sound.output.startswith("2 lines, head ")
    head = sound.output.split()[-1]
    assert types("audit", "verify", "--head", head).exit_code == 0
    assert "lines were cut off" in types("audit", "verify", "--head", "f" * 64).output
    with store.transaction() as memory:
        memory.execute(text("UPDATE links SET expires_at = '2099-01-01 00:00:00.000000'"))
    broken = types("audit", "verify")
    assert broken.exit_code == 1
    assert "link 1 was changed beside the chain" in broken.output


def test_a_person_is_shown_whole_and_forgotten(types, store):
    for who in (ALICE, "atproto:did:plc:alice", "T1"):
        told = json.loads(types("person", "export", who).output)
        assert [each["subject"] for each in told["identifiers"]] == [ALICE, "did:plc:alice"]
    done = types("person", "erase", ALICE, "--by", "Kim", "--yes")
    assert done.exit_code == 0
    assert "rows emptied" in done.output
    assert types("audit", "verify").exit_code == 0
    gone = types("person", "export", ALICE)
    assert (gone.exit_code, gone.output) == (2, f"Error: nobody is known by {ALICE}\n")
    with store.reading() as memory:
        assert audit.count(memory) == 4


@pytest.mark.parametrize("words,told", [
    (("person", "export", "T99"), "there is no ticket T99"),
    (("person", "export", "hello"), "is not a telephone number"),
    (("person", "erase", "T99", "--by", "Kim", "--yes"), "there is no ticket T99"),
    (("person", "erase", "T1", "--yes"), "Missing option '--by'"),
])
def test_what_cannot_be_done_is_told_plainly(types, store, words, told):
    said = types(*words)
    assert said.exit_code == 2
    assert told in said.output


def test_nothing_is_forgotten_without_a_yes(types, store):
    assert CliRunner().invoke(main, ["person", "erase", "T1", "--by", "Kim"], input="n\n").exit_code == 1
    assert types("person", "export", "T1").exit_code == 0


def test_an_open_case_must_be_closed_first(types, store):
    with store.transaction() as memory:
        memory.execute(text("UPDATE cases SET closed_at = NULL"))
    said = types("person", "erase", "T1", "--by", "Kim", "--yes")
    assert said.exit_code == 2
    assert "T1: still open" in said.output
