"""The ladders of the house, which of them a case climbs, and who stands on a rung at this moment."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from flows import escalation
from flows.climbing import MANAGER_OF, Rung
from flows.house import Condition, EscalationRules, House
from flows.routing import open_shifts, somebody_works
from voice_gateway.house_file import Ladder
from voice_gateway.store import on_duty
from voice_gateway.store.search import is_at_work, is_on_the_phone, since_a_day_before
from voice_gateway.store.tables import LadderRow, LegRow, PageRow, PersonRow
from voice_gateway.store.van import Van

DEFAULT = "default"
ON_CALL = "on-call:"
MOST_OF_THE_DESK = 5
ROLES = ("agent", "supervisor", "manager")

_ladders = select(LadderRow.name, LadderRow.rungs, LadderRow.skills, LadderRow.rules).order_by(LadderRow.name)
_people = (
    select(PersonRow.id, PersonRow.name, PersonRow.roles, PersonRow.owner_rank, PersonRow.idle_since,
           is_at_work.label("at_work"), (PersonRow.away_until > bindparam("now")).label("away"), func.count(LegRow.id).label("lines"))
    .outerjoin(LegRow, is_on_the_phone)
    .where(~PersonRow.gone)
    .group_by(PersonRow.id)
    .order_by(PersonRow.owner_rank, PersonRow.idle_since, PersonRow.id)
)
_led = select(PersonRow.id, PersonRow.name, PersonRow.manager_id).where(PersonRow.manager_id.is_not(None))
_told_last = select(PageRow.person_id, func.max(PageRow.wanted_at)).where(
    PageRow.person_id.in_(bindparam("people", expanding=True))).group_by(PageRow.person_id)


def kept(rungs: Sequence[Rung]) -> list[dict[str, Any]]:
    """Rungs as they are kept: lengths of time in seconds."""
    return [asdict(each) | {"after": int(each.after.total_seconds())} for each in rungs]


def rungs(found: Sequence[dict[str, Any]]) -> tuple[Rung, ...]:
    """What is kept, as rungs again."""
    return tuple(Rung(**each | {"after": timedelta(seconds=each["after"])}) for each in found)


@lru_cache(maxsize=64)
def as_written(found: str) -> tuple[Rung, ...]:
    """The same from its JSON: thousands that climb at once climb a few ladders."""
    return rungs(json.loads(found))


def rules_kept(found: EscalationRules) -> dict[str, Any]:
    """The thresholds as they are kept: lengths of time in seconds."""
    kept = {name: int(value.total_seconds()) if isinstance(value, timedelta) else list(value) if isinstance(value, tuple) else value
            for name, value in asdict(found).items()}
    return kept | {"words": {rule: list(words) for rule, words in found.words}}


def rules(found: dict[str, Any]) -> EscalationRules:
    """What is kept, as thresholds again; what is not said is as usual."""
    usual = EscalationRules()
    own = tuple(Condition(**each) for each in found.get("conditions", ()))
    words = tuple((rule, tuple(each)) for rule, each in found.get("words", {}).items())
    told: dict[str, Any] = {name: own if name == "conditions" else words if name == "words" else timedelta(seconds=value) if isinstance(getattr(usual, name), timedelta) else
            tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return replace(usual, **told)


def furnish(van: Van, wanted: Sequence[Ladder]) -> None:
    """Bring the ladders to what the house file says. Cases that climb already keep theirs."""
    known = {row.name: row for row in van.run(select(*LadderRow.__table__.columns))}
    for each in wanted:
        values = {"rungs": kept(each.rungs), "skills": list(each.skills), "rules": list(each.rules)}
        row = known.pop(each.name, None)
        if row is None:
            van.run(insert(LadderRow), {"name": each.name, **values})
            van.tell("add", f"ladder {each.name}")
        elif any(getattr(row, name) != value for name, value in values.items()):
            van.run(update(LadderRow).where(LadderRow.name == each.name).values(**values))
            van.tell("change", f"ladder {each.name}")
    for name in sorted(known):
        van.run(delete(LadderRow).where(LadderRow.name == name))
        van.tell("remove", f"ladder {name}")


def ladder_for(connection: Connection, rule: str, skill: str) -> tuple[Rung, ...]:
    """The ladder that the house file names for this rule, else for this skill, else the default one; step by step."""
    known = connection.execute(_ladders).all()
    chosen = next((each for each in known if rule in each.rules), None) or next(
        (each for each in known if skill and skill in each.skills), None) or next(
        (each for each in known if each.name == DEFAULT), None) or next(
        (each for each in known if not (each.rules or each.skills)), None)
    return escalation.steps(rungs(chosen.rungs) if chosen else escalation.WITHOUT_A_LADDER)


def schedules_called(connection: Connection) -> set[str]:
    """The schedules that any rung calls."""
    called = (rung.who for row in connection.execute(_ladders) for rung in rungs(row.rungs))
    return {each.removeprefix(ON_CALL) for each in called if each.startswith(ON_CALL)}


@dataclass(slots=True)
class Crew:
    """Who is of the house at this moment, looked up once for all climbs that are due now."""

    connection: Connection
    house: House
    now: datetime
    _people: dict[int, Any] | None = None
    _with_the_absent: dict[int, Any] = field(default_factory=dict)
    _leaders: dict[int | str, int] | None = None
    _teams: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _turns: dict[tuple[str, str], deque[int]] = field(default_factory=dict)

    @property
    def people(self) -> list[Any]:
        """All who are of the house and not away."""
        return list(self._by_id.values())

    @property
    def _by_id(self) -> dict[int, Any]:
        if self._people is None:
            asked = since_a_day_before(self.now) | {"shifts": open_shifts(self.house, self.now)}
            everybody = self.connection.execute(_people, asked).all()
            self._people = {each.id: each for each in everybody if not each.away}
            self._with_the_absent = {each.id: each for each in everybody}
        return self._people

    def on(self, rung: Rung, owner: int | None) -> list[int]:
        """The ids of those who stand on this rung: nobody who has left, or is away; for some only who is at work."""
        key = rung.who, rung.hours
        if rung.who == "owner":
            return self._one(owner, rung)
        if rung.who.startswith(MANAGER_OF):
            whom = rung.who.removeprefix(MANAGER_OF)
            return self._one(self._leader_of(owner or 0 if whom == "owner" else whom), rung)
        if rung.who.startswith("next:"):
            return self._next(key, rung)
        if key not in self._teams:
            self._teams[key] = self._team(rung)
        return self._teams[key]

    @property
    def desk(self) -> list[int]:
        """Whoever is at work at this moment, the first few: the last whom the house can ask when a ladder has reached nobody."""
        return [each.id for each in self._by_id.values() if each.at_work][:MOST_OF_THE_DESK]

    def is_for_other_hours(self, rung: Rung, owner: int | None) -> bool:
        """Does nobody stand on this rung only because it is not their time? Whoever is on leave when it is leaves it empty.

        Where there is nobody at all whose hours could tell, the house's do.
        """
        if rung.hours == "always":
            return False
        with_the_absent = Crew(self.connection, self.house, self.now, self._with_the_absent)
        if with_the_absent.on(rung, owner):
            return False
        return bool(with_the_absent.on(replace(rung, hours="always"), owner)) or not somebody_works(self.house, self.now)

    def named(self, people: list[int]) -> str:
        """Their names, for the journal: the first few."""
        names = [self._by_id[each].name.split()[0] for each in people[:3] if each in self._by_id]
        return ", ".join(names) + (f" and {len(people) - 3} more" if len(people) > 3 else "")

    def _counts(self, person: Any, rung: Rung) -> bool:
        return bool(person.at_work) or rung.hours == "always"

    def _one(self, person_id: int | None, rung: Rung) -> list[int]:
        person = self._by_id.get(person_id or 0)
        return [person.id] if person and self._counts(person, rung) else []

    def _leader_of(self, whom: int | str) -> int | None:
        """Who leads them at this moment, also while they themselves are away; by their id or their name."""
        if self._leaders is None:
            self._leaders = {}
            for row in self.connection.execute(_led):
                self._leaders |= {row.id: row.manager_id, row.name: row.manager_id}
        return self._leaders.get(whom)

    def _team(self, rung: Rung) -> list[int]:
        here = [each for each in self._by_id.values() if self._counts(each, rung)]
        kind, _, rest = rung.who.partition(":")
        if rung.who.startswith(ON_CALL):
            return [each for each in on_duty.of_schedule(self.connection, rest, self.now) if each in self._by_id][:1]
        if kind == "all":
            return [each.id for each in here if rest in each.roles]
        if rung.who in ROLES:
            those = [each for each in here if rung.who in each.roles]
            return [each.id for each in sorted(those, key=lambda each: (not each.at_work, each.lines > 0))][:1]
        return [each.id for each in here if each.name == rung.who]

    def _next(self, key: tuple[str, str], rung: Rung) -> list[int]:
        """Each in turn, as long as anybody is at work of those: whoever was told of something longest ago, or never."""
        if key not in self._turns:
            role = rung.who.removeprefix("next:")
            those = [each for each in self._by_id.values() if role in each.roles and self._counts(each, rung)]
            those = [each for each in those if each.at_work] or those
            never = datetime.min.replace(tzinfo=self.now.tzinfo)
            told = {each[0]: each[1] for each in self.connection.execute(_told_last, {"people": [each.id for each in those]})}
            self._turns[key] = deque(sorted((each.id for each in those), key=lambda each: (told.get(each, never), each)))
        turn = self._turns[key]
        turn.rotate(-1)
        return [turn[-1]] if turn else []
