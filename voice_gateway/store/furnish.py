"""A house file, written into the tables. Loading the same file again changes nothing.

People are known by their name, or by their telephone when the name is new; who
has vanished from the file is marked as gone and stays in every story they are
part of. The file is not the only one who knows contacts: they have a writer of
their own, the address book.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from flows import promises
from flows.house import LineRules, MessageRules, PromiseRules
from flows.routing import NEVER
from voice_gateway import tickets
from voice_gateway.house_file import HouseFile, Number, Person
from voice_gateway.store import address_book, ladders, rotas, shares, talks
from voice_gateway.store.hours import Shifts
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    HouseRow,
    LegRow,
    MessageRow,
    NumberRow,
    OrderRow,
    PersonRow,
    SkillRow,
    TongueRow,
)
from voice_gateway.store.telephones import NEW
from voice_gateway.store.van import Van, difference


def furnish(connection: Connection, house: HouseFile, now: datetime, code_digest: Callable[[str], str],
            dry_run: bool = False) -> list[str]:
    """Bring the tables to what the file says; with `dry_run` only tell what that would change.

    Gives one line for each change, none when there is nothing to do. `now` is since when somebody
    new is idle; `code_digest` tells what is kept of the insiders' code, which itself is not.
    """
    van = Van(connection, now, dry_run)
    attempt = connection.begin_nested()
    _house(van, house, code_digest)
    _numbers(van, house.numbers)
    shifts = Shifts(van, house.openings)
    shifts.of_the_house()
    followed = rotas.wanted(van, house)
    _people(van, house.people, shifts, followed, code_digest)
    _skills(van)
    shifts.forget_the_others()
    rotas.unused(van, followed)
    ladders.furnish(van, house.ladders)
    address_book.write(van, house.contacts)
    if dry_run:
        attempt.rollback()
    else:
        attempt.commit()
    return van.told


def _house(van: Van, house: HouseFile, code_digest: Callable[[str], str]) -> None:
    ways = house.ways
    wanted = {
        "name": house.name, "time_zone": house.time_zone, "countries": list(house.countries),
        "rings_first": ways.rings_first, "accept_key": ways.accept_key, "calendar": ways.calendar,
        "code_digest": code_digest(ways.insider_code) if ways.insider_code else None,
        "closings": [{"day": each.day.isoformat(), "why": each.why} for each in ways.closings],
        "line": _in_seconds(ways.line), "voicemail": _in_seconds(ways.messages),
        "texts": asdict(ways.texts), "replies": dict(ways.replies),
        "voices": {name: {key: kept for key, kept in asdict(voice).items() if kept} for name, voice in ways.voices},
        "promises": _in_seconds(ways.promises),
        "recording": {"rules": [talks.kept(each) for each in ways.recording]} if ways.recording else {},
        "escalation": ladders.rules_kept(house.escalation),
    }
    row = van.run(select(*HouseRow.__table__.columns)).first()
    if row is None:
        van.run(insert(HouseRow), {"id": 1, **wanted})
        van.tell("add", f"house {house.name}")
    else:
        van.change(row, HouseRow.id, wanted, f"house {row.name}")


def _in_seconds(rules: LineRules | MessageRules | PromiseRules) -> dict[str, Any]:
    """Rules as they are kept: lengths of time in seconds."""
    return {
        name: int(value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in asdict(rules).items()
    }


def _numbers(van: Van, numbers: tuple[Number, ...]) -> None:
    known = {row.number: row for row in van.run(select(*NumberRow.__table__.columns))}
    for each in numbers:
        wanted = {"calls_per_second": each.calls_per_second, "concurrent_calls": each.concurrent_calls,
                  "greeting": each.greeting, "skill": each.skill, "language": each.language}
        row = known.pop(each.number, None)
        if row is None:
            van.run(insert(NumberRow), {"number": each.number, **wanted})
            van.tell("add", f"number {each.number}")
        else:
            van.change(row, NumberRow.number, wanted, f"number {each.number}")
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


def _people(van: Van, people: tuple[Person, ...], shifts: Shifts, followed: dict[str, int],
            code_digest: Callable[[str], str]) -> None:
    known = {row.name: row for row in van.run(select(*PersonRow.__table__.columns))}
    matched = {person.name: known[person.name] for person in people if person.name in known}
    names = {person.name for person in people}
    left = {row.phone: row for row in known.values() if row.name not in names and not row.gone}
    for person in people:
        if person.name not in matched and person.phone in left:
            matched[person.name] = left.pop(person.phone)
    _free_telephones(van, people, matched, list(known.values()))
    zones = {person.name: _zone(person, matched.get(person.name)) for person in people}
    worked = {person.name: shifts.of(NEVER if person.follows else person.openings, zones[person.name]) for person in people}
    for person in people:
        hours = {"shift_id": worked[person.name], "zone": zones[person.name], "home_zone": person.zone}
        _person(van, person, matched.get(person.name), hours, followed.get(person.follows), code_digest, shifts)
    for row in left.values():
        _gone(van, row, shifts.of_the_house())
    _whom_they_name(van, people)
    shares.furnish(van, people)


def _whom_they_name(van: Van, people: tuple[Person, ...]) -> None:
    """Who stands in for whom, and who leads whom: only now has everybody a row."""
    known = {row.name: row for row in van.run(select(PersonRow.id, PersonRow.name, PersonRow.delegate_id, PersonRow.manager_id))}
    for person in people:
        mine = known[person.name]
        for column, name, does in (("delegate_id", person.delegate, "stands in for"), ("manager_id", person.manager, "leads")):
            wanted = known[name].id if name else None
            if getattr(mine, column) != wanted:
                van.run(update(PersonRow).where(PersonRow.id == mine.id).values({column: wanted}))
                van.tell("change", f"person {person.name}: {name or 'nobody'} {does} them")


def _free_telephones(van: Van, people: tuple[Person, ...], matched: dict[str, AnyRow], rows: list[AnyRow]) -> None:
    """A number may pass from one person to another: whoever had it lets go of it first."""
    keeps = {row.id: person.phone for person in people if (row := matched.get(person.name))}
    wanted = {person.phone for person in people}
    for row in rows:
        if row.phone in wanted and keeps.get(row.id) != row.phone:
            van.run(update(PersonRow).where(PersonRow.id == row.id).values(phone=f"was {row.phone} of {row.id}"))


def _zone(person: Person, row: AnyRow | None) -> str:
    """By whose clock they live: where they texted that they are, until the file says something new."""
    return row.zone if row and not row.gone and row.home_zone == person.zone else person.zone


def _person(van: Van, person: Person, row: AnyRow | None, hours: dict[str, Any], calendar: int | None,
            code_digest: Callable[[str], str], shifts: Shifts) -> None:
    wanted = {
        "name": person.name, "phone": person.phone, "roles": list(person.roles), "skills": list(person.skills),
        "languages": list(person.languages), "handles": dict(person.handles), "is_agent": person.is_agent,
        "owner_rank": person.owner_rank, "gone": False, "takes": person.takes,
        "greeting": person.greeting, "calendar_id": calendar, "most_cases": person.most_cases, "public": person.public, **hours,
        "pin_digest": code_digest(tickets.pin_of(person.name, person.pin)) if person.pin else None,
    }
    if row is None:
        van.run(insert(PersonRow), {**wanted, "away_until": None, "idle_since": van.now, "telephone": NEW})
        van.tell("add", f"person {person.name}")
    elif row.gone:
        van.run(update(PersonRow).where(PersonRow.id == row.id).values(**wanted, idle_since=van.now, telephone=NEW))
        van.tell("welcome", f"person {person.name} back")
    else:
        _change_person(van, row, wanted, shifts)


def _change_person(van: Van, row: AnyRow, wanted: dict[str, Any], shifts: Shifts) -> None:
    different = {key: value for key, value in wanted.items() if getattr(row, key) != value}
    if not different:
        return
    asked = {"telephone": NEW} if "phone" in different else {}
    van.run(update(PersonRow).where(PersonRow.id == row.id).values(**different, **asked))
    not_told = ("is_agent", "owner_rank", "calendar_id", "zone")
    words = [
        f"works shift {shifts.name_of(value)}" if key == "shift_id" else "PIN" if key == "pin_digest"
        else difference("time_zone" if key == "home_zone" else key, getattr(row, key), value)
        for key, value in different.items() if key not in not_told
    ]
    van.tell("change", f"person {row.name}: {', '.join(words)}")


def _gone(van: Van, row: AnyRow, shift_id: int) -> None:
    """They work no shift any more; what they still look after is said, and somebody else's as soon as the house looks."""
    van.run(update(PersonRow).where(PersonRow.id == row.id).values(gone=True, shift_id=shift_id, calendar_id=None))
    owned = van.run(
        select(CaseRow.id).where(CaseRow.owner_id == row.id, CaseRow.closed_at.is_(None)).order_by(CaseRow.id)
    ).scalars().all()
    for case_id in owned:
        van.run(insert(OrderRow), {"case_id": case_id, "kind": "follow_up", "turn": promises.owner_leaves.address, "due_at": van.now})
    cases = f", who still looks after {', '.join(f'T{case_id}' for case_id in owned)}" if owned else ""
    van.tell("mark", f"person {row.name} as gone{cases}")


def _skills(van: Van) -> None:
    """What everybody is good at and speaks, as their own rows tell it, to be found by it. Who is gone has none."""
    _found_by(van, SkillRow, SkillRow.skill, PersonRow.skills)
    _found_by(van, TongueRow, TongueRow.language, PersonRow.languages)


def _found_by(van: Van, table: Any, key: Any, told: Any) -> None:
    people = van.run(select(PersonRow.id, told.label("told")).where(~PersonRow.gone))
    wanted = {(each, row.id) for row in people for each in row.told}
    known = {tuple(row) for row in van.run(select(key, table.person_id))}
    for each, person_id in sorted(known - wanted):
        van.run(delete(table).where(key == each, table.person_id == person_id))
    for each, person_id in sorted(wanted - known):
        van.run(insert(table), {key.key: each, "person_id": person_id})
