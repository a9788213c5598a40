"""People in other time zones, and on their way through several: they are rung by day where they are."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, Agent, House
from tests.scenarios.climbs import a_case, climbs, has_ladder, rung
from voice_gateway.store.tables import PersonRow

CALM = pytest.mark.weather("calm")
HOUR = 3600
BY_DAY = [{"days": [1, 2, 3, 4, 5], "open": 9 * 60, "close": 17 * 60}]


def is_in(who: Agent, place: str, *told: str) -> None:
    who.phone.texts(f"zone {place}", to=OUR_NUMBER)
    who.phone.reads(*told)


def somebody_takes(house: House, who: Agent, name: str) -> None:
    """A case climbs, and this is who is rung for it."""
    climbs(house, a_case(house, name))
    who.phone.rings(within=1500).hears(name).presses("6").presses("1").hears("resolved")


def test_a_manager_in_three_zones_in_a_week_is_rung_by_day_there(house: House) -> None:
    """It is Wednesday, ten in the morning in New York. Noor is there for the hours at which Maria sleeps."""
    maria, noor = house.manager("Maria"), house.manager("Noor")
    house.keeps_hours(BY_DAY)
    has_ladder(house, rung("Maria", hours="in hours"), rung("Noor", minutes=1))
    somebody_takes(house, maria, "Dana")
    is_in(maria, "Tokyo", "Asia/Tokyo now, where it is Thursday, 00:")
    house.passes(60)
    somebody_takes(house, noor, "Ben")
    house.passes(10 * HOUR)  # ten in the morning in Tokyo, eight in the evening in New York
    somebody_takes(house, maria, "Kim")
    is_in(maria, "europe/berlin", "Europe/Berlin now, where it is Thursday, 02:")
    house.passes(60)
    somebody_takes(house, noor, "Ann")
    house.passes(8 * HOUR)  # ten in the morning in Berlin, four in the night in New York
    somebody_takes(house, maria, "Lee")
    is_in(maria, "home", "You are at home again")
    house.passes(60)
    somebody_takes(house, noor, "Eve")
    house.passes(6 * HOUR)
    somebody_takes(house, maria, "Zoe")
    assert not house.rows(select(PersonRow.zone).where(PersonRow.zone != ""))


@CALM
def test_an_agent_elsewhere_answers_by_their_own_clock(house: House) -> None:
    """Sam has gone to Berlin, where it is four in the afternoon when it is ten here, and evening soon."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    house.keeps_hours(BY_DAY)
    is_in(sam, "Berlin", "16:")
    house.passes(2 * HOUR)
    dana.asks_for_a_call()
    kim.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1").hears("Solved")
    assert not sam.phone.heard


@CALM
def test_a_manager_who_works_elsewhere_opens_no_house(house: House) -> None:
    """It is noon in Tokyo and nobody is there who answers callers: they hear so."""
    dana, _sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    house.keeps_hours(BY_DAY)
    is_in(maria, "Tokyo", "Asia/Tokyo")
    house.passes(12 * HOUR)
    dana.dials()
    dana.phone.hears("closed").hangs_up()
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words, told", [
    ("zone atlantis", '"atlantis" is no time zone'), ("ZONE", "Which time zone?"), ("zone EST", '"EST" is no time zone'),
    ("Zone 4 is flooded", "nothing was sent"), ("time zone: new york.", "America/New_York now"),
])
def test_what_is_no_zone_is_told_with_an_example(house: House, words: str, told: str) -> None:
    sam = house.agent("Sam")
    sam.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads(told, "ZONE Europe/Berlin" if "zone" in told or "nothing" in told else "")
    assert house.rows(select(PersonRow.zone))[0][0] == ("America/New_York" if "now" in told else "")


@CALM
def test_they_are_away_until_a_time_of_their_own_clock(house: House) -> None:
    sam = house.agent("Sam")
    is_in(sam, "London", "15:")
    sam.phone.texts("off until 5pm", to=OUR_NUMBER)
    sam.phone.reads("until 5:00 pm")
    assert [each.away_until.hour for each in house.rows(select(PersonRow.away_until))] == [17]
