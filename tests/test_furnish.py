"""What a house file does to the tables, on both databases: once, in words, and never more than it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select, update

from flows.facts import MINUTES
from flows.house import Closing, LineRules, MessageRules, Opening, RecordingRule, Voice
from flows.posts import Author
from tests.house import MORNING, empty
from voice_gateway import clock
from voice_gateway.house_file import Customer, HouseFile, Number, Person, Ways
from voice_gateway.store import recall
from voice_gateway.store.furnish import furnish
from voice_gateway.store.hours import moves
from voice_gateway.store.identity import declared, links
from voice_gateway.store.tables import (
    CaseRow,
    ContactRow,
    HouseRow,
    IdentifierRow,
    LegRow,
    NumberRow,
    OrderRow,
    PersonRow,
    ShareRow,
    ShiftRow,
    SkillRow,
)
from voice_gateway.tickets import code_digest

WEEK = (Opening(frozenset({1, 2, 3, 4, 5}), 540, 1020),)
SATURDAY = (Opening(frozenset({6}), 600, 720),)
DIGEST = partial(code_digest, "a secret key of the test house")
SAM = Person("Sam", "+12025550111", ("agent",))
KIM = Person("Kim", "+12025550112", ("agent", "manager"))
ACME = HouseFile("Acme", "America/New_York", ("US",), (Number("+12025550100"),), WEEK, (SAM, KIM))


def case_of(number, **what):
    return {"identifier_id": number.id, "contact_id": number.contact_id, "caller_name": "Dana", "about": "a refund",
            "state": "waiting", "ticket_seed": "seed", "token_hash": "hash", "opened_at": MORNING,
            "wanted_at": MORNING, "due_at": MORNING} | what


@pytest.fixture
def load(store):
    empty(store)

    def furnish_it(dry_run=False, **what):
        with store.transaction() as memory:
            return furnish(memory, replace(ACME, **what), clock.now(), DIGEST, dry_run=dry_run)

    return furnish_it


@pytest.fixture
def look(store):
    def first_rows(statement):
        with store.reading() as memory:
            return [tuple(row) for row in memory.execute(statement)]

    return first_rows


def people(look):
    rows = look(select(PersonRow.name, PersonRow.phone, PersonRow.gone, ShiftRow.name)
                .join(ShiftRow, ShiftRow.id == PersonRow.shift_id).order_by(PersonRow.id))
    return {name: (phone, gone, shift) for name, phone, gone, shift in rows}


def test_what_a_contact_is_called_elsewhere_is_what_the_file_says_and_no_more(load, store):
    """Loaded again it changes nothing; once the network has told whose the handle is, it is shown beside the number."""
    dana = Customer("Dana", ("+12025550121",), handles=(("bluesky", "dana.example"),))
    assert "added handle dana.example on bluesky of contact Dana" in load(contacts=(dana,))
    assert load(contacts=(dana,)) == []
    with store.transaction() as memory:
        account = memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": "atproto", "subject": "did:plc:dana", "first_seen": MORNING}).scalar_one()
        assert declared.is_theirs(memory, account, Author("bluesky", "did:plc:dana", "dana.example"), clock.now()) == 1
        assert [(each.kind, each.is_proof) for each in links.of_account(memory, account)] == [("import_bare", False)]
    assert load(contacts=(replace(dana, handles=()),)) == ["removed handle dana.example on bluesky of contact Dana"]


def test_a_loaded_house_is_recalled(load, store):
    assert len(load()) == 5
    with store.reading() as memory:
        line = recall.line(memory)
    assert (line.house.name, line.numbers, line.countries) == ("Acme", ("+12025550100",), ("US",))
    assert line.house.shifts[0].openings == WEEK
    assert load() == []


def test_a_dry_run_changes_nothing(load, look):
    assert len(load(dry_run=True)) == 5
    assert people(look) == {}
    load()
    assert load(dry_run=True, people=(SAM,)) == ["would mark person Kim as gone"]
    assert people(look)["Kim"] == (KIM.phone, False, "house")


def test_what_changed_is_told(load):
    load()
    told = load(name="Acme & Sons", numbers=(Number("+12025550100", 2.0, 5),), openings=SATURDAY,
                people=(SAM, replace(KIM, roles=("agent",), skills=("billing",), phone="+12025550119")))
    assert told == [
        "changed house Acme: name Acme -> Acme & Sons",
        "changed number +12025550100: calls per second 1.0 -> 2.0, concurrent calls 100 -> 5",
        "changed shift house to sat 10:00-12:00",
        "changed person Kim: phone +12025550112 -> +12025550119, roles agent, manager -> agent, skills none -> billing",
    ]


def test_who_vanished_is_gone_and_may_come_back(load, look):
    load()
    assert load(people=(SAM,)) == ["marked person Kim as gone"]
    assert people(look)["Kim"][1]
    assert load(people=(SAM,)) == []
    assert load() == ["welcomed person Kim back"]
    assert not people(look)["Kim"][1]


def test_a_new_name_at_a_known_telephone_is_a_rename(load, look):
    load()
    assert load(people=(replace(SAM, name="Samuel"), KIM)) == ["changed person Sam: name Sam -> Samuel"]
    assert list(people(look)) == ["Samuel", "Kim"]


def test_two_may_swap_their_telephones(load, look):
    load()
    told = load(people=(replace(SAM, phone=KIM.phone), replace(KIM, phone=SAM.phone)))
    assert len(told) == 2
    assert {name: row[0] for name, row in people(look).items()} == {"Sam": KIM.phone, "Kim": SAM.phone}


def test_the_telephone_of_somebody_gone_may_be_given_to_another(load, look):
    load()
    load(people=(SAM,))
    assert load(people=(SAM, replace(KIM, name="Lee"))) == ["added person Lee"]
    assert people(look)["Lee"][0] == KIM.phone
    assert people(look)["Kim"][1]


def test_shifts_are_shared_and_cleared_away(load, look):
    own = replace(SAM, openings=SATURDAY), replace(KIM, openings=SATURDAY)
    assert "added shift sat 10:00-12:00" in load(people=own)
    assert {row[2] for row in people(look).values()} == {"sat 10:00-12:00"}
    assert load(people=own) == []
    told = load(people=(SAM,))
    assert told == ["changed person Sam: works shift house", "marked person Kim as gone", "removed shift sat 10:00-12:00"]
    assert people(look)["Kim"] == (KIM.phone, True, "house")


def test_hours_are_shared_by_those_of_one_zone_only(load, look):
    abroad = replace(SAM, openings=SATURDAY, zone="Asia/Tokyo"), replace(KIM, openings=SATURDAY)
    assert "added shift sat 10:00-12:00 (Asia/Tokyo)" in load(people=abroad)
    assert look(select(ShiftRow.name, ShiftRow.zone).order_by(ShiftRow.id)) == [
        ("house", ""), ("sat 10:00-12:00 (Asia/Tokyo)", "Asia/Tokyo"), ("sat 10:00-12:00", "")]
    assert load(people=(replace(SAM, zone="Asia/Tokyo"), KIM))[:2] == [
        "added shift house (Asia/Tokyo): mon,tue,wed,thu,fri 09:00-17:00", "changed person Sam: works shift house (Asia/Tokyo)"]


def test_a_zone_that_was_texted_stays_until_the_file_says_something_new(load, look, store):
    load()
    sam = look(select(PersonRow.id).where(PersonRow.name == "Sam"))[0][0]
    with store.transaction() as memory:
        moves(memory, sam, "Asia/Tokyo")
    assert load() == []
    assert people(look)["Sam"][2] == "house (Asia/Tokyo)"
    assert load(openings=SATURDAY) == ["changed shift house to sat 10:00-12:00", "changed shift house (Asia/Tokyo) to sat 10:00-12:00"]
    told = load(people=(replace(SAM, zone="Europe/Berlin"), KIM))
    assert "changed person Sam: works shift house (Europe/Berlin), time zone none -> Europe/Berlin" in told
    with store.transaction() as memory:
        moves(memory, sam, "Asia/Tokyo")
        moves(memory, sam, "")
    assert look(select(PersonRow.zone, ShiftRow.zone).join(ShiftRow, ShiftRow.id == PersonRow.shift_id).where(PersonRow.name == "Sam")) == [
        ("Europe/Berlin", "Europe/Berlin")]


def test_numbers_that_vanished_are_removed_unless_they_are_in_use(load, store, look):
    load(contacts=(Customer("Dana", ("+12025550121",)),))
    with store.transaction() as memory:
        number = memory.execute(select(IdentifierRow.id, IdentifierRow.contact_id)).first()
        case_id = memory.execute(insert(CaseRow).returning(CaseRow.id), case_of(number)).scalar_one()
        memory.execute(insert(LegRow), {
            "case_id": case_id, "role": "customer", "phone": "+12025550121", "our_number": "+12025550100", "round": 1,
            "opening": "a/b", "seconds": 20, "ordered_at": MORNING})
    other = (Number("+12025550101"),)
    told = load(numbers=other)
    assert told == ["added number +12025550101",
                    "number +12025550100 is in use just now and stays; load the file again later"]
    with store.transaction() as memory:
        memory.execute(update(LegRow).values(ended_at=MORNING, outcome="completed"))
    assert load(numbers=other) == ["removed number +12025550100"]


def test_what_somebody_gone_still_looks_after_is_told(load, store):
    load(contacts=(Customer("Dana", ("+12025550121",)),))
    with store.transaction() as memory:
        number = memory.execute(select(IdentifierRow.id, IdentifierRow.contact_id)).first()
        kim = memory.scalar(select(PersonRow.id).where(PersonRow.name == "Kim"))
        case_id = memory.execute(insert(CaseRow).returning(CaseRow.id), case_of(number, owner_id=kim)).scalar_one()
    assert load(people=(SAM,)) == [f"marked person Kim as gone, who still looks after T{case_id}"]
    with store.reading() as memory:
        owed = memory.execute(select(OrderRow.case_id, OrderRow.turn)).all()
    assert [tuple(each) for each in owed] == [(case_id, "promises/owner_leaves")]


def test_who_stands_in_for_whom_is_kept_and_told(load, look):
    """Also when the delegate is new in the same file; and the same file again changes nothing."""
    lee = Person("Lee", "+12025550113", ("agent",))
    people = (replace(SAM, delegate="Lee", manager="Kim"), KIM, lee)
    told = load(people=people)
    assert {"changed person Sam: Lee stands in for them", "changed person Sam: Kim leads them"} <= set(told)
    assert load(people=people) == []
    delegate = look(select(PersonRow.delegate_id, PersonRow.id).where(PersonRow.name == "Sam"))[0][0]
    assert look(select(PersonRow.name).where(PersonRow.id == delegate))[0][0] == "Lee"
    assert load(people=(SAM, KIM, lee)) == [
        "changed person Sam: nobody stands in for them", "changed person Sam: nobody leads them"]


def contacts(look):
    return look(select(ContactRow.name, IdentifierRow.subject)
                .join(IdentifierRow, IdentifierRow.contact_id == ContactRow.id).order_by(IdentifierRow.subject))


def test_contacts_are_known_by_their_numbers_and_never_taken_away(load, look):
    dana, ben = Customer("Dana", ("+12025550121",)), Customer("Ben", ("+12025550122",))
    load(contacts=(dana, ben))
    assert load() == []
    assert load(contacts=(ben, dana)) == []
    longer = Customer("Dana Scott", ("+12025550121", "+12025550123"))
    assert load(contacts=(longer,)) == [
        "renamed contact Dana to Dana Scott", "added number +12025550123 of contact Dana Scott",
    ]
    assert contacts(look) == [("Dana Scott", "+12025550121"), ("Ben", "+12025550122"), ("Dana Scott", "+12025550123")]


def test_a_number_that_belongs_to_another_now_is_linked_anew(load, look):
    load(contacts=(Customer("Dana", ("+12025550121", "+12025550122")),))
    split = (Customer("Ben", ("+12025550122",)), Customer("Dana", ("+12025550121",)))
    load(contacts=split)
    assert sorted(contacts(look)) == [("Ben", "+12025550122"), ("Dana", "+12025550121")]
    assert load(contacts=split) == []


def test_a_number_that_nobody_was_known_by_is_linked(load, store):
    load()
    with store.transaction() as memory:
        memory.execute(insert(IdentifierRow), {"namespace": "tel", "subject": "+12025550121", "first_seen": MORNING})
    told = load(contacts=(Customer("Dana", ("+12025550121",)),))
    assert told == ["added contact Dana", "linked number +12025550121 to contact Dana"]


# ---- those who ring ----


WAYS = Ways("customer", "471125", "US-NY", (Closing(date(2026, 12, 24), "Christmas Eve"),),
            LineRules("in order", 7, 10 * MINUTES), MessageRules("Nobody is here.", False, True, 2 * MINUTES))


def test_how_callers_are_treated_is_kept(load, look):
    load(ways=WAYS)
    assert load(ways=WAYS) == []
    assert look(select(HouseRow.rings_first, HouseRow.calendar, HouseRow.closings, HouseRow.line, HouseRow.voicemail)) == [(
        "customer", "US-NY", [{"day": "2026-12-24", "why": "Christmas Eve"}],
        {"strategy": "in order", "places": 7, "longest_wait": 600},
        {"greeting": "Nobody is here.", "transcribe": False, "erase_at_carrier": True, "longest": 120},
    )]


def test_the_voices_of_the_house_come_back_as_they_were_loaded(load, store):
    voices = (("x", Voice("", "^{initials}", short=True)), ("bluesky", Voice("Hello!")))
    load()
    assert load(ways=Ways(voices=voices)) == ["changed house Acme: voices x none -> ^{initials} yes, voices bluesky none -> Hello!"]
    assert load(ways=Ways(voices=voices)) == []
    with store.reading() as memory:
        assert recall.line(memory).house.voices == voices


def test_whose_talks_are_recorded_comes_back_as_it_was_loaded(load, store):
    rule = RecordingRule(("DE",), ("+12025550100",), "ask", "training", timedelta(days=14))
    load()
    assert load(ways=Ways(recording=(rule,))) == ["changed house Acme: recording rules"]
    assert load(ways=Ways(recording=(rule,))) == []
    with store.reading() as memory:
        assert recall.line(memory).house.recording == (rule,)
    assert load() == ["changed house Acme: recording rules"]


def test_what_changed_for_callers_is_told_in_words(load):
    load()
    (told,) = load(ways=WAYS)
    assert told == (
        "changed house Acme: rings first agent -> customer, calendar none -> US-NY, insider code, "
        "closings none -> 2026-12-24 Christmas Eve, line strategy longest idle -> in order, line places 50 -> 7, "
        "line longest wait 1200 s -> 600 s, voicemail greeting, voicemail transcribe yes -> no, "
        "voicemail erase at carrier no -> yes, voicemail longest 180 s -> 120 s"
    )


def test_the_code_is_kept_as_a_digest_that_needs_the_key(load, look):
    load(ways=WAYS)
    assert look(select(HouseRow.code_digest)) == [(code_digest("a secret key of the test house", "471125"),)]
    assert code_digest("another key", "471125") != code_digest("a secret key of the test house", "471125")
    told = load(ways=replace(WAYS, insider_code="582236"))
    assert told == ["changed house Acme: insider code"]
    assert load(ways=replace(WAYS, insider_code=""), dry_run=True) == ["would change house Acme: insider code"]
    load(ways=replace(WAYS, insider_code=""))
    assert look(select(HouseRow.code_digest)) == [(None,)]


def test_greetings_skills_and_whose_calls_are_kept(load, look):
    load()
    told = load(numbers=(Number("+12025550100", greeting="Hello.", skill="billing"),),
                people=(replace(SAM, skills=("billing",), takes="known", greeting="This is Sam."), KIM))
    assert told == ["changed number +12025550100: greeting, skill none -> billing",
                    "changed person Sam: skills none -> billing, takes everyone -> known, greeting"]
    assert look(select(NumberRow.greeting, NumberRow.skill)) == [("Hello.", "billing")]
    assert look(select(PersonRow.takes, PersonRow.greeting).order_by(PersonRow.id)) == [
        ("known", "This is Sam."), ("everyone", "")]


def test_skills_are_found_by_the_skill_while_somebody_has_them(load, look):
    def skilled():
        return look(select(SkillRow.skill, PersonRow.name).join(PersonRow, PersonRow.id == SkillRow.person_id)
                    .order_by(SkillRow.skill, PersonRow.name))

    sam, kim = replace(SAM, skills=("billing", "orders")), replace(KIM, skills=("billing",))
    load(people=(sam, kim), dry_run=True)
    assert skilled() == []
    load(people=(sam, kim))
    assert skilled() == [("billing", "Kim"), ("billing", "Sam"), ("orders", "Sam")]
    load(people=(replace(sam, skills=("orders",)),))
    assert skilled() == [("orders", "Sam")]
    load(people=(sam, kim))
    assert skilled() == [("billing", "Kim"), ("billing", "Sam"), ("orders", "Sam")]


def test_a_page_that_is_new_in_the_file_is_looked_at_soon(load, look):
    dana = Customer("Dana", ("+12025550121",), page="https://dana.example")
    pages = select(ContactRow.page, ContactRow.look_at.is_not(None))
    load(contacts=(dana,))
    assert look(pages) == [("https://dana.example", True)]
    assert load(contacts=(dana,)) == []
    assert load(contacts=(replace(dana, page=""),)) == ["changed contact Dana: page https://dana.example -> none"]
    assert look(pages) == [("", True)]


# ---- contacts, marked, and at one telephone ----

PHONE = "+12025550121"
DANA, BEN = Customer("Dana", (PHONE,)), Customer("Ben", (PHONE, "+12025550122"))


def at(look, phone):
    """Who is known at this number, and under which words it is shown."""
    return look(select(ContactRow.name, IdentifierRow.display).select_from(IdentifierRow)
                .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
                .where(IdentifierRow.namespace == "tel", IdentifierRow.subject == phone))


def people_served(look):
    return look(select(ContactRow.id, ContactRow.name, ContactRow.insider, ContactRow.blocked).order_by(ContactRow.id))


def test_contacts_are_marked_as_the_file_says(load, look):
    load(contacts=(replace(DANA, insider=True),))
    assert [row[1:] for row in people_served(look)] == [("Dana", True, False)]
    assert load(contacts=(replace(DANA, blocked=True),)) == ["changed contact Dana: insider yes -> no, blocked no -> yes"]
    assert [row[1:] for row in people_served(look)] == [("Dana", False, True)]


def test_a_shared_telephone_is_nobodys_own(load, look):
    told = load(contacts=(DANA, BEN))
    assert told[-4:] == ["added contact Dana", "added contact Ben", "added number +12025550122 of contact Ben",
                         "shared number +12025550121 between contacts Dana and Ben"]
    assert at(look, PHONE) == [(None, "Dana or Ben")]
    assert at(look, "+12025550122") == [("Ben", "")]
    before = people_served(look)
    assert load(contacts=(DANA, BEN)) == []
    assert load(contacts=(BEN, DANA)) == ["shared number +12025550121 between contacts Ben and Dana"]
    assert people_served(look) == before


def test_a_telephone_that_is_shared_no_more_is_linked_to_who_has_it(load, look):
    load(contacts=(DANA, BEN))
    before = people_served(look)
    assert load(contacts=(DANA, replace(BEN, phones=("+12025550122",)))) == ["linked number +12025550121 to contact Dana"]
    assert at(look, PHONE) == [("Dana", "")]
    assert load(contacts=(DANA, BEN)) == ["shared number +12025550121 between contacts Dana and Ben"]
    assert load(contacts=(BEN,)) == ["linked number +12025550121 to contact Ben"]
    assert at(look, PHONE) == [("Ben", "")]
    assert people_served(look) == before


def test_whoever_was_known_at_a_telephone_is_not_taken_for_one_of_those_who_share_it(load, look):
    load(contacts=(Customer("Eve", (PHONE,)),))
    load(contacts=(DANA, BEN))
    assert [row[1] for row in people_served(look)] == ["Eve", "Dana", "Ben"]
    assert at(look, PHONE) == [(None, "Dana or Ben")]


def test_one_of_those_who_share_a_telephone_may_have_been_known_there(load, look):
    load(contacts=(DANA,))
    load(contacts=(BEN, DANA, Customer("Ada", (PHONE,))))
    assert [row[1] for row in people_served(look)] == ["Dana", "Ben", "Ada"]
    assert at(look, PHONE) == [(None, "Ben, Dana or Ada")]


def test_a_name_alone_makes_nobody_known(load, look, store):
    """A Ben whose number went to another is not the Ben who shares a telephone now."""
    with store.transaction() as memory:
        memory.execute(insert(ContactRow), {"name": "Ben", "created_at": MORNING})
    load(contacts=(DANA, Customer("Ben", (PHONE,), insider=True)))
    assert [row[1:3] for row in people_served(look)] == [("Ben", False), ("Dana", False), ("Ben", True)]


def test_a_share_is_kept_and_what_a_manager_set_stays_until_the_file_says_something_new(load, look, store):
    kim = replace(KIM, share=30, delegate="Sam", zone="Europe/London")
    shares = select(ShareRow.target, ShareRow.own)
    assert "changed person Kim: takes 30 % of what climbs to them personally" in load(people=(SAM, kim))
    assert look(select(PersonRow.zone).where(PersonRow.name == "Kim")) == [("Europe/London",)]
    with store.transaction() as memory:
        memory.execute(update(ShareRow).values(own=80))
    assert load(people=(SAM, kim)) == []
    assert look(shares) == [(30, 80)]
    load(people=(SAM, replace(kim, share=40)))
    assert look(shares) == [(40, None)]
    load(people=(SAM, replace(kim, share=None)))
    assert look(shares) == [(100, None)]
