"""The world in which it is played: the truth, the house's real memory, a clock and one source of chance."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from bench.attack.truth import Account, Matter, Number, Person, Score, Truth
from flows.identity.grant import RouteGrant
from voice_gateway.store.identity import challenges, evidence, grants, on_whatsapp, reaching
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.store.tables import CaseRow, IdentifierRow
from voice_gateway.wire import OnWhatsApp

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEY = "the key of a house under attack"
NETWORKS = ("atproto", "mastodon")
CROOKS = 0.2
LAST_MATTERS = 2000
LAST_GRANTS = 200

_identifier = insert(IdentifierRow).returning(IdentifierRow.id)
_case = insert(CaseRow).returning(CaseRow.id)


@dataclass
class World:
    """One house and everybody around it."""

    memory: Connection
    chance: random.Random
    now: datetime
    truth: Truth = field(default_factory=Truth)
    score: Score = field(default_factory=Score)
    held: list[tuple[RouteGrant, Matter]] = field(default_factory=list)
    seen: list[tuple[str, int, int]] = field(default_factory=list)
    on_whatsapp: dict[int, Account] = field(default_factory=dict)
    count: int = 0

    # ---- who there is ----

    def settle(self, people: int) -> None:
        """Everybody gets a number and one or two accounts; some households share one number."""
        for n in range(people):
            person = Person(f"p{n}", crook=self.chance.random() < CROOKS)
            self.truth.people.append(person)
            if n and self.chance.random() < 0.15:
                self.gets(person, self.chance.choice(self.truth.people[:-1]).number or self.new_number())
            else:
                self.gets(person, self.new_number())
            for network in self.chance.sample(NETWORKS, self.chance.choice((1, 2))):
                self.new_account(person, network)

    def gets(self, person: Person, number: Number) -> None:
        person.number = number
        number.holders.append(person)
        number.free_since = None

    def new_number(self) -> Number:
        subject = f"+1{2_000_000_000 + self._next()}"
        number = Number(self._identifier("tel", subject), subject)
        self.truth.numbers[number.id] = number
        return number

    def new_account(self, person: Person, network: str) -> Account:
        handle = f"{person.name}.{network}"
        account = Account(self._identifier(network, f"did:{self._next()}"), network, person, handle)
        self.truth.accounts[account.id] = self.truth.handles[handle] = account
        person.accounts.append(account)
        return account

    def whatsapp(self, person: Person, number: Number) -> Account:
        """The WhatsApp that is registered with a number; who had one there before has it no more."""
        there = self.on_whatsapp.get(number.id)
        if there is None or there.owner is not person:
            subject = f"US.{self._next()}"
            there = Account(self._identifier(on_whatsapp.ACCOUNT, subject), on_whatsapp.ACCOUNT, person, subject)
            self.truth.accounts[there.id] = self.on_whatsapp[number.id] = there
        return there

    def leaves_whatsapp(self, number: Number) -> None:
        """They take their WhatsApp along to another number, and WhatsApp tells."""
        there = self.on_whatsapp.pop(number.id, None)
        if there:
            on_whatsapp.told(self.memory, there.handle, OnWhatsApp(there.handle, has_changed=True), f"SM{self._next()}", self.now)

    def anybody(self, crook: bool | None = None) -> Person:
        while True:
            person = self.chance.choice(self.truth.people)
            if crook in (None, person.crook):
                return person

    # ---- what the house is told, and asked ----

    def says(self, tel_id: int, account_id: int, kind: str, **more: object) -> int | None:
        said = Evidence(tel_id, account_id, kind, f"source {self._next() % 50}", str(self._next()), self.now, **more)  # type: ignore[arg-type]
        return evidence.add(self.memory, said, self.now).link_id

    def code(self, tel_id: int, account_id: int, way: str = challenges.TO_NUMBER, sitting: str = "") -> str:
        """A new code; empty when there were too many."""
        try:
            return challenges.issue(self.memory, KEY, tel_id, account_id, way, self.now, sitting=sitting).code
        except challenges.TooMany:
            return ""

    def answers(self, code: str, from_id: int, sitting: str = "", alone: bool | None = None) -> bool:
        return challenges.answer(self.memory, KEY, code, from_id, self.now, sitting=sitting, alone=alone).was_right

    def matter(self, whose: Person, hangs_on: Number | Account) -> Matter:
        """A new case. It is closed at once, since one number has one open case."""
        if isinstance(hangs_on, Number) and whose in hangs_on.holders:
            hangs_on.last_owned_use = self.now
        case_id: int = self.memory.execute(_case, {
            "identifier_id": hangs_on.id, "caller_name": "", "about": "", "state": "solved", "ticket_seed": "",
            "token_hash": f"t{self._next()}", "opened_at": self.now, "closed_at": self.now, "wanted_at": self.now, "due_at": self.now,
        }).scalar_one()
        matter = Matter(case_id, whose, hangs_on)
        self.truth.matters.append(matter)
        del self.truth.matters[:-LAST_MATTERS]
        return matter

    def asks(self, matter: Matter, towards: str, *, authentic: bool = True, only: int | None = None) -> str:
        """Ask for leave; hold what is given against the truth. Gives why not, empty when granted."""
        given = grants.resolve_for_route(self.memory, matter.id, towards, self.now, authentic=authentic, only=only)
        self.score.asked += 1
        if not isinstance(given, RouteGrant):
            return given.why
        self._has_leave(given, matter)
        return ""

    def rings(self, matter: Matter) -> None:
        """Whatever a case that hangs on an account waits for, the product's own way to ring asks whether it may."""
        given = reaching.of_account(self.memory, matter.id, self.now)
        self.score.asked += 1
        if isinstance(given, RouteGrant):
            self._has_leave(given, matter)

    def _has_leave(self, given: RouteGrant, matter: Matter) -> None:
        self.score.granted += 1
        self.judge(given, matter, "granted")
        self.held.append((given, matter))
        del self.held[:-LAST_GRANTS]

    def sends_late(self) -> None:
        """Some job comes to send something for which leave was given long ago."""
        if self.held:
            given, matter = self.chance.choice(self.held)
            self.score.held += 1
            if grants.recheck(self.memory, given, self.now):
                self.judge(given, matter, "sent late")

    def judge(self, given: RouteGrant, matter: Matter, how: str) -> None:
        if self.truth.is_false(matter, given.to_id):
            self.score.false += 1
            hears = ", ".join(sorted(person.name for person in self.truth.hears(given.to_id))) or "nobody yet known"
            self.score.falsities.append(
                f"{how} {self.now:%Y-%m-%d %H:%M}: case {matter.id} of {matter.whose.name} on identifier "
                f"{matter.hangs_on.id} heard by {hears} at {given.to_id}, link {given.link_id}")

    def later(self, span: timedelta) -> None:
        self.now += span

    def _identifier(self, namespace: str, subject: str) -> int:
        return int(self.memory.execute(
            _identifier,
            {"namespace": namespace, "subject": subject, "first_seen": self.now}).scalar_one())

    def _next(self) -> int:
        self.count += 1
        return self.count
