"""The carrier says no, or nothing: each error leads to its action, and nobody is forgotten."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import select, update

from tests.house import OUR_NUMBER, House
from voice_gateway.carrier import ACTIONS, Do
from voice_gateway.store.tables import IdentifierRow, MessageRow, NumberRow

pytestmark = pytest.mark.weather("calm", "echo")


def test_a_customer_who_has_opted_out_is_not_texted_again(house: House) -> None:
    """They said so to the carrier, before our number had a door for texts: we learn it when we send."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    line = house.exchange.owned(OUR_NUMBER)
    assert line is not None
    line.sms_url = ""
    dana.phone.texts("STOP", to=OUR_NUMBER)
    house.passes(5)
    dana.asks_for_a_call()
    sam.phone.rings().presses("2")
    house.passes(60)
    message = house.rows(select(MessageRow.status, MessageRow.error_code))[0]
    assert (message.status, message.error_code) == ("failed", 21610)
    assert house.rows(select(IdentifierRow.opted_out_at).where(IdentifierRow.subject == dana.phone.number))[0][0]
    sent = [each for each in house.exchange.rest_log if "Messages" in each.path]
    sam.phone.rings(within=15 * 60).presses("2")
    house.passes(60)
    assert [each for each in house.exchange.rest_log if "Messages" in each.path] == sent
    assert any(step["what"] == "text not delivered" for step in dana.ticket["steps"])


def test_an_agent_whose_number_the_carrier_refuses_is_passed_over(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    house.exchange.blocked_numbers.add(sam.phone.number)
    dana.asks_for_a_call()
    kim.phone.rings().hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(kim.phone)
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1")


def test_a_customer_whose_phone_is_off_is_one_who_did_not_answer(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.phone.is_switched_off()
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now", "not coming to the phone")
    house.passes(30)
    assert [step["what"] for step in dana.ticket["steps"]][-2:] == ["text", "text not delivered"]


def test_calls_per_second_are_kept_per_number(house: House) -> None:
    """One call a second: three customers ask at once, and nobody is lost."""
    with house.store.transaction() as memory:
        memory.execute(update(NumberRow).values(calls_per_second=0.2))
    pairs = [(house.customer(f"C{n}"), house.agent(f"A{n}")) for n in range(3)]
    for customer, _agent in pairs:
        customer.asks_for_a_call()
    for _customer, agent in pairs:
        agent.phone.rings()
    rung = sorted(call.created for call in house.exchange.calls.values())
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(rung)]
    assert len(gaps) == 2
    assert all(gap >= 4.9 for gap in gaps)
    for _customer, agent in pairs:
        agent.phone.presses("1")
    for customer, _agent in pairs:
        customer.phone.rings().presses("1")
    for customer, agent in pairs:
        customer.phone.hangs_up()
        agent.phone.hears("How did it go").presses("1")


def test_calls_at_once_are_kept_per_number(house: House) -> None:
    with house.store.transaction() as memory:
        memory.execute(update(NumberRow).values(concurrent_calls=1))
    dana, ben, sam, kim = house.customer("Dana"), house.customer("Ben"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    sam.phone.rings()
    ben.asks_for_a_call()
    house.passes(10)
    assert not kim.phone.is_ringing
    sam.phone.declines()
    kim.phone.rings()
    assert len([call for call in house.exchange.calls.values() if not call.over]) == 1
    for agent in (sam, kim):
        agent.phone.is_busy()
    kim.phone.declines()
    dana.phone.reads("again at", within=240)
    ben.phone.reads("again at", within=240)


@pytest.mark.parametrize("code, do", [
    (20003, Do.ALERT), (20404, Do.GONE), (20429, Do.LATER), (21211, Do.INVALID), (21214, Do.LATER), (21215, Do.ALERT),
    (21216, Do.GIVE_UP), (21220, Do.GONE), (21408, Do.ALERT), (21610, Do.OPTED_OUT), (21614, Do.INVALID),
    (22005, Do.LATER), (30003, Do.LATER), (30004, Do.GIVE_UP), (30006, Do.INVALID), (30034, Do.ALERT), (30450, Do.GIVE_UP),
])
def test_each_code_has_its_action(code: int, do: Do) -> None:
    assert ACTIONS[code] is do
