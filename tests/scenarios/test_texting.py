"""Texting: whatever customers write is done, or read by a human and answered."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.doors.test_telephone import knock
from tests.house import OUR_NUMBER, Agent, Customer, House
from voice_gateway.store.tables import CaseRow, IdentifierRow, MessageRow

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")


def writes(customer: Customer, words: str) -> Customer:
    customer.phone.texts(words, to=OUR_NUMBER)
    return customer


def somebody_reads(house: House, words: str = "My lamp arrived broken") -> tuple[Customer, Agent]:
    """Dana has written, Sam has it, and she knows that."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    writes(dana, words)
    sam.phone.reads(f"T1 Dana: {words}")
    dana.phone.reads("a colleague reads it now")
    return dana, sam


# ---- one thread, two telephones ----


def test_a_text_is_answered_from_a_colleagues_own_phone(house: House) -> None:
    dana, sam = somebody_reads(house)
    sam.phone.texts("I am sorry. A new one is on its way.", to=OUR_NUMBER)
    dana.phone.reads("A new one is on its way")
    assert sam.phone.number not in " ".join(dana.phone.received)
    assert dana.phone.number not in " ".join(sam.phone.received)
    assert house.cases[0].unanswered_since is None


@A_FEW
def test_it_goes_on_as_one_thread(house: House) -> None:
    dana, sam = somebody_reads(house)
    sam.phone.texts("Which lamp?", to=OUR_NUMBER)
    dana.phone.reads("Which lamp?")
    writes(dana, "The green one")
    sam.phone.reads("T1 Dana: The green one")
    sam.phone.texts("Thank you", to=OUR_NUMBER)
    dana.phone.reads("Thank you")
    assert len(house.cases) == 1


@A_FEW
def test_two_threads_are_told_apart_by_their_tags(house: House) -> None:
    dana, sam = somebody_reads(house)
    ben = writes(house.customer("Ben").is_known(), "Where is my order?")
    sam.phone.reads("T2 Ben: Where is my order?")
    ben.phone.reads("a colleague reads it now")
    sam.phone.texts("Tomorrow", to=OUR_NUMBER)
    sam.phone.reads("To whom?", "T2 (Ben)", "T1 (Dana)", "Nothing was sent")
    sam.phone.texts("t2: tomorrow", to=OUR_NUMBER)
    ben.phone.reads("tomorrow")
    sam.phone.texts("T1 a new lamp is on its way", to=OUR_NUMBER)
    dana.phone.reads("a new lamp is on its way")


@CALM
def test_an_answer_that_leads_nowhere_is_told(house: House) -> None:
    _dana, sam = somebody_reads(house)
    kim = house.agent("Kim")
    kim.phone.texts("T1 hello", to=OUR_NUMBER)
    kim.phone.reads("T1 is with Sam", "nothing was sent")
    kim.phone.texts("T99 hello", to=OUR_NUMBER)
    kim.phone.reads("no such ticket")
    kim.phone.texts("hello?", to=OUR_NUMBER)
    kim.phone.reads("No customer waits for an answer from you")
    sam.phone.texts("T1", to=OUR_NUMBER)
    sam.phone.reads("What shall Dana read?")
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(state="solved", closed_at=house.time.now()))
    sam.phone.texts("T1 hello", to=OUR_NUMBER)
    sam.phone.reads("T1 is closed")


@A_FEW
def test_a_note_is_for_the_house_alone(house: House) -> None:
    dana, _sam = somebody_reads(house)
    kim = house.agent("Kim")
    kim.phone.texts("NOTE T1 she is a friend of the founder", to=OUR_NUMBER)
    kim.phone.reads("Noted on T1")
    house.passes(30)
    assert len(dana.phone.received) == 1


@A_FEW
def test_an_update_reaches_the_customer(house: House) -> None:
    dana, sam = somebody_reads(house)
    sam.phone.texts("update t1 It left our store this morning", to=OUR_NUMBER)
    dana.phone.reads("It left our store this morning")


@A_FEW
def test_nobody_answers_so_it_climbs(house: House) -> None:
    dana, sam = somebody_reads(house)
    kim, maria = house.agent("Kim"), house.manager("Maria")
    house.passes(14 * 60)
    kim.phone.reads("T1 Dana wrote and has no answer yet", within=180)
    maria.phone.reads("T1 Dana wrote and has no answer yet", within=3800)
    maria.phone.texts("I am on it myself", to=OUR_NUMBER)
    dana.phone.reads("I am on it myself")
    sam.phone.texts("T1 so am I", to=OUR_NUMBER)
    sam.phone.reads("T1 is with Maria")


@CALM
def test_when_closed_they_are_told_when_we_answer(house: House) -> None:
    house.keeps_hours([{"days": [1, 2, 3, 4, 5], "open": 16 * 60, "close": 17 * 60}])
    dana, sam = house.customer("Dana"), house.manager("Sam")
    writes(dana, "Hello?")
    dana.phone.reads("we are closed now and answer from 4:00 pm")
    sam.phone.reads("T1 Somebody: Hello?")
    sam.phone.texts("Hello Dana", to=OUR_NUMBER)
    dana.phone.reads("Hello Dana")


# ---- words of command ----


def test_call(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    writes(dana, "Call!").phone.reads("we ring you as soon as a colleague is free")
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@A_FEW
def test_later(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    writes(dana, "LATER 10:30").phone.reads("we ring you at 10:30 am (America/New_York)")
    house.passes(29 * 60)
    assert not sam.phone.is_ringing
    sam.phone.rings(within=180).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
@pytest.mark.parametrize("words", ["LATER", "later yesterday", "Later 25:00", "later 9am", "later 13 pm"])
def test_a_time_that_is_none_is_asked_for(house: House, words: str) -> None:
    dana = house.customer("Dana")
    house.agent("Sam")
    writes(dana, words).phone.reads("When shall we ring you?")
    house.is_forgotten()


@A_FEW
def test_cancel(house: House) -> None:
    """The carrier takes it for STOP as well, and says so itself."""
    dana = house.customer("Dana")
    house.agent("Sam")
    writes(dana, "LATER 11am").phone.reads("we ring you at 11:00 am")
    writes(dana, "Cancel")
    house.passes(3700)
    assert house.cases[0].state == "cancelled"


@A_FEW
def test_status(house: House) -> None:
    dana, _sam = somebody_reads(house)
    writes(dana, "status").phone.reads("Sam looks after it")


# ---- no more texts ----


@A_FEW
def test_stop_is_kept_here_and_heeded_before_every_text(house: House) -> None:
    dana, sam = somebody_reads(house)
    writes(dana, "STOP")
    house.passes(5)
    sam.phone.texts("One more thing", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana wants no more texts, so this was not sent", "One more thing")
    assert not any("One more thing" in text for text in dana.phone.received)
    assert house.rows(select(IdentifierRow.opted_out_at).where(IdentifierRow.subject == dana.phone.number))[0][0]
    writes(dana, "START")
    house.passes(5)
    sam.phone.texts("Welcome back", to=OUR_NUMBER)
    dana.phone.reads("Welcome back")


@A_FEW
@pytest.mark.parametrize("words", ["Please take me off your list", "stop texting me!!", "don't text me again"])
def test_said_in_their_own_words_it_counts_as_well(house: House, words: str) -> None:
    dana = house.customer("Dana")
    house.agent("Sam")
    writes(dana, words).phone.reads("you will get no more texts from us")
    house.passes(30)
    assert house.rows(select(IdentifierRow.opted_out_at).where(IdentifierRow.subject == dana.phone.number))[0][0]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words", ["I cannot stop laughing", "please don't stop the delivery", "End of story: it works"])
def test_stop_in_the_middle_of_a_sentence_is_none(house: House, words: str) -> None:
    somebody_reads(house, words)


# ---- hostile texts ----


@CALM
def test_a_robot_that_answers_every_text_is_left_alone(house: House) -> None:
    robot, sam = house.customer("Robot"), house.agent("Sam")
    for n in range(12):
        writes(robot, f"STATUS{'!' * n}")
        house.passes(20)
    assert len(robot.phone.received) <= 5
    for text in robot.phone.received:
        robot.phone.reads(text)
    assert not sam.phone.received
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words", ["", "=HYPERLINK(\"http://evil\")", "<script>alert(1)</script>", "😀" * 400, "\u202eevil",
                                   "\ud800 lone", "مصباحي مكسور", "שלום, המנורה", "ランプが壊れた", "नमस्ते", "a\x00b"])
def test_strange_texts_are_read_by_a_human(house: House, words: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    answer = knock(house, "/sms", MessageSid="SM1", From=dana.phone.number, To=OUR_NUMBER, NumMedia="0",
                   Body=words.encode("utf-8", "replace").decode())
    assert answer.status_code == 200
    sam.phone.reads("T1 Dana:")
    dana.phone.reads("a colleague reads it now")


@CALM
def test_ten_thousand_characters_reach_whoever_reads_them(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    words = " ".join(f"word{n}" for n in range(1200))[:10_000].strip()
    knock(house, "/sms", MessageSid="SM1", From=dana.phone.number, To=OUR_NUMBER, NumMedia="0", Body=words)
    dana.phone.reads("a colleague reads it now")
    house.passes(30)
    parts = list(sam.phone.received)
    for part in parts:
        sam.phone.reads(part)
    assert " ".join(parts).rpartition(" https://")[0] == f"T1 Dana: {words}"


@CALM
def test_a_blocked_number_is_not_read(house: House) -> None:
    dana = house.customer("Dana").is_known(is_blocked=True)
    house.agent("Sam")
    writes(dana, "Hello")
    house.passes(30)
    assert not house.cases


@CALM
def test_the_same_text_told_twice_is_read_once(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    for _twice in range(2):
        knock(house, "/sms", MessageSid="SM1", From=dana.phone.number, To=OUR_NUMBER, Body="Hello", NumMedia="0")
    sam.phone.reads("Hello")
    dana.phone.reads("a colleague reads it now")
    assert len(house.rows(select(MessageRow.id).where(MessageRow.inbound))) == 1


@CALM
def test_whatsapp_is_a_thread_of_its_own(house: House) -> None:
    """A sender there may have no number; the answer goes back the way it came."""
    house.exchange.own(f"whatsapp:{OUR_NUMBER}", sms_url="https://house.example.test/sms")
    sam, dana = house.agent("Sam"), house.exchange.phone("whatsapp:+12025550177")
    dana.texts("Hello from afar", to=f"whatsapp:{OUR_NUMBER}")
    sam.phone.reads("T1 Somebody: Hello from afar")
    dana.reads("a colleague reads it now")
    sam.phone.texts("Hello!", to=OUR_NUMBER)
    dana.reads("Hello!")


@CALM
@pytest.mark.parametrize("words", ["👩\u200d🚀 and 👨\u200d👩\u200d👧", "می\u200cخواهم", "क्\u200dष", "line one\nline two"])
def test_what_joins_letters_is_kept(house: House, words: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    writes(dana, words)
    sam.phone.reads("T1 Dana:")
    dana.phone.reads("a colleague reads it now")
    assert sam.phone.received[0].startswith(f"T1 Dana: {words}")


@A_FEW
def test_out_of_hours_they_are_told_once_in_a_night(house: House) -> None:
    house.keeps_hours([{"days": [1, 2, 3, 4, 5], "open": 16 * 60, "close": 17 * 60}])
    dana, sam = house.customer("Dana").is_known(), house.manager("Sam")
    writes(dana, "Hello?").phone.reads("we are closed now and answer from 4:00 pm")
    sam.phone.reads("Hello?")
    sam.phone.texts("Hello Dana", to=OUR_NUMBER)
    dana.phone.reads("Hello Dana")
    writes(dana, "Oh, you are there?")
    sam.phone.reads("Oh, you are there?")
    house.passes(60)
    assert len(dana.phone.received) == 2


@CALM
def test_our_own_numbers_do_not_talk_with_each_other(house: House) -> None:
    house.agent("Sam")
    other = house.number("+12025550101")
    for n in range(3):
        knock(house, "/sms", MessageSid=f"SM{n}", From=other, To=OUR_NUMBER, Body="we are closed now", NumMedia="0")
    house.passes(30)
    assert not house.cases


@CALM
def test_the_same_words_again_and_again_are_sent_on_twice(house: House) -> None:
    dana, sam = somebody_reads(house, "I am out of office")
    for _again in range(5):
        writes(dana, "I am out of office")
    sam.phone.reads("I am out of office")
    house.passes(30)
    assert len(sam.phone.received) == 2
    assert len(house.rows(select(MessageRow.id).where(MessageRow.inbound))) == 6


@CALM
def test_by_whatsapp_without_a_number(house: House) -> None:
    """They cannot be rung, and are answered the way they came."""
    house.exchange.own(f"whatsapp:{OUR_NUMBER}", sms_url="https://house.example.test/sms")
    sam, dana = house.agent("Sam"), house.exchange.phone("whatsapp:US.ABC123")
    dana.texts("My lamp is broken", to=f"whatsapp:{OUR_NUMBER}")
    sam.phone.reads("T1 Somebody: My lamp is broken")
    dana.reads("a colleague reads it now")
    dana.texts("CALL", to=f"whatsapp:{OUR_NUMBER}")
    dana.reads("we see no number here that we may ring")
    sam.phone.reads("CALL")
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    dana.reads("Which one?")
