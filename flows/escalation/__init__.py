"""The law of climbing: what comes after what on a ladder, and how often somebody may be told. Every other file is one rule.

Pure arithmetic over instants, and rules that are pure functions of a call. A ladder is a row of steps, each at its time after the climb began; a rung that is climbed
several times is several steps. Whoever passes, and a rung with nobody on it, bring the next step at once; the end of
the ladder is an alarm, and then the ladder begins anew. Nothing but a person's word ends a climb.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from flows.climbing import Escalate, Rung
from flows.facts import Call
from flows.routing import when_somebody_works

AGAIN_AFTER = timedelta(minutes=5)
LAST_ONE_HAS = timedelta(minutes=5)
ROUNDS_IN_A_ROW = 2
BETWEEN_ROUNDS = timedelta(hours=1)
RINGS = ((timedelta(minutes=1), 1), (timedelta(minutes=15), 3), (timedelta(hours=1), 7), (timedelta(hours=3), 15))
TEXTS = ((timedelta(minutes=15), 5), (timedelta(hours=1), 11), (timedelta(hours=3), 21))
THROTTLES = {"ring": RINGS, "text": TEXTS}
LOOKED_BACK = timedelta(hours=3)
CONDITIONS_EVERY = timedelta(minutes=5)
NOBODY = "nobody there"
END = "nobody has taken it"
WITHOUT_A_LADDER = (
    Rung("manager", "ring+text", timedelta(0), times=2),
    Rung("all:manager", "ring+text", timedelta(minutes=12)),
    Rung("all:supervisor", "ring+text", timedelta(minutes=14)),
    Rung("all:agent", "text", timedelta(minutes=16)),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a climb stands: its next step, of which round, since when the steps count, and when it is due."""

    at: int
    round: int
    counted_from: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Climbed:
    """What came of a step: where the climb stands now, and what must be cried out, if anything."""

    place: Place
    alarm: str = ""


def steps(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """A ladder as a row of single steps, in the order of their times."""
    every = (replace(rung, after=rung.after + again * AGAIN_AFTER, times=1) for rung in rungs for again in range(rung.times))
    return tuple(sorted(every, key=lambda each: each.after))


def at_one_instant(rungs: Sequence[Rung]) -> list[tuple[int, int]]:
    """Which rungs (from 0) would be climbed at one and the same time: the later named, and the earlier."""
    taken: dict[timedelta, int] = {}
    times = ((which, rung.after + again * AGAIN_AFTER) for which, rung in enumerate(rungs) for again in range(rung.times))
    clashes = ((which, taken.setdefault(at, which)) for which, at in times)
    return list(dict.fromkeys((which, earlier) for which, earlier in clashes if which != earlier))


def first(ladder: Sequence[Rung], now: datetime) -> Place:
    """At the foot of the ladder."""
    return Place(0, 0, now, now + ladder[0].after)


def climb(ladder: Sequence[Rung], place: Place, now: datetime, *, somebody: bool) -> Climbed:
    """The step at this place was taken, and `somebody` stood there, or only at other hours. At the end a new round begins."""
    if place.at >= len(ladder):
        return Climbed(_new_round(ladder, place, now), END)
    after = replace(place, at=place.at + 1)
    if somebody:
        return Climbed(replace(after, due_at=_due(ladder, after, now)))
    return Climbed(at_once(ladder, after, now), NOBODY)


def at_once(ladder: Sequence[Rung], place: Place, now: datetime) -> Place:
    """The next step now, and those after it as much later as they were to be. The end is waited for all the same."""
    if place.at >= len(ladder):
        return place if place.due_at > now else replace(place, due_at=now + LAST_ONE_HAS)
    return replace(place, counted_from=now - ladder[place.at].after, due_at=now)


def _due(ladder: Sequence[Rung], place: Place, now: datetime) -> datetime:
    if place.at >= len(ladder):
        return now + LAST_ONE_HAS
    return place.counted_from + ladder[place.at].after


def _new_round(ladder: Sequence[Rung], place: Place, now: datetime) -> Place:
    """The whole ladder again: at once the first time, later with a pause, for ever."""
    begins = now if place.round + 1 < ROUNDS_IN_A_ROW else now + BETWEEN_ROUNDS
    return Place(0, place.round + 1, begins, begins + ladder[0].after)


def free_at(how: str, before: Sequence[datetime], now: datetime) -> datetime:
    """When somebody who was told at these times may be told again in this way: `now` if they may."""
    latest = sorted(before, reverse=True)
    ends = [latest[most - 1] + span for span, most in THROTTLES[how] if len(latest) >= most]
    return max([now, *ends])


# ---- rules ----


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a case climbs. `why` in words, for whoever reads the list of them; a rule's file is called as the rule is.

    `says`: judged whenever something happens; why this case climbs, in words, or nothing. `due`: judged by the clock; since
    when it is too late, or will be if nothing happens, and `told` says what is said then, or `tells` does of this very case. With neither it is a person who
    decides. `happens`: it is too much at once, and not more so later. `takes_words`: the house file may add words of its own. `talk_settles`: once a colleague talks with the customer it climbs no more. For what is said the same case does
    not climb twice within `once_in` because of one rule; for what is late, once for each time that passes.
    """

    name: str
    why: str
    says: Callable[[Call], str] | None = None
    due: Callable[[Call], datetime | None] | None = None
    told: str = ""
    tells: Callable[[Call], str] | None = None
    happens: bool = False
    takes_words: bool = False
    urgent: bool = False
    talk_settles: bool = False
    once_in: timedelta = timedelta(hours=24)


@cache
def rules() -> dict[str, Rule]:
    """Every rule that has a file here, by name."""
    found = (importlib.import_module(f"{__name__}.{each.name}").rule for each in pkgutil.iter_modules(__path__))
    return {each.name: each for each in found}


def applied(call: Call) -> list[Rule]:
    """The rules of this house: none while it has no ladder, and none that it has turned off."""
    if not call.house.escalation.is_on:
        return []
    return [each for each in rules().values() if each.name not in call.house.escalation.off]


def judges(call: Call, rule: str) -> bool:
    """Does this rule see to it here? Then no story tells managers of its own accord: one ring for all, and not too many."""
    return any(each.name == rule for each in applied(call))


def judged(call: Call) -> list[Escalate]:
    """Why this case climbs because of what has just happened."""
    said = ((each, each.says(call)) for each in applied(call) if each.says)
    return [Escalate(each.name, why, each.urgent) for each, why in said if why]


def overdue(call: Call) -> list[Escalate]:
    """Why this case climbs because nothing has happened."""
    late = ((each, _late_at(each, call)) for each in applied(call))
    too_late = [Escalate(each.name, _told(each, call), each.urgent) for each, at in late if at and at <= call.now]
    return too_late + [Escalate(each.name, each.why) for each in call.standing.conditions]


def next_look(call: Call) -> datetime | None:
    """When something will be too late next, if nothing happens; conditions of the house's own are tried now and then."""
    times = [_late_at(each, call) for each in applied(call)]
    if call.house.escalation.conditions:
        times.append(call.now + CONDITIONS_EVERY)
    return min((at for at in times if at and at > call.now), default=None)


def _late_at(rule: Rule, call: Call) -> datetime | None:
    """Since when it is too late; None if it never is, or if somebody has taken the case since because of it.

    Whoever takes it and says by when they call is not disturbed before, save for what is urgent and for who waits to be
    rung. What still is not done then is late once more.
    """
    at = rule.due(call) if rule.due else None
    if at is None:
        return None
    before = call.standing.before
    taken_at = before.taken_at(rule.name, _told(rule, call))
    if rule.happens and taken_at and at <= taken_at:
        return None
    if before.held_until and not (rule.urgent or rule.talk_settles):
        at = max(at, before.held_until)
    return at if taken_at is None or at > taken_at else None


def _told(rule: Rule, call: Call) -> str:
    return rule.tells(call) if rule.tells else rule.told or rule.why


def by_day(call: Call, at: datetime) -> datetime:
    """What is not urgent does not climb while nobody works."""
    return when_somebody_works(call.house, at)


def just_said(call: Call) -> str:
    """What the customer has just said or written, wherever it was; a thread that is nobody's ticket has no customer."""
    if call.meant_for or call.case.state == "staff" or (call.leg and call.leg.role != "customer"):
        return ""
    post = call.mention.post.words if call.mention and call.mention.is_news else ""
    asked = f"{call.request.about} {call.request.impact}" if call.request else ""
    return " ".join(filter(None, (call.speech, call.words.text if call.words else "", post, asked))).replace("\u2019", "'")
