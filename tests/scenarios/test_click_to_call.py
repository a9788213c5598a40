"""Click-to-call: one press, one human, both phones ring."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.house import House
from voice_gateway.store.tables import CaseRow, LegRow


def test_clicking_twice_gives_one_call(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    first = dana.asks_for_a_call().answer.get_json()
    second = dana.asks_for_a_call(about="the same again").answer.get_json()
    assert second["ticket"] == first["ticket"]
    assert second["url"] == first["url"]
    sam.phone.rings().hears("Dana", "a refund").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert len(house.rows(select(CaseRow.id))) == 1
    assert len(house.rows(select(LegRow.id).where(LegRow.role == "customer"))) == 1
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_neither_sees_the_others_number(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    ours = "+12025550100"
    assert {call.from_ for call in house.exchange.calls.values()} == {ours}
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_a_call_at_a_time_of_their_choice(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    at = house.time.now() + timedelta(hours=2)
    dana.asks_for_a_call(when=at.isoformat())
    house.passes(2 * 3600 - 90)
    assert dana.state == "waiting"
    assert not sam.phone.is_ringing
    sam.phone.rings(within=180).hears("Dana", "less than a minute").presses("1")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_whoever_asks_again_while_someone_looks_after_it_is_rung_by_them(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("2")
    sam.phone.reads("is yours")
    assert sam.becomes_free()
    dana.asks_for_a_call()
    sam.phone.rings().hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert not kim.phone.heard
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_the_longest_waiting_is_served_first(house: House) -> None:
    sam = house.agent("Sam")
    dana, ben, ada = (house.customer(name) for name in ("Dana", "Ben", "Ada"))
    for each in (dana, ben, ada):
        each.asks_for_a_call()
        house.passes(3)
    for each in (dana, ben, ada):
        sam.phone.rings(within=90).hears(each.name).presses("1")
        each.phone.rings().presses("1")
        each.phone.hangs_up()
        sam.phone.hears("How did it go").presses("1")


def test_the_ticket_shows_every_step_as_it_happened(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    assert [step["what"] for step in dana.ticket["steps"]] == [
        "asked for a call", "ringing", "answered", "takes it", "ringing", "answered", "talking", "closed",
    ]
