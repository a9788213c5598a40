"""Why cases climb: each rule in a story of its own, as its customer makes it happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, select, update

from flows import escalation
from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import (
    a_case,
    climb_rows,
    has_ladder,
    is_closed,
    journal,
    rung,
    takes,
)
from tests.scenarios.messages import leaves_word
from voice_gateway.store import conversations, posts
from voice_gateway.store.tables import CaseRow, ContactRow, PostRow

CALM = pytest.mark.weather("calm")
MINUTE = 60.0


def callback_nobody_took(house: House) -> str:
    """No agent is there, and after twenty minutes a manager's telephone rings."""
    house.customer("Dana").asks_for_a_call()
    return "nobody has rung them as we promised"


def waiting_too_long(house: House) -> str:
    """Music for ten minutes, while Sam talks with somebody else."""
    ben, dana, sam = house.customer("Ben"), house.customer("Dana").is_known(), house.agent("Sam")
    ben.waits_in_line()
    sam.phone.rings().presses("1")
    assert ben.phone.talks_with(sam.phone)
    dana.waits_in_line()
    house.passes(10.2 * MINUTE)
    dana.phone.hangs_up()
    ben.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    return "they still wait on the line"


def voicemail_unheard(house: House) -> str:
    leaves_word(house.customer("Dana").is_known())
    return "nobody has heard the message that they left"


def text_unanswered(house: House) -> str:
    house.customer("Dana").is_known().phone.texts("are you there?", "+12025550100")
    return "nobody has answered what they wrote"


def mention_unattended(house: House) -> str:
    house.person_on("square", "@jess", followers=9900).posts("An hour on the ground with @house, and nobody answers")
    return "nobody has attended to what they wrote on a social network"


def update_missed(house: House) -> str:
    """Sam promised to write by three, and is on a beach."""
    sam = house.agent("Sam")
    case_id = a_case(house, "Dana", sam, next_at=house.time.now(), look_at=house.time.now())
    assert case_id
    return "they did not get the update that was promised"


def third_contact(house: House) -> str:
    dana = house.customer("Dana").is_known()
    for _ in range(2):
        dana.phone.texts("my piano fell down", "+12025550100")
        house.passes(11 * MINUTE)
        is_closed(house, len(house.cases))
    dana.phone.texts("The piano again!", "+12025550100")
    return 'the third time about The piano again! in 30 days'


def asked_for_manager(house: House) -> str:
    house.customer("Dana").is_known().phone.texts("I want to speak to your manager.", "+12025550100")
    return "they ask for a manager"


def marked_person(house: House) -> str:
    """An insider waits to be rung, and no agent is there: a manager hears of it soon."""
    house.customer("Dana").is_known(insider=True).asks_for_a_call()
    return "somebody important to the house waits"


def high_reach(house: House) -> str:
    house.person_on("square", "@jess", followers=250_000).posts("@house my order is broken")
    return "many read it: 250,000 follow them"


def words_of_danger(house: House) -> str:
    house.customer("Dana").is_known().phone.texts("There is a gas leak since you were here", "+12025550100")
    return 'it is about safety: they say "gas leak"'


def big_effect(house: House) -> str:
    """A colleague is asked to ring them, and a manager is told."""
    house.agent("Sam")
    house.customer("Dana").asks_for_a_call(about="my delivery", impact="the insulin for my mother is in it")
    return "it has a big effect on their life"


def angry_people(house: House) -> str:
    for name in ("@jess", "@bob", "@kim"):
        house.person_on("square", name, followers=10).posts("@house you are the worst")
    return "several people are angry about us at once"


def sent_down(house: House) -> str:
    """Noor, who leads the house, has heard of Dana before anybody else, and texts it."""
    noor, dana = house.manager("Noor"), house.customer("Dana").is_known()
    noor.phone.texts(f"ESCALATE {dana.phone.number} LAW her lawyer wrote to me", OUR_NUMBER)
    noor.phone.reads("T1 climbs now: it is a matter of law")
    return "Noor sends it: it is a matter of law, her lawyer wrote to me"


def star_key(house: House) -> str:
    """Dana and Sam talk; he presses star, and says why."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.waits_in_line()
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.presses("*").hears("9 to send it up").presses("9").hears("Why?").presses("2").hears("A manager is told now")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("4")
    return "Sam sends it up: it is a matter of law"


STORIES: dict[str, Callable[[House], str]] = {each.__name__: each for each in (
    callback_nobody_took, waiting_too_long, voicemail_unheard, text_unanswered, mention_unattended, update_missed,
    third_contact, asked_for_manager, marked_person, high_reach, words_of_danger, big_effect, angry_people, sent_down, star_key)}


@pytest.mark.parametrize("name", STORIES)
def test_a_case_climbs_because_of_this_rule(house: House, name: str) -> None:
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != name])
    why = STORIES[name](house)
    assert house.exchange.run(lambda: bool(climb_rows(house)), 3 * 3600), "nothing climbs"
    row = climb_rows(house)[-1]
    assert row.rule == name
    assert row.reason == {"sent_down": "law", "star_key": "law"}.get(name, "")
    assert why in row.why
    takes(house, maria)
    assert ("begins to climb", "") in journal(house, row.case_id)
    house.is_forgotten()  # what else becomes of their case is told elsewhere


@CALM
def test_somebody_outside_whom_the_house_trusts_sends_it_down(house: House) -> None:
    maria, office, sam = house.manager("Maria"), house.customer("Office"), house.agent("Sam")
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != "sent_down"], may_send_down=[office.phone.number])
    office.phone.texts(f"ESCALATE T{a_case(house, 'Dana', sam)} PRESS the evening news has it", OUR_NUMBER)
    office.phone.reads("T1 climbs now: the press is on it.")
    takes(house, maria)
    assert [(row.rule, row.reason) for row in climb_rows(house)] == [("sent_down", "press")]


@CALM
def test_words_of_danger_in_a_message(house: House) -> None:
    """As soon as it is written down, and once."""
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != "words_of_danger"])
    leaves_word(house.customer("Dana").is_known(), "There is a gas leak, and I want your manager")
    maria.phone.rings(within=600).hears("gas leak").presses("4").hears("By when").presses("1").hears("It is yours")
    maria.phone.reads("is yours: you call")
    house.passes(1800)
    assert [row.rule for row in climb_rows(house)] == ["words_of_danger"]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("is_heard", [True, False])
def test_what_comes_to_spread_fast_after_an_answer(house: House, *, is_heard: bool) -> None:
    """Whether we hear of everybody who passes it on, or only read later how many did."""
    maria, sam, jess = house.manager("Maria"), house.agent("Sam"), house.person_on("square", "@jess", followers=300)
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != "high_reach"], spread=12)
    said = jess.posts("@house where is my bag?")
    sam.phone.reads("@jess wrote")
    sam.phone.texts("T1 We are looking for it.", to=OUR_NUMBER)
    jess.reads("We are looking for it", within=120)
    house.passes(600)
    assert not climb_rows(house)
    for at in range(12):
        house.person_on("square", f"@friend{at}").posts("", repeats=said.id) if is_heard else None
    if not is_heard:
        with house.store.transaction() as memory:
            seen = memory.scalar(select(PostRow.id).where(PostRow.inbound))
            conversations.is_as(memory, int(seen or 0), replace(posts.one(memory, int(seen or 0)), spread=12), house.time.now())
    maria.phone.rings(within=600).hears("it spreads fast").presses("4").hears("By when").presses("1").hears("It is yours")
    house.passes(3600)
    assert [row.rule for row in climb_rows(house)] == ["high_reach"]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("story", [text_unanswered, voicemail_unheard, update_missed])
def test_whoever_is_marked_waits_for_nothing(house: House, story: Callable[[House], str]) -> None:
    """Not for an answer either, nor for somebody to hear their message or to keep a promise."""
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != "marked_person"])
    story(house)
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(contact_id=insider(memory, house), look_at=house.time.now()))
    maria.phone.rings(within=600).declines()
    assert [row.rule for row in climb_rows(house)] == ["marked_person"]
    house.is_forgotten()


def insider(memory: Connection, house: House) -> int:
    given = {"name": "Dana", "insider": True, "created_at": house.time.now()}
    return int(memory.execute(insert(ContactRow).returning(ContactRow.id), given).scalar_one())


def test_each_rule_has_a_story_and_a_reason() -> None:
    assert set(STORIES) == set(escalation.rules())
    assert all(each.why.endswith(".") and (each.told or each.tells or not each.due) for each in escalation.rules().values())
