"""How fast the house finds out who it is: among a million numbers and accounts, and among a thousand.

A look-up is what the product asks of a number on a connection that is open already, as within a turn: whose it is said to
be, by whom, and whether that is denied (`links.of_number`); each is of another number, in a random order. To link is
`evidence.add` of a proof with all that it locks and writes to the audit, and for half of the numbers the end of a proof
that was there; to unlink is `links.unlink`; both with their own transaction, from its beginning to its commit.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from bench import seeding
from bench.figures import Figure, Size, percentile
from bench.premises import premises
from flows.identity.claims import Claim
from voice_gateway import clock
from voice_gateway.store import Store
from voice_gateway.store.identity import evidence, links
from voice_gateway.store.identity.evidence import Evidence

MILLI, MICRO = 1e3, 1e6
LIMIT_RATIO = 1.2
BUDGET_US = {"sqlite": 300.0, "postgresql": 1000.0}
BUDGET_LINK_MS = 3.0
WARM, A_TURN = 200, 50


def measure(size: Size) -> Iterator[Figure]:
    """p99 of a look-up in microseconds, large against small, and of link and unlink in milliseconds."""
    looks, pairs = size.of(5000, 2000, 50), size.of(1_000_000, 100_000, 2_000)
    with ExitStack() as open_ones:
        towns = [open_ones.enter_context(_town(size, identifiers)) for identifiers in (1_000, pairs)]
        (small, _), (large, worked) = _looks(towns, looks)
        floor, deeds = (_deeds(each.store, each.numbers, size.of(400, 200, 10)) for each in towns)
    kind = "postgresql" if size.database else "sqlite"
    yield Figure(f"identity.look_up.p50.{kind}", percentile(large, 0.5), percentile(small, 0.5), "us", "the same among 1,000")
    yield Figure(f"identity.look_up.p99.{kind}", percentile(large, 0.99), percentile(small, 0.99), "us", "the same among 1,000",
                 LIMIT_RATIO, f"{pairs:,} numbers and accounts, {pairs * 6 // 10:,} links")
    yield Figure(f"identity.look_up.p99_budget.{kind}", percentile(large, 0.99), BUDGET_US[kind], "us", "a budget", 1.0,
                 f"{percentile(worked, 0.99):.0f} us of it our own processor time, whoever else works on this machine")
    for deed in ("link", "unlink"):
        yield Figure(f"identity.{deed}.p50.{kind}", percentile(deeds[deed], 0.5), BUDGET_LINK_MS, "ms", "a budget of 3 ms", 1.0,
                     f"p99 {percentile(deeds[deed], 0.99):.2f} ms; among 1,000 p50 {percentile(floor[deed], 0.5):.2f} ms")


@dataclass(frozen=True)
class Town:
    """A house that knows this many numbers, and as many accounts."""

    store: Store
    numbers: int


@contextmanager
def _town(size: Size, identifiers: int) -> Iterator[Town]:
    with premises(size.database) as place:
        town = Town(place.store, identifiers // 2)
        _people_the_town(town.store, town.numbers, identifiers * 6 // 10)
        yield town


def _looks(towns: list[Town], times: int) -> list[tuple[list[float], list[float]]]:
    """What a look-up took in each town, and how long of that we worked. By turns, a few each: a machine changes its pace."""
    chance = random.Random(5)
    took: list[tuple[list[float], list[float]]] = [([], []) for _town in towns]
    with ExitStack() as reading:
        memories = [reading.enter_context(each.store.reading()) for each in towns]
        gc.collect()
        gc.disable()
        try:
            for _turn in range((times + WARM) // A_TURN):
                for town, memory, (wall, worked) in zip(towns, memories, took, strict=True):
                    asked = [f"+1{3_000_000_000 + chance.randint(1, town.numbers)}" for _ in range(2 * A_TURN)]
                    wall += [_timed(partial(_who_is_it, memory, number)) * MICRO for number in asked[:A_TURN]]
                    worked += [_timed(partial(_who_is_it, memory, number), time.thread_time) * MICRO for number in asked[A_TURN:]]
        finally:
            gc.enable()
    return [(wall[WARM:], worked[WARM:]) for wall, worked in took]


def _who_is_it(memory: Connection, number: str) -> list[Claim]:
    return links.of_number(memory, number)


def _deeds(store: Store, numbers: int, times: int) -> dict[str, list[float]]:
    """To link and to unlink again, pair by pair, each in its own transaction."""
    took: dict[str, list[float]] = {"link": [], "unlink": []}
    made: list[int | None] = []
    now = clock.now()

    def link(n: int) -> None:
        said = Evidence(n, numbers + n, "otp_roundtrip", "bench", str(n), now)
        with store.transaction() as memory:
            made.append(evidence.add(memory, said, now).link_id)

    def unlink(link_id: int) -> None:
        with store.transaction() as memory:
            links.unlink(memory, link_id, "bench", "measured", now)

    for n in random.Random(6).sample(range(1, numbers), min(times, numbers - 1)):
        took["link"].append(_timed(partial(link, n)) * MILLI)
        took["unlink"].append(_timed(lambda: unlink(made[-1] or 0)) * MILLI)
    return took


def _timed(deed: Callable[[], object], clock_of: Callable[[], float] = time.perf_counter) -> float:
    began = clock_of()
    deed()
    return clock_of() - began


def _people_the_town(store: Store, numbers: int, count: int) -> None:
    """Numbers 1 to N and as many accounts; the first links are one for each number, the rest a second one for some."""
    with seeding.Seeder(store) as seeder:
        now, later, past = (seeder.instant(clock.now() + days * seeding.DAY) for days in (0, 180, -1))
        seeder.rows("identifiers", 1, numbers, id="n", namespace="'tel'", scope="''", subject="'+1' || (3000000000 + n)",
                    display="''", blocked="FALSE", first_seen=now)
        seeder.rows("identifiers", numbers + 1, 2 * numbers, id="n", namespace="'atproto'", scope="''",
                    subject="'did:plc:' || n", display="''", blocked="FALSE", first_seen=now)
        tel, account = f"(1 + (n - 1) % {numbers})", f"({numbers} + 1 + ((n - 1) * 7) % {numbers})"
        proof, other = f"n <= {numbers // 2}", f"n > {numbers // 2}"
        shared = {"tel_id": tel, "account_id": account, "expires_at": later, "salt": "'s'",
                  "kind": f"CASE WHEN {proof} THEN 'otp_roundtrip' ELSE 'import_bare' END",
                  "tier": f"CASE WHEN {other} THEN 'show' ELSE 'route' END", "reason": "''"}
        seeder.rows("evidence", 1, count, id="n", polarity="1", source="'bench'", actor="'bench'", channel_sid="''",
                    observed_at=past, policy_version="1", payload_sha256="'p' || n", **shared)
        seeder.rows("links", 1, count, id="n", network="'atproto'", state="'active'", evidence_id="n", verified_at=past,
                    covers_from=past, fresh_until=later, revoked_by="''", **shared)
        seeder.done()
        seeder.settle()
