"""A person is told whole, and forgotten whole: nothing of theirs is left, and the chain still holds."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from sqlalchemy import JSON, insert, select, update

from tests.house import MORNING
from tests.identity.graph import DAY, claims
from voice_gateway.store.identity import audit, erasing, persons
from voice_gateway.store.tables import CaseRow, ContactRow, DeclaredRow, IdentifierRow, Instant
from voice_gateway.store.tables import Table as Base

CANARY = "Dana Canary"
TABLES = Base.metadata.tables
THEIRS = ("contacts", "identifiers", "cases", "legs", "answers", "journal", "messages", "voicemails", "recordings", "orders",
          "consents")
_numbers = itertools.count(1000)


def a_row(table, **given):
    """A row of this table, with the canary's name wherever something of a person may stand."""
    row = dict(given)
    for column in table.columns:
        personal = column.name in erasing.PERSONAL.get(table.name, {}) or column.name == "subject"
        if column.name in row or (column.primary_key and column.name == "id"):
            continue
        if column.foreign_keys:
            continue
        kind = datetime if isinstance(column.type, Instant) else dict if isinstance(column.type, JSON) else column.type.python_type
        if kind is str:
            row[column.name] = f"{CANARY if personal else 'plain'} {next(_numbers)}"
        elif kind is dict:
            several = [{"name": CANARY, "kept_as": "2026/03/a.jpg"}]
            row[column.name] = several if column.name == "pictures" else {"name": CANARY}
        elif kind is datetime:
            row[column.name] = MORNING
        elif not column.nullable:
            row[column.name] = False if kind is bool else next(_numbers)
    return row


@pytest.fixture
def dana(town):
    """Somebody of whom there is a row in every table."""
    def put(name, **given):
        table = TABLES[name]
        made = insert(table).returning(*table.primary_key.columns)
        return town.memory.execute(made, a_row(table, **given)).first()[0]

    contact = put("contacts", blocked=False)
    tel = put("identifiers", namespace="tel", subject="+12025550001", scope="", contact_id=contact, shared=False,
              claimed_twice_until=None, swapped_at=None, blocked=False)
    town.ids["tel", "+12025550001"] = tel
    case = put("cases", identifier_id=tel, contact_id=contact)
    leg = put("legs", case_id=case)
    put("answers", leg_id=leg, step=1)
    for name in ("journal", "messages", "voicemails", "recordings", "orders"):
        put(name, case_id=case, **({"leg_id": leg} if "leg_id" in TABLES[name].columns else {}))
    put("consents", identifier_id=tel, case_id=case)
    alice = town.account("Dana Canary")
    town.says(tel, alice, "import_bare", reason=f"{CANARY} is in row 7")
    town.proves(tel, alice)
    town.code(tel, alice)
    bob = town.tel(2)
    town.proves(bob, town.account("bob"))
    return town


def everything(memory):
    return {name: [str(tuple(row)) for row in memory.execute(select(*table.columns))] for name, table in TABLES.items()}


def keys_of(town):
    return persons.find(town.memory, "tel", "+12025550001", town.now)


def test_everything_about_a_person_is_told_and_nothing_of_others(dana):
    told = persons.export(dana.memory, keys_of(dana))
    assert {*THEIRS, "evidence", "links", "challenges", "identity_events"} == set(told)
    assert len(told["identifiers"]) == 2
    assert "+12025550002" not in str(told)
    for secret in ("token_hash", "ticket_seed", "code_hash", "salt"):
        assert secret not in str(told)


def test_a_person_is_forgotten_whole_and_the_chain_holds(dana):
    before = everything(dana.memory)
    assert {name for name, rows in before.items() if CANARY in str(rows)} >= set(THEIRS) - {"recordings"}
    erased = erasing.erase(dana.memory, keys_of(dana), "Kim", dana.now)
    after = everything(dana.memory)
    for name, rows in after.items():
        assert CANARY not in str(rows), name
        assert "+12025550001" not in str(rows), name
    assert len(erased.vault_keys) == 2
    assert audit.verify(dana.memory).broken == ()
    assert audit.count(dana.memory) == len(before["identity_events"]) + 4
    assert claims(dana.memory, "tel", "+12025550002")
    with pytest.raises(persons.Unclear, match="nobody is known"):
        keys_of(dana)


def test_who_has_an_open_case_is_not_forgotten_yet(dana):
    dana.memory.execute(update(CaseRow).values(closed_at=None))
    with pytest.raises(erasing.NotNow, match="still open"):
        erasing.erase(dana.memory, keys_of(dana), "Kim", dana.now)


def test_a_number_of_several_people_names_nobody(town):
    town.proves(town.tel(1), town.account("alice"), alone=False)
    with pytest.raises(persons.Unclear, match="several people"):
        persons.find(town.memory, "tel", "+12025550001", town.now)
    with pytest.raises(persons.Unclear, match="no ticket"):
        persons.of_ticket(town.memory, 9999, town.now)


def test_a_persons_contacts_numbers_are_theirs_too(town):
    town.memory.execute(insert(ContactRow), {"id": 1, "name": "Alice", "created_at": town.now})
    one, other = town.tel(1), town.tel(2)
    town.memory.execute(update(IdentifierRow).where(IdentifierRow.id.in_((one, other))).values(contact_id=1))
    town.says(one, town.account("eve"), "import_bare")
    assert persons.find(town.memory, "tel", "+12025550001", town.now) == {
        "contacts": [1], "identifiers": sorted((one, other)), "left_out": []}


@pytest.mark.parametrize("why", ["they share it", "claimed twice", "a list alone says so"])
def test_what_may_be_anothers_is_neither_told_nor_emptied(town, why):
    """A flatmate's number and a list's typing error hang on Alice's contact: the cases there are not hers."""
    town.memory.execute(insert(ContactRow), {"id": 1, "name": "Alice", "created_at": town.now})
    one, other = town.tel(1), town.tel(2)
    given = {"they share it": {"shared": True}, "claimed twice": {"claimed_twice_until": town.now + DAY}}.get(why, {})
    town.memory.execute(update(IdentifierRow).where(IdentifierRow.id.in_((one, other))).values(contact_id=1))
    if given:
        town.memory.execute(update(IdentifierRow).where(IdentifierRow.id == other).values(**given))
    else:
        town.memory.execute(insert(DeclaredRow), {"contact_id": 1, "namespace": "tel", "subject": "+12025550002", "source": "a.csv",
                                                  "gave": True})
    hers, _ = town.case(one), town.case(other)
    town.memory.execute(update(CaseRow).values(contact_id=1, about="a secret"))
    keys = persons.find(town.memory, "tel", "+12025550001", town.now)
    assert (keys["identifiers"], persons.left_out(town.memory, keys)) == ([one], ["+12025550002"])
    assert [each["id"] for each in persons.export(town.memory, keys)["cases"]] == [hers]
    town.memory.execute(update(CaseRow).values(caller_name="Alice"))
    erasing.erase(town.memory, keys, "Kim", town.now)
    assert town.memory.scalars(select(CaseRow.about).order_by(CaseRow.id)).all() == ["", "a secret"]
    assert town.memory.scalars(select(CaseRow.caller_name)).all() == ["Erased", "Erased"]
    there = select(IdentifierRow.contact_id, IdentifierRow.subject).where(IdentifierRow.id == other)
    assert tuple(town.memory.execute(there).one()) == (None, "+12025550002")


def test_one_account_on_two_pages_is_told_by_its_ticket(town):
    """The same id of an account means somebody else on each page of ours."""
    on = [town.memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
        "namespace": "messenger", "scope": page, "subject": "7", "first_seen": town.now}).scalar_one() for page in ("one", "two")]
    with pytest.raises(persons.Unclear, match="name the person by a ticket"):
        persons.find(town.memory, "messenger", "7", town.now)
    assert [persons.of_ticket(town.memory, town.case(each), town.now)["identifiers"] for each in on] == [[on[0]], [on[1]]]


def test_of_every_column_somebody_has_said_whether_it_is_personal(town):
    """A new column about people fails here until it stands in one of the two lists of `erasing`."""
    found = [table for table, _ in persons.everything(town.memory, {"contacts": [], "identifiers": [], "left_out": []})]
    assert set(THEIRS) <= {table.name for table in found}
    assert erasing.undecided(found) == []
