"""The house on the telephone company's bench: everything real but the wires.

Our own Flask application, our own database, our own jobs, Twilio's own client
library; the carrier is the sandbox, and time is turned by hand. A scenario is a
telephone call, and silence is asserted at its end.
"""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import bindparam, insert, select, update

from flows.facts import Call
from jobs.climb import climb
from jobs.deliver import deliver
from jobs.listen import listen
from jobs.look_after_legs import look_after_legs
from jobs.look_after_recordings import look_after_recordings
from jobs.look_for_work import look_for_work
from jobs.workshop import Workshop, work_in
from tests.next_due import NextDue
from tests.oracles import check_log
from tests.square import WorkerDied, networks_of
from voice_gateway import clock
from voice_gateway.carrier import Carrier
from voice_gateway.doorbell import Doorbell, OwnBell, Ringer
from voice_gateway.gateway import Gateway, open_gateway
from voice_gateway.networks import Network
from voice_gateway.recordings import Folder
from voice_gateway.sandbox.citizens import Person
from voice_gateway.sandbox.clock import VirtualClock
from voice_gateway.sandbox.exchange import Exchange
from voice_gateway.sandbox.phones import Phone
from voice_gateway.sandbox.posting import wsgi_post
from voice_gateway.sandbox.weather import Weather
from voice_gateway.settings import Settings, from_environment
from voice_gateway.store import Store, climbs, outbox, recall
from voice_gateway.store.tables import (
    CaseRow,
    ContactRow,
    HouseRow,
    IdentifierRow,
    LegRow,
    NetworkRow,
    NumberRow,
    OrderRow,
    PersonRow,
    ShiftRow,
    SkillRow,
    Table,
)
from voice_gateway.web import create_app

BASE = "https://house.example.test"
ACCOUNT = "AC" + "1" * 32
TOKEN = "a-token-of-the-test-house"
OUR_NUMBER = "+12025550100"
MORNING = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday, 10:00 in New York
TICK = 2.0
# The longer no bell rang, the more seldom the tick comes, so that hours pass quickly.
QUIET = ((timedelta(hours=3), 300), (timedelta(minutes=3), 15), (timedelta(seconds=90), 3), (timedelta(0), 1))
TICKS_AFTER_QUIET = (6.0, 12.0, 30.0)
LOOK_AFTER = 15.0
LISTEN = 5.0
A_WORKER_PICKS_UP = 0.02


CARRIERS_OWN = (13617,)  # too short or too long to be written down: the carrier's limit, nobody's mistake

READ_UP_TO = select(NetworkRow.name, NetworkRow.cursor, NetworkRow.read_at)
NOT_DONE = select(OrderRow.id, OrderRow.kind, OrderRow.result).where(
    OrderRow.done_at.is_(None), OrderRow.due_at <= bindparam("now"))
ON_THE_LINE = select(LegRow.id, LegRow.role).where(LegRow.ended_at.is_(None))
UNSETTLED = select(LegRow.id, LegRow.role).where(LegRow.settled_at.is_(None))
TAKEN = select(CaseRow.id, CaseRow.taken_by_id).where(CaseRow.taken_by_id.is_not(None))
FORGOTTEN = (
    select(CaseRow.id, CaseRow.state).where(CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None))
    .where(~select(OrderRow.id).where(OrderRow.case_id == CaseRow.id, OrderRow.done_at.is_(None)).exists())
)


class MortalCarrier:
    """A carrier whose caller dies after each first request that creates something."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._died_after: set[tuple[str, str, str]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def ring(self, **what: Any) -> str:
        return self._die_once("ring", what["to"], what["url"], self._carrier.ring(**what))

    def text(self, **what: Any) -> str:
        return self._die_once("text", what["to"], what["body"], self._carrier.text(**what))

    def _die_once(self, kind: str, to: str, what: str, sid: str) -> str:
        if (kind, to, what) not in self._died_after:
            self._died_after.add((kind, to, what))
            raise WorkerDied
        return sid


@dataclass
class Agent:
    """Somebody of the house, at their own phone."""

    house: House
    name: str
    phone: Phone
    id: int

    def differs(self, **ways: Any) -> Agent:
        """What is special about them: `takes`, `away_until`, `greeting` ..."""
        with self.house.store.transaction() as memory:
            memory.execute(update(PersonRow).where(PersonRow.id == self.id).values(**ways))
        return self

    def is_good_at(self, skill: str) -> Agent:
        with self.house.store.transaction() as memory:
            memory.execute(insert(SkillRow), {"person_id": self.id, "skill": skill})
        return self

    def becomes_free(self, within: float = 60) -> bool:
        """Wait until nothing of ours keeps them: neither a case nor a call."""
        return self.house.exchange.run(lambda: self.is_free, within)

    @property
    def is_free(self) -> bool:
        return not self.house.rows(
            select(LegRow.id).where(LegRow.person_id == self.id, LegRow.ended_at.is_(None))
        ) and not self.house.rows(select(CaseRow.id).where(CaseRow.taken_by_id == self.id))


class Customer:
    """Somebody outside."""

    def __init__(self, house: House, name: str, phone: Phone) -> None:
        self.house, self.name, self.phone = house, name, phone
        self.answer: Any = None

    def asks_for_a_call(self, about: str = "a refund", **more: Any) -> Customer:
        """Fill in the form on the website."""
        typed = {"phone": self.phone.number, "name": self.name, "about": about, "consent": True, "when": "now"}
        self.answer = self.house.browser.post("/click-to-call", json=typed | more)
        assert self.answer.status_code == 202, self.answer.get_data(as_text=True)
        return self

    def dials(self, number: str = OUR_NUMBER, **how: Any) -> Customer:
        """Ring the house."""
        self.phone.dials(number, **how)
        return self

    def waits_in_line(self, about: str = "a refund", **how: Any) -> Customer:
        """Ring the house, choose to wait, and say what it is about."""
        self.dials(**how).phone.hears("Press 1 to wait").presses("1")
        self.phone.hears("what is it about").says(about).hears("One moment please")
        return self

    def is_known(self, *, insider: bool = False, is_blocked: bool = False, **number: Any) -> Customer:
        """The house has them among its contacts, and their `number` may be special."""
        with self.house.store.transaction() as memory:
            contact = memory.execute(insert(ContactRow).returning(ContactRow.id), {
                "name": self.name, "insider": insider, "blocked": is_blocked,
                "created_at": self.house.time.now()}).scalar_one()
            memory.execute(insert(IdentifierRow), {"namespace": "tel", "subject": self.phone.number,
                                                   "contact_id": contact, "first_seen": self.house.time.now()} | number)
        return self

    @property
    def ticket(self) -> Any:
        """What their ticket says now, as data."""
        page = self.answer.get_json()["url"].removeprefix(BASE)
        return self.house.browser.get(f"{page}.json").get_json()

    @property
    def state(self) -> str:
        return str(self.ticket["state"])


def talks_and_is_content(dana: Customer, sam: Agent) -> None:
    """They talk, the customer hangs up, and the colleague says that it is solved."""
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


def talks_and_ends_it_in_public(dana: Customer, sam: Agent, jess: Any) -> None:
    """They talk about what all could read; that is over only when it was said there as well."""
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("This began in public")
    sam.phone.reads("is yours", within=180)
    tag = next(each for each in reversed(sam.phone.received) if "is yours" in each).split()[0]
    sam.phone.texts(f"APOLOGY {tag} We are sorry for the long wait. NEXT We call you on Friday.", to=OUR_NUMBER)
    sam.phone.reads(f"{tag} is solved, and said where it began", within=180)
    jess.reads("We are sorry for the long wait. We call you on Friday.", private=False, within=300)
    dana.phone.reads(f"{sam.name.split()[0]} of ", "We call you on Friday.", "Where it stands: ", within=180)


class House:
    """A furnished house, a carrier, and the clock on both their walls."""

    def __init__(self, store: Store, weather: Weather, database_url: str, folder: Path, begins: datetime = MORNING) -> None:
        self.weather = weather
        self.store = store
        self.time = VirtualClock(begins)
        clock.follow(self.time.now)
        self.settings = house_settings(database_url)
        self.gateway, self.app, self._next_due = opened(self.settings, store, self._ring_the_worker)
        self.browser: FlaskClient = self.app.test_client()
        self.exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=self.time, weather=weather,
                                 post=wsgi_post(self.app.wsgi_app, BASE), calls_per_second=100)
        carrier: Any = Carrier(self.settings, self.exchange.http_client())
        if weather.worker_dies_after_each_send:
            carrier = MortalCarrier(carrier)
        self.vault = Folder(folder)
        networks = networks_of(self.exchange)
        self.shop = Workshop(self.gateway, carrier, OwnBell(), self.vault, networks)
        self.app.extensions["networks"] = self._networks = networks
        work_in(self.shop)
        self._numbers = itertools.count(11)
        self._last_bell = self.time.now()
        self._looked_at = True
        self._listens = False
        self._all_read = -1
        self._furnish()
        self._every(TICK, self._tick)
        self._every(TICK, self._climb)
        self._every(LOOK_AFTER, lambda: self._work(look_after_legs))
        self._every(LOOK_AFTER, look_after_recordings)

    # who is there

    def agent(self, name: str, *, roles: tuple[str, ...] = ("agent",), hours: list[dict[str, Any]] | None = None) -> Agent:
        """Somebody of the house; the earlier they are named, the longer they have been idle."""
        phone = self._phone()
        with self.store.transaction() as memory:
            shift = self._house_shift
            if hours is not None:
                shift = memory.execute(insert(ShiftRow).returning(ShiftRow.id),
                                       {"name": f"{name}'s", "openings": hours}).scalar_one()
            person = memory.execute(
                insert(PersonRow).returning(PersonRow.id),
                {"name": name, "phone": phone.number, "roles": list(roles), "skills": [], "languages": ["en"],
                 "handles": {}, "is_agent": "agent" in roles, "owner_rank": 0 if "manager" in roles else 2,
                 "shift_id": shift, "idle_since": self.time.now()},
            ).scalar_one()
        self.exchange.pass_time(1)
        return Agent(self, name, phone, person)

    def manager(self, name: str) -> Agent:
        return self.agent(name, roles=("manager",))

    def customer(self, name: str, number: str = "") -> Customer:
        return Customer(self, name, self.exchange.phone(number) if number else self._phone())

    def person_on(self, network: str, handle: str, name: str = "", followers: int = 0) -> Person:
        """Somebody with an account on a social network, which the square plays. From the first one on the house listens."""
        if not self._listens:
            self._listens = True
            with self.store.transaction() as memory:
                memory.execute(insert(NetworkRow), [{"name": each, "cursor": "0"} for each in self.shop.networks])
            self._every(LISTEN, self._listen)
        return Person(self.exchange, network, handle, name, followers)

    def is_on(self, network: Network) -> None:
        """On this network as it is, not as the square plays it: looked at every few seconds, from now on or as before."""
        self._networks[network.name] = network
        if not self._listens:
            self._listens = True
            with self.store.transaction() as memory:
                memory.execute(insert(NetworkRow), [{"name": each, "cursor": "" if each == network.name else "0"} for each in self.shop.networks])
            self._work(listen)
            self._every(LISTEN, lambda: self._work(listen))

    def keeps(self, **ways: Any) -> None:
        """The house's own ways: line, voicemail, rings_first, closings."""
        with self.store.transaction() as memory:
            memory.execute(update(HouseRow).values(**ways))
        self.gateway.turns.forget_the_house()

    def number(self, number: str, **ways: Any) -> str:
        """One more number of ours, with its greeting and what its callers need."""
        with self.store.transaction() as memory:
            memory.execute(insert(NumberRow), {"number": number, "calls_per_second": 50.0, **ways})
        self.exchange.own(number, voice_url=f"{BASE}/voice/reception", status_callback=f"{BASE}/voice/ended", sms_url=f"{BASE}/sms",
                          voice_fallback_url=f"{BASE}/voice/fallback")
        self.gateway.turns.forget_the_house()
        return number

    def keeps_hours(self, openings: list[dict[str, Any]]) -> None:
        """The house itself is open only then."""
        with self.store.transaction() as memory:
            memory.execute(update(ShiftRow).where(ShiftRow.id == self._house_shift).values(openings=openings))
        self.gateway.turns.forget_the_house()

    def passes(self, seconds: float) -> None:
        """Let time go by."""
        self.exchange.pass_time(seconds)

    @property
    def cases(self) -> list[Any]:
        """Every case, oldest first, as it is kept."""
        return self.rows(select(*CaseRow.__table__.columns).order_by(CaseRow.id))

    def rows(self, query: Any) -> list[Any]:
        with self.store.reading() as memory:
            return list(memory.execute(query))

    # silence

    def is_silent(self) -> None:
        """Nothing may be left over: no ring unheard, no text unread, no order undone, no leg open."""
        if not self._looked_at:
            return
        self.exchange.run(lambda: not self.exchange.loose_ends() and not self.loose_ends(), within=180)
        assert not self.loose_ends(), "\n".join(self.loose_ends())
        problems = [each for each in self.exchange.problems if each.code not in CARRIERS_OWN]
        assert not problems, problems
        check_log(self.exchange)

    def is_forgotten(self) -> None:
        """This was no telephone call: nothing of it is looked at when the test is over."""
        self._looked_at = False

    def facts(self, memory: Any, case_id: int) -> Call:
        known = recall.case(memory, self.store.tickets, self.gateway.turns._house(memory).house, self.time.now(),
                            case_id=case_id)
        assert known is not None
        return known.call

    def loose_ends(self) -> list[str]:
        with self.store.reading() as memory:
            orders = memory.execute(NOT_DONE, {"now": self.time.now()}).all()
            legs, unsettled, taken, forgotten = (
                memory.execute(query).all() for query in (ON_THE_LINE, UNSETTLED, TAKEN, FORGOTTEN))
        return [
            *self.exchange.loose_ends(),
            *(f"order {each.id} ({each.kind}) is not done: {each.result}" for each in orders),
            *(f"leg {each.id} ({each.role}) is still on the line" for each in legs),
            *(f"leg {each.id} ({each.role}) was never settled" for each in unsettled),
            *(f"case {each.id} is still taken by {each.taken_by_id}" for each in taken),
            *(f"case {each.id} ({each.state}) has neither owner nor next action" for each in forgotten),
        ]

    def leave(self) -> None:
        work_in(None)
        clock.follow(None)

    # the machinery

    def _furnish(self) -> None:
        with self.store.transaction() as memory:
            memory.execute(insert(HouseRow), {"id": 1, "name": "Acme Support", "time_zone": "America/New_York",
                                              "countries": ["US", "CA", "GB"]})
            self._house_shift = memory.execute(insert(ShiftRow).returning(ShiftRow.id),
                                               {"name": "house", "openings": []}).scalar_one()
            memory.execute(insert(NumberRow), {"number": OUR_NUMBER, "calls_per_second": 50.0})
        self.exchange.own(OUR_NUMBER, voice_url=f"{BASE}/voice/reception", status_callback=f"{BASE}/voice/ended", sms_url=f"{BASE}/sms",
                          voice_fallback_url=f"{BASE}/voice/fallback")
        self.exchange.lengths["hold.wav"] = 20.0

    def _phone(self) -> Phone:
        return self.exchange.phone(f"+120255501{next(self._numbers)}")

    def _ring_the_worker(self, case_ids: list[int]) -> None:
        if self.time.now() - self._last_bell >= QUIET[0][0]:  # the next tick may be ten minutes off
            for seconds in TICKS_AFTER_QUIET:
                self.exchange.at(seconds, self._tick)
        self._last_bell = self.time.now()
        self.exchange.at(A_WORKER_PICKS_UP, lambda: self._work(deliver, case_ids))

    def _every(self, seconds: float, job: Any) -> None:
        def again() -> None:
            job()
            since = self.time.now() - self._last_bell
            self.exchange.at(seconds * next(slower for quiet, slower in QUIET if since >= quiet), again)

        self.exchange.at(seconds, again)

    def _tick(self) -> None:
        """The tick, where there is something to find: most of a day's ticks find nothing, and a test's time is short."""
        if not self._next_due.is_reached(self.time.now()):
            return
        with self.store.reading() as memory:
            is_due = outbox.due(memory, self.time.now(), 1)
        if is_due:
            self._work(look_for_work)

    def _climb(self) -> None:
        if not self._next_due.is_reached(self.time.now()):
            return
        with self.store.reading() as memory:
            is_due = climbs.is_due(memory, self.time.now())
        if is_due:
            self._work(climb)

    def _listen(self) -> None:
        """The look at the networks, where somebody said something since they were all read to the end."""
        said = sum(len(town.said) for town in self.exchange.square.towns.values())
        if said == self._all_read:
            return
        before = {each.name: each.cursor for each in self.rows(READ_UP_TO)}
        self._work(listen)
        if all(each.read_at == self.time.now() and each.cursor == before.get(each.name) for each in self.rows(READ_UP_TO)):
            self._all_read = said

    def _work(self, job: Any, *ids: Any) -> None:
        try:
            job(*ids)
        except WorkerDied:
            logging.getLogger("house").debug("a worker died")


_opened: dict[str, tuple[Gateway, Flask, list[Ringer], NextDue]] = {}


def opened(settings: Settings, store: Store, ringer: Ringer) -> tuple[Gateway, Flask, NextDue]:
    """The house's doors on this database: opened once, as in a process, with this scenario's bell."""
    if settings.database not in _opened:
        ringers = [ringer]

        def ring(cases: list[int]) -> None:
            ringers[0](cases)

        gateway = open_gateway(settings, Doorbell(ring), store)
        app = create_app(gateway=gateway)
        app.testing = True
        _opened[settings.database] = gateway, app, ringers, NextDue(store)
    gateway, app, ringers, next_due = _opened[settings.database]
    ringers[0] = ringer
    gateway.turns.forget_the_house()
    return gateway, app, next_due


def house_settings(database_url: str) -> Settings:
    """Of each test its own: settings remember what was asked of them, and a copy remembers it as well."""
    return _settings(database_url).model_copy()


@cache
def _settings(database_url: str) -> Settings:
    return from_environment(
        twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, public_base_url=BASE, database_url=database_url,
        secret_key="a secret key of the test house", log_format="console", log_level="WARNING",
        redis_url="redis://127.0.0.1:1/0",
    )


_EACH_TABLE = [f"DELETE FROM {table.name}" for table in reversed(Table.metadata.sorted_tables)]
EMPTYING = {  # PostgreSQL takes all in one go; and the first ticket is T1 again
    False: _EACH_TABLE,
    True: ["; ".join([*_EACH_TABLE, "ALTER SEQUENCE cases_id_seq RESTART"])],
}


def empty(store: Store) -> None:
    """Forget everything, keep the shape."""
    with store.transaction() as memory:
        for words in EMPTYING[store.locks_rows]:
            memory.exec_driver_sql(words, execution_options={"no_parameters": True})
