"""Houses with ladders, hours and people as chance has it, played on the virtual clock with real telephones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from flows import escalation
from flows.climbing import Rung
from tests.climbing import calendars
from tests.climbing.heard import Ring, rings
from tests.house import OUR_NUMBER, Agent, House
from tests.scenarios.climbs import a_case, climbs, has_ladder, rung
from voice_gateway import on_call
from voice_gateway.store.hours import moves
from voice_gateway.store.tables import CalendarRow, ClimbRow, PersonRow, ShiftRow

HOUSE_ZONE = "America/New_York"
ROLES = ("agent", "manager", "supervisor")
BEHAVIOURS = ("takes", "takes", "passes", "rings out", "declines", "machine", "hangs up", "says nothing", "switched off", "busy",
              "texts", "reads the page")
NOBODY_THERE = ("rings out", "machine", "switched off", "busy", "texts", "reads the page")
LONGEST_PLAYED = 4 * 3600.0
AFTERWARDS = 15 * 60.0
LONG_AFTERWARDS = 3 * 3600.0
NIGHTS = tuple(datetime(2026, month, day, hour, 30, tzinfo=UTC) for month, day, hour in
               ((3, 8, 6), (3, 29, 0), (10, 25, 0), (11, 1, 5), (4, 4, 14)))  # clocks are turned in half an hour, in one zone or another


@dataclass
class World:
    """A house as chance furnished it. `hours`: the zone and the hours of those who have any of their own."""

    house: House
    chance: Random
    people: list[Agent] = field(default_factory=list)
    behaviour: dict[int, str] = field(default_factory=dict)
    urgent: set[int] = field(default_factory=set)
    hours: dict[int, tuple[str, list[dict[str, Any]]]] = field(default_factory=dict)
    ladder: list[dict[str, Any]] = field(default_factory=list)
    has_rules: bool = False
    read: set[tuple[int, int]] = field(default_factory=set)

    def furnish(self) -> None:
        for at in range(self.chance.randint(1, 5)):
            zone = self.chance.choice(["", "", *calendars.ZONES])
            hours = self.chance.choice([None, self._about_now(zone), self._about_now(""), [{"days": [1], "open": 0, "close": 60}]])
            person = self.house.agent(f"Person{at}", roles=(self.chance.choice(ROLES),), hours=hours)
            self.people.append(person)
            self._behaves(person)
            self._is_in(person, zone, hours)
        self._on_call()
        self.has_rules = self.chance.random() < 0.25
        self.ladder = self._ladder()
        has_ladder(self.house, *self.ladder, is_on=self.has_rules)

    def _about_now(self, zone: str) -> list[dict[str, Any]]:
        """Hours that begin or end soon by the clock of this zone, which need not be where they are worked."""
        wall = self.house.time.now().astimezone(ZoneInfo(zone or HOUSE_ZONE))
        opens = max(0, (wall.hour * 60 + self.chance.choice([-180, -60, -15, 0, 15, 30, 90])))
        return [{"days": [1, 2, 3, 4, 5, 6, 7], "open": opens, "close": min(24 * 60, opens + self.chance.choice([30, 60, 120, 480]))}]

    def _is_in(self, person: Agent, zone: str, hours: list[dict[str, Any]] | None) -> None:
        with self.house.store.transaction() as memory:
            moves(memory, person.id, zone)
        if hours:
            self.hours[person.id] = zone or HOUSE_ZONE, hours

    def _behaves(self, person: Agent) -> None:
        does = self.behaviour[person.id] = self.chance.choice(BEHAVIOURS)
        if does == "machine":
            person.phone.is_an_answering_machine("This is a voicemail box. Please leave a message.")
        elif does == "switched off":
            person.phone.is_switched_off()
        elif does == "busy":
            person.phone.is_busy()

    def _on_call(self) -> None:
        """A calendar says who is on call, and another perhaps when somebody works; both are read as any feed is."""
        now, names = self.house.time.now(), [each.name for each in self.people]
        feeds = {"night": calendars.text(self.chance, names, now), "own": calendars.text(self.chance, names, now)}
        with self.house.store.transaction() as memory:
            memory.execute(insert(CalendarRow), [
                {"name": name, "source": name, "is_schedule": name == "night", "look_at": now} for name in sorted(feeds)])
            if self.chance.random() < 0.4:
                whose = self.chance.choice(self.people).id
                own = memory.scalar(select(CalendarRow.id).where(CalendarRow.name == "own"))
                never = memory.execute(insert(ShiftRow).returning(ShiftRow.id), {
                    "name": "by calendar", "openings": [{"days": [], "open": 0, "close": 0}]}).scalar_one()
                memory.execute(update(PersonRow).where(PersonRow.id == whose).values(calendar_id=own, shift_id=never))
                self.hours.pop(whose, None)
        told = on_call.look(self.house.store, now, fetch=feeds.__getitem__)
        assert not told, told

    def _ladder(self) -> list[dict[str, Any]]:
        """Rungs at times of their own; of those that clash only the first stays, as the house file would have it."""
        who = [each.name for each in self.people] + ["owner", "manager of owner", "on-call:night", *ROLES, "all:agent", "all:manager", "next:agent"]
        rungs: list[dict[str, Any]] = []
        hours = self.chance.choice([["always", "always", "in hours"], ["always", "always", "in hours"], ["in hours"]])
        for _ in range(self.chance.randint(1, 5)):
            one = rung(self.chance.choice(who), self.chance.choice(["ring", "ring", "text", "ring+text"]),
                       self.chance.choice([0, 0.5, 1, 2, 3, 7]), self.chance.choice([1, 1, 2]),
                       self.chance.choice(hours))
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
        self._live(LONG_AFTERWARDS if self.has_rules else AFTERWARDS)  # whoever took it keeps no promise: it climbs again
        self._live(LONGEST_PLAYED, until_done=True)

    def _live(self, seconds: float, *, until_done: bool = False) -> None:
        """People do what they do, for so long."""
        end = self.house.time.now() + timedelta(seconds=seconds)
        while (left := (end - self.house.time.now()).total_seconds()) > 0:
            if until_done and not self.unfinished():
                return
            self.house.exchange.run(lambda: any(self._rings(each) or self._has_news(each) for each in self.people), min(left, 120.0))
            for person in self.people:
                if self._rings(person):
                    self._answers(person)
                if self.behaviour[person.id] in ("texts", "reads the page"):
                    self._reads(person)

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

    def _news(self, person: Agent) -> list[Any]:
        """The texts about cases that climb which they have not read yet."""
        diary = self.house.exchange.diary(person.phone.number)
        return [each for each in diary if each.kind == "text" and (person.id, each.n) not in self.read and "need" in each.text]

    def _has_news(self, person: Agent) -> bool:
        return self.behaviour[person.id] in ("texts", "reads the page") and bool(self._news(person))

    def _reads(self, person: Agent) -> None:
        """They answer by text, of each case that it names; or on the page to which it leads, with a touch."""
        for text in self._news(person):
            self.read.add((person.id, text.n))
            link = re.search(r"/climbs/\S+", text.text)
            if self.behaviour[person.id] == "texts":
                for tag in re.findall(r"\bT\d+", text.text):
                    person.phone.texts(self.chance.choice([f"mine {tag}", f"mine {tag} in 2 hours", f"pass {tag}", f"6 {tag} 1"]), to=OUR_NUMBER)
            elif link:
                deed = self.chance.choice(["mine", "pass", "resolved"])
                self.house.browser.post(link[0], data={"deed": deed, "resolved": "1"})

    # what is looked at afterwards

    def unfinished(self) -> list[Any]:
        """Climbs that nobody has acknowledged, and for which no alarm was raised."""
        return self.house.rows(select(ClimbRow.case_id, ClimbRow.round, ClimbRow.at, ClimbRow.ladder).where(
            ClimbRow.acknowledged_by_id.is_(None), ClimbRow.alarmed_at.is_(None)))

    def rings(self) -> list[tuple[Agent, list[Ring]]]:
        """Of each person: the calls that the carrier placed to their telephone."""
        found = rings(self.house, [each.phone.number for each in self.people])
        return [(each, found[each.phone.number]) for each in self.people]

    def works(self, person: Agent, at: datetime) -> bool:
        """Do they work then? Counted here by the clock on their wall; whoever has no hours of their own always does."""
        zone, hours = self.hours.get(person.id, (HOUSE_ZONE, []))
        wall = at.astimezone(ZoneInfo(zone))
        minute = wall.hour * 60 + wall.minute
        return not hours or any(wall.isoweekday() in each["days"] and each["open"] <= minute < each["close"] for each in hours)

    @property
    def is_for_hours_only(self) -> bool:
        """Is every rung of the ladder for hours only, and for nobody whom a calendar calls, whatever their hours are?"""
        return all(each["hours"] == "in hours" and not each["who"].startswith("on-call:") for each in self.ladder)
