"""Too often, on both databases: counted by the house's clock, exact about when to come back, hidden from readers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from flows.facts import HOURS, MINUTES
from voice_gateway import limits
from voice_gateway.limits import DAY, Doorkeeper, Limit, Limits, TooOften
from voice_gateway.store import Store
from voice_gateway.store.tables import KnockRow

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
KEY = "a key of sixteen letters"
DANA, ROBIN = "+12025550121", "+14155550133"
FEW = Limits(of_an_address=(Limit(3, 10 * MINUTES), Limit(5, DAY)), of_a_number=(Limit(2, HOURS),),
             of_a_prefix=(Limit(3, HOURS),), of_the_house=(Limit(4, DAY),))


@pytest.fixture
def memory(store: Store):
    with store.transaction() as connection:
        connection.execute(delete(KnockRow))
    return store


def knock(store: Store, address: str = "192.0.2.1", at: datetime = NOON) -> int:
    """0, or the seconds after which to come back."""
    try:
        with store.transaction() as connection:
            Doorkeeper(connection, at, KEY, FEW).knock(address)
    except TooOften as error:
        return error.seconds
    return 0


def new_case(store: Store, number: str, at: datetime = NOON, allowed: Limits = FEW) -> int:
    try:
        with store.transaction() as connection:
            Doorkeeper(connection, at, KEY, allowed).new_case(number)
    except TooOften as error:
        return error.seconds
    return 0


def test_an_address_is_told_to_come_back_and_is_let_in_then(memory):
    assert [knock(memory, at=NOON + n * MINUTES) for n in range(3)] == [0, 0, 0]
    assert knock(memory, at=NOON + 4 * MINUTES) == 6 * 60
    assert knock(memory, "192.0.2.2", at=NOON + 4 * MINUTES) == 0
    assert knock(memory, at=NOON + 10 * MINUTES) == 0


def test_the_limit_of_a_day_holds_beside_the_short_one(memory):
    for n in range(5):
        assert knock(memory, at=NOON + n * HOURS) == 0
    assert knock(memory, at=NOON + 6 * HOURS) == 18 * 3600
    assert knock(memory, at=NOON + DAY) == 0


def test_who_is_refused_is_not_counted(memory):
    for _ in range(20):
        knock(memory)
    with memory.reading() as connection:
        assert len(connection.scalars(select(KnockRow.id)).all()) == 3


def test_a_number_a_prefix_and_the_house_have_limits(memory):
    assert [new_case(memory, DANA) for _ in range(3)] == [0, 0, 3600]
    assert new_case(memory, "+12025550199") == 0
    assert new_case(memory, "+12025550198", NOON + 30 * MINUTES) == 30 * 60
    assert new_case(memory, ROBIN) == 0
    assert new_case(memory, "+16175550144") == 24 * 3600
    assert new_case(memory, "+16175550144", NOON + DAY) == 0


def test_a_refused_number_takes_nothing_from_the_house(memory):
    allowed = Limits(of_a_number=(Limit(1, HOURS),), of_the_house=(Limit(2, DAY),))
    assert [new_case(memory, DANA, allowed=allowed) > 0 for _ in range(5)] == [False, True, True, True, True]
    assert new_case(memory, ROBIN, allowed=allowed) == 0


@pytest.mark.parametrize("one,other,same", [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
    ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("::ffff:192.0.2.7", "192.0.2.7", True),
    ("192.0.2.7", "192.0.2.8", False),
    ("", "", True),
    ("not an address", "another", False),
])
def test_a_household_counts_as_one_address(memory, one, other, same):
    for _ in range(3):
        assert knock(memory, one) == 0
    assert (knock(memory, other) > 0) is same


def test_neither_address_nor_number_can_be_read_back(memory):
    knock(memory, "192.0.2.77")
    new_case(memory, DANA)
    with memory.reading() as connection:
        kept = " ".join(connection.scalars(select(KnockRow.what)))
    assert all(secret not in kept for secret in ("192.0.2", "2025550", "120255"))
    assert {each.partition(":")[0] for each in kept.split()} == {"address", "number", "prefix", "house"}


def test_two_at_once_do_not_share_the_last_slot(memory):
    let_in: list[int] = []
    ready = threading.Barrier(8)

    def come(n: int) -> None:
        ready.wait()
        try:
            with memory.transaction() as connection:
                keeper = Doorkeeper(connection, NOON, KEY, Limits(of_the_house=(Limit(3, DAY),)))
                keeper.knock(f"192.0.2.{n}")
                keeper.new_case(f"+1202555010{n}")
            let_in.append(n)
        except TooOften:
            pass

    visitors = [threading.Thread(target=come, args=(n,)) for n in range(8)]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    assert len(let_in) == 3


def test_the_wait_is_in_whole_seconds_and_never_none():
    assert TooOften(timedelta(0)).seconds == 1
    assert TooOften(timedelta(seconds=1.2)).seconds == 2


def test_the_usual_limits_let_a_family_in_and_no_robot():
    for group in (limits.USUAL.of_an_address, limits.USUAL.of_a_number, limits.USUAL.of_a_prefix, limits.USUAL.of_the_house):
        assert all(limit.times >= 3 for limit in group)
        assert max(limit.within for limit in group) == DAY
