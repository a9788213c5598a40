"""A thousand texts within ten seconds, from two hundred people, to twenty colleagues' telephones.

Everything is real but the wires, as in the rush: gunicorn, two workers, Redis and the clock, and the sandbox on a
port, which signs and times every webhook. Each person writes five texts; the fourth asks how it stands. At
the end every text must be in its writer's one thread, in the order in which it was written, and on one colleague's
telephone once; everybody has their two answers, and nobody a third.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select

from bench import rush, seeding
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, premises
from bench.waiting import SELDOM_SECONDS, wait_until
from voice_gateway.sandbox import Exchange
from voice_gateway.store.tables import CaseRow, MessageRow, OrderRow

DOOR_BUDGET_MS = 300.0
EACH_WRITES = ("my lamp is broken", "it is the green one", "the one of March", "STATUS", "thank you for looking")
ANSWERS = 2  # that somebody reads it, and how it stands
AGENTS = 20
ARRIVE_WITHIN_SECONDS = 10
GIVES_UP_AFTER = 300


def measure(size: Size) -> Iterator[Figure]:
    """p99 of the door at which texts come in, and what became of each."""
    people = [f"+1202{7_000_000 + n}" for n in range(size.of(200, 60, 2))]
    with premises(size.database) as place, rush.carrier(place) as exchange:
        seeding.furnish(place.store, agents=AGENTS)
        rush.opens(place, exchange)
        took = _everybody_writes(place, exchange, people)
        doors = [each for each in exchange.webhooks if each.url.endswith("/sms")]
        times = [each.milliseconds for each in doors if each.milliseconds is not None]
        refused = sum(1 for each in doors if each.status != 200)
        wrong = [*_threads(place, people), *_telephones(exchange, people)]
    assert (refused, wrong) == (0, []), f"{refused} refused; {wrong[:5]}"
    note = f"{len(times)} texts of {len(people)} people within {ARRIVE_WITHIN_SECONDS} s, all carried out after {took:.0f} s; none lost, out of order, or answered twice"
    yield Figure("texts.door.p99", percentile(times, 0.99), DOOR_BUDGET_MS, "ms", "a budget of 300 ms", 1.0, note)
    yield Figure("texts.door.p50", percentile(times, 0.5), DOOR_BUDGET_MS, "ms", "a budget of 300 ms")


def _everybody_writes(place: Premises, exchange: Exchange, people: list[str]) -> float:
    """Text after text, all at an even pace; then until nothing is owed. Gives the seconds that it took."""
    for number in [*people, *map(seeding.agent_phone, range(1, AGENTS + 1))]:
        exchange.handset(number)
    begun, texts = time.monotonic(), [(number, words) for words in EACH_WRITES for number in people]
    for n, (number, words) in enumerate(texts):
        time.sleep(max(0.0, begun + n * ARRIVE_WITHIN_SECONDS / len(texts) - time.monotonic()))
        exchange.act(number, "text", {"body": _signed(words, number), "to": seeding.OUR_NUMBER, "media": []})
    wait_until(lambda: _all_done(place, exchange, len(texts)), begun + GIVES_UP_AFTER,
               lambda: f"not all is done yet: {place.last_words('worker first')}", SELDOM_SECONDS)
    return time.monotonic() - begun


def _signed(words: str, number: str) -> str:
    return words if words == "STATUS" else f"{words}, {number[-4:]}"


def _all_done(place: Premises, exchange: Exchange, texts: int) -> bool:
    answered = sum(each.milliseconds is not None for each in list(exchange.webhooks) if each.url.endswith("/sms"))
    with place.store.reading() as memory:
        owed = memory.scalar(select(func.count()).select_from(OrderRow).where(
            OrderRow.done_at.is_(None), OrderRow.kind == "text"))
    return answered == texts and not owed


def _threads(place: Premises, people: list[str]) -> Iterator[str]:
    """Whose texts are not all in one thread of theirs, in the order in which they were written."""
    with place.store.reading() as memory:
        cases = memory.scalar(select(func.count()).select_from(CaseRow)) or 0
        rows = memory.execute(select(MessageRow.phone, MessageRow.case_id, MessageRow.body)
                              .where(MessageRow.inbound).order_by(MessageRow.id)).all()
    if cases != len(people):
        yield f"{cases} threads for {len(people)} people"
    for number in people:
        theirs = [row for row in rows if row.phone == number]
        if [row.body for row in theirs] != [_signed(words, number) for words in EACH_WRITES]:
            yield f"{number}: {[row.body for row in theirs]}"
        if len({row.case_id for row in theirs}) != 1:
            yield f"{number} has several threads"


def _telephones(exchange: Exchange, people: list[str]) -> Iterator[str]:
    """Who is sent more or fewer answers than they should be, and what colleagues are sent never, or twice.

    Looked at where the carrier takes it: its own queue hands over one text a second and number.
    """
    taken = [each for each in exchange.messages.values() if each.from_ == seeding.OUR_NUMBER]
    answers = Counter(each.to for each in taken)
    for number in people:
        if answers[number] != ANSWERS:
            yield f"{number} is sent {[each.body for each in taken if each.to == number]}"
    read = Counter(each.body.split(": ", 1)[1].split(" http")[0] for each in taken if each.to not in people)
    wanted = Counter(_signed(words, number) for number in people for words in EACH_WRITES if words != "STATUS")
    for words in (wanted - read) + (read - wanted):
        yield f"{words!r} is relayed {read[words]} times"
