"""Too often: how many calls may be asked for, before the house says "later".

Counted in the database by the house's own clock, so that it holds with any number of
web processes and without Redis. What is kept of an address or a number is a keyed
hash, and nobody can read it back.

A slot is taken in a transaction of its own, just before the case is opened: on SQLite
writers come one after another, on PostgreSQL an advisory lock lets one count at a time,
so two at once never share the last slot. A slot is lost where opening the case then
fails: too few calls, never too many.

Asking again while one's ticket is open costs nothing but a knock of the address.

The address is the one that the connection comes from. No header is believed, so behind
a proxy all visitors share one address: raise `of_an_address` there.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flows.facts import HOURS, MINUTES
from voice_gateway import dialling
from voice_gateway.store import look_up

DAY = 24 * HOURS
NATIONAL_DIGITS_OF_A_PREFIX = 5
BITS_OF_A_HOME_NETWORK = 64  # a household has a whole IPv6 network of this size


class TooOften(Exception):
    """Later, please: in `seconds`. Says neither whose limit it was nor how high it is."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(f"too often: again in {self.seconds} s")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` within any stretch of this length."""

    times: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """What the house allows. An address knocks with every request, the others with a new case only."""

    of_an_address: tuple[Limit, ...] = (Limit(12, 10 * MINUTES), Limit(60, DAY))
    of_a_number: tuple[Limit, ...] = (Limit(3, HOURS), Limit(6, DAY))
    of_a_prefix: tuple[Limit, ...] = (Limit(20, HOURS), Limit(60, DAY))
    of_the_house: tuple[Limit, ...] = (Limit(1000, DAY),)


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Counts who knocks. `memory` is a writing transaction, `key` the house's secret."""

    memory: Any
    now: datetime
    key: str
    limits: Limits = USUAL

    def knock(self, address: str) -> None:
        """Somebody at this address asks for something. Raises TooOften, and then counts nothing."""
        self._take([("address", _network(address), self.limits.of_an_address)])

    def new_case(self, number: str) -> None:
        """This number (E.164) shall be rung for a new case. Raises TooOften, and then counts nothing."""
        self._take([
            ("number", number, self.limits.of_a_number),
            ("prefix", dialling.prefix(number, NATIONAL_DIGITS_OF_A_PREFIX), self.limits.of_a_prefix),
            ("house", "", self.limits.of_the_house),
        ])

    def _take(self, counted: list[tuple[str, str, tuple[Limit, ...]]]) -> None:
        look_up.one_at_a_time(self.memory, "knocks")
        waits = [wait for kind, what, limits in counted for wait in self._waits(self._hidden(kind, what), limits)]
        if waits:
            raise TooOften(max(waits))
        look_up.knock(self.memory, [self._hidden(kind, what) for kind, what, _ in counted], self.now)

    def _waits(self, hidden: str, limits: tuple[Limit, ...]) -> list[timedelta]:
        """How long until each exhausted limit has a slot again."""
        waits = []
        for limit in limits:
            count, first = look_up.knocks(self.memory, hidden, self.now - limit.within)
            if count >= limit.times:
                waits.append((first or self.now) + limit.within - self.now)
        return waits

    def _hidden(self, kind: str, what: str) -> str:
        return f"{kind}:{hmac.new(self.key.encode(), f'knock:{kind}:{what}'.encode(), 'sha256').hexdigest()[:32]}"


def _network(address: str) -> str:
    """Whom an address stands for: itself, or its home network where it is IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(ip), BITS_OF_A_HOME_NETWORK), strict=False))
    return str(ip)
