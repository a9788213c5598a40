"""The ladders of the house, which of them a case climbs, and who stands on a rung at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from flows import escalation
from flows.climbing import Rung
from flows.house import Condition, EscalationRules, House
from flows.routing import open_shifts
from voice_gateway.house_file import Ladder
from voice_gateway.store.search import is_at_work, is_on_the_phone, since_a_day_before
from voice_gateway.store.tables import CalendarRow, DutyRow, LadderRow, LegRow, PageRow, PersonRow
from voice_gateway.store.van import Van

DEFAULT = "default"
ROLES = ("agent", "supervisor", "manager")

_ladders = select(LadderRow.name, LadderRow.rungs, LadderRow.skills, LadderRow.rules).order_by(LadderRow.name)
_people = (
    select(PersonRow.id, PersonRow.name, PersonRow.roles, PersonRow.owner_rank, PersonRow.idle_since,
           is_at_work.label("at_work"), func.count(LegRow.id).label("lines"))
    .outerjoin(LegRow, is_on_the_phone)
    .where(~PersonRow.gone, PersonRow.away_until.is_(None) | (PersonRow.away_until <= bindparam("now")))
    .group_by(PersonRow.id)
    .order_by(PersonRow.owner_rank, PersonRow.idle_since, PersonRow.id)
)
_on_call = (
    select(DutyRow.person_id).join(CalendarRow, CalendarRow.id == DutyRow.calendar_id)
    .where(CalendarRow.name == bindparam("schedule"), CalendarRow.is_schedule,
           DutyRow.begins_at.between(bindparam("a_day_before"), bindparam("now")), DutyRow.ends_at > bindparam("now"))
    .order_by(DutyRow.begins_at.desc(), DutyRow.person_id)
)
_told_last = select(PageRow.person_id, func.max(PageRow.wanted_at)).where(
    PageRow.person_id.in_(bindparam("people", expanding=True))).group_by(PageRow.person_id)


def kept(rungs: Sequence[Rung]) -> list[dict[str, Any]]:
    """Rungs as they are kept: lengths of time in seconds."""
    return [asdict(each) | {"after": int(each.after.total_seconds())} for each in rungs]


def rungs(found: Sequence[dict[str, Any]]) -> tuple[Rung, ...]:
    """What is kept, as rungs again."""
    return tuple(Rung(**each | {"after": timedelta(seconds=each["after"])}) for each in found)


def rules_kept(found: EscalationRules) -> dict[str, Any]:
    """The thresholds as they are kept: lengths of time in seconds."""
    return {name: int(value.total_seconds()) if isinstance(value, timedelta) else list(value) if isinstance(value, tuple) else value
            for name, value in asdict(found).items()}


def rules(found: dict[str, Any]) -> EscalationRules:
    """What is kept, as thresholds again; what is not said is as usual."""
    usual = EscalationRules()
    own = tuple(Condition(**each) for each in found.get("conditions", ()))
    told: dict[str, Any] = {name: own if name == "conditions" else timedelta(seconds=value) if isinstance(getattr(usual, name), timedelta) else
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


@dataclass(slots=True)
class Crew:
    """Who is of the house at this moment, looked up once for all climbs that are due now."""

    connection: Connection
    house: House
    now: datetime
    _people: list[Any] | None = None
    _on_call: dict[str, list[int]] = field(default_factory=dict)
    _told: dict[int, datetime] = field(default_factory=dict)

    def on(self, rung: Rung, owner: int | None) -> list[int]:
        """The ids of those who stand on this rung: nobody who has left, or is away; for some only who is at work."""
        here = [each for each in self.people if each.at_work or rung.hours == "always"]
        kind, _, rest = rung.who.partition(":")
        if rung.who == "owner":
            return [each.id for each in here if each.id == owner]
        if kind == "on-call" and rest:
            on_duty = self.on_call(rest)
            return [each.id for each in self.people if each.id in on_duty[:1]]
        if kind == "all":
            return [each.id for each in here if rest in each.roles]
        if kind == "next":
            return self._next([each for each in here if rest in each.roles])
        if rung.who in ROLES:
            those = [each for each in here if rung.who in each.roles]
            return [each.id for each in sorted(those, key=lambda each: (not each.at_work, each.lines > 0))][:1]
        return [each.id for each in here if each.name == rung.who]

    @property
    def people(self) -> list[Any]:
        if self._people is None:
            asked = since_a_day_before(self.now) | {"shifts": open_shifts(self.house, self.now)}
            self._people = list(self.connection.execute(_people, asked))
        return self._people

    def named(self, people: list[int]) -> str:
        """Their names, for the journal: the first few."""
        names = [each.name.split()[0] for each in self.people if each.id in people] if people else []
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    def on_call(self, schedule: str) -> list[int]:
        """Who is on duty by this schedule; whoever came last stands in for the others."""
        if schedule not in self._on_call:
            asked = since_a_day_before(self.now) | {"schedule": schedule}
            self._on_call[schedule] = list(self.connection.scalars(_on_call, asked))
        return self._on_call[schedule]

    def _next(self, those: list[Any]) -> list[int]:
        """Each in turn: whoever was told of something longest ago, or never."""
        unknown = [each.id for each in those if each.id not in self._told]
        if unknown:
            never = datetime.min.replace(tzinfo=self.now.tzinfo)
            known = self.connection.execute(_told_last, {"people": unknown}).all()
            self._told |= dict.fromkeys(unknown, never) | {each[0]: each[1] for each in known}
        if not those:
            return []
        chosen = min(those, key=lambda each: (not each.at_work, self._told[each.id], each.id)).id
        self._told[chosen] = self.now + timedelta(microseconds=len(self._told) + 1)
        return [chosen]
