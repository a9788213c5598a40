"""Said before sent: what waited for the morning is looked at once more, and kept with the reason if it is not sent.

It is ten in the morning in New York, and five in Honolulu, where Dana sleeps.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from jobs.climb import climb
from tests.house import House
from tests.scenarios.climbs import a_case, climbs, has_ladder, is_closed, rung
from tests.scenarios.test_quiet_hours import (
    A_SLOW_TICK,
    IN_HONOLULU,
    UNTIL_EIGHT_THERE,
    it_was_long_ago,
)
from voice_gateway.store.tables import CaseRow, ContactRow, IdentifierRow, MessageRow

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "amnesia", "rest-fails-after")


def promised_by_night(house: House) -> tuple[Any, Any]:
    """Sam rings her in ten minutes: she would read that at eight."""
    dana, sam = house.customer("Dana", IN_HONOLULU), house.agent("Sam")
    dana.asks_for_a_call()
    it_was_long_ago(house)
    sam.phone.rings().presses("3").hears("ring you again in ten minutes")
    return dana, sam


def not_sent(house: House) -> list[str]:
    return [row.not_sent for row in house.rows(select(MessageRow.not_sent).where(MessageRow.not_sent != ""))]


@A_FEW
def test_the_call_was_made_meanwhile(house: House) -> None:
    dana, sam = promised_by_night(house)
    sam.phone.rings(within=900).presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("2").hears("stays with you")
    sam.phone.reads("is yours")
    house.passes(UNTIL_EIGHT_THERE - 900 + A_SLOW_TICK)
    assert not dana.phone.received
    assert not_sent(house) == ["the call was made meanwhile"]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("learned, why", [
    ({"round": 9}, "something else was arranged meanwhile"),
    ({"phone": "+12025550199"}, ""),
])
def test_what_was_arranged_or_not(house: House, learned: dict[str, Any], why: str) -> None:
    """Something newer stands in its place; another number to ring does not take away the one they wrote from."""
    dana, sam = promised_by_night(house)
    change(house, CaseRow, state="open", owner_id=sam.id, **learned)
    house.passes(UNTIL_EIGHT_THERE + A_SLOW_TICK)
    assert not_sent(house) == ([why] if why else [])
    assert len(dana.phone.received) == (0 if why else 1)
    house.is_forgotten()


@CALM
def test_the_number_has_become_somebody_elses(house: House) -> None:
    """Whoever has it by now reads nothing of Dana's."""
    dana, sam = promised_by_night(house)
    with house.store.transaction() as memory:
        other = memory.execute(insert(ContactRow).returning(ContactRow.id), {
            "name": "Eve", "created_at": house.time.now()}).scalar_one()
    change(house, IdentifierRow, contact_id=other)
    change(house, CaseRow, state="open", owner_id=sam.id)
    house.passes(UNTIL_EIGHT_THERE + A_SLOW_TICK)
    assert not dana.phone.received
    assert not_sent(house) == ["that is not their address any more"]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("closed, why", [(1, "nothing of it climbs any more"), (2, ""), (3, "nothing of it climbs any more")])
def test_what_climbs_was_settled_before_the_text_left(house: House, closed: int, why: str) -> None:
    """Two cases, one text: Maria reads it while either of them needs her, and not when both are closed."""
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria", "text"))
    dana, ben = a_case(house, "Dana", maria), a_case(house, "Ben", maria)
    climbs(house, ben)
    if closed != 1:
        climbs(house, dana)
    climb()
    house.passes(0.01)
    for case_id in {1: [ben], 2: [dana], 3: [dana, ben]}[closed]:
        is_closed(house, case_id)
    house.passes(60)
    assert [bool(maria.phone.received), *not_sent(house)] == [not why, *([why] if why else [])]
    house.is_forgotten()


def change(house: House, table: Any, **values: Any) -> None:
    with house.store.transaction() as memory:
        memory.execute(update(table).values(**values))
