"""One law of climbing: in a house with ladders no story tells managers of its own accord, and no case climbs twice at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import climb_rows, has_ladder, rung, takes
from tests.scenarios.messages import leaves_word
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")
MINUTE = 60.0


@CALM
def test_a_message_that_nobody_hears_is_a_colleagues_and_then_climbs(house: House) -> None:
    has_ladder(house, rung("manager"))
    sam, kim, maria = house.agent("Sam"), house.agent("Kim"), house.manager("Maria")
    leaves_word(house.customer("Dana").is_known(), declined_by=sam)
    sam.phone.reads("Dana left a message")
    kim.phone.reads("Nobody has heard this yet", within=20 * MINUTE)
    takes(house, maria)
    house.passes(40 * MINUTE)
    assert len(maria.phone.received) == 1, "what she reads is that it is hers"
    assert [each.rule for each in climb_rows(house)] == ["voicemail_unheard"]
    house.is_forgotten()


@CALM
def test_a_text_that_nobody_answers_is_another_colleagues_and_then_climbs(house: House) -> None:
    has_ladder(house, rung("manager"))
    dana, sam, kim, maria = house.customer("Dana").is_known(), house.agent("Sam"), house.agent("Kim"), house.manager("Maria")
    dana.phone.texts("are you there?", to=OUR_NUMBER)
    sam.phone.reads("are you there?")
    dana.phone.reads("a colleague reads it now")
    kim.phone.reads("has no answer yet", within=20 * MINUTE)
    takes(house, maria)
    house.passes(40 * MINUTE)
    assert len(maria.phone.received) == 1
    assert [each.rule for each in climb_rows(house)] == ["text_unanswered"]
    house.is_forgotten()


@CALM
def test_the_last_try_in_vain_climbs_and_is_one_ring(house: House) -> None:
    """No agent is there, and the house lets callbacks be two hours late."""
    has_ladder(house, rung("manager"), callback=7200)
    maria, dana = house.manager("Maria"), house.customer("Dana").asks_for_a_call()
    dana.phone.reads("We ring you again")
    dana.phone.reads("We ring you again", within=10 * MINUTE)
    dana.phone.reads("Maria looks after it now", within=40 * MINUTE)
    assert not maria.phone.received
    takes(house, maria)
    assert [(each.rule, each.why) for each in climb_rows(house)] == [
        ("callback_nobody_took", "nobody could ring them, however often we tried")]
    assert house.rows(select(CaseRow.owner_id))[0].owner_id == maria.id
    house.is_forgotten()
