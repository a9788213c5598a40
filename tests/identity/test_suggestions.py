"""Who it might be: ranked, with the reason in words, and never more than that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from flows.identity.suggestions import Likeness, rank
from tests.identity.graph import DAY
from voice_gateway import likeness
from voice_gateway.store.identity import evidence, suggesting
from voice_gateway.store.tables import CaseRow, IdentifierRow, LinkRow


@pytest.mark.parametrize("one,other,least,most", [
    ("Jess Smith", "Smith, Jess", 1, 1),
    ("Jess Smith", "JESS  SMITH", 1, 1),
    ("José Ángel", "Jose Angel", 1, 1),
    ("Jess Smith", "Je\u200bss\u202e Smith", 1, 1),
    ("Jess Smith", "Jes Smith", 0.9, 0.99),
    ("Jess Smith", "Bob Jones", 0, 0.5),
    ("Jess", "Jеss", 0, 0.8),  # the second has a Cyrillic letter
    ("", "Jess", 0, 0),
    ("\u200b", "\u200b", 0, 0),
    ("J" * 300, "J" * 300, 1, 1),
])
def test_names_are_compared_as_people_read_them(one, other, least, most):
    assert least <= likeness.of_names(one, other) <= most


def test_each_line_says_why_and_the_surest_is_first():
    lines = rank([
        Likeness(1, "Jess Smith", name_score=1.0, compared="jess smith"),
        Likeness(2, "jess.example", minutes_apart=3.2),
        Likeness(3, "Jess", declared=True, name_score=0.9, compared="Jes"),
        Likeness(4, "Bob", denied=True, declared=True),
        Likeness(5, "Nobody in particular"),
    ])
    assert [line.identifier_id for line in lines] == [3, 2, 1]
    assert lines[0].why == "they say so themselves; names alike (90%): Jess and Jes; many people share a name"
    assert lines[1].why == "wrote 3 minutes before they rang: ask whether it was they"


def test_names_that_do_not_stand_out_say_nothing():
    assert rank([Likeness(n, "Jess Smith", name_score=0.99, compared="Jess Smith") for n in range(3)]) == []


def test_an_agent_sees_who_wrote_just_now_and_nothing_is_linked(town):
    tel, jess, bob = town.tel(1), town.account("jess"), town.account("bob")
    town.memory.execute(update(IdentifierRow).where(IdentifierRow.id == jess).values(display="Jess Smith"))
    for account, ago in ((jess, timedelta(minutes=4)), (bob, timedelta(hours=1))):
        case = town.case(account, town.now - ago)
        town.memory.execute(update(CaseRow).where(CaseRow.id == case).values(closed_at=None))
    found = suggesting.might_be(town.memory, tel, "jess smith", town.now, is_number=True)
    assert [each.identifier_id for each in found] == [jess]
    assert "wrote 4 minutes before they rang" in found[0].why
    assert "the same name" in found[0].why
    assert town.memory.execute(LinkRow.__table__.select()).all() == []
    evidence.not_same(town.memory, tel, jess, "Kim", "it was not she", town.now)
    assert suggesting.might_be(town.memory, tel, "jess smith", town.now + DAY, is_number=True) == []
