"""Many at once: unique indexes decide, and there is one winner every time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from flows import Turn, click_to_call, screened_callback
from flows.facts import Agent, Request
from jobs.deliver import deliver
from tests.doors.test_telephone import knock
from tests.house import OUR_NUMBER, House
from voice_gateway.store import Refused, outbox, recall
from voice_gateway.store.identity import hold
from voice_gateway.store.tables import CaseRow, IdentifierRow, LegRow, MessageRow, OrderRow

pytestmark = pytest.mark.weather("calm")

ROUNDS = 5


def all_at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Do these in as many threads, begun at one instant; gives what came of each."""
    start = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(place: int) -> None:
        start.wait(10)
        try:
            results[place] = deeds[place]()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return results


def quietly_opened(house: House, number: str) -> int:
    """A case whose callback nobody delivers by itself."""
    return house.gateway.turns.visitor(click_to_call.visitor_asks, Request("Dana", number, "a refund"))


def test_one_number_opens_one_case(house: House) -> None:
    house.is_forgotten()
    for place in range(ROUNDS):
        number = f"+1202555013{place}"
        results = all_at_once([partial(quietly_opened, house, number) for _ in range(6)])
        assert len([each for each in results if isinstance(each, int)]) == 1
        assert all(isinstance(each, int | Refused) for each in results)
    assert len(house.rows(select(CaseRow.id))) == ROUNDS


def test_one_agent_is_rung_for_one_case(house: House) -> None:
    house.is_forgotten()
    house.agent("Sam")
    cases = [quietly_opened(house, f"+1202555013{place}") for place in range(6)]
    owed = [house.rows(select(OrderRow.id).where(OrderRow.case_id == case))[0].id for case in cases]
    assert len(owed) == 6

    def follow(case: int) -> None:
        with house.store.reading() as memory:
            order = outbox.of_case(memory, case, house.time.now())[0]
        house.gateway.turns.follow_up(order)

    assert all_at_once([partial(follow, case) for case in cases]) == [None] * 6
    assert len(house.rows(select(LegRow.id).where(LegRow.ended_at.is_(None)))) == 1


def test_two_yeses_at_one_instant_have_one_winner(house: House) -> None:
    """Sam and Kim press 1 in the same moment, five times over."""
    house.is_forgotten()
    for _round in range(ROUNDS):
        dana, sam, kim = house.customer("Dana"), house.agent(f"Sam{_round}"), house.agent(f"Kim{_round}")
        case = quietly_opened(house, dana.phone.number)
        with house.gateway.turns.deciding() as (memory, line):
            for agent in (sam, kim):
                them = Agent(agent.id, agent.name, agent.phone.number)
                house.gateway.turns.play(memory, line, ringing(them), house.facts(memory, case))
        legs = house.rows(select(LegRow.id, LegRow.person_id).where(LegRow.case_id == case).order_by(LegRow.id))
        sids = {leg.id: f"CA{leg.id:032d}" for leg in legs}
        for leg in legs:
            knock(house, f"/voice/screened_callback/agent_answers?case={case}&leg={leg.id}&step=1", CallSid=sids[leg.id])
        replies = all_at_once([partial(says_yes, house, case, leg.id, sids[leg.id]) for leg in legs])
        assert sorted("<Dial" in reply for reply in replies) == [False, True], replies
        assert any("A colleague was quicker" in reply for reply in replies)
        assert len(house.rows(select(LegRow.id).where(LegRow.case_id == case, LegRow.role == "customer"))) == 1


def ringing(agent: Agent) -> Turn:
    """A turn that rings this colleague."""
    return Turn("screened_callback", "ring", lambda _call: screened_callback.ring(agent))


def says_yes(house: House, case: int, leg: int, sid: str) -> str:
    path = f"/voice/screened_callback/agent_chooses?case={case}&leg={leg}&step=2"
    return str(knock(house, path, CallSid=sid, Digits="1").get_data(as_text=True))


def test_an_order_is_carried_out_by_one_of_many_workers(house: House) -> None:
    house.is_forgotten()
    house.agent("Sam")
    case = quietly_opened(house, "+12025550130")
    deliver([case])
    all_at_once([lambda: deliver([case]) for _ in range(6)])
    rung = [each for each in house.exchange.rest_log if each.path.endswith("/Calls.json") and each.method == "POST"]
    assert len(rung) == 1


def test_two_texts_of_somebody_new_begin_one_thread(house: House) -> None:
    """At one instant, six of them, five times over: one contact's address, one thread, and all six are in it."""
    house.is_forgotten()
    for place in range(ROUNDS):
        number = f"+1202555014{place}"
        said: list[Callable[[], Any]] = [partial(knock, house, "/sms", MessageSid=f"SM{place}{n}", From=number, To=OUR_NUMBER, Body=f"text {n}",
                        NumMedia="0") for n in range(6)]
        answers = all_at_once(said)
        assert [each.status_code for each in answers] == [200] * 6
        address = house.rows(select(IdentifierRow.id).where(IdentifierRow.subject == number))
        assert len(address) == 1
        cases = house.rows(select(CaseRow.id).where(CaseRow.identifier_id == address[0].id))
        assert len(cases) == 1
        texts = house.rows(select(MessageRow.body).where(MessageRow.case_id == cases[0].id, MessageRow.inbound))
        assert sorted(row.body for row in texts) == [f"text {n}" for n in range(6)]


def test_one_text_told_many_times_at_once_is_kept_once(house: House) -> None:
    house.is_forgotten()
    again = partial(knock, house, "/sms", MessageSid="SM1", From="+12025550140", To=OUR_NUMBER, Body="Hello", NumMedia="0")
    assert [each.status_code for each in all_at_once([again] * 6)] == [200] * 6
    assert len(house.rows(select(MessageRow.id).where(MessageRow.inbound))) == 1


def test_two_who_wait_for_each_other_are_no_lost_memory(house: House) -> None:
    """A code that comes by text holds the number, then the case; a colleague on the case's page the case, then the number. PostgreSQL
    lets one of the two go on; the other looks again, and no text is lost by it."""
    if not house.store.locks_rows:
        return  # SQLite has one writer at a time
    case_id = quietly_opened(house, "+12025550130")
    whose = house.rows(select(CaseRow.identifier_id))[0].identifier_id
    both_hold_one, looks = threading.Barrier(2), dict[str, int]()

    def takes(name: str, *holds: Callable[[Any], None]) -> str:
        def take() -> str:
            looks[name] = looks.get(name, 0) + 1
            with house.store.transaction() as memory:
                holds[0](memory)
                if looks[name] == 1:
                    both_hold_one.wait(10)
                holds[1](memory)
            return name
        return house.gateway.turns.until_nobody_was_faster(take)

    number, case = (lambda memory: hold(memory, whose)), (lambda memory: recall.lock(memory, case_id))
    assert all_at_once([partial(takes, "text", number, case), partial(takes, "page", case, number)]) == ["text", "page"]
    assert sum(looks.values()) == 3
