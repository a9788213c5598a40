"""A month's money for a network that wants some for every look. When it is used up, nothing more is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.facts import HOURS
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.settings import Settings
from voice_gateway.store import Store, spending

A_DOLLAR = 1_000_000  # millionths
WITHOUT_END = 1_000_000 * A_DOLLAR
AN_ANSWER = 15_000  # millionths: who has less is as good as without
LOOK_AGAIN = 1 * HOURS


@dataclass(frozen=True, slots=True)
class Purse:
    """What may be spent on one network in a month. Months begin and end as the network counts them, in UTC."""

    store: Store
    network: str
    told: str
    dollars: float

    def pay(self, dollars: float) -> None:
        """Count a call of this price, before it is made. Raises a lasting Trouble when there is no money for it."""
        now = clock.now()
        with self.store.transaction() as memory:
            paid = spending.pay(memory, self.network, _month(now), round(dollars * A_DOLLAR), round(self.dollars * A_DOLLAR))
        if not paid:
            raise Trouble(self.used_up(now), lasting=True, again_after=LOOK_AGAIN)

    def must_hold(self, dollars: float) -> None:
        """Raises a lasting Trouble when there is no money for a call of this price. Nothing is counted."""
        if self._left < round(dollars * A_DOLLAR):
            raise Trouble(self.used_up(clock.now()), lasting=True, again_after=LOOK_AGAIN)

    def add(self, dollars: float) -> None:
        """Count what a call has turned out to cost, even where that is more than there was."""
        if dollars > 0:
            with self.store.transaction() as memory:
                spending.pay(memory, self.network, _month(clock.now()), round(dollars * A_DOLLAR), WITHOUT_END)

    @property
    def told_now(self) -> str:
        """How it stands, for people."""
        with self.store.reading() as memory:
            spent = spending.spent(memory, self.network, _month(clock.now()))
        return f"${spent.millionths / A_DOLLAR:.2f} of ${self.dollars:.2f} spent this month, in {spent.calls} calls"

    @property
    def is_used_up(self) -> bool:
        """Is there not even money for an answer?"""
        return self._left < AN_ANSWER

    def used_up(self, now: datetime) -> str:
        """That there is no more, and until when."""
        first = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
        return (f"the ${self.dollars:.2f} for {self.told} in {now:%B} are used up: nothing is read or said there "
                f"before {first:%B} {first.day}, or until X_BUDGET_USD is more")

    @property
    def _left(self) -> int:
        with self.store.reading() as memory:
            return round(self.dollars * A_DOLLAR) - spending.spent(memory, self.network, _month(clock.now())).millionths


def for_x(store: Store, settings: Settings) -> Purse:
    """The month's money for X."""
    return Purse(store, "x", "X", settings.x_budget_usd)


def _month(now: datetime) -> str:
    return f"{now:%Y-%m}"
