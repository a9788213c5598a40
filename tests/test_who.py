"""`voice-gateway who`: whom we would ring, in order, and why not each other; now, then, and in the gaps."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from flows.coverage import gaps, merged
from flows.house import Duty, House, Opening, Shift
from flows.routing import NEVER, is_open
from tests.house import MORNING
from tests.test_on_call import calendar, daily
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.settings import from_environment
from voice_gateway.store import absences
from voice_gateway.store.tables import CaseRow, IdentifierRow, LegRow, PersonRow

HOUSE = """
[house]
name = "Acme"
time_zone = "America/New_York"
countries = ["US"]

[[numbers]]
number = "+12025550100"

[[hours]]
days = "mon-fri"
open = "09:00"
close = "17:00"

[[schedules]]
name = "nights"
calendar = "nights.ics"

[[people]]
name = "Ann"
phone = "+12025550111"
roles = ["agent"]
skills = ["refunds"]

[[people]]
name = "Bea"
phone = "+12025550112"
roles = ["agent"]
languages = ["es"]
takes = "known"

[[people]]
name = "Cid"
phone = "+12025550113"
roles = ["agent"]
schedule = "nights"
most_cases = 1

[[people]]
name = "Max"
phone = "+12025550114"
roles = ["manager"]
"""


_loaded: list[bytes] = []  # the house's database once it was loaded, for all that come after


@pytest.fixture
def types(environment: dict[str, str], new_house: Path, tmp_path: Path) -> Any:
    """An operator at a house with a schedule for its nights: 17:00 to 09:00, Cid's, save on 6 March."""
    (tmp_path / "nights.ics").write_text(calendar(
        daily("20260301T170000", "20260302T090000", "EXDATE;TZID=America/New_York:20260306T170000", title="Cid")))
    (tmp_path / "house.toml").write_text(HOUSE)
    database = tmp_path / new_house.name

    def run(*words: str, status: int = 0) -> str:
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done.output

    if _loaded:
        database.write_bytes(_loaded[0])
        return run
    shutil.copyfile(new_house, database)
    assert "cannot" not in run("load", str(tmp_path / "house.toml"))
    with closing(sqlite3.connect(database)) as memory:
        memory.execute("UPDATE people SET telephone = 'theirs'")
        memory.commit()
        memory.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else much of it stands in the file beside it
    _loaded.append(database.read_bytes())
    return run


def test_now_in_order_and_why_not_each_other(types: Any) -> None:
    told = types("who").splitlines()
    assert told[0] == "any call, Wed 4 Mar 2026 10:00 EST:"
    assert told[1].split(maxsplit=2) == ["1", "Ann", "has been idle longest of those who are left"]
    assert told[2].split(maxsplit=2) == ["-", "Bea", "wants calls of known callers only"]
    assert told[3].split(maxsplit=2) == ["-", "Cid", "does not work then: the schedule nights has them off duty, next Wed 4 Mar 17:00"]
    assert told[4].split(maxsplit=2) == ["-", "Max", "is not rung by customers' calls: is no agent"]


@pytest.mark.parametrize("words, rung", [
    (("--at", "22:00"), ["Cid"]), (("--at", "2026-03-06T22:00"), []), (("--at", "2026-03-05T03:00:00Z", "--skill", "refunds"), ["Cid"]),
    (("--skill", "refunds", "--urgent"), ["Ann", "Bea"]), (("--language", "es", "--urgent"), ["Bea", "Ann"]),
    (("--urgent", "--at", "2026-03-07T12:00"), ["Max", "Ann", "Bea"]), (("--on-call", "nights"), []), (("--on-call", "nights", "--at", "23:00"), ["Cid"]),
])
def test_at_other_moments_and_for_other_needs(types: Any, words: tuple[str, ...], rung: list[str]) -> None:
    told = json.loads(types("who", "--json", *words, status=0 if rung else 1))
    assert [each["name"] for each in told["rung"]] == rung
    assert len(told["rung"]) + len(told["not_rung"]) == 4
    assert all(each["why"] for each in told["rung"] + told["not_rung"])


def test_for_a_case(types: Any) -> None:
    store = open_store(from_environment())
    with store.transaction() as memory:
        for at in (1, 2):
            memory.execute(insert(IdentifierRow), {"id": at, "namespace": "tel", "subject": f"+1202555019{at}", "first_seen": MORNING})
            memory.execute(insert(CaseRow), {
                "id": at, "identifier_id": at, "caller_name": "Dana", "about": "", "state": "waiting", "ticket_seed": "", "token_hash": str(at),
                "opened_at": MORNING, "wanted_at": MORNING, "due_at": MORNING, "promised_by_id": 2 if at == 1 else None,
                "asked_for_id": 4 if at == 1 else None, "owner_id": 3 if at == 2 else None})
    store.close()
    assert types("who", "--case", "T1").splitlines()[1].split(maxsplit=2) == ["1", "Max", "is whom they asked for"]
    assert "Cid looks after it: nobody else is looked for" in types("who", "--case", "t2")
    assert "looks after 1 open case, and takes 1 at most" in types("who", "--at", "22:00", status=1)


def test_what_was_is_told_as_it_was(types: Any) -> None:
    """Yesterday at noon Bea had been rung last; at four Ann was away and Bea had one case too many. Now it is all otherwise."""
    store = open_store(from_environment())
    hours_ago = {hours: MORNING - timedelta(hours=hours) for hours in range(1, 48)}
    with store.transaction() as memory:
        memory.execute(insert(IdentifierRow), {"id": 1, "namespace": "tel", "subject": "+12025550191", "first_seen": MORNING})
        memory.execute(insert(CaseRow), {
            "id": 1, "identifier_id": 1, "caller_name": "Dana", "about": "", "state": "solved", "ticket_seed": "", "token_hash": "1", "owner_id": 2,
            "opened_at": hours_ago[20], "wanted_at": MORNING, "due_at": MORNING, "closed_at": hours_ago[2]})
        memory.execute(insert(LegRow), [{
            "case_id": 1, "role": "agent", "person_id": person, "phone": f"+1202555011{person}", "our_number": "+12025550100", "round": 1,
            "opening": "", "seconds": 20, "ordered_at": hours_ago[hours], "ended_at": hours_ago[hours]} for person, hours in ((2, 23), (1, 24), (1, 1))])
        memory.execute(update(PersonRow).where(PersonRow.id == 1).values(idle_since=hours_ago[1]))
        memory.execute(update(PersonRow).where(PersonRow.id == 2).values(takes="everyone", most_cases=1, idle_since=hours_ago[23]))
        absences.goes(memory, 1, hours_ago[10], hours_ago[20])
        absences.goes(memory, 1, None, hours_ago[12])
    store.close()
    then, before = types("who", "--at", "2026-03-03T16:00", status=1), types("who", "--at", "2026-03-03T12:00")
    assert "Ann  is away until Wed 4 Mar 00:00" in then
    assert "Bea  looks after 1 open case, and takes 1 at most" in then
    assert "who was away, idle, on the telephone and on call is as of then" in then
    assert [line.split()[1] for line in before.splitlines()[1:3]] == ["Ann", "Bea"], "Bea had been rung an hour later"
    assert "nobody is known to have been away before Tue 3 Mar 2026 14:00: that was written down only then" in before
    now = types("who")
    assert [line.split()[1] for line in now.splitlines()[1:3]] == ["Bea", "Ann"]
    assert "away" not in now


@pytest.mark.parametrize("words, why", [
    (("--case", "T9"), "there is no case T9"), (("--case", "nine"), '"nine" is not a ticket'), (("--case", ""), "is not a ticket"),
    (("--at", "soon"), '"soon" is not a time'), (("--at", "2026-02-30T10:00"), "is not a time"),
    (("--on-call", "days"), 'there is no schedule "days"; there are: nights'),
])
def test_what_cannot_be_answered(types: Any, words: tuple[str, ...], why: str) -> None:
    assert why in types("who", *words, status=2)


def test_gaps(types: Any) -> None:
    told = types("who", "--gaps")
    assert "Fri 6 Mar 2026 17:00 EST to Sat 7 Mar 2026 17:00 EST  nobody works, and the house is closed" in told
    assert "though somebody should" not in told
    schedule = json.loads(types("who", "--on-call", "nights", "--at", "22:00", "--gaps", "--json", status=1))
    assert {"from": "2026-03-06T14:00:00+00:00", "to": "2026-03-07T22:00:00+00:00", "though_open": True} in schedule["gaps"]
    assert "nobody works, though somebody should" in types("who", "--skill", "cooking", "--gaps", status=1)


def test_a_calendar_in_trouble_is_told(types: Any, tmp_path: Path) -> None:
    (tmp_path / "nights.ics").write_text("")
    (tmp_path / "house.toml").write_text(HOUSE.replace("most_cases = 1", "most_cases = 2"))
    assert "the schedule nights: it is empty" in types("load", str(tmp_path / "house.toml"))
    assert "the schedule nights: it is empty; it was last read well on 2026-03-04 at 15:00 UTC, and that copy holds" in types("who")
    assert "Cid" in types("who", "--at", "22:00").splitlines()[1]


def test_who_is_elsewhere_works_by_the_clock_there(types: Any) -> None:
    """Noon here is the small hours in Tokyo, and nobody else works by day: a gap, until they are home again."""
    types("zone", "Ann", "Tokyo")
    types("zone", "Bea", "Tokyo")
    told = types("who", "--skill", "refunds", "--at", "12:00", "--gaps", status=1)
    assert "does not work then: the house works mon,tue,wed,thu,fri 09:00-17:00 by the clock of Asia/Tokyo" in told
    assert "Wed 4 Mar 2026 12:00 EST to Wed 4 Mar 2026 17:00 EST  nobody works, though somebody should" in told
    assert "Wed 4 Mar 2026 17:00 EST to Wed 4 Mar 2026 19:00 EST  nobody works, and the house is closed" in told
    assert types("who", "--at", "20:00").splitlines()[1].split()[:2] == ["1", "Ann"]
    types("zone", "Ann", "home")
    assert types("who", "--at", "12:00").splitlines()[1].split()[:2] == ["1", "Ann"]


# ---- gaps, whatever the hours are ----

minutes = st.integers(0, 24 * 60 - 1)
openings = st.builds(lambda days, first, last: Opening(frozenset(days), min(first, last), max(first, last) + 1),
                     st.sets(st.integers(1, 7), min_size=1), minutes, minutes)
START = datetime(2026, 10, 20, tzinfo=UTC)
moments = st.integers(0, 20 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute))
duties = st.lists(st.builds(lambda at, long: Duty(at, at + timedelta(minutes=long)), moments, st.integers(0, 3000)), max_size=4)
zones = st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe"])
shifts = st.lists(st.builds(Shift, st.integers(1, 9), st.lists(openings, min_size=1, max_size=2).map(tuple), zones | st.just("")), max_size=3)


@settings(deadline=None, max_examples=25)
@given(zones, shifts, duties, moments)
def test_a_moment_is_in_a_gap_or_somebody_works(zone: str, shifts: list[Shift], duties: list[Duty], at: datetime) -> None:
    house = House("Acme", zone, tuple(shifts))
    found = gaps(house, Shift(0, NEVER), shifts, merged(duties), START, START + timedelta(days=21))
    works = any(is_open(house, shift, at) for shift in shifts) or any(duty.covers(at) for duty in duties)
    assert any(gap.begins <= at < gap.ends for gap in found) is not works
    assert all(first.ends < second.begins for first, second in pairwise(found))
