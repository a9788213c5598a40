"""Who would be rung, in order, and why each other was not: for a case or a need, at any moment, past or to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows import coverage
from flows.coverage import Gap
from flows.facts import Agent, Call
from flows.house import Duty, House, Shift
from flows.routing import NEVER, Candidate, Search, Verdict, closed_because, who_is_right
from voice_gateway.store import back_then, recall, standing
from voice_gateway.store import search as searching
from voice_gateway.tickets import Tickets

DAYS_AHEAD = timedelta(days=14)
FOR_THE_ONE = "is waited for, up to five minutes"
WHY_WAITED_FOR = ("who promised it", "whom they asked for")


class NotToBeSaid(ValueError):
    """The question cannot be answered; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. `notes` is what else the asker should know."""

    house: House
    at: datetime
    what: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] | None = None
    troubles: tuple[str, ...] = field(default=())

    @property
    def rung(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if each.place)

    @property
    def bad_gaps(self) -> tuple[Gap, ...]:
        """Those in which somebody should be there."""
        return tuple(gap for gap in self.gaps or () if gap.is_open)

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.what}, {self._moment(self.at)}:"
        width = max((len(each.agent.name) for each in self.verdicts), default=0)
        for each in self.verdicts:
            yield f"  {each.place or '-':>3}  {each.agent.name.ljust(width)}  {each.why}"
        if not self.rung:
            yield "  nobody would be rung"
        yield from self.notes
        yield from self.troubles
        if self.gaps is not None:
            yield f"gaps in the {DAYS_AHEAD.days} days after it:" if self.gaps else f"no gaps in the {DAYS_AHEAD.days} days after it"
            for gap in self.gaps:
                yield f"  {self._moment(gap.begins)} to {self._moment(gap.ends)}  {_of(gap)}"

    def for_programs(self) -> dict[str, Any]:
        """The same, for programs."""
        told: dict[str, Any] = {
            "at": self.at.isoformat(), "what": self.what,
            "rung": [{"place": each.place, "name": each.agent.name, "why": each.why} for each in self.rung],
            "not_rung": [{"name": each.agent.name, "why": each.why} for each in self.verdicts if not each.place],
            "notes": list(self.notes), "troubles": list(self.troubles),
        }
        if self.gaps is not None:
            told["gaps"] = [{"from": gap.begins.isoformat(), "to": gap.ends.isoformat(), "though_open": gap.is_open} for gap in self.gaps]
        return told

    def _moment(self, at: datetime) -> str:
        return f"{self.house.wall(at):%a %-d %b %Y %H:%M %Z}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: for this case, or for this need, or who is on call in this schedule; at `at`."""

    at: datetime
    now: datetime
    case_id: int | None = None
    skill: str = ""
    language: str = ""
    urgent: bool = False
    schedule: str = ""
    gaps: bool = False


def answer(memory: Any, tickets: Tickets, asked: Asked) -> Answer:
    """Look, decide, and say why.

    Raises NotToBeSaid when there is no such house, case or schedule.
    """
    line = recall.line(memory)
    if line is None:
        raise NotToBeSaid("no house has been loaded: voice-gateway load FILE.toml")
    everybody = standing.everybody(memory, line.house, asked.at, asked.now)
    if asked.schedule:
        return _of_schedule(memory, line.house, asked, everybody)
    what, search, notes = _search(memory, tickets, line.house, asked)
    why_closed = closed_because(line.house, asked.at)
    verdicts = who_is_right(line.house, search, everybody)
    waited_for = next((each for each in everybody if each.agent.id == search.awaited and each.on_the_phone), None)
    return Answer(line.house, asked.at, what, verdicts, tuple(filter(None, (
        *notes,
        f"{waited_for.agent.name}, {WHY_WAITED_FOR[search.promised is None]}, {FOR_THE_ONE}" if waited_for else "",
        "all of them are rung at once" if line.house.line.strategy == "all at once" and not search.promised else "",
        f"hours are not worked on this day: {why_closed}" if why_closed else "",
        "who will be on the telephone then is not known: nobody is taken to be" if asked.at > asked.now else "",
        *(_not_known_of(memory, line.house, asked.at) if asked.at < asked.now else ()),
    ))), _gaps(memory, line.house, asked, everybody), _troubles(memory))


def _not_known_of(memory: Any, house: House, at: datetime) -> Iterator[str]:
    """What of a moment that has passed was not written down."""
    yield ("hours, time zones, skills and whose a case is are taken as they are now: what they were then is not kept; "
           "who was away, idle, on the telephone and on call is as of then")
    known_since = back_then.absences_known_since(memory)
    if known_since and at < known_since:
        yield f"nobody is known to have been away before {house.wall(known_since):%a %-d %b %Y %H:%M}: that was written down only then"


def _search(memory: Any, tickets: Tickets, house: House, asked: Asked) -> tuple[str, Search, list[str]]:
    """Whom we look for, the case in words, and what stands against looking at all."""
    if asked.case_id is None:
        takes = {"everyone"} | ({"known", "insiders"} if asked.urgent else set())
        needs = ", ".join(filter(None, (asked.skill, asked.language, "urgent" if asked.urgent else "")))
        return (f"a call for {needs}" if needs else "any call"), Search(
            asked.skill, asked.language, asked.urgent, frozenset(takes), in_order=house.line.strategy == "in order"), []
    known = recall.case(memory, tickets, house, asked.at, case_id=asked.case_id, alone=False)
    if known is None:
        raise NotToBeSaid(f"there is no case T{asked.case_id}")
    search = searching.search_of(memory, known.call)
    needs = ", ".join(filter(None, (search.skill, search.language, "urgent" if search.urgent else "")))
    return f"T{asked.case_id}{f' ({needs})' if needs else ''}", search, list(_why_nobody_is_sought(known.call))


def _why_nobody_is_sought(call: Call) -> Iterator[str]:
    if call.case.is_over:
        yield "the case is over: nobody is looked for"
    elif call.case.taken_by:
        yield f"{call.case.taken_by.name} has taken it: nobody else is looked for"
    elif call.case.owner:
        yield f"{call.case.owner.name} looks after it: nobody else is looked for"
    elif call.callback.due_at > call.now:
        yield f"the call is not due before {call.wall_time(call.callback.due_at)}"


def _of_schedule(memory: Any, house: House, asked: Asked, everybody: list[Candidate]) -> Answer:
    on_duty = standing.on_call(memory, asked.schedule, asked.at)
    if on_duty is None:
        raise NotToBeSaid(f'there is no schedule "{asked.schedule}"; there are: {", ".join(standing.schedules(memory)) or "none"}')
    away = [each.agent for each in everybody if each.away_until]
    first = next((each for each in on_duty if each not in away), None)
    verdicts = [Verdict(each, int(each == first), _on_call(each, first, asked.schedule, is_away=each in away))
                for each in sorted(on_duty, key=lambda each: each != first)]
    others = [Verdict(each.agent, 0, "is not on call then") for each in everybody if each.agent not in on_duty]
    return Answer(house, asked.at, f"on call: {asked.schedule}", (*verdicts, *others),
                  gaps=gaps_of_schedule(memory, house, asked.schedule, asked.at) if asked.gaps else None, troubles=_troubles(memory))


def _on_call(who: Agent, first: Agent | None, schedule: str, *, is_away: bool) -> str:
    """Of those who are on call at once only one is rung."""
    if who == first:
        return f"is on call: {schedule}"
    return "is on call, but away then" if is_away or first is None else f"is on call, but {first.name} stands in"


def _gaps(memory: Any, house: House, asked: Asked, everybody: list[Candidate]) -> tuple[Gap, ...] | None:
    """When no agent works who has what is needed."""
    if not asked.gaps:
        return None
    able = {each.agent.id for each in everybody if each.is_agent
            and (not asked.skill or asked.skill in each.skills) and (not asked.language or asked.language in each.languages)}
    return _gaps_of(memory, house, able, asked.at)


def gaps_of_house(memory: Any, house: House, since: datetime) -> tuple[Gap, ...]:
    """When no agent at all works."""
    everybody = standing.everybody(memory, house, since, since)
    return _gaps_of(memory, house, {each.agent.id for each in everybody if each.is_agent}, since)


def gaps_of_schedule(memory: Any, house: House, schedule: str, since: datetime) -> tuple[Gap, ...]:
    """When nobody is on call in it."""
    until = since + DAYS_AHEAD
    duties = coverage.merged(Duty(row.begins_at, row.ends_at) for row in standing.duties(memory, since, until, schedule=schedule))
    found = coverage.gaps(house, Shift(0, NEVER), (), duties, since, until)
    return tuple(Gap(each.begins, each.ends, True) for each in found)


def _gaps_of(memory: Any, house: House, able: set[int], since: datetime) -> tuple[Gap, ...]:
    """When none of these works. A house that keeps no hours of its own is always to be covered."""
    until = since + DAYS_AHEAD
    shift_of = standing.shifts_of(memory)
    shifts = [shift for shift in house.shifts if any(shift_of.get(person) == shift.id for person in able)]
    duties = [Duty(row.begins_at, row.ends_at) for row in standing.duties(memory, since, until, by_hours=True) if row.person_id in able]
    hours = standing.hours_of_the_house(memory, house)
    found = coverage.gaps(house, hours, shifts, coverage.merged(duties), since, until)
    always = hours.openings == NEVER
    return tuple(Gap(each.begins, each.ends, each.is_open or always) for each in found)


def _troubles(memory: Any) -> tuple[str, ...]:
    return tuple(f"{each.whose}: {each.problem}; {each.instead}" for each in standing.troubles(memory))


def _of(gap: Gap) -> str:
    return "nobody works, though somebody should" if gap.is_open else "nobody works, and the house is closed"


def moment(text: str, house: House, now: datetime) -> datetime:
    """`2026-12-24T09:00` or `09:00` today by the house's clock, or any time with its own zone.

    Raises NotToBeSaid when it is no time.
    """
    zone = ZoneInfo(house.time_zone)
    try:
        if len(text) <= len("09:00"):
            return datetime.combine(house.wall(now).date(), time.fromisoformat(text), zone)
        given = datetime.fromisoformat(text)
    except ValueError:
        raise NotToBeSaid(f'"{text}" is not a time such as 2026-12-24T09:00 or 09:00') from None
    return given if given.tzinfo else given.replace(tzinfo=zone)
