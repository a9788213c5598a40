"""Cases that climb: who is rung and texted, when, and for how much at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.house import OUR_NUMBER, House, talks_and_is_content
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, is_closed, journal, rung, takes
from voice_gateway.store.tables import NumberRow

CALM = pytest.mark.weather("calm")


def test_a_case_climbs_to_whoever_takes_it(house: House) -> None:
    """Sam does not answer, the manager gets a text and a ring, and takes it; nobody else is told."""
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Sam"), rung("Maria", "ring+text", 5), rung("Noor", minutes=10))
    climbs(house, a_case(house, "Dana", sam))
    sam.phone.rings().lets_it_ring()
    maria.phone.rings(within=330).hears("Dana", "a test wants it").presses("4").hears("By when").presses("2").hears("It is yours")
    maria.phone.reads("T1 is yours")
    maria.phone.reads("T1 needs you: Dana, about a lost dog. Why: a test wants it.")
    house.passes(900)
    assert not noor.phone.heard
    assert journal(house)[-1] == ("acknowledged", "Maria") or ("acknowledged", "Maria") in journal(house)
    assert [(each.acknowledged_by_id, each.ended_at is not None) for each in climb_rows(house)] == [(maria.id, True)]


def test_several_cases_for_one_person_are_one_ring(house: House) -> None:
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    for name in ("Dana", "Ben", "Kim"):
        climbs(house, a_case(house, name, maria))
    maria.phone.rings().hears("Dana", "And 2 other cases").presses("4").hears("By when").presses("2").hears("It is yours")
    maria.phone.reads("T1 is yours")
    house.passes(900)
    assert [each.acknowledged_by_id for each in climb_rows(house)] == [maria.id] * 3


def test_what_has_to_wait_is_told_together_a_minute_later(house: House) -> None:
    """Dana's case is rung for at once. Those that come then wait for a minute to be over, and are one ring."""
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().declines()
    climbs(house, a_case(house, "Ben", maria))
    house.passes(20)
    climbs(house, a_case(house, "Kim", maria))
    house.passes(20)
    assert not maria.phone.is_ringing
    maria.phone.rings(within=30).hears("And 1 other case").presses("4").hears("By when").presses("1").hears("It is yours")
    house.is_forgotten()  # Dana's climbs on


def test_what_is_urgent_does_not_wait_and_takes_the_rest_with_it(house: House) -> None:
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().declines()
    climbs(house, a_case(house, "Ben", maria))
    climbs(house, a_case(house, "Kim", maria), urgent=True)
    maria.phone.rings(within=30).hears("Kim", "And 1 other case").hangs_up()
    house.is_forgotten()


@CALM
def test_who_is_on_the_telephone_is_rung_when_they_have_hung_up(house: House) -> None:
    """Another ring would only be engaged, and count as one that was not answered."""
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    maria.phone.dials(OUR_NUMBER, verstat="TN-Validation-Passed-A")
    house.passes(2)
    climbs(house, a_case(house, "Dana", maria))
    house.passes(20)
    assert not [each for each in house.exchange.diary(maria.phone.number) if each.kind in ("ring", "ring_stopped")]
    maria.phone.hangs_up()
    maria.phone.rings(within=30).hears("Dana").hangs_up()
    house.is_forgotten()


@CALM
def test_a_case_that_climbs_already_only_gets_one_more_reason(house: House) -> None:
    sam, maria = house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    case_id = a_case(house, "Dana", sam)
    for why in ("they ask for a manager", "many read it", "many read it"):
        climbs(house, case_id, why)
    takes(house, maria)
    assert [(each.why, each.also) for each in climb_rows(house)] == [("they ask for a manager", ["many read it"])]


@CALM
def test_whoever_closes_the_case_silences_the_telephones(house: House) -> None:
    """All managers are rung at once; the one who solves it stops the others' telephones."""
    maria, noor = house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("all:manager"))
    case_id = a_case(house, "Dana", maria)
    climbs(house, case_id)
    maria.phone.rings()
    noor.phone.rings()
    is_closed(house, case_id)
    house.passes(10)
    assert not any(each.phone.is_ringing for each in (maria, noor))
    assert climb_rows(house)[0].ended_at


@CALM
def test_the_ladder_is_that_of_the_rule_then_of_the_skill_and_stays_as_it_was(house: House) -> None:
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Sam"))
    has_ladder(house, rung("Maria"), name="tax", skills=("tax",))
    has_ladder(house, rung("Noor"), name="danger", rules=("words_of_danger",))
    for rule, skill, who in (("sent_down", "", sam), ("sent_down", "tax", maria), ("words_of_danger", "tax", noor)):
        climbs(house, a_case(house, "Dana", sam, skill=skill), rule=rule)
        has_ladder(house, rung("nobody of the house"), name="elsewhere", rules=("high_reach",))
        takes(house, who)


@CALM
def test_the_manager_of_whoever_looks_after_it_is_told(house: House) -> None:
    """Looked up when the rung is climbed: also while the owner is away, and whoever it is by then."""
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("owner", "text"), rung("manager of owner", minutes=5))
    sam.differs(manager_id=noor.id)
    climbs(house, a_case(house, "Dana", sam))
    sam.phone.reads("T1 needs you")
    sam.differs(manager_id=maria.id, away_until=house.time.now() + timedelta(days=1))
    takes(house, maria)
    assert not noor.phone.heard
    assert not climb_rows(house)[0].alarmed_at


@CALM
def test_nobody_who_leads_them_is_an_empty_rung(house: House) -> None:
    """One case is nobody's, and Sam's manager is away: both are alarms, and go on at once."""
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    sam.differs(manager_id=maria.id)
    maria.differs(away_until=house.time.now() + timedelta(days=1))
    has_ladder(house, rung("manager of owner"), rung("manager of Sam", minutes=30), rung("Noor", minutes=60))
    climbs(house, a_case(house, "Dana"))
    sam.phone.reads("T1 needs you: Dana")
    noor.phone.reads("T1 needs you: Dana")
    takes(house, noor)
    assert climb_rows(house)[0].alarmed_at
    assert [what for what, _ in journal(house)].count("alarm") == 2
    assert not maria.phone.heard


def test_each_in_turn(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    has_ladder(house, rung("next:agent"))
    for who in (sam, kim, sam):
        climbs(house, a_case(house, "Dana", sam))
        takes(house, who)


@CALM
def test_whoever_shows_a_managers_number_keeps_nobody_from_them(house: House) -> None:
    """A forger rings us from Maria's number and says nothing: her own telephone is free, and rings."""
    maria, forger = house.manager("Maria"), house.customer("A forger")
    has_ladder(house, rung("Maria"))
    forger.dials(caller_id=maria.phone.number, verstat=None).phone.hears("Acme Support")
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings(within=5).hears("Dana")
    assert forger.phone.is_off_hook
    house.is_forgotten()


@CALM
def test_a_talk_settles_what_climbed_because_there_was_none(house: House) -> None:
    """Maria's telephone stops ringing: Sam has come to the phone."""
    dana, ben, sam, maria = house.customer("Dana").is_known(), house.customer("Ben"), house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"), line=60)
    ben.waits_in_line()
    sam.phone.rings().presses("1")
    assert ben.phone.talks_with(sam.phone)
    dana.waits_in_line()
    maria.phone.rings(within=90).declines()
    ben.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    sam.phone.rings(within=120).presses("1")
    talks_and_is_content(dana, sam)
    assert [(each.rule, each.acknowledged_by_id) for each in climb_rows(house)] == [("waiting_too_long", sam.id)]


@CALM
def test_a_minute_is_counted_from_the_ring_and_not_from_when_it_was_decided(house: House) -> None:
    """Our number may place a call every twenty seconds only, so Noor's telephone rings long after Maria's."""
    maria, noor = house.manager("Maria"), house.manager("Noor")
    with house.store.transaction() as memory:
        memory.execute(update(NumberRow).values(calls_per_second=0.05))
    has_ladder(house, rung("all:manager"), rung("Noor", minutes=0.5))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().declines()
    noor.phone.rings(within=60).declines()
    noor.phone.rings(within=180).declines()
    rang = [each.at for each in house.exchange.diary(noor.phone.number) if each.kind == "ring"]
    assert rang[1] - rang[0] >= 59
    house.is_forgotten()
