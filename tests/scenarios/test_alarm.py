"""The alarm that cannot be silent: a ladder at its end, a rung with nobody on it, nobody on call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.workshop import work_in
from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, journal, rung, takes
from voice_gateway.siren import Siren, Unheard

CALM = pytest.mark.weather("calm")
KEY = b"a key of twenty-four bytes and more"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Operator:
    """Whoever listens at the operator's address: at first it is down."""

    def __init__(self, down: int = 0) -> None:
        self.down, self.posts = down, list[tuple[bytes, Mapping[str, str]]]()

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        assert url == "https://operator.example.test/alarm"
        self.posts.append((body, headers))
        if len(self.posts) <= self.down:
            raise Unheard("ConnectError: nobody there")
        return 204

    @property
    def heard(self) -> list[dict[str, object]]:
        return [json.loads(body)["data"] for body, _ in self.posts[self.down:]]


def operated(house: House, operator: Operator) -> Operator:
    """From now on alarms are told at this address."""
    house.shop = replace(house.shop, siren=Siren("https://operator.example.test/alarm", SECRET, operator))
    work_in(house.shop)
    return operator


def test_a_ladder_at_its_end_cries_out_and_begins_again(house: House) -> None:
    """Maria sleeps through it; the operator's address and telephone are told, and the second round wakes her."""
    maria, guard = house.manager("Maria"), house.customer("Guard")
    operator = operated(house, Operator(down=2))
    has_ladder(house, rung("Maria"), alarm_text=guard.phone.number)
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().lets_it_ring()
    guard.phone.reads("ALARM. A case climbs and nobody takes it: T1. Nobody has taken it.", within=400)
    assert climb_rows(house)[0].alarmed_at
    takes(house, maria)
    assert house.exchange.run(lambda: bool(operator.heard), 120)
    assert operator.heard[0]["count"] == 1
    assert operator.heard[0]["cases"][0]["ticket"] == "T1"  # type: ignore[index]
    assert ("alarm", "") in journal(house)


@CALM
def test_the_address_can_tell_that_it_is_from_us_and_that_it_comes_twice(house: House) -> None:
    maria = house.manager("Maria")
    operator = operated(house, Operator(down=1))
    has_ladder(house, rung("supervisor"), rung("Maria", minutes=2))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.reads("T1 needs you: Dana")
    takes(house, maria)
    assert house.exchange.run(lambda: bool(operator.heard), 120)
    (first, told), (second, again) = operator.posts
    assert first == second or json.loads(first)["data"] == json.loads(second)["data"]
    assert told["webhook-id"] == again["webhook-id"]
    content = b".".join([again["webhook-id"].encode(), again["webhook-timestamp"].encode(), second])
    assert again["webhook-signature"] == f"v1,{base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()}"
    assert json.loads(second)["data"]["cases"][0]["why"] == "nobody there"


@CALM
def test_the_desk_reads_of_an_alarm_and_may_take_it(house: House) -> None:
    """The manager sleeps; Sam and Kim are at work, and whoever answers first has it."""
    maria, sam, kim = house.manager("Maria"), house.agent("Sam"), house.agent("Kim")
    has_ladder(house, rung("Maria"))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().lets_it_ring()
    sam.phone.reads("T1 needs you: Dana", within=400)
    maria.phone.rings()
    kim.phone.reads("T1 needs you: Dana")
    kim.phone.texts("4", to=OUR_NUMBER)
    kim.phone.reads("T1 is yours")
    assert climb_rows(house)[0].acknowledged_by_id == kim.id


def test_nobody_on_call_is_an_alarm_and_the_next_is_told_at_once(house: House) -> None:
    maria, guard = house.manager("Maria"), house.customer("Guard")
    has_ladder(house, rung("on-call:night"), rung("Maria", minutes=30), alarm_text=guard.phone.number)
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings(within=15)
    maria.phone.reads("T1 needs you: Dana")
    guard.phone.reads("ALARM", "Nobody there")
    maria.phone.presses("4").hears("By when").presses("1").hears("It is yours")
    maria.phone.reads("T1 is yours")


@CALM
def test_a_rung_for_working_hours_is_passed_over_at_night_without_an_alarm(house: House) -> None:
    sam = house.agent("Sam", hours=[{"days": [1, 2, 3, 4, 5], "open": 13 * 60, "close": 17 * 60}])
    maria = house.manager("Maria")
    has_ladder(house, rung("Sam", hours="in hours"), rung("Maria", minutes=2))
    climbs(house, a_case(house, "Dana", sam))
    house.passes(60)
    takes(house, maria)
    assert not sam.phone.heard
    assert not climb_rows(house)[0].alarmed_at


def test_a_storm_of_alarms_is_one_text_and_one_message(house: House) -> None:
    guard = house.customer("Guard")
    operator = operated(house, Operator())
    has_ladder(house, rung("manager"), alarm_text=guard.phone.number)
    sam = house.agent("Sam")
    for at in range(12):
        climbs(house, a_case(house, f"Customer{at}", sam))
    guard.phone.reads("12 cases climb and nobody takes them: T1, T2, T3, T4, T5 and 7 more")
    assert [each["count"] for each in operator.heard] == [12]
    house.is_forgotten()  # they climb for ever, since there is no manager


@CALM
@pytest.mark.parametrize("who", ["Sam", "all:supervisor", "on-call:day"])
def test_a_rung_whose_people_are_on_leave_in_working_hours_is_an_alarm(house: House, who: str) -> None:
    """The one who would be at work is away, there is no supervisor, and nobody is on call by day: Maria is rung at once."""
    sam, maria = house.agent("Sam"), house.manager("Maria")
    sam.differs(away_until=house.time.now() + timedelta(days=1))
    has_ladder(house, rung(who, hours="in hours"), rung("Maria", minutes=30))
    climbs(house, a_case(house, "Dana", sam))
    maria.phone.rings(within=15).presses("4").hears("By when").presses("1").hears("It is yours")
    maria.phone.reads("T1 is yours")
    assert [what for what, _ in journal(house)].count("alarm") == 1
    house.is_forgotten()
