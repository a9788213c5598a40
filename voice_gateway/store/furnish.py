"""A house file, written into the tables. Loading the same file again changes nothing.

People are known by their name, or by their telephone when the name is new; who
has vanished from the file is marked as gone and stays in every story they are
part of. Contacts are known by their numbers. The file is not the only one who
knows contacts, so none of them, and none of their numbers, is ever taken away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from flows.facts import Opening
from voice_gateway.house_file import Customer, HouseFile, Number, Person
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ContactRow,
    HouseRow,
    IdentifierRow,
    LegRow,
    MessageRow,
    NumberRow,
    PersonRow,
    ShiftRow,
)

HOUSE_SHIFT = "house"
DAYS = "mon tue wed thu fri sat sun".split()


@dataclass(slots=True)
class Van:
    """Carries one house in, and tells in words what it changed. The words are in `told`."""

    connection: Connection
    now: datetime
    dry_run: bool
    told: list[str] = field(default_factory=list)

    def tell(self, deed: str, what: str) -> None:
        """One change: "would add person Sam", or "added person Sam"."""
        past = f"{deed}d" if deed.endswith("e") else f"{deed}ed"
        self.told.append(f"would {deed} {what}" if self.dry_run else f"{past} {what}")

    def run(self, statement: Any, values: Any = None) -> Any:
        return self.connection.execute(statement, values)

    def change(self, row: AnyRow, table: Any, wanted: dict[str, Any], name: str) -> None:
        """Bring a row to what is wanted, if it differs, and say in what."""
        different = {key: value for key, value in wanted.items() if getattr(row, key) != value}
        if different:
            self.run(update(table).where(table.id == row.id).values(**different))
            self.tell("change", f"{name}: {', '.join(_difference(row, key, different[key]) for key in different)}")


def furnish(connection: Connection, house: HouseFile, now: datetime, dry_run: bool = False) -> list[str]:
    """Bring the tables to what the file says; with `dry_run` only tell what that would change.

    Gives one line for each change, none when there is nothing to do. `now` is since when somebody
    new is idle.
    """
    van = Van(connection, now, dry_run)
    attempt = connection.begin_nested()
    _house(van, house)
    _numbers(van, house.numbers)
    shifts = _shifts(van, house)
    _people(van, house.people, shifts)
    _unused_shifts(van, shifts)
    _contacts(van, house.contacts)
    if dry_run:
        attempt.rollback()
    else:
        attempt.commit()
    return van.told


def _house(van: Van, house: HouseFile) -> None:
    wanted = {"name": house.name, "time_zone": house.time_zone, "countries": list(house.countries)}
    row = van.run(select(*HouseRow.__table__.columns)).first()
    if row is None:
        van.run(insert(HouseRow), {"id": 1, **wanted})
        van.tell("add", f"house {house.name}")
    else:
        van.change(row, HouseRow, wanted, f"house {row.name}")


def _numbers(van: Van, numbers: tuple[Number, ...]) -> None:
    known = {row.number: row for row in van.run(select(*NumberRow.__table__.columns))}
    for each in numbers:
        wanted = {"calls_per_second": each.calls_per_second, "concurrent_calls": each.concurrent_calls}
        row = known.pop(each.number, None)
        if row is None:
            van.run(insert(NumberRow), {"number": each.number, **wanted})
            van.tell("add", f"number {each.number}")
            continue
        different = {key: value for key, value in wanted.items() if getattr(row, key) != value}
        if different:
            van.run(update(NumberRow).where(NumberRow.number == each.number).values(**different))
            words = ", ".join(_difference(row, key, value) for key, value in different.items())
            van.tell("change", f"number {each.number}: {words}")
    for number in sorted(known):
        if _is_in_use(van, number):
            van.told.append(f"number {number} is in use just now and stays; load the file again later")
        else:
            van.run(delete(NumberRow).where(NumberRow.number == number))
            van.tell("remove", f"number {number}")


def _is_in_use(van: Van, number: str) -> bool:
    """Is a telephone on the line, or a text on its way, from this number of ours?"""
    leg = exists().where(LegRow.our_number == number, LegRow.ended_at.is_(None))
    message = exists().where(MessageRow.our_number == number, MessageRow.status == "owed")
    return bool(van.connection.scalar(select(or_(leg, message))))


def _shifts(van: Van, house: HouseFile) -> dict[str, int]:
    """The ids of the shifts that the file needs: the house's, and one for each pattern of its people."""
    wanted = {HOUSE_SHIFT: house.openings}
    wanted |= {pattern(each.openings): each.openings for each in house.people if each.openings is not None}
    known = {row.name: row for row in van.run(select(*ShiftRow.__table__.columns))}
    ids = {}
    for name, openings in wanted.items():
        kept = _kept(openings)
        row = known.get(name)
        if row is None:
            ids[name] = van.run(insert(ShiftRow).returning(ShiftRow.id), {"name": name, "openings": kept}).scalar_one()
            van.tell("add", _shift_in_words(name, openings))
            continue
        ids[name] = row.id
        if row.openings != kept:
            van.run(update(ShiftRow).where(ShiftRow.id == row.id).values(openings=kept))
            van.tell("change", f"shift {name} to {pattern(openings)}")
    return ids


def _unused_shifts(van: Van, needed: dict[str, int]) -> None:
    """A shift that nobody works would let the house promise calls at hours at which nobody is there."""
    unused = select(ShiftRow.id, ShiftRow.name).where(ShiftRow.id.not_in(list(needed.values())))
    for row in van.run(unused).all():
        van.run(delete(ShiftRow).where(ShiftRow.id == row.id))
        van.tell("remove", f"shift {row.name}")


def pattern(openings: Iterable[Opening]) -> str:
    """Openings as people write them; equal patterns have equal words."""
    words = (
        f"{','.join(DAYS[day - 1] for day in sorted(each.days))} {_clock(each.open)}-{_clock(each.close)}"
        for each in openings
    )
    return "; ".join(words) or "always open"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _kept(openings: Iterable[Opening]) -> list[dict[str, Any]]:
    return [{"days": sorted(each.days), "open": each.open, "close": each.close} for each in openings]


def _shift_in_words(name: str, openings: Iterable[Opening]) -> str:
    return f"shift {name}" if name != HOUSE_SHIFT else f"shift {name}: {pattern(openings)}"


def _people(van: Van, people: tuple[Person, ...], shifts: dict[str, int]) -> None:
    known = {row.name: row for row in van.run(select(*PersonRow.__table__.columns))}
    matched = {person.name: known[person.name] for person in people if person.name in known}
    names = {person.name for person in people}
    left = {row.phone: row for row in known.values() if row.name not in names and not row.gone}
    for person in people:
        if person.name not in matched and person.phone in left:
            matched[person.name] = left.pop(person.phone)
    _free_telephones(van, people, matched, list(known.values()))
    for person in people:
        _person(van, person, matched.get(person.name), shifts)
    for row in left.values():
        _gone(van, row, shifts[HOUSE_SHIFT])


def _free_telephones(van: Van, people: tuple[Person, ...], matched: dict[str, AnyRow], rows: list[AnyRow]) -> None:
    """A number may pass from one person to another: whoever had it lets go of it first."""
    keeps = {row.id: person.phone for person in people if (row := matched.get(person.name))}
    wanted = {person.phone for person in people}
    for row in rows:
        if row.phone in wanted and keeps.get(row.id) != row.phone:
            van.run(update(PersonRow).where(PersonRow.id == row.id).values(phone=f"was {row.phone} of {row.id}"))


def _person(van: Van, person: Person, row: AnyRow | None, shifts: dict[str, int]) -> None:
    shift = HOUSE_SHIFT if person.openings is None else pattern(person.openings)
    wanted = {
        "name": person.name, "phone": person.phone, "roles": list(person.roles), "skills": list(person.skills),
        "languages": list(person.languages), "handles": dict(person.handles), "is_agent": person.is_agent,
        "owner_rank": person.owner_rank, "shift_id": shifts[shift], "gone": False,
    }
    if row is None:
        van.run(insert(PersonRow), {**wanted, "away_until": None, "idle_since": van.now})
        van.tell("add", f"person {person.name}")
    elif row.gone:
        van.run(update(PersonRow).where(PersonRow.id == row.id).values(**wanted, idle_since=van.now))
        van.tell("welcome", f"person {person.name} back")
    else:
        _change_person(van, row, wanted, shift)


def _change_person(van: Van, row: AnyRow, wanted: dict[str, Any], shift: str) -> None:
    different = {key: value for key, value in wanted.items() if getattr(row, key) != value}
    if not different:
        return
    van.run(update(PersonRow).where(PersonRow.id == row.id).values(**different))
    follows_from_roles = ("is_agent", "owner_rank")
    words = [
        f"works shift {shift}" if key == "shift_id" else _difference(row, key, value)
        for key, value in different.items() if key not in follows_from_roles
    ]
    van.tell("change", f"person {row.name}: {', '.join(words)}")


def _gone(van: Van, row: AnyRow, shift_id: int) -> None:
    """They work no shift any more; what they still look after is said, for somebody must take it."""
    van.run(update(PersonRow).where(PersonRow.id == row.id).values(gone=True, shift_id=shift_id))
    owned = van.run(
        select(CaseRow.id).where(CaseRow.owner_id == row.id, CaseRow.closed_at.is_(None)).order_by(CaseRow.id)
    ).scalars().all()
    cases = f", who still looks after {', '.join(f'T{case_id}' for case_id in owned)}" if owned else ""
    van.tell("mark", f"person {row.name} as gone{cases}")


def _contacts(van: Van, contacts: tuple[Customer, ...]) -> None:
    taken: set[int] = set()
    for contact in contacts:
        known = {row.subject: row for row in van.run(
            select(IdentifierRow.id, IdentifierRow.subject, IdentifierRow.contact_id, ContactRow.name)
            .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
            .where(IdentifierRow.namespace == "tel", IdentifierRow.scope == "",
                   IdentifierRow.subject.in_(contact.phones))
        )}
        taken.add(_contact(van, contact, known, taken))


def _contact(van: Van, contact: Customer, known: dict[str, AnyRow], taken: set[int]) -> int:
    """The contact behind these numbers; made, renamed or given numbers where the file says so."""
    rows = [row for row in known.values() if row.contact_id is not None and row.contact_id not in taken]
    rows.sort(key=lambda row: (row.name != contact.name, row.contact_id))
    if rows:
        contact_id: int = rows[0].contact_id
        if rows[0].name != contact.name:
            van.run(update(ContactRow).where(ContactRow.id == contact_id).values(name=contact.name))
            van.tell("rename", f"contact {rows[0].name} to {contact.name}")
    else:
        given = {"name": contact.name, "created_at": van.now}
        contact_id = van.run(insert(ContactRow).returning(ContactRow.id), given).scalar_one()
        van.tell("add", f"contact {contact.name}")
    for phone in contact.phones:
        row = known.get(phone)
        if row is None:
            van.run(insert(IdentifierRow), {"namespace": "tel", "subject": phone, "contact_id": contact_id,
                                            "first_seen": van.now})
            van.tell("add", f"number {phone} of contact {contact.name}")
        elif row.contact_id != contact_id:
            van.run(update(IdentifierRow).where(IdentifierRow.id == row.id).values(contact_id=contact_id))
            van.tell("link", f"number {phone} to contact {contact.name}")
    return contact_id


def _difference(row: AnyRow, key: str, value: Any) -> str:
    return f"{key.replace('_', ' ')} {_words(getattr(row, key))} -> {_words(value)}"


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
