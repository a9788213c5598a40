"""A house of real processes, and ways to hurt it. What was hurt is whole again after each test."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from tests.processes.relay import SlowLine
from voice_gateway.demo.processes import HouseOfProcesses
from voice_gateway.demo.stage import Person, Stage, Ticket
from voice_gateway.gateway import open_store
from voice_gateway.settings import Settings, from_environment
from voice_gateway.store import Store
from voice_gateway.store.tables import CaseRow, IdentifierRow, OrderRow

SPEED = 6.0  # a process that begins anew must be there within the two minutes that a leg has
WITHIN = 60.0  # real seconds in which everything owed must have happened
LOOK_EVERY = 0.02


def until(true: Callable[[], Any], within: float = WITHIN) -> bool:
    """Wait for a thing itself, at most so many real seconds."""
    for _look in range(int(within / LOOK_EVERY)):
        if true():
            return True
        threading.Event().wait(LOOK_EVERY)
    return bool(true())


@dataclass
class Accident:
    """The house, the people around it, and what can happen to it."""

    house: HouseOfProcesses
    line: SlowLine
    stage: Stage
    store: Store
    numbers: Iterator[int]

    @property
    def sam(self) -> Person:
        return self.stage.agents[0]

    def somebody(self, name: str = "Dana") -> Person:
        """A customer whom nobody has met yet."""
        return Person(name, self.stage.exchange.phone(f"+12025550{next(self.numbers)}"))

    def asks(self, customer: Person, about: str = "a refund") -> Ticket:
        return self.stage.asks(customer, about)

    def says_yes(self, customer: Person) -> None:
        """Sam is rung for this customer, for the first time or at last, and takes it."""
        self.sam.phone.rings(within=WITHIN * SPEED).hears(customer.name)
        self.sam.phone.presses("1")

    def they_talk(self, customer: Person) -> None:
        """The customer is rung, says yes, talks and hangs up; Sam tells how it went."""
        customer.phone.rings(within=WITHIN * SPEED).hears("You asked us to call", "Sam").presses("1")
        assert customer.phone.talks_with(self.sam.phone)
        customer.phone.hangs_up()
        self.sam.phone.hears("How did it go").presses("1").hears("Solved").is_hung_up()

    def calls_to(self, person: Person) -> int:
        """How many calls to this number the carrier has taken: what really rang."""
        told = self.house.settings
        account = told["TWILIO_ACCOUNT_SID"]
        answer = requests.get(f"{self.house.carrier_url}/2010-04-01/Accounts/{account}/Calls.json",
                              params={"To": person.phone.number}, auth=(account, told["TWILIO_AUTH_TOKEN"]), timeout=10)
        return len(answer.json()["calls"])

    def cases_of(self, person: Person) -> int:
        """How many cases the house has opened for this number."""
        return len(self._rows(select(CaseRow.id).join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
                              .where(IdentifierRow.subject == person.phone.number)))

    def owed(self) -> list[Any]:
        """What is due and not done."""
        return self._rows(select(OrderRow.kind, OrderRow.turn, OrderRow.result)
                          .where(OrderRow.done_at.is_(None), OrderRow.due_at <= self.stage.now))

    def is_calm(self) -> None:
        """Everything owed has been done, and nobody's telephone is off the hook."""
        assert until(lambda: not self.owed()), self.owed()
        log = self.stage.exchange.log()
        assert not log["problems"], log["problems"]

    def pause(self, name: str) -> None:
        """Stop a process between two transactions: stopped within one it would keep SQLite's only pen."""
        assert until(lambda: self._stops_without_the_pen(name)), f"the {name} was always writing"

    def _stops_without_the_pen(self, name: str) -> bool:
        self.house.signal(signal.SIGSTOP, name)
        os.waitid(os.P_PID, self.house.children[name].pid, os.WSTOPPED | os.WNOWAIT)
        with closing(sqlite3.connect(str(self.store.engine.url.database), timeout=LOOK_EVERY)) as another:
            try:
                another.execute("BEGIN IMMEDIATE")
                return True
            except sqlite3.OperationalError:
                self.house.signal(signal.SIGCONT, name)
                return False

    def mend(self) -> None:
        """Whoever died lives again, and whoever was stopped goes on."""
        self.line.release()
        self.house.signal(signal.SIGCONT, *self.house.children)
        self.house.look_after(lambda _line: None)
        self.house.await_up()

    def _rows(self, query: Any) -> list[Any]:
        with self.store.reading() as memory:
            return list(memory.execute(query))


def memory_of(house: HouseOfProcesses) -> Store:
    """The house's memory, opened once more, to look into."""
    usual = {name: each.default for name, each in Settings.model_fields.items() if not each.is_required()}
    return open_store(from_environment(**usual | {name.lower(): value for name, value in house.settings.items()}))


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accident]:
    line = SlowLine()
    house = HouseOfProcesses(tmp_path_factory.mktemp("house"), speed=SPEED, rest_url=line.url,
                             port=0, carrier_port=0, house=Path(__file__).with_name("house.toml"))
    line.leads_to(house.carrier_port)
    with house:
        store = memory_of(house)
        yield Accident(house, line, Stage(house), store, itertools.count(130))
        store.close()
        line.close()


@pytest.fixture
def accident(running: Accident) -> Iterator[Accident]:
    """A calm house; it must be calm again when the test is over."""
    running.mend()
    yield running
    running.mend()
    running.is_calm()
