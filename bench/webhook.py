"""A webhook: the agent presses 1, which reserves the case, rings the customer and joins the room.

Measured through HTTP on loopback, keep-alive, one request after another, in gunicorn as the Procfile
starts it. Each request finds a case of its own, as it stands when an agent has been told who waits.
Each answer is checked, and so is each row that must have been written.

The floor is a bare Flask view on the same database and the same server: it checks the signature,
makes one indexed read and one commit (floor.py). Four servers are up at once (ours and the floor, on
a house with a thousand contacts and cases and on one with a million), and they are asked in turns, a
handful of requests each, so that whatever else the machine does disturbs all of them alike.

The time that the processor spent for a request is told as well: it is what another program's load on
the machine changes least.

The doorbell has a real Redis. No worker answers it: one would share our two cores and measure itself.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from bench import knocking, seeding
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, premises
from bench.processes import processor_ms
from voice_gateway import clock
from voice_gateway.store.tables import AnswerRow, CaseRow, JournalRow, LegRow, OrderRow

Key = tuple[str, str]

LIMIT_P50, LIMIT_P99, LIMIT_MILLION = 2.0, 2.5, 1.2
A_HANDFUL = 20
AGENT_ANSWERED = "<Response><Say>Dana waits.</Say></Response>"
PRESSES_1 = "/voice/screened_callback/agent_chooses?case={case}&leg={leg}&step=2"

_asking = {"state": "asking", "closed_at": None, "disposition": None, "taken_by_id": None}
_rewound = {"step": 1, "in_room": False, "settled_at": None, "joined_at": None, "after_room": None,
            "otherwise": "screened_callback/agent_missed"}


@dataclass
class House:
    """A seeded house with two servers, and the cases in which an agent may press 1."""

    name: str
    place: Premises
    ports: dict[str, int]
    cases: range

    def requests(self, kind: str) -> list[bytes]:
        """One for each of the cases."""
        path = PRESSES_1 if kind == "ours" else "/voice/floor?case={case}"
        return [knocking.webhook(path.format(case=case, leg=2 * case - 1), f"CA{2 * case - 1}") for case in self.cases]

    def rewind(self) -> None:
        """Let every agent be about to choose, as if nobody had pressed a key yet."""
        first, ours = self.cases[0], CaseRow.id >= self.cases[0]
        with self.place.store.transaction() as memory:
            for table in (OrderRow, JournalRow):
                memory.execute(delete(table).where(table.case_id >= first))
            memory.execute(delete(AnswerRow).where(AnswerRow.step == 2, AnswerRow.leg_id >= 2 * first - 1))
            memory.execute(delete(LegRow).where(LegRow.case_id >= first, LegRow.role == "customer"))
            memory.execute(update(CaseRow).where(ours).values(**_asking))
            memory.execute(update(LegRow).where(LegRow.case_id >= first).values(**_rewound))
            now = clock.now()
            memory.execute(insert(OrderRow), [
                {"case_id": case, "kind": "follow_up", "turn": "screened_callback/ask_another_as_well", "fence": 1,
                 "person_id": self.agent_of(case), "due_at": now + timedelta(seconds=30)} for case in self.cases])

    def agent_of(self, case: int) -> int:
        return case - self.cases[0] + 1

    def has_it_all(self) -> None:
        """Every turn has really been taken: the case is taken, the customer's leg and its ring are there."""
        wanted = {
            "cases taken": select(func.count()).where(CaseRow.id >= self.cases[0], CaseRow.state == "calling",
                                                      CaseRow.taken_by_id == CaseRow.id - self.cases[0] + 1),
            "customers' legs": select(func.count()).where(LegRow.case_id >= bindparam("first"), LegRow.role == "customer"),
            "rings owed": select(func.count()).where(OrderRow.case_id >= bindparam("first"), OrderRow.kind == "ring"),
            "agents in rooms": select(func.count()).where(LegRow.case_id >= bindparam("first"), LegRow.in_room),
            "answers kept": select(func.count()).where(AnswerRow.leg_id >= 2 * self.cases[0] - 1, AnswerRow.step == 2),
        }
        with self.place.store.reading() as memory:
            found = {what: memory.scalar(query, {"first": self.cases[0]} if "first" in str(query) else {})
                     for what, query in wanted.items()}
        short = {what: count for what, count in found.items() if count != len(self.cases)}
        assert not short, f"of {len(self.cases)} turns on {self.name}: {short}"


def measure(size: Size) -> Iterator[Figure]:
    """p50 and p99 of ours beside the floor's, on both houses, and one house beside the other."""
    turns = size.of(500, 200, 10)
    rounds = size.of(4, 2, 1)
    many = size.of(1_000_000, 50_000, 1_000)
    with ExitStack() as stack:
        houses = [_house(stack, size, "thousand", max(1000, 2 * turns), turns), _house(stack, size, "million", many, turns)]
        taken, processor = _interleaved(houses, rounds)
    for house in houses:
        ours, floor = taken[house.name, "ours"], taken[house.name, "floor"]
        for part, limit in ((0.5, LIMIT_P50), (0.99, LIMIT_P99)):
            yield Figure(f"webhook.{house.name}.p{part * 100:g}", percentile(ours, part), percentile(floor, part), "ms",
                         "a bare Flask view", limit, f"{len(ours)} turns among {many if house is houses[1] else 1000} cases")
        yield Figure(f"webhook.{house.name}.processor", processor[house.name, "ours"], processor[house.name, "floor"], "ms",
                     "a bare Flask view", note="on average, in all threads, the doorbell's included")
    yield Figure("webhook.million_beside_thousand.p50", percentile(taken["million", "ours"], 0.5),
                 percentile(taken["thousand", "ours"], 0.5), "ms", "ours with a thousand contacts and cases", LIMIT_MILLION)


def _house(stack: ExitStack, size: Size, name: str, cases: int, turns: int) -> House:
    place = stack.enter_context(premises(size.database))
    ports = {"ours": place.web("ours"), "floor": place.web("floor", "bench.floor:floor()")}
    first = cases - turns + 1
    seeding.furnish(place.store, agents=turns)
    with seeding.Seeder(place.store) as seeder:
        seeder.past(first - 1)
        seeder.people_and_cases(first, cases, state="'asking'", closed_at="NULL", disposition="NULL")
        answered = seeder.instant(clock.now())
        seeder.rows("legs", first, cases, id="2 * n - 1", case_id="n", role="'agent'", person_id=f"n - {first - 1}",
                    phone="'+1' || n", our_number=f"'{seeding.OUR_NUMBER}'", round="1", seconds="20", step="1",
                    opening="'screened_callback/agent_answers'", otherwise="'screened_callback/agent_missed'",
                    call_sid="'CA' || (2 * n - 1)", in_room="FALSE", ordered_at=answered, rung_at=answered,
                    answered_at=answered)
        seeder.rows("answers", first, cases, leg_id="2 * n - 1", step="1", reply=f"'{AGENT_ANSWERED}'")
        seeder.done()
        seeder.settle()
    return House(name, place, ports, range(first, cases + 1))


def _interleaved(houses: list[House], rounds: int) -> tuple[dict[Key, list[float]], dict[Key, float]]:
    """Milliseconds of every request, and those of the processor for one on average, by house and kind.

    The first round only warms everything up.
    """
    for house in houses:
        for kind, port in house.ports.items():
            house.place.answers(kind, port)
    kinds = [(house, kind) for house in houses for kind in ("floor", "ours")]
    taken: dict[Key, list[float]] = defaultdict(list)
    used: list[dict[Key, float]] = []
    requests = {(house.name, kind): house.requests(kind) for house, kind in kinds}
    connections = {(house.name, kind): knocking.Connection(house.ports[kind]) for house, kind in kinds}
    gc.collect()
    gc.disable()
    try:
        for lap in range(rounds + 1):
            for house in houses:
                house.rewind()
            for start in range(0, len(houses[0].cases), A_HANDFUL):
                for house, kind in kinds:
                    ms = _ask(connections[house.name, kind], requests[house.name, kind][start:start + A_HANDFUL], kind)
                    if lap:
                        taken[house.name, kind] += ms
            for house in houses:
                house.has_it_all()
            if lap in (0, rounds):
                used.append({(house.name, kind): processor_ms(house.place.processes[kind].pid) for house, kind in kinds})
    finally:
        gc.enable()
        for connection in connections.values():
            connection.close()
    return taken, {key: (used[-1][key] - used[0][key]) / len(taken[key]) for key in taken}


def _ask(connection: knocking.Connection, requests: list[bytes], kind: str) -> list[float]:
    expected = b"<Dial" if kind == "ours" else b"Hello."
    milliseconds = []
    for request in requests:
        answer = connection.send(request)
        assert answer.status == 200, answer
        assert expected in answer.body, answer
        milliseconds.append(answer.ms)
    return milliseconds
