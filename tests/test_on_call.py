"""Calendars that say who is on duty: fetched, understood, written down; and what is wrong with them, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from flows.climbing import Rung
from flows.house import Duty, Shift
from flows.routing import NEVER, somebody_works, when_somebody_works
from jobs.calendars import look_at_calendars
from tests.house import MORNING, Agent, House
from voice_gateway import on_call, who
from voice_gateway.on_call import feeds, ical
from voice_gateway.on_call.feeds import WrongCalendar
from voice_gateway.store import ladders, recall, rotas, standing
from voice_gateway.store.tables import CalendarRow, DutyRow, PersonRow, ShiftRow

CALM = pytest.mark.weather("calm")
NY = "TZID=America/New_York"
ZONE = "America/New_York"


def calendar(*events: str, head: str = "") -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *([head] if head else []), *events, "END:VCALENDAR", ""])


def event(*lines: str) -> str:
    title = next((line for line in lines if line.startswith("SUMMARY")), "")
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{title}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"])


def daily(begins: str, ends: str, *more: str, title: str = "Sam") -> str:
    return event(f"DTSTART;{NY}:{begins}", f"DTEND;{NY}:{ends}", "RRULE:FREQ=DAILY", f"SUMMARY:{title}", *more)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def planned(text: str, since: str, until: str) -> list[tuple[str, str]]:
    """As ours: month-day and time, in UTC."""
    return [(f"{each.begins:%m-%d %H:%M}", f"{each.ends:%m-%d %H:%M}") for each in ical.planned(text, ZONE, instant(since), instant(until))]


# ---- what a calendar says ----


@pytest.mark.parametrize("begins, ends, since, found", [
    ("20260301T220000", "20260302T060000", "2026-03-08", [("03-08 03:00", "03-08 10:00"), ("03-09 02:00", "03-09 10:00")]),  # forward
    ("20261025T220000", "20261026T060000", "2026-11-01", [("11-01 02:00", "11-01 11:00"), ("11-02 03:00", "11-02 11:00")]),  # back
    ("20260301T023000", "20260301T033000", "2026-03-08", [("03-08 07:00", "03-08 07:30"), ("03-09 06:30", "03-09 07:30")]),  # skipped
    ("20261025T010000", "20261025T013000", "2026-11-01", [("11-01 05:00", "11-01 05:30"), ("11-02 06:00", "11-02 06:30")]),  # twice
])
def test_nights_on_which_clocks_are_turned(begins: str, ends: str, since: str, found: list[tuple[str, str]]) -> None:
    until = f"{instant(since) + timedelta(days=1, hours=20):%Y-%m-%dT%H:%M}"
    assert planned(calendar(daily(begins, ends)), since, until) == found


def test_exceptions_and_overrides() -> None:
    text = calendar(
        daily("20260301T090000", "20260301T100000", f"EXDATE;{NY}:20260303T090000"),
        event("SUMMARY:Sam", f"RECURRENCE-ID;{NY}:20260304T090000", f"DTSTART;{NY}:20260304T120000", f"DTEND;{NY}:20260304T130000"),
        event("SUMMARY:Sam", f"RECURRENCE-ID;{NY}:20260305T090000", f"DTSTART;{NY}:20260305T090000", f"DTEND;{NY}:20260305T100000", "STATUS:CANCELLED"))
    assert [begins for begins, _ in planned(text, "2026-03-02", "2026-03-07")] == ["03-02 14:00", "03-04 17:00", "03-06 14:00"]


@pytest.mark.parametrize("head, begins", [("", "03-04 14:00"), ("X-WR-TIMEZONE:Europe/London", "03-04 09:00")])
def test_floating_time_is_read_by_the_calendars_clock_or_the_houses(head: str, begins: str) -> None:
    text = calendar(event("DTSTART:20260304T090000", "DTEND:20260304T100000"), head=head)
    assert planned(text, "2026-03-04", "2026-03-05")[0][0] == begins


def test_whole_days_are_those_of_the_house() -> None:
    text = calendar(event("DTSTART;VALUE=DATE:20260307", "DTEND;VALUE=DATE:20260309"))
    assert planned(text, "2026-03-07", "2026-03-09") == [("03-07 05:00", "03-09 04:00")]


@pytest.mark.parametrize("text, why", [
    ("", "no calendar"), ("hello", "no calendar"), ("BEGIN:VCALENDAR", "no calendar"), (calendar(), "has no events"),
    (calendar(event("SUMMARY:x")), '"x" cannot be read'),
    (calendar(event("DTSTART:rubbish", "SUMMARY:x")), '"x" cannot be read'),
    (calendar(event("DTSTART:20260304T090000Z", "DTEND:20260303T090000Z", "SUMMARY:x")), '"x" ends before it begins'),
    (calendar(event("DTSTART;TZID=Mars/Olympus:20260304T090000", "SUMMARY:x")), '"x" is in a time zone that does not exist: Mars/Olympus'),
    (calendar(daily("20260304T090000", "20260304T100000", "EXDATE;TZID=Mars/X:20260305T090000")), "does not exist: Mars/X"),
    (calendar(event("DTSTART:20260304T090000"), head="X-WR-TIMEZONE:Mars"), "does not exist: Mars"),
    (calendar(event("DTSTART:20260304T090000Z", "RRULE:FREQ=SECONDLY", "SUMMARY:x")), '"x" repeats more often than daily'),
    (calendar(event("DTSTART:20260304T090000Z", "RRULE:FREQ=SOMETIMES", "SUMMARY:x")), '"x" cannot be read'),
    (calendar(event("DTSTART:00010304T090000Z", "RRULE:FREQ=DAILY", "SUMMARY:x")), "begins in the year 1"),
    (calendar(*[event("DTSTART:20260304T090000Z")] * 5001), "more than 5000 events"),
])
def test_what_is_wrong_is_named(text: str, why: str) -> None:
    with pytest.raises(WrongCalendar, match=why):
        ical.planned(text, ZONE, MORNING, MORNING + timedelta(days=60))


zones = st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])


@settings(deadline=None, max_examples=20)
@given(zone=zones, day=st.integers(0, 364), minute=st.integers(0, 24 * 60 - 1), minutes=st.integers(1, 26 * 60))
def test_a_duty_begins_when_the_clock_on_the_wall_says_so(zone: str, day: int, minute: int, minutes: int) -> None:
    """On any day of the year in any zone: or at the very skip, when the clock never says it."""
    wall = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=day, minutes=minute)
    ends = wall + timedelta(minutes=minutes)
    text = calendar(event(f"DTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone}:{ends:%Y%m%dT%H%M%S}"))
    begun = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = ical.planned(text, "UTC", begun - timedelta(days=3), begun + timedelta(days=3))
    for each in found:
        there = each.begins.astimezone(ZoneInfo(zone))
        skipped = begun.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall
        assert there.replace(tzinfo=None) == wall or skipped
        before = (each.begins - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < wall
    assert found or ends - wall <= timedelta(hours=1)


@pytest.mark.parametrize("title, names", [
    ("On call: Ann Lee", ["Ann Lee"]), ("ann", ["Ann"]), ("Ann Lee and Bo", ["Ann Lee", "Bo"]), ("Anna", []), ("", []), ("Bo/Ann", ["Ann", "Bo"]),
])
def test_who_is_named_by_a_title(title: str, names: list[str]) -> None:
    people = [rotas.Follower(at, name, None) for at, name in enumerate(["Ann", "Ann Lee", "Bo"])]
    assert [each.name for each in on_call.whose(title, people)] == names


def test_a_calendar_that_keeps_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thirtieth of February is looked for to the end of all years."""
    monkeypatch.setattr(on_call, "LONGEST_READ_SECONDS", 2)
    text = calendar(event("DTSTART:20260228T090000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"))
    with pytest.raises(WrongCalendar, match="within 2 s"):
        on_call.read(text, ZONE, MORNING, MORNING + timedelta(days=60))


# ---- where it comes from ----


@pytest.mark.parametrize("content, why", [
    (None, "its file rota.ics cannot be read: No such file"), (b"", "it is empty"), (b"  \r\n", "it is empty"),
    (b"\xff\xfe", "not written in UTF-8"), (b"<html>", "it is no calendar"), (b"BEGIN:VCALENDAR" + b" " * 2**21, "larger than 2 MB"),
])
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "rota.ics").write_bytes(content)
    with pytest.raises(WrongCalendar, match=why):
        feeds.fetch(str(tmp_path / "rota.ics"))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.0.0.8", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0", "100.64.0.1", "localhost"])
def test_nothing_is_fetched_from_within_our_own_walls(host: str) -> None:
    with pytest.raises(WrongCalendar, match="private address"):
        feeds.fetch(f"https://{host}/rota.ics")


@pytest.mark.parametrize("answers, why", [
    ([(404, "", b"")], "answered 404"), ([(302, "http://example.com/x", b"")], "does not begin with https"),
    ([(302, "/again", b"")] * 4, "more than 3 times"), ([(200, "", b"")], "it is empty"),
])
def test_a_server_that_does_not_give_it(monkeypatch: pytest.MonkeyPatch, answers: list[tuple[int, str, bytes]], why: str) -> None:
    left = iter(answers)
    monkeypatch.setattr(feeds, "_asked", lambda _address, _until: next(left))
    with pytest.raises(WrongCalendar, match=why):
        feeds.fetch("https://example.com/rota.ics")


# ---- what becomes of it ----


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calendars are read in this process: to begin one of its own for each takes longer than all the rest."""
    monkeypatch.setattr(on_call, "read", lambda *told: [(Duty(each.begins, each.ends), each.title) for each in ical.planned(*told)])


def follows(house: House, agent: Agent, source: str, *, schedule: str = "") -> int:
    """They work by this calendar, and never by the week."""
    with house.store.transaction() as memory:
        made = memory.execute(insert(CalendarRow).returning(CalendarRow.id), {
            "name": schedule or source, "source": source, "is_schedule": bool(schedule), "look_at": house.time.now()}).scalar_one()
        shift = memory.scalar(select(ShiftRow.id).where(ShiftRow.name == "by calendar")) or memory.execute(
            insert(ShiftRow).returning(ShiftRow.id), {"name": "by calendar", "openings": [{"days": [], "open": 0, "close": 0}]}).scalar_one()
        memory.execute(update(PersonRow).where(PersonRow.id == agent.id).values(calendar_id=made, shift_id=shift))
    return int(made)


@pytest.mark.usefixtures("read_here")
def test_who_is_on_duty_by_their_calendar_is_rung(house: House, tmp_path: Path) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    for agent, hours in ((sam, "15"), (kim, "09")):
        (tmp_path / f"{agent.name}.ics").write_text(calendar(daily(f"20260301T{hours}0000", f"20260301T{int(hours) + 5}0000")))
        follows(house, agent, str(tmp_path / f"{agent.name}.ics"))
    look_at_calendars()
    house.gateway.turns.forget_the_house()
    dana = house.customer("Dana").asks_for_a_call()
    kim.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1").hears("Solved")
    assert not sam.phone.unheard()


@CALM
@pytest.mark.usefixtures("read_here")
def test_the_last_good_copy_holds(house: House, tmp_path: Path) -> None:
    sam, rota = house.agent("Sam"), tmp_path / "rota.ics"
    rota.write_text(calendar(daily("20260301T090000", "20260301T170000")))
    follows(house, sam, str(rota))
    assert on_call.look(house.store, house.time.now()) == []
    duties = house.rows(select(DutyRow.begins_at, DutyRow.ends_at).order_by(DutyRow.id))
    assert len(duties) > 50
    for bad, why in ((calendar(), "has no events"), (calendar(event("DTSTART;TZID=Mars:20260304T090000", "SUMMARY:x")), "zone that does not exist"),
                     ("<html>", "no calendar"), ("", "empty")):
        house.passes(601)
        rota.write_text(bad)
        assert [why in each and each.startswith("the calendar of Sam: ") for each in on_call.look(house.store, house.time.now())] == [True]
        assert house.rows(select(DutyRow.begins_at, DutyRow.ends_at).order_by(DutyRow.id)) == duties
    with house.store.reading() as memory:
        assert "holds" in standing.troubles(memory)[0].instead
    house.is_forgotten()


@CALM
@pytest.mark.usefixtures("read_here")
def test_a_changed_calendar_changes_what_is_to_come_and_not_what_was(house: House, tmp_path: Path) -> None:
    sam, rota = house.agent("Sam"), tmp_path / "rota.ics"
    rota.write_text(calendar(daily("20260301T090000", "20260301T170000")))
    follows(house, sam, str(rota))
    on_call.look(house.store, house.time.now())
    began = house.rows(select(DutyRow.begins_at).order_by(DutyRow.begins_at))[0].begins_at
    house.passes(3600)
    now = house.time.now()
    rota.write_text(calendar(event(f"DTSTART;{NY}:20260305T090000", f"DTEND;{NY}:20260308T090000")))
    on_call.look(house.store, now)
    rows = [(row.begins_at, row.ends_at) for row in house.rows(select(DutyRow.begins_at, DutyRow.ends_at).order_by(DutyRow.begins_at))]
    assert rows[0] == (began, now)
    assert [ends - begins for begins, ends in rows[1:]] == [timedelta(days=1)] * 2 + [timedelta(hours=23)]
    with house.store.reading() as memory:
        line = recall.line(memory)
    assert line is not None
    assert line.house.on_call == (Duty(rows[1][0], rows[-1][1]),)
    closed = replace(line.house, shifts=(Shift(1, NEVER),))
    assert not somebody_works(closed, now)
    assert when_somebody_works(closed, now) == rows[1][0]
    house.is_forgotten()


@CALM
@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize("of_week, of_days, rung", [
    (("20260301T000000", "20260308T000000"), [("20260304T060000", "20260305T060000")], "Ben"),  # before the daily cut of the week
    (("20260301T000000", "20260305T000000"), [("20260303T120000", "20260305T000000")], "Ben"),
    (("20260304T090000", "20260304T120000"), [("20260301T000000", "20260308T000000")], "Ann"),
    (("20260304T080000", "20260304T120000"), [("20260304T090000", "20260304T130000")], "Ben"),  # as long, and began later
])
def test_whoever_takes_over_stands_in(house: House, tmp_path: Path, of_week: tuple[str, str], of_days: list[tuple[str, str]], rung: str) -> None:
    """Also after the calendar was read again in the middle of it; and who asks is told the same."""
    ann, ben, rota = house.agent("Ann"), house.agent("Ben"), tmp_path / "rota.ics"
    events = [event(f"SUMMARY:{name}", f"DTSTART;{NY}:{begins}", f"DTEND;{NY}:{ends}")
              for name, stretches in (("Ann", [of_week]), ("Ben", of_days)) for begins, ends in stretches]
    rota.write_text(calendar(*events))
    follows(house, house.agent("Cid"), str(rota), schedule="nights")
    for more in ((), (daily("20260306T010000", "20260306T020000", title="Cid"),)):
        rota.write_text(calendar(*events, *more))
        assert on_call.look(house.store, house.time.now()) == []
        house.passes(700)
    now = house.time.now()
    with house.store.reading() as memory:
        line = recall.line(memory)
        assert line is not None
        crew = ladders.Crew(memory, line.house, now)
        assert crew.on(Rung("on-call:nights", "ring", timedelta(0)), None) == [{"Ann": ann, "Ben": ben}[rung].id]
        told = who.answer(memory, house.store.tickets, who.Asked(now, now, schedule="nights"))
        assert [each.agent.name for each in told.verdicts if each.place] == [rung]
        assert f"is on call, but {rung} stands in" in [each.why for each in told.verdicts]
    house.is_forgotten()


@CALM
def test_a_schedule_names_people(house: House, tmp_path: Path) -> None:
    sam, rota = house.agent("Sam"), tmp_path / "rota.ics"
    house.agent("Kim")
    rota.write_text(calendar(daily("20260301T090000", "20260301T170000", title="On call: Kim (2nd line)"),
                             daily("20260301T170000", "20260301T180000", title="Somebody else")))
    follows(house, sam, str(rota), schedule="nights")
    told = on_call.look(house.store, house.time.now())
    assert len(told) == 1
    assert 'name nobody of the house, such as "Somebody else"' in told[0]
    with house.store.reading() as memory:
        assert [each.name for each in standing.on_call(memory, "nights", house.time.now()) or []] == ["Kim"]
        assert standing.on_call(memory, "nights", house.time.now() + timedelta(hours=8)) == []
        assert standing.on_call(memory, "days", house.time.now()) is None
        assert recall.line(memory)
    house.is_forgotten()
