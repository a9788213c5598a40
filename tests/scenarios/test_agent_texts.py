"""What colleagues text: who is there, who is not, and whose telephone it really is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.doors.test_telephone import knock
from tests.house import OUR_NUMBER, House
from voice_gateway.store.tables import CaseRow, JournalRow, MessageRow, PersonRow
from voice_gateway.tickets import code_digest, pin_of

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")


@A_FEW
def test_off_and_on(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    sam.phone.texts("off", to=OUR_NUMBER)
    sam.phone.reads("You are away until you text ON")
    dana.asks_for_a_call()
    kim.phone.rings().presses("2").hears("next colleague")
    dana.phone.reads("nobody was free")
    sam.phone.texts("ON", to=OUR_NUMBER)
    sam.phone.reads("You are there again")
    sam.phone.rings(within=400).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
@pytest.mark.parametrize("words, told", [("OFF 2H", "until 12:"), ("off until 3pm", "until 3:00 pm"),
                                         ("Off yesterday", "Until when?"), ("off 99h", "You are away until"),
                                         ("off until tomorrow 9am", "until Thursday 9:00 am"), ("OFF  \n 2h.", "until 12:"),
                                         ("  oFF for 30 min ", "until 10:30"), ("off!", "until you text ON"),
                                         ("off we go", "Until when?")])
def test_off_for_a_while(house: House, words: str, told: str) -> None:
    sam = house.agent("Sam")
    sam.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads(told)
    away = house.rows(select(PersonRow.away_until))[0][0]
    assert (away is None) == (told == "Until when?")
    if away:
        sam.phone.texts(" On. ", to=OUR_NUMBER)
        sam.phone.reads("You are there again")


@CALM
def test_who(house: House) -> None:
    sam, _kim = house.agent("Sam"), house.agent("Kim")
    sam.phone.texts("Who", to=OUR_NUMBER)
    sam.phone.reads("There and free now: Kim.")


@CALM
def test_whoever_has_a_pin_shows_it_first(house: House) -> None:
    """A number can be borrowed by whoever sends texts under it; five wrong ones, and none is right for a while."""
    sam = house.agent("Sam")
    digest = code_digest(house.settings.secret_key.get_secret_value(), pin_of("Sam", "4711"))
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).values(pin_digest=digest))
    sam.phone.texts("OFF", to=OUR_NUMBER)
    sam.phone.reads("Please text your PIN first")
    sam.phone.texts("1234", to=OUR_NUMBER)
    sam.phone.reads("Please text your PIN first")
    sam.phone.texts(" 4711 ", to=OUR_NUMBER)
    sam.phone.reads("Thank you, Sam")
    sam.phone.texts("OFF", to=OUR_NUMBER)
    sam.phone.reads("You are away")
    house.passes(13 * 3600)
    for guess in ("1111", "2222", "3333", "4444", "5555", "4711"):
        sam.phone.texts(guess, to=OUR_NUMBER)
        sam.phone.reads("Please text your PIN first")
    sids = house.rows(select(MessageRow.body).where(MessageRow.inbound, MessageRow.person_id.is_not(None)))
    assert "4711" not in " ".join(row.body for row in sids)


@CALM
def test_a_borrowed_number_changes_nothing_without_the_pin(house: House) -> None:
    """A forger shows Sam's number: whatever they want waits for the PIN, and Sam sees that somebody tried."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    digest = code_digest(house.settings.secret_key.get_secret_value(), pin_of("Sam", "4711"))
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).values(pin_digest=digest))
    for words in ("OFF", "T1 your bank details please", "DONE T1", "NOTE T1 x", "DROP TABLE cases"):
        knock(house, "/sms", MessageSid=f"SM{hash(words)}", From=sam.phone.number, To=OUR_NUMBER, Body=words, NumMedia="0")
        sam.phone.reads("Please text your PIN first", "Nothing was sent")
    house.passes(30)
    assert len(dana.phone.received) == 1
    assert house.rows(select(PersonRow.away_until))[0][0] is None
    assert house.cases[0].state == "open"


@CALM
@pytest.mark.parametrize("words, kept", [
    ("NOTE she is upset", "she is upset"), ("note: T1 she is upset", "she is upset"),
    ("Note\nT1\nfirst line\nsecond line", "first line\nsecond line"), ("NOTE (T1) she is upset", "she is upset")])
def test_a_note_never_reaches_the_customer(house: House, words: str, kept: str) -> None:
    """Also without a tag, which one forgets."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads("Noted on T1")
    house.passes(30)
    assert len(dana.phone.received) == 1
    assert [row.detail for row in house.rows(select(JournalRow.detail).where(JournalRow.what == "note"))] == [kept]


@CALM
@pytest.mark.parametrize("words, told", [
    ("T1 hello", "hello"), ("t1: hello", "hello"), ("#T1 hello", "hello"), ("T 1, hello", "hello"),
    ("UPDATE hello", "Sam: hello You hear from me again by Thursday 10:00 am."),
    ("Update: t1. hello", "Sam: hello You hear from me again by Thursday 10:00 am."), ("Tomorrow at nine", "Tomorrow at nine"),
    ("on my way", "on my way"), ("Who told you so?", "Who told you so?"), ("solved? I hope so", "solved? I hope so"),
    ("T1 line one\nline two", "line one line two")])
def test_what_reaches_the_customer(house: House, words: str, told: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts(words, to=OUR_NUMBER)
    dana.phone.reads(told)
    assert " ".join(dana.phone.received[-1].split()) == told


@A_FEW
def test_two_colleagues_answer_one_text(house: House) -> None:
    """Nobody has it yet; the first has it then, and the second is told so."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).values(away_until=house.time.now() + timedelta(hours=1)))
    dana.phone.texts("LATER 3pm", to=OUR_NUMBER)
    dana.phone.reads("we ring you at 3:00 pm")
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(state="open"))
    sam.phone.texts("T1 I look into it", to=OUR_NUMBER)
    dana.phone.reads("I look into it")
    kim.phone.texts("T1 so do I", to=OUR_NUMBER)
    kim.phone.reads("T1 is with Sam, so nothing was sent")


@CALM
def test_a_telephone_that_answers_by_itself_is_not_sent_on_for_ever(house: House) -> None:
    """Sam drives, and his telephone says so to whoever texts: so does hers. It ends by itself."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    for _round in range(8):
        sam.phone.texts("I am driving", to=OUR_NUMBER)
        house.passes(5)
        dana.phone.texts("I am out of office", to=OUR_NUMBER)
        house.passes(5)
    assert dana.phone.received.count("I am driving") == 2
    assert len(sam.phone.received) < 12
    for phone in (sam.phone, dana.phone):
        while phone.unheard():
            phone.reads("")


@CALM
def test_a_colleagues_telephone_is_a_colleagues(house: House) -> None:
    """What they want for themselves they ask for on the website."""
    sam = house.agent("Sam")
    sam.phone.texts("My own lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("No customer waits for an answer from you")
    assert [case.state for case in house.cases] == ["staff"]


@CALM
@pytest.mark.parametrize("words", ["T0 hello", "T999999999 hello", "NOTE T77 hello", "DONE T77"])
def test_a_tag_of_no_ticket(house: House, words: str) -> None:
    sam = house.agent("Sam")
    sam.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads("There is no such ticket, so nothing was sent")
