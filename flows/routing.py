"""Who is right, who is rung next, and when somebody works again.

Pure arithmetic over the facts: the same question gets the same answer, and the
answer can be explained. `who_is_right` says it of everybody, with the reason; what a
turn is given as `colleagues` is the beginning of the same list, found by indexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.facts import Agent, Call
from flows.house import House, Opening, Shift

ALWAYS = (Opening(frozenset(range(1, 8)), 0, 24 * 60),)
NEVER = (Opening(frozenset(), 0, 0),)
OWNERS_ASKED = 3


@dataclass(frozen=True, slots=True)
class Search:
    """Whom we look for: what the customer needs, and whom they have business with (ids of colleagues).

    `takes`: colleagues who want such calls; `asked`: who was rung in this round already; `theirs`: the
    customer's own telephone.
    """

    skill: str = ""
    language: str = ""
    urgent: bool = False
    takes: frozenset[str] = frozenset({"everyone"})
    promised: int | None = None
    asked_for: int | None = None
    met: int | None = None
    asked: frozenset[int] = frozenset()
    theirs: str = ""
    in_order: bool = False

    @property
    def awaited(self) -> int | None:
        """The one for whom they rather wait a little: whoever promised to ring them, else whom they asked for."""
        return self.promised or self.asked_for


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the house, and all that decides whether they are rung.

    `hours` says in words when they work; `most_cases`: with how many open ones they take no new one. `is_asked_whose`:
    their telephone has not said yet that it is theirs.
    """

    agent: Agent
    idle_since: datetime
    is_agent: bool = True
    owner_rank: int = 3
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    takes: str = "everyone"
    at_work: bool = True
    hours: str = ""
    away_until: datetime | None = None
    on_the_phone: bool = False
    looks_after: int = 0
    most_cases: int | None = None
    is_asked_whose: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of somebody: the place in which they are rung, 0 for not at all, and why."""

    agent: Agent
    place: int
    why: str


def who_is_right(house: House, search: Search, everybody: Iterable[Candidate]) -> tuple[Verdict, ...]:
    """Who is rung, in order and why; then why each other is not.

    For what is important, those who own what nobody took are rung when no colleague is there.
    """
    people = list(everybody)
    not_now = {each.agent.id: why_not(house, search, each) for each in people}
    rung = sorted((each for each in people if not not_now[each.agent.id]), key=lambda each: _order(search, each))
    why = {each.agent.id: why_they(search, each) for each in rung}
    if search.urgent and not rung:
        owners = sorted((each for each in people if not _is_kept_from_it(house, search, each)),
                        key=lambda each: (each.owner_rank, each.agent.name))
        rung = sorted(owners[:OWNERS_ASKED], key=lambda each: (each.agent.id != search.promised, each.agent.id != search.asked_for))
        why = {each.agent.id: "owns what nobody took, and this is important" for each in rung}
    places = [Verdict(each.agent, at, why[each.agent.id]) for at, each in enumerate(rung, 1)]
    others = [Verdict(each.agent, 0, not_now[each.agent.id]) for each in people if each not in rung]
    return (*places, *sorted(others, key=lambda each: each.agent.name))


def why_not(house: House, search: Search, who: Candidate) -> str:
    """The first reason for which they are not rung; empty when there is none."""
    is_theirs = who.agent.id == search.promised
    limit = who.most_cases is not None and who.looks_after >= who.most_cases
    if kept := _is_kept_from_it(house, search, who):
        return kept
    if not who.at_work:
        return f"does not work then{f': {who.hours}' if who.hours else ''}"
    if who.takes not in search.takes:
        return f"wants calls of {who.takes} only" if who.takes == "insiders" else f"wants calls of {who.takes} callers only"
    if limit and not is_theirs:
        return f"looks after {who.looks_after} open case{'s' if who.looks_after != 1 else ''}, and takes {who.most_cases} at most"
    if not who.is_agent and who.agent.id not in (search.promised, search.asked_for):
        return "is not rung by customers' calls: is no agent"
    return ""


def why_they(search: Search, who: Candidate) -> str:
    """What brings them before others, in words."""
    skill = f"is good at {search.skill}" if search.skill in who.skills else ""
    tongue = f"speaks {search.language}" if search.language in who.languages else ""
    return (_WHOSE[_claim(search, who)] or " and ".join(filter(None, (skill, tongue)))
            or ("is next in order" if search.in_order else "has been idle longest of those who are left"))


_WHOSE = ("promised to ring them", "is whom they asked for", "is whom they spoke with last", "", "", "", "")


def _claim(search: Search, who: Candidate) -> int:
    """How near this is to them: the promise, the name, the acquaintance, then what they are good at."""
    named = (search.promised, search.asked_for, search.met)
    if who.agent.id in named:
        return named.index(who.agent.id)
    is_skilled = bool(search.skill) and search.skill in who.skills
    speaks = bool(search.language) and search.language in who.languages
    return 3 if is_skilled and speaks else 4 if is_skilled else 5 if speaks else 6


def _order(search: Search, who: Candidate) -> tuple[int, float, int]:
    return _claim(search, who), 0 if search.in_order else who.idle_since.timestamp(), who.agent.id


def _is_kept_from_it(house: House, search: Search, who: Candidate) -> str:
    """What keeps even those from it who would be asked at any hour; empty when nothing does."""
    if who.agent.phone == search.theirs:
        return "is the one who rings us"
    if who.is_asked_whose:
        return "has not said yet, from this telephone, that it is theirs"
    if who.on_the_phone:
        return "is on the telephone"
    if who.agent.id in search.asked:
        return "was asked already in this round"
    if who.away_until is not None:
        return f"is away until {house.wall(who.away_until):%a %-d %b %H:%M}"
    return ""


def next_colleagues(call: Call) -> tuple[Agent, ...]:
    """Who is rung now: whoever promised it, else whom they asked for, else as the house's rule of its line says; nobody
    twice in a round.
    """
    askable = [agent for agent in call.colleagues if agent.id not in call.asked_this_round]
    for awaited in (call.callback.promised_by, call.case.asked_for):
        if awaited in askable:
            return tuple(agent for agent in askable if agent == awaited)
    if not askable:
        return ()
    if call.house.line.strategy == "all at once":
        return tuple(askable)
    return (askable[0],)


def is_open(house: House, shift: Shift, at: datetime) -> bool:
    """Does this shift work at this instant, by its own clock on the wall? Nobody works on a day that is closed there."""
    wall = house.wall(at, shift.zone)
    minute = wall.hour * 60 + wall.minute
    return not house.closed_for(wall.date()) and any(
        wall.isoweekday() in opening.days and opening.open <= minute < opening.close
        for opening in shift.openings or ALWAYS
    )


def open_shifts(house: House, now: datetime) -> list[int]:
    """The ids of the shifts that work now."""
    return [shift.id for shift in house.shifts if is_open(house, shift, now)]


def somebody_works(house: House, at: datetime) -> bool:
    """Does anybody work then who answers customers, by the hours of a shift or by a calendar?"""
    return not house.shifts or any(is_open(house, shift, at) for shift in house.shifts if shift.answers) or any(
        duty.covers(at) for duty in house.on_call)


def closed_because(house: House, now: datetime) -> str:
    """Why nobody works today, as a caller may hear it; empty on an ordinary day."""
    return house.closed_for(house.wall(now).date())


def when_somebody_works(house: House, at: datetime) -> datetime:
    """`at` itself, or the next instant after it at which any shift that answers opens or a calendar calls somebody to work.

    A house in which nobody ever works keeps `at`: the case then finds its owner instead.
    """
    if somebody_works(house, at):
        return at
    by_hours = (_opens(house, shift, at) for shift in house.shifts if shift.answers)
    by_calendar = (duty.begins for duty in house.on_call if duty.begins > at)
    found = [start for start in (*by_hours, next(by_calendar, None)) if start]
    return min(found, default=at).astimezone(at.tzinfo)


def next_day(house: House, now: datetime) -> datetime:
    """When the house opens on the next day on which anybody works; at nine where it never closes."""
    wall = house.wall(now)
    midnight = datetime.combine(wall.date() + timedelta(days=1), time(), wall.tzinfo)
    at = when_somebody_works(house, midnight.astimezone(now.tzinfo))
    return at if at > midnight else midnight.replace(hour=9).astimezone(now.tzinfo)


def _opens(house: House, shift: Shift, at: datetime) -> datetime | None:
    """When this shift opens next after `at`; None if it never does."""
    openings = [opening for opening in shift.openings or ALWAYS if opening.days]
    starts = (_starts(house, shift, openings, day, at) for day in _days_ahead(house, shift, at)) if openings else ()
    return next((min(found) for found in starts if found), None)


def _days_ahead(house: House, shift: Shift, at: datetime) -> Iterator[date]:
    """The days that may bring an opening: each comes weekly, and a closing takes one of them away.

    Of the other weeks one may be half over, and one may skip that hour when clocks go forward.
    """
    today = house.wall(at, shift.zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(7 * (len(house.closings) + 3)))
    return (day for day in days if not house.closed_for(day))


def _starts(house: House, shift: Shift, openings: Iterable[Opening], day: date, at: datetime) -> list[datetime]:
    """The instants after `at` at which the shift opens on this day of its clock; two where that shows an hour twice."""
    zone = ZoneInfo(shift.zone or house.time_zone)
    starts = (
        datetime.combine(day, _clock(opening.open), zone).replace(fold=fold).astimezone(UTC)
        for opening in openings
        if day.isoweekday() in opening.days
        for fold in (0, 1)
    )
    return [start for start in starts if start > at and is_open(house, shift, start)]


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
