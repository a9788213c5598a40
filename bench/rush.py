"""A rush: two hundred people ring within ten seconds, and twenty agents are there.

Everything is real but the wires: gunicorn, two workers, Redis and the clock as in the Procfile, and the
sandbox on a port, which signs and times every webhook. Most people wait in line, some ask to be
rung back, some leave a message. At the end everybody must have talked, or have left a message that was
brought home, or stand in the book with a promised call; and no agent was rung while on the phone.

Beside it: the same people ring in one instant, and only the greeting is waited for.

Then: one caller at a time, all agents rung at once. From the answer to the winner's key until the last
of the other telephones has fallen silent.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from sqlalchemy import func, select, update

from bench import crowd, seeding
from bench.figures import Figure, Size, percentile
from bench.premises import ACCOUNT, TOKEN, Premises, free_port, premises
from bench.waiting import SELDOM_SECONDS, wait_until
from voice_gateway.sandbox import Exchange, RealClock, Webhook, http_post
from voice_gateway.sandbox.server import SandboxServer
from voice_gateway.store.tables import CaseRow, HouseRow, LegRow, OrderRow, VoicemailRow

WEBHOOK_BUDGET_MS = 500.0
STOP_BUDGET_MS = 1000.0
AGENTS = 20
ARRIVE_WITHIN_SECONDS = 10
RIVALS = 5
GIVES_UP_AFTER = 600
CARRIERS_THREADS = 64


def measure(size: Size) -> Iterator[Figure]:
    """p99 of the webhooks in a rush, whom it lost, and how quickly the other phones fall silent."""
    callers = size.of(200, 60, 2)
    with premises(size.database) as place, carrier(place) as exchange:
        seeding.furnish(place.store, agents=AGENTS)
        opens(place, exchange)
        took, people = _rush(place, exchange, callers)
        doubles = _rung_while_talking(exchange, people)
        lost = _lost(place, people)
        times = [each.milliseconds for each in exchange.webhooks if each.milliseconds is not None]
        refused = sum(1 for each in exchange.webhooks if each.status is None or each.status >= 400)
    assert (lost, doubles, refused) == (0, 0, 0), f"{lost} lost, {doubles} rung twice, {refused} webhooks refused"
    note = f"{callers} callers within {ARRIVE_WITHIN_SECONDS} s, {AGENTS} agents, {len(times)} webhooks in {took:.0f} s; nobody lost or rung twice"
    yield Figure("rush.webhook.p99", percentile(times, 0.99), WEBHOOK_BUDGET_MS, "ms", "a budget of 500 ms", 1.0, note)
    yield Figure("rush.webhook.p50", percentile(times, 0.5), WEBHOOK_BUDGET_MS, "ms", "a budget of 500 ms")
    if size.name != "tiny":
        greeted = _greeted_at_once(size, callers)
        yield Figure("rush.one_instant.p99", percentile(greeted, 0.99), WEBHOOK_BUDGET_MS, "ms", "a budget of 500 ms",
                     note=f"{len(greeted)} callers in one instant")
        stops = _stops(size)
        yield Figure("rush.stop.p99", percentile(stops, 0.99), STOP_BUDGET_MS, "ms", "a budget of 1 s", 1.0,
                     f"{len(stops)} calls, {RIVALS} telephones rung at once")


@contextmanager
def carrier(place: Premises) -> Iterator[Exchange]:
    """The sandbox on a port, with our number and its doors."""
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=RealClock(), post=http_post(CARRIERS_THREADS),
                        calls_per_second=1000)
    server = SandboxServer(("127.0.0.1", 0), exchange)
    exchange.public_base_url = server.url
    Thread(target=server.serve_forever, daemon=True).start()
    place.environment["TWILIO_API_BASE_URL"] = server.url
    try:
        yield exchange
    finally:
        server.shutdown()
        server.server_close()
        exchange.clock.stop()


def opens(place: Premises, exchange: Exchange) -> None:
    """Start the house's processes; the carrier learns where its doors are."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    place.environment |= {"PUBLIC_BASE_URL": base, "PORT": str(port)}
    exchange.own(seeding.OUR_NUMBER, voice_url=f"{base}/voice/reception", status_callback=f"{base}/voice/ended",
                 voice_fallback_url=f"{base}/voice/fallback", sms_url=f"{base}/sms")
    for name in ("first", "second"):
        place.start(f"worker {name}", "-m", "jobs", "worker")
    place.start("clock", "-m", "jobs", "clock")
    place.start("web", "-m", "gunicorn", "--config", "python:voice_gateway.gunicorn_conf", "--bind", f"127.0.0.1:{port}")
    place.answers("web", port)


def _rush(place: Premises, exchange: Exchange, callers: int) -> tuple[float, crowd.Crowd]:
    people = crowd.Crowd(exchange)
    for n in range(1, AGENTS + 1):
        people.joins(seeding.agent_phone(n), "agent", crowd.agent)
    plans = ("wait", "wait", "wait", "back", "message")
    numbers = caller_numbers(callers)
    for n, number in enumerate(numbers):
        people.joins(number, plans[n % len(plans)], crowd.customer)
    people.start()
    begun = time.monotonic()
    for number in numbers:
        exchange.act(number, "dial", {"number": seeding.OUR_NUMBER})
        time.sleep(ARRIVE_WITHIN_SECONDS / len(numbers))
    wait_until(lambda: _all_served(place, callers), begun + GIVES_UP_AFTER,
               lambda: f"not everybody is served yet: {place.last_words('worker first')}", SELDOM_SECONDS)
    people.stop()
    return time.monotonic() - begun, people


def caller_numbers(callers: int) -> list[str]:
    return [f"+1202{7_000_000 + n}" for n in range(callers)]


def _greeted_at_once(size: Size, callers: int) -> list[float]:
    """Milliseconds until each of those who ring in one instant is greeted."""
    with premises(size.database) as place, carrier(place) as exchange:
        seeding.furnish(place.store, agents=1)
        opens(place, exchange)
        for number in caller_numbers(callers):
            exchange.handset(number)
        with exchange.clock.lock:
            for number in caller_numbers(callers):
                exchange.act(number, "dial", {"number": seeding.OUR_NUMBER})

        def greeted() -> list[float]:
            return [each.milliseconds for each in _greetings(exchange) if each.milliseconds is not None]

        wait_until(lambda: len(greeted()) == callers, time.monotonic() + GIVES_UP_AFTER,
                   lambda: f"only {len(greeted())} of {callers} were greeted", SELDOM_SECONDS)
        return greeted()


def _greetings(exchange: Exchange) -> list[Webhook]:
    return [each for each in list(exchange.webhooks) if each.url.endswith("/voice/reception")]


def _all_served(place: Premises, callers: int) -> bool:
    """Is everybody's case over, or a message that is at home, and nobody on the telephone?"""
    with place.store.reading() as memory:
        cases = memory.scalar(select(func.count()).select_from(CaseRow)) or 0
        live = memory.scalar(select(func.count()).select_from(LegRow).where(LegRow.ended_at.is_(None)))
        waiting = memory.scalar(select(func.count()).select_from(CaseRow).where(
            CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None)))
        owed = memory.scalar(select(func.count()).select_from(OrderRow).where(
            OrderRow.done_at.is_(None), OrderRow.kind.in_(("fetch", "find"))))
    return cases == callers and not live and not waiting and not owed


def _lost(place: Premises, people: crowd.Crowd) -> int:
    """Who neither talked, nor has a message with us, nor an owner or a promised call."""
    with place.store.reading() as memory:
        messages = set(memory.scalars(select(LegRow.phone).join(VoicemailRow, VoicemailRow.leg_id == LegRow.id)
                                      .where(VoicemailRow.fetched == "kept")))
        promised = set(memory.scalars(
            select(LegRow.phone).join(CaseRow, CaseRow.id == LegRow.case_id)
            .where(LegRow.inbound, CaseRow.closed_at.is_(None), CaseRow.state == "waiting")))
    return sum(1 for each in people.people.values()
               if each.plan != "agent" and not each.talked and each.number not in messages | promised)


def _rung_while_talking(exchange: Exchange, people: crowd.Crowd) -> int:
    """Calls of ours to an agent that overlap with another one to them: the carrier knows."""
    agents = {each.number for each in people.people.values() if each.plan == "agent"}
    spans: dict[str, list[tuple[float, float]]] = {}
    for call in exchange.calls.values():
        if call.to in agents:
            ended = call.updated.timestamp() if call.over else math.inf
            spans.setdefault(call.to, []).append((call.created.timestamp(), ended))
    return sum(later[0] < earlier[1] for each in spans.values()
               for earlier, later in zip(sorted(each), sorted(each)[1:], strict=False))


def _stops(size: Size) -> list[float]:
    """Milliseconds from the answer to the winner's key until every other telephone is silent."""
    calls = size.of(15, 8, 0)
    with premises(size.database) as place, carrier(place) as exchange:
        seeding.furnish(place.store, agents=RIVALS)
        with place.store.transaction() as memory:
            memory.execute(update(HouseRow).values(line={"strategy": "all at once"}))
        opens(place, exchange)
        return [_one_winner(exchange, n) for n in range(calls)]


def _one_winner(exchange: Exchange, n: int) -> float:
    agents = [exchange.phone(seeding.agent_phone(each)) for each in range(1, RIVALS + 1)]
    caller = exchange.phone(f"+1202{7_100_000 + n}")
    caller.dials(seeding.OUR_NUMBER)
    caller.hears("Press 1 to wait").presses("1").hears("what is it about").presses("1")
    for each in agents:
        each.rings()
    winner = agents[n % RIVALS].hears("Press 1 to talk")
    winner.presses("1", at_once=True)
    winner.hears("Connecting")
    decided = _answered(exchange, "screened_callback/agent_chooses")
    others = [each for each in agents if each is not winner]
    exchange.run(lambda: not any(each.is_ringing for each in others), 30)
    silent: float = max(event.at for each in others for event in exchange.diary(each.number) if event.kind == "ring_stopped")
    caller.hangs_up()
    winner.hears("How did it go").presses("1").hears("Solved").is_hung_up()
    return (silent - decided) * 1000


def _answered(exchange: Exchange, turn: str) -> float:
    """When the newest webhook of this turn had its answer."""
    found = next(each for each in reversed(exchange.webhooks) if turn in each.url)
    return found.at.timestamp() + (found.milliseconds or 0) / 1000
