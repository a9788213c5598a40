"""Promises: who looks after it sends updates, is reminded of them, and hands over what they cannot keep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.house import BASE, OUR_NUMBER, Agent, Customer, House
from voice_gateway.store.tables import PersonRow

CALM = pytest.mark.weather("calm")
HOURS = 3600
TOMORROW = 25 * HOURS


def sams_case(house: House) -> tuple[Customer, Agent]:
    """Dana wrote, Sam answered: he looks after it."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My parcel is lost", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana: My parcel is lost", within=180)
    dana.phone.reads("a colleague reads it now", within=180)
    sam.phone.texts("UPDATE T1 we look for it", to=OUR_NUMBER)
    dana.phone.reads("Sam: we look for it", "hear from me again by Thursday 10:0", within=180)
    return dana, sam


def ticket(house: House, customer: Customer) -> dict[str, object]:
    page = next(each for each in customer.phone.received if "/t/" in each).rpartition(BASE)[2].split()[0]
    shown: dict[str, object] = house.browser.get(f"{page}.json").get_json()
    return shown


def test_updates_go_out_and_the_owner_is_reminded(house: House) -> None:
    """Each begins the time anew; before the next is due Sam is reminded, once."""
    dana, sam = sams_case(house)
    shown = ticket(house, dana)
    assert shown["owner"] == "Sam"
    assert str(shown["promised_at"]).startswith("2026-03-05T15:0")
    assert "Sam sent you an update." in [step["text"] for step in shown["steps"]]  # type: ignore[attr-defined]
    sam.phone.reads("T1: Dana was promised an update from you by 10:0", "Text UPDATE T1", within=TOMORROW)
    sam.phone.texts("update t1: it is in Ohio", to=OUR_NUMBER)
    dana.phone.reads("Sam: it is in Ohio", "again by Friday", within=180)
    house.passes(12 * HOURS)
    assert len(sam.phone.received) == 2, "reminded once, and not again while there is time"


def test_whoever_is_on_leave_hands_over_what_falls_into_it(house: House) -> None:
    """At once, to whoever is there; Dana knows who has it, and Kim keeps it."""
    dana, sam = sams_case(house)
    kim = house.agent("Kim")
    sam.phone.texts("OFF 48h", to=OUR_NUMBER)
    sam.phone.reads("You are away", within=180)
    kim.phone.reads("T1 is yours now: Sam is away", "Dana", "UPDATE T1", within=180)
    dana.phone.reads("Kim looks after it now instead of Sam", "hear from Kim by Thursday 10:0", within=180)
    assert ticket(house, dana)["owner"] == "Kim"
    kim.phone.texts("UPDATE T1 it is in Ohio", to=OUR_NUMBER)
    dana.phone.reads("Kim: it is in Ohio", within=180)


@CALM
def test_a_delegate_comes_first_and_theirs_if_they_are_away_too(house: House) -> None:
    dana, sam = sams_case(house)
    _ann, ben, cid = house.agent("Ann"), house.agent("Ben"), house.agent("Cid")
    sam.differs(delegate_id=ben.id)
    ben.differs(delegate_id=cid.id, away_until=house.time.now() + timedelta(days=3))
    sam.phone.texts("OFF 48h", to=OUR_NUMBER)
    sam.phone.reads("You are away")
    cid.phone.reads("T1 is yours now: Sam is away")
    dana.phone.reads("Cid looks after it now instead of Sam")


@pytest.mark.parametrize("why", ["off", "ill", "hours", "gone"])
def test_before_it_is_due_it_is_somebodys_who_is_there(house: House, why: str) -> None:
    """Off without an end, away by another's hand, off duty by then, or gone from the house."""
    dana, sam = sams_case(house)
    kim = house.agent("Kim")
    if why == "off":
        sam.phone.texts("OFF", to=OUR_NUMBER)
        sam.phone.reads("until you text ON")
    house.passes(2 * HOURS)
    assert not kim.phone.received, "perhaps Sam has only gone home"
    if why == "ill":
        sam.differs(away_until=house.time.now() + timedelta(days=9))
    elif why == "hours":
        sam.differs(shift_id=never(house))
    elif why == "gone":
        sam.differs(gone=True)
    kim.phone.reads("T1 is yours now", within=TOMORROW)
    dana.phone.reads("Kim looks after it now instead of Sam")


def never(house: House) -> int:
    """A shift that nobody works."""
    other = house.agent("Zoe", hours=[{"days": [], "open": 0, "close": 0}])
    return int(house.rows(PersonRow.__table__.select().where(PersonRow.id == other.id))[0].shift_id)


@pytest.mark.weather("calm", "rest-429")
def test_whoever_comes_back_in_time_keeps_their_promise(house: House) -> None:
    dana, sam = sams_case(house)
    kim = house.agent("Kim")
    sam.phone.texts("OFF", to=OUR_NUMBER)
    sam.phone.reads("You are away")
    house.passes(20 * HOURS)
    sam.phone.texts("ON", to=OUR_NUMBER)
    sam.phone.reads("there again")
    sam.phone.reads("promised an update from you", within=6 * HOURS)
    assert not kim.phone.received
    assert len(dana.phone.received) == 2


@CALM
def test_an_update_of_anothers_case_is_not_sent(house: House) -> None:
    dana, _sam = sams_case(house)
    kim = house.agent("Kim")
    kim.phone.texts("UPDATE T1 hello", to=OUR_NUMBER)
    kim.phone.reads("T1 is with Sam, so nothing was sent")
    assert len(dana.phone.received) == 2


@CALM
def test_nobody_is_there_to_take_it_over(house: House) -> None:
    """Then Sam is reminded all the same: a promise is nobody's never."""
    dana, sam = sams_case(house)
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).values(away_until=house.time.now() + timedelta(days=5)))
    sam.phone.reads("T1: Dana was promised an update from you", within=TOMORROW)
    sam.phone.reads("T1 is still open with you, and Dana waits", within=TOMORROW)
    assert len(dana.phone.received) == 2


@CALM
def test_how_often_is_the_houses_own(house: House) -> None:
    house.keeps(promises={"update_every": 4 * HOURS})
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My parcel is lost", to=OUR_NUMBER)
    sam.phone.reads("My parcel is lost")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("I look for it", to=OUR_NUMBER)
    dana.phone.reads("I look for it")
    assert str(ticket(house, dana)["promised_at"]).startswith("2026-03-04T19:0")
    sam.phone.reads("promised an update from you by 2:0", within=4 * HOURS)
