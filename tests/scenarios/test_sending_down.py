"""Sent down from the top: a manager, or an address outside that the house trusts, makes a case climb by one text."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flows import sending_down
from flows.sending_down import SentDown
from tests.doors.test_threads import reads_on
from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import a_case, climb_rows, has_ladder, is_closed, rung, takes
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")


def test_a_manager_opens_a_case_for_somebody_who_has_not_come_to_us(house: House) -> None:
    """And a text without a reason opens nothing: they are told which there are."""
    sam, maria = house.agent("Sam"), house.manager("Maria")
    dana = house.customer("Dana")
    has_ladder(house, rung("Sam"))
    maria.phone.texts(f"ESCALATE {dana.phone.number} their lawyer wrote", OUR_NUMBER)
    maria.phone.reads("Why is one of DANGER, LAW, PRESS, PERSON, MONEY, FAILED, OTHER", "Nothing was sent", within=180)
    assert not climb_rows(house)
    maria.phone.texts(f"ESCALATE {dana.phone.number} LAW their lawyer wrote", OUR_NUMBER)
    maria.phone.reads("climbs now: it is a matter of law", within=180)
    takes(house, sam)
    (row,) = climb_rows(house)
    assert (row.rule, row.why) == ("sent_down", "Maria sends it: it is a matter of law, their lawyer wrote")
    assert [each.about for each in house.cases if each.id == row.case_id] == ["their lawyer wrote"]
    assert not dana.phone.received


def test_a_case_that_is_open_is_sent_by_its_tag_and_by_its_number(house: House) -> None:
    """What climbs already gets one more reason; a colleague who leads nobody sends it up."""
    sam, maria = house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria", minutes=10))
    case_id = a_case(house, "Dana", sam)
    sam.phone.texts("escalate t1 money", OUR_NUMBER)
    sam.phone.reads("T1 climbs now: much money is at stake")
    maria.phone.texts(f"Escalate {house.customer('Ben').phone.number} press.", OUR_NUMBER)
    maria.phone.reads("climbs now: the press is on it")
    maria.phone.texts("ESCALATE #T1: PRESS the evening news has it", OUR_NUMBER)
    maria.phone.reads("T1 climbs now")
    first = climb_rows(house)[0]
    assert (first.case_id, first.rule, first.also) == (case_id, "star_key", ["Maria sends it: the press is on it, the evening news has it"])
    takes(house, maria)
    maria.phone.reads("T2 is yours")  # and what was opened for Ben with it


@CALM
@pytest.mark.parametrize("words", ["ESCALATE T77 PRESS", "ESCALATE T1 LAW", f"ESCALATE {OUR_NUMBER} LAW", "ESCALATE +12 345 678 LAW"])
def test_what_is_closed_or_nobodys_is_not_sent(house: House, words: str) -> None:
    maria = house.manager("Maria")
    is_closed(house, a_case(house, "Dana", maria))
    maria.phone.texts(words, OUR_NUMBER)
    maria.phone.reads("There is no open case of that tag")
    assert not climb_rows(house)


def test_an_address_that_the_house_trusts_sends_down_and_a_stranger_only_writes(house: House) -> None:
    """The one is told the tag and no more. The other's words are read by a colleague, as any text is."""
    office, stranger, sam, maria = house.customer("Office"), house.customer("Ben"), house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"), may_send_down=[office.phone.number])
    case_id = a_case(house, "Dana", sam)
    stranger.phone.texts(f"ESCALATE T{case_id} MONEY I am the president", OUR_NUMBER)
    sam.phone.reads("ESCALATE T1 MONEY I am the president", within=180)
    assert not climb_rows(house)
    office.phone.texts(f"ESCALATE T{case_id} PRESS the evening news has it", OUR_NUMBER)
    office.phone.reads("T1 climbs now: the press is on it.", within=180)
    takes(house, maria)
    (row,) = climb_rows(house)
    assert row.why == "Somebody whom the house trusts sends it: the press is on it, the evening news has it"
    assert not any("Dana" in each for each in office.phone.received)
    house.is_forgotten()  # what becomes of the stranger is told elsewhere


def test_a_colleague_sends_it_to_a_manager_on_its_page(house: House) -> None:
    """By one of the reasons and no other; it is theirs until somebody takes it, and stands there as a note."""
    sam, maria = house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    page = reads_on(house, sam, a_case(house, "Dana", sam))
    page.presses("up:whim")
    assert not climb_rows(house)
    page.presses("up:failed")
    assert "Sent to a manager: we have failed them before" in page.said
    takes(house, maria)
    assert [(each.rule, each.why) for each in climb_rows(house)] == [("star_key", "Sam sends it: we have failed them before")]
    is_closed(house, 1)
    assert "up:press" not in page.looks().buttons


@CALM
def test_what_the_office_writes_otherwise_is_a_text_and_its_own_case(house: House) -> None:
    office, sam = house.customer("Office"), house.agent("Sam")
    has_ladder(house, rung("Sam"), may_send_down=[office.phone.number])
    office.phone.texts("ESCALATE it, please", OUR_NUMBER)
    office.phone.reads("Text ESCALATE, a tag or a number, and why", "Nothing was sent")
    office.phone.texts("Our own lamp is broken", OUR_NUMBER)
    sam.phone.reads("Our own lamp is broken")
    mine, theirs = house.rows(select(CaseRow.state, CaseRow.closed_at).order_by(CaseRow.id))[:2]
    assert (mine.state, mine.closed_at is None, theirs.closed_at is None) == ("staff", False, True)
    assert not climb_rows(house)
    house.is_forgotten()


@pytest.mark.parametrize("words, found", [
    ("ESCALATE T12 PRESS the news", SentDown(12, "", "press", "the news")),
    ("escalate: #t12, Law.", SentDown(12, "", "law")),
    ("Escalate +1 (202) 555-0121 danger  gas \n smell", SentDown(None, "+1 (202) 555-0121", "danger", "gas smell")),
    ("ESCALATE T12 because", SentDown(12)),
    ("ESCALATE T12", SentDown(12)),
    ("ESCALATE T12PRESS", SentDown()),
    ("escalate", SentDown()),
    ("escalated already", None),
    ("please escalate T12 PRESS", None),
])
def test_words(words: str, found: SentDown | None) -> None:
    assert sending_down.parsed(words) == found
