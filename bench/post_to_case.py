"""From a post on Bluesky to a case, and to a colleague's ringing telephone.

Everything between is real: a network of the AT Protocol on this machine (tests/at_network.py), the listener, a worker and
the clock as in the Procfile. The stop-watch starts when the author sends the post. It stops for the first figure when the
post stands in our database with its case, and for the second when the carrier's stand-in accepts the call to the
colleague: every author here has proved a number and agreed to be rung. Posts come one after another on an idle house,
with pauses that are not alike.

The floors are budgets: 2 s and 3 s. Beside the first stands the network's own part: how long after a post it shows its notice
to somebody who does nothing but ask for it, in the same run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select

from bench import ring, seeding, stand_in
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, free_port, premises
from bench.waiting import wait_until
from flows import networks
from tests.at_network import AtNetwork, running
from tests.bluesky.people import PASSWORD, Somebody, somebody
from tests.daylight import where_it_is_day
from voice_gateway import clock
from voice_gateway.store.identity import challenges
from voice_gateway.store.tables import CaseRow, ConsentRow, IdentifierRow, NetworkRow, PostRow

CASE_BUDGET_MS, RING_BUDGET_MS = 2000.0, 3000.0
POSTS_OF_ONE = 4  # who writes more often within an hour is not rung each time
WITHIN_SECONDS = 30
PAUSE_SECONDS = 0.4
A_BIT_MORE_SECONDS = 0.037
KEY = "a secret key of the measured house"


@dataclass(frozen=True)
class Way:
    """What one post took: milliseconds to the case, and to the ring."""

    case: float
    ring: float


def measure(size: Size) -> Iterator[Figure]:
    """p50 and p95 of both."""
    posts, warm, port = size.of(60, 24, 2), size.of(4, 2, 0), free_port()
    with ExitStack() as open_ones:
        network = open_ones.enter_context(running())
        us = open_ones.enter_context(somebody(network, "Desk"))
        authors = [open_ones.enter_context(somebody(network, "Author")) for _each in range(-(-(posts + warm) // POSTS_OF_ONE))]
        place = open_ones.enter_context(premises(size.database, f"http://127.0.0.1:{port}", {
            "BLUESKY_HANDLE": us.handle, "BLUESKY_PASSWORD": PASSWORD, "BLUESKY_URL": network.server}))
        seeding.furnish(place.store, agents=10)
        for number, author in enumerate(authors):
            _is_proved(place, author, f"{where_it_is_day()[:-4]}{4000 + number}")
        stand_in.start(place, port)
        for name in ("worker", "clock", "listener"):
            place.start(name, "-m", "jobs", name)
        _await_listening(place, network)
        ways = [_post(place, port, authors[n // POSTS_OF_ONE], us, n) for n in range(posts + warm)][warm:]
        other = open_ones.enter_context(somebody(network, "Other"))
        notices = [_notice(authors[0], other) for _each in range(size.of(20, 8, 1))]
    note = f"{posts} posts, one after another"
    for name, budget, found in (("case", CASE_BUDGET_MS, [each.case for each in ways]),
                                ("ring", RING_BUDGET_MS, [each.ring for each in ways])):
        told = f"a budget of {budget / 1000:g} s"
        yield Figure(f"post_to_{name}.p95", percentile(found, 0.95), budget, "ms", told, 1.0, note)
        yield Figure(f"post_to_{name}.p50", percentile(found, 0.5), budget, "ms", told, note=note)
    yield Figure("post_to_case.beside_the_networks_notice.p50", percentile([each.case for each in ways], 0.5),
                 percentile(notices, 0.5), "ms", "the network's own notice of a post", note=f"its p95 is {percentile(notices, 0.95):.0f} ms")


def _notice(author: Somebody, other: Somebody) -> float:
    """Milliseconds until the network shows somebody that they were named."""
    before = len(other.hears())
    posted = time.monotonic()
    author.posts("hello", to=other)
    wait_until(lambda: len(other.hears()) > before, posted + WITHIN_SECONDS, lambda: "the network shows no notice")
    return (time.monotonic() - posted) * 1000


def _post(place: Premises, port: int, author: Somebody, us: Somebody, n: int) -> Way:
    """One post, and what came of it. Afterwards the house is idle again."""
    before = len(stand_in.accepted(port))
    posted = time.monotonic()
    there = author.posts(f"An hour on the ground, and nobody answers ({n})", to=us).uri
    end = posted + WITHIN_SECONDS
    is_there = select(PostRow.id).where(PostRow.post_id == there)
    wait_until(lambda: _first(place, is_there), end, lambda: f"post {n} was not heard: {place.last_words('listener')}")
    case = (time.monotonic() - posted) * 1000
    wait_until(lambda: len(stand_in.accepted(port)) > before, end, lambda: f"nobody was rung for post {n}: {place.last_words('listener')}")
    ring.close_everything(place, end)
    time.sleep(PAUSE_SECONDS + A_BIT_MORE_SECONDS * (n % 29))
    return Way(case, (stand_in.accepted(port)[before].monotonic - posted) * 1000)


def _is_proved(place: Premises, author: Somebody, number: str) -> None:
    """A code went round between this account and this number, and its owner agreed to be rung."""
    now = clock.now()
    with place.store.transaction() as memory:
        tel, account = (memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": space, "subject": subject, "first_seen": now}).scalar_one()
            for space, subject in (("tel", number), (networks.of("bluesky").namespace, author.did)))
        issued = challenges.issue(memory, KEY, tel, account, challenges.TO_NUMBER, now)
        assert challenges.answer(memory, KEY, issued.code, account, now).proved
        case = memory.execute(insert(CaseRow).returning(CaseRow.id), {
            "identifier_id": tel, "caller_name": "", "about": "", "state": "solved", "ticket_seed": "s", "token_hash": number,
            "opened_at": now, "closed_at": now, "wanted_at": now, "due_at": now}).scalar_one()
        memory.execute(insert(ConsentRow), {"identifier_id": tel, "case_id": case, "at": now, "source": "page",
                                            "wording": "you may ring me when I write about you"})


def _await_listening(place: Premises, network: AtNetwork) -> None:
    """Until the listener has read where it begins."""
    wait_until(lambda: _first(place, select(NetworkRow.read_at)), time.monotonic() + WITHIN_SECONDS,
               lambda: f"nobody listens to {network.server}: {place.last_words('listener')}")


def _first(place: Premises, asked: Select[Any]) -> object:
    with place.store.reading() as memory:
        return memory.scalar(asked)
