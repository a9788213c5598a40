"""Saying things on networks: when it is too early, when it must wait, and when it cannot be said at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from jobs import answers
from jobs.later import Later
from tests.house import House
from voice_gateway.networks import Network, Trouble
from voice_gateway.store import outbox
from voice_gateway.store.tables import OrderRow, PostRow

ZONE = "America/New_York"


def at(hour: int, day: int = 4) -> datetime:
    return datetime(2026, 3, day, hour + 5, tzinfo=UTC) if hour < 19 else datetime(2026, 3, day + 1, hour - 19, tzinfo=UTC)


@pytest.mark.parametrize("quiet, now, until", [
    ((22, 7), at(23), at(7, 5)), ((22, 7), at(3), at(7)), ((22, 7), at(7), at(7)), ((22, 7), at(21), at(21)),
    ((1, 5), at(2), at(5)), ((1, 5), at(12), at(12))])
def test_what_goes_out_by_itself_waits_until_the_quiet_hours_are_over(
        quiet: tuple[int, int], now: datetime, until: datetime) -> None:
    assert answers.quiet_until(quiet, now, ZONE) == until


class Sulking:
    """A network that does not do what it is asked, in this way."""

    def __init__(self, real: Network, trouble: Trouble) -> None:
        self._real, self.trouble, self.said = real, trouble, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def answer(self, *_what: object) -> str:
        self.said += 1
        raise self.trouble


def owed(house: House) -> outbox.Owed:
    """An answer of ours to somebody's post, that is to be said."""
    jess, _sam = house.person_on("square", "@jess"), house.agent("Sam")
    jess.posts("@house hello")
    house.passes(10)
    with house.store.transaction() as memory:
        theirs = memory.execute(select(*PostRow.__table__.columns)).one()
        ours = memory.execute(insert(PostRow).returning(PostRow.id), {
            "network": "square", "thread": theirs.thread, "case_id": theirs.case_id, "account_id": theirs.account_id,
            "handle": theirs.handle, "words": "hello", "said_at": theirs.said_at, "heard_at": theirs.heard_at,
            "inbound": False, "answers_id": theirs.id, "state": "owed"}).scalar_one()
        memory.execute(insert(OrderRow), {"case_id": theirs.case_id, "kind": "answer", "post_id": ours,
                                          "due_at": house.time.now() + timedelta(days=1)})
        order = memory.execute(select(*OrderRow.__table__.columns).where(OrderRow.kind == "answer")).one()
    house.is_forgotten()
    return outbox.Owed(**{name: getattr(order, name) for name in outbox.Owed.__dataclass_fields__})


@pytest.mark.weather("calm")
@pytest.mark.parametrize("trouble, after", [(Trouble("slow down", again_after=timedelta(minutes=5)), timedelta(minutes=5)),
                                            (Trouble("what?", maybe_done=True), timedelta(seconds=2))])
def test_a_network_that_asks_for_patience_gets_it(house: House, trouble: Trouble, after: timedelta) -> None:
    order = owed(house)
    network: Any = Sulking(house.shop.networks["square"], trouble)
    shop = replace(house.shop, networks={"square": network})
    with pytest.raises(Later) as later:
        answers.answer(shop, order)
    assert (later.value.after, later.value.surely_not_taken) == (after, not trouble.maybe_done)


@pytest.mark.weather("calm")
def test_where_the_house_has_no_account_any_more_nothing_is_said_elsewhere(house: House) -> None:
    order = owed(house)
    others = {name: each for name, each in house.shop.networks.items() if name != "square"}
    assert answers.answer(replace(house.shop, networks=others), order) == "the house has no account on the square"
    assert [row.state for row in house.rows(select(PostRow.state).where(~PostRow.inbound))] == ["failed"]
