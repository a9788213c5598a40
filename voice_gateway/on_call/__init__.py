"""On-call calendars: fetched now and then, and written down as duties, so that nobody who rings waits for them.

What cannot be fetched or understood changes nothing: the last good copy holds, and the trouble is told.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flows.coverage import merged
from flows.facts import MINUTES
from flows.house import Duty
from voice_gateway.on_call import feeds
from voice_gateway.on_call.feeds import WrongCalendar
from voice_gateway.store import Store, rotas

DAYS_AHEAD = 61
LOOK_AGAIN = 10 * MINUTES
MOST_AT_ONCE = 6
LONGEST_READ_SECONDS = 20
UNFINISHED = "reading it has not come to an end"

Fetch = Callable[[str], str]


def look(store: Store, now: datetime, fetch: Fetch = feeds.fetch) -> list[str]:
    """Look at the calendars whose time has come. Gives what is wrong with them, in words."""
    with store.reading() as memory:
        due = rotas.due(memory, now, MOST_AT_ONCE)
        zone, people = rotas.zone(memory), rotas.followers(memory) if due else []
    told = []
    for row in due:
        with store.transaction() as memory:
            rotas.claim(memory, row.id, now + LOOK_AGAIN, UNFINISHED)
        text, problem = _fetched(row.source, fetch)
        found, unread = _understood(text or row.kept, zone, row, people, now)
        if unread and text and row.kept:
            text, (found, _) = None, _understood(row.kept, zone, row, people, now)
        problem = problem or unread
        if problem:
            told.append(f"{_whose(row, people)}: {problem}")
        with store.transaction() as memory:
            rotas.keep(memory, row.id, text if found is not None else None, problem, found, now)
    return told


def _fetched(source: str, fetch: Fetch) -> tuple[str | None, str]:
    try:
        return fetch(source), ""
    except WrongCalendar as error:
        return None, str(error)


def _understood(text: str, zone: str, row: Any, people: list[rotas.Follower],
                now: datetime) -> tuple[dict[int, list[Duty]] | None, str]:
    """The duties of each person, and what is wrong with the calendar; None where nothing of it can be used."""
    if not text:
        return None, ""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        planned = read(text, zone, now, midnight + timedelta(days=DAYS_AHEAD))
    except WrongCalendar as error:
        return None, str(error)
    if not row.is_schedule:
        duties = merged(duty for duty, _ in planned)
        return {each.id: duties for each in people if each.calendar_id == row.id}, ""
    found: dict[int, list[Duty]] = {}
    nobodys = []
    for duty, title in planned:
        named = whose(title, people)
        for person in named:
            found.setdefault(person.id, []).append(duty)
        if not named:
            nobodys.append(title)
    why = f'{len(nobodys)} of its coming events name nobody of the house, such as "{nobodys[0][:60]}"' if nobodys else ""
    return {person: merged(duties) for person, duties in found.items()}, why


def whose(title: str, people: Iterable[rotas.Follower]) -> list[rotas.Follower]:
    """Who of the house is named in the title of an event: whole names, the longest first ("Ann Lee" is not "Ann")."""
    left, found = title.casefold(), []
    for person in sorted(people, key=lambda each: -len(each.name)):
        pattern = rf"(?<!\w){re.escape(person.name.casefold())}(?!\w)"
        if re.search(pattern, left):
            found.append(person)
            left = re.sub(pattern, " ", left)
    return found


def _whose(row: Any, people: list[rotas.Follower]) -> str:
    names = ", ".join(each.name for each in people if each.calendar_id == row.id)
    return f"the schedule {row.name}" if row.is_schedule else f"the calendar of {names or 'nobody'}"


def read(text: str, zone: str, since: datetime, until: datetime) -> list[tuple[Duty, str]]:
    """What a calendar plans, and under which titles; read in a process of its own, which is stopped if it does not end.

    Raises WrongCalendar.
    """
    found = _read_elsewhere(text, zone, since, until)
    return [(Duty(*map(datetime.fromisoformat, (begins, ends))), title) for begins, ends, title in found["planned"]]


def is_floating(text: str, zone: str, now: datetime) -> bool:
    """Are there times in it of which it does not say by whose clock they are? Read as above. Raises WrongCalendar."""
    return bool(_read_elsewhere(text, zone, now, now)["floating"])


def _read_elsewhere(text: str, zone: str, since: datetime, until: datetime) -> dict[str, Any]:
    asked = json.dumps({"text": text, "zone": zone, "since": since.isoformat(), "until": until.isoformat()})
    try:
        done = subprocess.run([sys.executable, "-m", __name__], input=asked, capture_output=True, text=True,  # noqa: S603 - our own Python
                              timeout=LONGEST_READ_SECONDS, check=True)
    except subprocess.SubprocessError:
        raise WrongCalendar(f"it cannot be read within {LONGEST_READ_SECONDS} s") from None
    found: dict[str, Any] = json.loads(done.stdout)
    if "wrong" in found:
        raise WrongCalendar(found["wrong"])
    return found
