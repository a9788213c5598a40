"""A list is taken in once, undone whole, and guesses nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.lists.conftest import counted, who_is_at
from voice_gateway.lists import Address, cells
from voice_gateway.store.tables import IdentifierRow

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


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_ten_spellings_are_one_number(spelled):
    assert cells.numbers(cells.unescaped(spelled), "US") == [Address("tel", "+12025550121")]


def test_a_number_that_three_people_claim_is_nobodys(desk, memory):
    told = desk.takes("name,phone\nAnn,+12025550121\nBob,+12025550121\nCid,+12025550121\nDot,+12025550123\n")
    assert told.startswith("4 new, 0 changed, 0 same, 0 wrong; 1 addresses are several people's")
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
