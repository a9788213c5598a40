"""Houses with ladders, hours and people as chance has it, played on the virtual clock with real telephones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from flows import escalation
from flows.climbing import Rung
from tests.house import Agent, House
from tests.scenarios.climbs import a_case, climbs, has_ladder, rung
from voice_gateway.store.tables import CalendarRow, ClimbRow, DutyRow, LegRow, PageRow

ROLES = ("agent", "manager", "supervisor")
BEHAVIOURS = ("takes", "takes", "passes", "rings out", "declines", "machine", "hangs up", "says nothing", "switched off", "busy")
NOBODY_THERE = ("rings out", "machine", "switched off", "busy")
LONGEST_PLAYED = 4 * 3600.0
AFTERWARDS = 15 * 60.0


@dataclass
class World:
    """A house as chance furnished it."""

    house: House
    chance: Random
    people: list[Agent] = field(default_factory=list)
    behaviour: dict[int, str] = field(default_factory=dict)
    urgent: set[int] = field(default_factory=set)

    def furnish(self) -> None:
        for at in range(self.chance.randint(1, 5)):
            hours = self.chance.choice([None, None, [{"days": [3], "open": 0, "close": self.chance.choice([9, 10, 11, 24]) * 60}],
                                        [{"days": [1], "open": 0, "close": 60}]])
            person = self.house.agent(f"Person{at}", roles=(self.chance.choice(ROLES),), hours=hours)
            self.people.append(person)
            self._behaves(person)
        self._schedule()
        has_ladder(self.house, *self._ladder(), is_on=False)

    def _behaves(self, person: Agent) -> None:
        does = self.behaviour[person.id] = self.chance.choice(BEHAVIOURS)
        if does == "machine":
            person.phone.is_an_answering_machine("This is a voicemail box. Please leave a message.")
        elif does == "switched off":
            person.phone.is_switched_off()
        elif does == "busy":
            person.phone.is_busy()

    def _schedule(self) -> None:
        """Somebody is on call for some of the time, or nobody ever."""
        now = self.house.time.now()
        with self.house.store.transaction() as memory:
            calendar = memory.execute(insert(CalendarRow).returning(CalendarRow.id), {
                "name": "night", "source": "night.ics", "is_schedule": True, "look_at": now + timedelta(days=9)}).scalar_one()
            for person in self.chance.sample(self.people, self.chance.randint(0, len(self.people))):
                begins = now + timedelta(minutes=self.chance.randint(-120, 60))
                memory.execute(insert(DutyRow), {"calendar_id": calendar, "person_id": person.id, "begins_at": begins,
                                                 "ends_at": begins + timedelta(minutes=self.chance.randint(10, 240))})

    def _ladder(self) -> list[dict[str, Any]]:
        """Rungs at times of their own; of those that clash only the first stays, as the house file would have it."""
        who = [each.name for each in self.people] + ["owner", "manager of owner", "on-call:night", *ROLES, "all:agent", "all:manager", "next:agent"]
        rungs: list[dict[str, Any]] = []
        for _ in range(self.chance.randint(1, 5)):
            one = rung(self.chance.choice(who), self.chance.choice(["ring", "ring", "text", "ring+text"]),
                       self.chance.choice([0, 0.5, 1, 2, 3, 7]), self.chance.choice([1, 1, 2]),
                       self.chance.choice(["always", "always", "in hours"]))
            told = [Rung(**each | {"after": timedelta(seconds=each["after"])}) for each in [*rungs, one]]
            if not escalation.at_one_instant(told):
                rungs.append(one)
        return rungs

    def play(self) -> None:
        """Cases begin to climb, some at once and some later, until each was acknowledged or has raised the alarm."""
        for at in range(self.chance.randint(1, 6)):
            case_id = a_case(self.house, f"Customer{at}", self.chance.choice([*self.people, None]))
            is_urgent = self.chance.random() < 0.2
            climbs(self.house, case_id, urgent=is_urgent)
            if is_urgent:
                self.urgent.add(case_id)
            self._live(self.chance.choice([0.0, 1.0, 40.0, 200.0]))
        self._live(LONGEST_PLAYED, until_done=True)
        self._live(AFTERWARDS)

    def _live(self, seconds: float, *, until_done: bool = False) -> None:
        """People do what they do, for so long."""
        end = self.house.time.now() + timedelta(seconds=seconds)
        while (left := (end - self.house.time.now()).total_seconds()) > 0:
            if until_done and not self.unfinished():
                return
            self.house.exchange.run(lambda: any(self._rings(each) for each in self.people), min(left, 120.0))
            for person in self.people:
                if self._rings(person):
                    self._answers(person)

    def _rings(self, person: Agent) -> bool:
        return person.phone.is_ringing and self.behaviour[person.id] not in NOBODY_THERE

    def _answers(self, person: Agent) -> None:
        does, phone = self.behaviour[person.id], person.phone
        if does == "declines":
            phone.declines()
        else:
            phone.answers()
            if does == "hangs up":
                phone.hangs_up()
            elif does in ("takes", "passes"):
                self._presses(person, "4" if does == "takes" else "5")

    def _presses(self, person: Agent, key: str) -> None:
        """As soon as they are asked; somebody may have been quicker."""
        phone = person.phone
        self.house.exchange.run(lambda: phone.is_listened_to or not phone.is_off_hook, 60)
        for each in (key, "1") if key == "4" else (key,):
            self.house.exchange.run(lambda: phone.is_listened_to or not phone.is_off_hook, 60)
            if phone.is_off_hook:
                phone.presses(each)

    # what is looked at afterwards

    def unfinished(self) -> list[Any]:
        """Climbs that nobody has acknowledged, and for which no alarm was raised."""
        return self.house.rows(select(ClimbRow.case_id, ClimbRow.round, ClimbRow.at, ClimbRow.ladder).where(
            ClimbRow.acknowledged_by_id.is_(None), ClimbRow.alarmed_at.is_(None)))

    def rings(self) -> dict[int, list[tuple[datetime, datetime, bool]]]:
        """Of each person: when their telephone began to ring and ended, and whether any of what it was for was urgent."""
        found: dict[int, list[tuple[datetime, datetime, bool]]] = {}
        rows = self.house.rows(select(LegRow.id, LegRow.person_id, LegRow.ordered_at, LegRow.ended_at)
                               .where(LegRow.person_id.is_not(None)).order_by(LegRow.id))
        cases: dict[int, set[int]] = {}
        for row in self.house.rows(select(PageRow.leg_id, PageRow.case_id).where(PageRow.leg_id.is_not(None))):
            cases.setdefault(row.leg_id, set()).add(row.case_id)
        for row in rows:
            ends = row.ended_at or datetime.max.replace(tzinfo=row.ordered_at.tzinfo)
            found.setdefault(row.person_id, []).append((row.ordered_at, ends, bool(cases.get(row.id, set()) & self.urgent)))
        return found
