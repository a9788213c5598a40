"""What must not leave, and why: each thing that the house may learn between deciding a text and sending it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.before_sending import Known, why_not
from flows.promised import Assumes

THEN = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
LATER, BEFORE = THEN + timedelta(hours=9), THEN - timedelta(hours=9)
FOR_THEM = Known(to_customer=True, automatic=True, ordered_at=THEN, round=2, round_now=2, owner_id=7, next_at=LATER)
FOR_US = replace(FOR_THEM, to_customer=False)
ARRANGED, OWNED, DUE = Assumes(arranged=True), Assumes(owner=7), Assumes(due=LATER)


@pytest.mark.parametrize("known", [FOR_THEM, FOR_US])
@pytest.mark.parametrize("assumes", [Assumes(), ARRANGED, OWNED, DUE, Assumes(True, 7, LATER)])
def test_what_still_holds_is_sent(known: Known, assumes: Assumes) -> None:
    assert why_not(replace(known, assumes=assumes)) == ""


@pytest.mark.parametrize("learned, why", [
    ({"closed_at": LATER}, "closed"),
    ({"opted_out_at": LATER}, "no more texts"),
    ({"opted_out_at": BEFORE}, "no more texts"),
    ({"is_theirs": False}, "not their address"),
    ({"by_leave": True}, "link"),
    ({"assumes": ARRANGED, "round_now": 3}, "something else was arranged"),
    ({"assumes": ARRANGED, "talked_at": LATER}, "call was made"),
    ({"assumes": ARRANGED, "taken": True}, "call was made"),
    ({"assumes": OWNED, "owner_id": 8}, "somebody else"),
    ({"assumes": OWNED, "owner_id": None}, "somebody else"),
    ({"assumes": DUE, "next_at": THEN}, "another time"),
    ({"assumes": DUE, "next_at": None}, "another time"),
    ({"assumes": Assumes(unanswered=True)}, "answered"),
    ({"assumes": Assumes(climbs=True)}, "climbs any more"),
])
def test_what_we_know_by_now_is_against_it(learned: dict[str, Any], why: str) -> None:
    assert why in why_not(replace(FOR_THEM, **learned))


@pytest.mark.parametrize("learned", [
    {"closed_at": BEFORE},  # it was closed when this was said: it is about that
    {"closed_at": THEN}, {"opted_out_at": THEN},  # said in the same moment: it confirms that
    {"talked_at": LATER}, {"round_now": 3}, {"owner_id": 8}, {"taken": True},  # nothing of it is taken for granted
    {"assumes": ARRANGED, "talked_at": BEFORE}, {"assumes": Assumes(climbs=True), "still_climbs": True},
    {"assumes": Assumes(climbs=True), "still_climbs": True, "closed_at": LATER},  # another case of the same text still climbs
    {"is_theirs": False, "by_leave": True, "has_leave": True},
    {"is_theirs": False, "assumes": Assumes(elsewhere=True), "closed_at": LATER},
])
def test_what_is_not_against_it(learned: dict[str, Any]) -> None:
    assert why_not(replace(FOR_THEM, **learned)) == ""


def test_to_a_colleague() -> None:
    """They read of what is over, unless it asks something of them; and nothing once they are gone."""
    assert why_not(replace(FOR_US, closed_at=LATER)) == ""
    assert "closed" in why_not(replace(FOR_US, closed_at=LATER, assumes=OWNED))
    assert "left the house" in why_not(replace(FOR_US, is_here=False))
    assert why_not(replace(FOR_US, opted_out_at=LATER, is_theirs=False)) == ""


def test_what_a_colleague_wrote_is_theirs() -> None:
    """Only leave to reach somebody because of a link is nobody's to give."""
    own = replace(FOR_THEM, automatic=False, closed_at=LATER, is_theirs=False, round_now=9, assumes=ARRANGED)
    assert why_not(own) == ""
    assert "link" in why_not(replace(own, by_leave=True))
