"""Leave to reach whoever wrote is asked anew by whoever writes the order down, however fresh the facts are."""

from __future__ import annotations

import pytest

from flows.identity.grant import RouteGrant
from tests.house import OUR_NUMBER, House
from tests.proving import are_one, no_longer
from voice_gateway.store import Refused, leave
from voice_gateway.store.desk import Desk


@pytest.mark.weather("calm")
def test_an_order_that_was_decided_before_the_link_ended_is_not_written_down(house: House) -> None:
    dana, jess = house.customer("Dana"), house.person_on("square", "@jess")
    link = are_one(house, jess, dana)
    jess.posts("@house hello")
    house.exchange.run(lambda: len(house.cases) == 2, 15)
    with house.store.reading() as memory:
        call = house.facts(memory, house.cases[-1].id)
    assert isinstance(call.grant, RouteGrant)
    with house.store.transaction() as memory:
        assert leave.for_customer(Desk(memory, call, OUR_NUMBER, house.store.tickets)) == link
    no_longer(house, link)
    with house.store.transaction() as memory, pytest.raises(Refused):
        leave.for_customer(Desk(memory, call, OUR_NUMBER, house.store.tickets))
    house.is_forgotten()
