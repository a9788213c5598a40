"""Who rings: a number is a claim, unless the carrier vouches for it in full."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from voice_gateway.store.tables import CaseRow, IdentifierRow, LegRow

HALF = pytest.mark.weather("calm", "shuffle")
CALM = pytest.mark.weather("calm")
A = "TN-Validation-Passed-A"
UNTIL_TEN = [{"days": [1, 2, 3, 4, 5], "open": 8 * 60, "close": 10 * 60}]


# ---- how much a number is worth ----


@CALM
@pytest.mark.parametrize("verstat, attested", [
    (A, True), (f"{A}-Diverted", False), (f"{A}-Passthrough", False), ("TN-Validation-Passed-B", False),
    ("TN-Validation-Failed-A", False), ("No-TN-Validation", False), (None, False),
])
def test_only_the_full_attestation_counts(house: House, verstat: str | None, attested: bool) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").is_known()
    dana.waits_in_line(verstat=verstat)
    sam.phone.rings().hears("Dana is on the line", "a refund").presses("1")
    assert ("not verified" in sam.phone.heard) is not attested
    talks_and_is_content(dana, sam)
    assert [row.attested for row in house.rows(select(LegRow.attested).where(LegRow.inbound))] == [attested]


@HALF
def test_an_anonymous_caller_has_all_but_the_text(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials(anonymous=True).phone.hears("Press 1 to wait", "Press 2", "Press 3")
    assert "Press 4" not in dana.phone.heard
    dana.phone.presses("4").hears("That key does nothing").presses("1").hears("what is it about").says("my shoes")
    sam.phone.rings().hears("Somebody is on the line", "my shoes", "Press 1")
    assert "ten minutes" not in sam.phone.heard
    sam.phone.presses("3").hears("That key does nothing").presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_an_anonymous_caller_is_rung_back_at_a_number_that_they_type(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials(anonymous=True).phone.hears("Press 2").presses("2").hears("type the number").presses("2025550199#")
    dana.phone.hears("We will ring 1 2 0 2 5 5 5 0 1 9 9").presses("2").hears("type the number")
    dana.phone.presses(f"{dana.phone.number[2:]}#").hears("We will ring").presses("1").hears("Goodbye")
    sam.phone.rings().hears("is waiting for a call").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_two_anonymous_callers_are_two_people(house: House) -> None:
    house.manager("Maria")
    for name in ("Dana", "Ben"):
        house.customer(name).dials(anonymous=True).phone.hears("Press 1").hangs_up()
        house.passes(5)
    assert len(house.cases) == 2


@CALM
@pytest.mark.parametrize("shown", ["client:bob", "sip:bob@example.com", "+266696687", "Restricted", "+1202555", "', 1); --"])
def test_what_is_no_number_is_nobodys(house: House, shown: str) -> None:
    house.manager("Maria")
    dana = house.customer("Dana").dials(caller_id=shown)
    dana.phone.hears("Press 1 to wait", "Press 2").presses("2").hears("type the number").hangs_up()
    assert "Press 4" not in dana.phone.heard


@CALM
@pytest.mark.parametrize("shown", [
    OUR_NUMBER, "+19005550123", "+37120000000", "+18765550123",  # ours, premium, and two that we never ring
])
def test_a_number_that_we_never_ring_is_not_rung_back(house: House, shown: str) -> None:
    """It may be false, and dear: they type another one."""
    house.manager("Maria")
    dana = house.customer("Dana").dials(caller_id=shown)
    dana.phone.hears("Press 1 to wait").presses("2").hears("type the number").hangs_up()
    assert "Press 4" not in dana.phone.heard


# ---- whom we refuse ----


@CALM
@pytest.mark.parametrize("how", [{"is_blocked": True}, {"blocked": True}])
def test_who_is_blocked_is_not_even_answered(house: House, how: dict) -> None:
    """Themselves, or only this number of theirs."""
    house.agent("Sam")
    dana = house.customer("Dana").is_known(**how).dials()
    dana.phone.is_hung_up()
    assert not dana.phone.heard
    assert not house.cases


@CALM
def test_a_block_that_has_run_out_lets_them_in(house: House) -> None:
    house.manager("Maria")
    dana = house.customer("Dana").is_known(blocked=True, blocked_until=house.time.now() + timedelta(hours=1))
    dana.dials().phone.is_hung_up()
    house.passes(3601)
    dana.dials().phone.hears("Welcome").hangs_up()


# ---- whom we know ----


def is_in_hand(house: House, owner: Agent, name: str = "Dana") -> Customer:
    """A caller whose open case is with this colleague."""
    dana = house.customer(name)
    dana.dials().phone.hears("Welcome").hangs_up()
    house.passes(300)
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(owner_id=owner.id, about="a refund"))
    return dana


@CALM
@pytest.mark.parametrize("manager", [False, True])
def test_an_open_case_leads_towards_its_owner(house: House, manager: bool) -> None:
    house.agent("Sam")
    kim = house.manager("Kim") if manager else house.agent("Kim")
    dana = is_in_hand(house, kim)
    dana.dials().phone.hears("Welcome", "One moment please")
    kim.phone.rings().hears("Somebody is on the line", "a refund").presses("1")
    talks_and_is_content(dana, kim)


@CALM
@pytest.mark.parametrize("why", ["away", "off shift", "busy", "silent"])
def test_when_the_owner_cannot_come_another_does(house: House, why: str) -> None:
    evening = [{"days": [3], "open": 20 * 60, "close": 22 * 60}]
    kim = house.agent("Kim", hours=evening if why == "off shift" else None)
    dana = is_in_hand(house, kim)
    sam = house.agent("Sam")
    if why == "away":
        kim.differs(away_until=house.time.now() + timedelta(hours=5))
    if why == "busy":
        kim.phone.is_busy()
    dana.dials()
    if why == "silent":
        kim.phone.rings().lets_it_ring()
    sam.phone.rings().hears("a refund").presses("1")
    talks_and_is_content(dana, sam)
    assert bool(house.rows(select(LegRow.id).where(LegRow.person_id == kim.id))) is (why in ("busy", "silent"))


@HALF
def test_who_comes_back_meets_whom_they_know(house: House) -> None:
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana")
    dana.waits_in_line()
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    house.passes(600)
    dana.waits_in_line(about="it again")
    sam.phone.rings().hears("it again").presses("1")
    talks_and_is_content(dana, sam)
    assert not kim.phone.heard


@CALM
def test_two_who_share_a_telephone_are_announced_as_both(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    with house.store.transaction() as memory:
        memory.execute(insert(IdentifierRow), {"namespace": "tel", "subject": dana.phone.number,
                                               "display": "Dana or Ben", "first_seen": house.time.now()})
    dana.waits_in_line(verstat=A)
    sam.phone.rings().hears("Dana or Ben is on the line").presses("1")
    talks_and_is_content(dana, sam)
    assert house.cases[0].contact_id is None


# ---- more than one call ----


@HALF
def test_two_calls_at_once_from_one_number_are_both_served(house: House) -> None:
    sam, kim, dana, ben = house.agent("Sam"), house.agent("Kim"), house.customer("Dana"), house.customer("Ben")
    dana.waits_in_line("the first")
    sam.phone.rings().hears("the first").presses("1")
    ben.waits_in_line("the second", caller_id=dana.phone.number)
    kim.phone.rings().hears("the second").presses("1")
    assert ben.phone.talks_with(kim.phone)
    talks_and_is_content(dana, sam)
    talks_and_is_content(ben, kim)
    assert [case.state for case in house.cases] == ["solved", "solved"]


def test_who_rings_while_we_ring_them_is_joined(house: House) -> None:
    """Their line is engaged with their own call to us, so ours cannot get through."""
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.asks_for_a_call()
    other = house.customer("Dana, on another telephone")
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings()
    other.dials(caller_id=dana.phone.number)
    other.phone.hears("We were just ringing you. Sam is on the line.")
    assert other.phone.talks_with(sam.phone)
    dana.phone.is_hung_up(within=30)
    other.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


@HALF
def test_who_rings_while_a_colleague_is_asked_is_joined(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.asks_for_a_call()
    sam.phone.rings().hears("is waiting for a call")
    dana.dials().phone.hears("Press 1 to wait")
    sam.phone.presses("1").hears("Connecting you")
    dana.phone.hears("Sam has just come to the phone.")
    talks_and_is_content(dana, sam)


# ---- a colleague rings ----


@HALF
def test_a_colleague_who_rings_is_not_rung_for_it(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    caller = Customer(house, "Sam", sam.phone)
    caller.waits_in_line()
    kim.phone.rings().presses("1")
    talks_and_is_content(caller, kim)
    assert not sam.phone.unheard()


@CALM
def test_a_colleague_on_the_line_is_not_rung_by_others(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    caller = Customer(house, "Sam", sam.phone)
    caller.dials(verstat=A).phone.hears("0 for reception").presses("0").hears("Press 1 to wait").presses("1").hears("what is it about")
    dana.waits_in_line()
    house.passes(10)
    assert len(house.rows(select(LegRow.id).where(LegRow.ended_at.is_(None)))) == 2
    sam.phone.hangs_up()
    sam.phone.rings(within=80).hears("is on the line", "a refund").presses("1")
    talks_and_is_content(dana, sam)


@pytest.mark.weather("calm")
def test_a_number_that_somebody_shows_is_not_rung_back_again_and_again(house: House) -> None:
    """Anybody can show another's number and have it rung: three times an hour, then they leave a message."""
    house.agent("Sam")
    house.keeps_hours([{"days": [1], "open": 540, "close": 1020}])
    dana = house.customer("Dana")
    for _call in range(3):
        dana.dials().phone.hears("Press 2 to be rung back").presses("2").hears("at this number").presses("1")
        dana.phone.hears("We will ring you").is_hung_up()
        house.passes(200)
    dana.dials().phone.hears("Press 2 to be rung back").presses("2").hears("at this number").presses("1")
    dana.phone.hears("cannot ring that number just now", "[beep]").hangs_up()
    house.is_forgotten()
