"""What the doctor says of the calendars that tell who is on call: in plain words, with what to do, and never their address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert, update

from tests.house import House
from tests.scenarios.climbs import has_ladder, rung
from tests.test_on_call import calendar, daily, event
from voice_gateway import on_call
from voice_gateway.doctor import Patient, State, rotas
from voice_gateway.on_call import ical
from voice_gateway.on_call.feeds import WrongCalendar
from voice_gateway.store.tables import CalendarRow, PersonRow

pytestmark = pytest.mark.weather("calm")
OK, WARNING, ERROR, _ = State
SECRET = "https://calendars.example.com/rota.ics?key=a-secret"
ALL_DAY_AND_NIGHT = daily("20260301T000000", "20260302T000000")
LATER = event("DTSTART:20270304T090000Z", "DTEND:20270304T170000Z", "SUMMARY:Sam")
Sees = Callable[..., list[tuple[State, str, str]]]


@pytest.fixture
def sees(house: House, monkeypatch: pytest.MonkeyPatch) -> Sees:
    """The doctor's findings when the schedule `nights` comes as these texts, one after the other, ten minutes apart."""
    house.agent("Sam")
    monkeypatch.setattr(on_call, "_read_elsewhere", _read_here)
    with house.store.transaction() as memory:
        memory.execute(insert(CalendarRow), {"name": "nights", "source": SECRET, "is_schedule": True, "look_at": house.time.now()})

    def findings(*texts: str) -> list[tuple[State, str, str]]:
        for text in texts:
            on_call.look(house.store, house.time.now(), lambda _source, text=text: _fetched(text))  # type: ignore[misc]
            house.passes(601)
        house.gateway.turns.forget_the_house()
        found = list(rotas.rotas(cast(Patient, SimpleNamespace(store=house.store))))
        house.is_forgotten()
        assert "a-secret" not in str(found)
        assert all(each.do for each in found if each.state is not OK)
        return [(each.state, each.found, each.do) for each in found]

    return findings


def _read_here(text: str, zone: str, since: datetime, until: datetime) -> dict[str, Any]:
    found = ical.planned(text, zone, since, until)
    return {"planned": [(each.begins.isoformat(), each.ends.isoformat(), each.title) for each in found], "floating": ical.is_floating(text)}


def _fetched(text: str) -> str:
    if not text.startswith("BEGIN"):
        raise WrongCalendar(text)
    return text


def test_a_calendar_that_is_well(sees: Sees) -> None:
    assert [found[:2] for found in sees(calendar(ALL_DAY_AND_NIGHT))] == [
        (OK, "the schedule nights: somebody is on call at every hour in the coming 14 days"),
        (OK, "somebody works whenever somebody should, for 14 days")]


@pytest.mark.parametrize("bad, said, do", [
    ("it could not be reached: its server answered 404", "its server answered 404", "whether its address still holds"),
    ("it is larger than 2 MB", "larger than 2 MB", "fewer events"),
    (calendar(*[LATER] * 5001), "more than 5000 events", "fewer events"),
    (calendar(), "it has no events", "switched off"),
    ("it is no calendar: it does not begin with BEGIN:VCALENDAR", "it is no calendar", "and not of a page"),
    ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:when?\r\n", "no calendar that can be read", "and not of a page"),
    (calendar(event("DTSTART;TZID=Mars/Base:20260304T090000", "SUMMARY:Sam")), "does not exist: Mars/Base", "Europe/London"),
    (calendar(event("DTSTART:20260304T090000Z", "DTEND:20260304T080000Z", "SUMMARY:Sam")), "ends before it begins", "correct that event"),
])
def test_one_that_cannot_be_used_is_told_with_since_when_and_what_holds(sees: Sees, bad: str, said: str, do: str) -> None:
    state, found, told = sees(calendar(ALL_DAY_AND_NIGHT), bad)[0]
    assert (state, said in found, do in told) == (WARNING, True, True), found
    assert found.endswith("it was last read well on 2026-03-04 at 15:00 UTC, and that copy holds")


def test_one_that_never_could_be_used(sees: Sees) -> None:
    state, found, _ = sees("it could not be reached within 15 s")[0]
    assert (state, found) == (ERROR, "the schedule nights: it could not be reached within 15 s; nobody is on duty by it")


def test_one_that_nobody_has_read_yet(sees: Sees) -> None:
    assert sees()[0][:2] == (ERROR, "the schedule nights was never read")


def test_one_in_which_nobody_comes(sees: Sees) -> None:
    assert sees(calendar(LATER))[0][:2] == (ERROR, "the schedule nights: nobody is named in the coming 14 days")


def test_one_that_names_nobody_of_the_house(sees: Sees) -> None:
    found = sees(calendar(daily("20260301T000000", "20260302T000000", title="Whoever")))
    assert found[0][0] is WARNING
    assert 'name nobody of the house, such as "Whoever"' in found[0][1]
    assert "the whole name of a person" in found[0][2]
    assert found[1][:2] == (ERROR, "the schedule nights: nobody is named in the coming 14 days")


def test_times_that_name_no_zone_and_the_one_that_is_taken(sees: Sees) -> None:
    floating = event("DTSTART:20260301T000000", "DTEND:20260302T000000", "RRULE:FREQ=DAILY", "SUMMARY:Sam")
    state, found, do = sees(calendar(floating))[0]
    assert state is WARNING
    assert found == "the schedule nights: its times name no zone; they are read by the clock of America/New_York, the house's own"
    assert "let the calendar name its zone" in do


def test_one_that_names_its_zone_for_all_its_times_is_well(sees: Sees) -> None:
    floating = event("DTSTART:20260301T000000", "DTEND:20260302T000000", "RRULE:FREQ=DAILY", "SUMMARY:Sam")
    assert {state for state, _, _ in sees(calendar(floating, head="X-WR-TIMEZONE:Europe/London"))} == {OK}


def test_gaps_matter_when_a_ladder_calls_them(house: House, sees: Sees) -> None:
    has_ladder(house, rung("on-call:nights"))
    state, found, do = sees(calendar(daily("20260301T090000", "20260301T230000")))[0]
    assert (state, "voice-gateway who --on-call nights --gaps" in do) == (WARNING, True)
    assert "nobody is on call Wed 4 Mar 23:00 to Thu 5 Mar 09:00; Thu 5 Mar 23:00 to" in found
    assert found.endswith("and 11 times more, and a rung of a ladder calls them")


def test_gaps_in_the_hours_of_the_house_are_told(house: House, sees: Sees) -> None:
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).values(away_until=None, is_agent=False))
    found = sees(calendar(daily("20260301T090000", "20260301T230000")))
    assert found[0][:2] == (OK, "the schedule nights: somebody is on call now and then in the coming 14 days")
    assert found[1][0] is WARNING
    assert found[1][1].startswith("no agent works ")


def test_a_house_without_calendars(house: House) -> None:
    assert [each.found for each in rotas.rotas(cast(Patient, SimpleNamespace(store=house.store)))] == [
        "none is followed: everybody works by the house file"]
    house.is_forgotten()
