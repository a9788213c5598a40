"""A house file, written into the tables. Loading the same file again changes nothing.

People are known by their name, or by their telephone when the name is new; who
has vanished from the file is marked as gone and stays in every story they are
part of. The file is not the only one who knows contacts: they have a writer of
their own, the address book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from flows import promises
from flows.house import LineRules, MessageRules, Opening, PromiseRules
from flows.routing import NEVER
from voice_gateway import tickets
from voice_gateway.house_file import HouseFile, Number, Person
from voice_gateway.store import address_book, ladders, rotas, shares, talks
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    HouseRow,
    LegRow,
    MessageRow,
    NumberRow,
    OrderRow,
    PersonRow,
    ShiftRow,
    SkillRow,
    TongueRow,
)
from voice_gateway.store.telephones import NEW
from voice_gateway.store.van import Van, difference

HOUSE_SHIFT = "house"
DAYS = "mon tue wed thu fri sat sun".split()


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
    shifts = _shifts(van, house)
    followed = rotas.wanted(van, house)
    _people(van, house.people, shifts, followed, code_digest)
    _skills(van)
    _unused_shifts(van, shifts)
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


def _shifts(van: Van, house: HouseFile) -> dict[str, int]:
    """The ids of the shifts that the file needs: the house's, and one for each pattern of its people."""
    wanted = {HOUSE_SHIFT: house.openings}
    wanted |= {pattern(each.openings): each.openings for each in house.people if each.openings is not None}
    wanted |= {pattern(NEVER): NEVER for each in house.people if each.follows}
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
    kept = tuple(openings)
    if kept == NEVER:
        return "by calendar"
    words = (
        f"{','.join(DAYS[day - 1] for day in sorted(each.days))} {_clock(each.open)}-{_clock(each.close)}"
        for each in kept
    )
    return "; ".join(words) or "always open"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _kept(openings: Iterable[Opening]) -> list[dict[str, Any]]:
    return [{"days": sorted(each.days), "open": each.open, "close": each.close} for each in openings]


def _shift_in_words(name: str, openings: Iterable[Opening]) -> str:
    return f"shift {name}" if name != HOUSE_SHIFT else f"shift {name}: {pattern(openings)}"


def _people(van: Van, people: tuple[Person, ...], shifts: dict[str, int], followed: dict[str, int],
            code_digest: Callable[[str], str]) -> None:
    known = {row.name: row for row in van.run(select(*PersonRow.__table__.columns))}
    matched = {person.name: known[person.name] for person in people if person.name in known}
    names = {person.name for person in people}
    left = {row.phone: row for row in known.values() if row.name not in names and not row.gone}
    for person in people:
        if person.name not in matched and person.phone in left:
            matched[person.name] = left.pop(person.phone)
    _free_telephones(van, people, matched, list(known.values()))
    for person in people:
        _person(van, person, matched.get(person.name), shifts, followed.get(person.follows), code_digest)
    for row in left.values():
        _gone(van, row, shifts[HOUSE_SHIFT])
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


def _person(van: Van, person: Person, row: AnyRow | None, shifts: dict[str, int],
            calendar: int | None, code_digest: Callable[[str], str]) -> None:
    own = pattern(NEVER) if calendar else HOUSE_SHIFT
    shift = own if person.openings is None else pattern(person.openings)
    wanted = {
        "name": person.name, "phone": person.phone, "roles": list(person.roles), "skills": list(person.skills),
        "languages": list(person.languages), "handles": dict(person.handles), "is_agent": person.is_agent,
        "owner_rank": person.owner_rank, "shift_id": shifts[shift], "gone": False, "takes": person.takes,
        "greeting": person.greeting, "calendar_id": calendar, "most_cases": person.most_cases, "zone": person.zone,
        "public": person.public,
        "pin_digest": code_digest(tickets.pin_of(person.name, person.pin)) if person.pin else None,
    }
    if row is None:
        van.run(insert(PersonRow), {**wanted, "away_until": None, "idle_since": van.now, "telephone": NEW})
        van.tell("add", f"person {person.name}")
    elif row.gone:
        van.run(update(PersonRow).where(PersonRow.id == row.id).values(**wanted, idle_since=van.now, telephone=NEW))
        van.tell("welcome", f"person {person.name} back")
    else:
        _change_person(van, row, wanted, shift)


def _change_person(van: Van, row: AnyRow, wanted: dict[str, Any], shift: str) -> None:
    different = {key: value for key, value in wanted.items() if getattr(row, key) != value}
    if not different:
        return
    asked = {"telephone": NEW} if "phone" in different else {}
    van.run(update(PersonRow).where(PersonRow.id == row.id).values(**different, **asked))
    not_told = ("is_agent", "owner_rank", "calendar_id")
    words = [
        f"works shift {shift}" if key == "shift_id" else "PIN" if key == "pin_digest" else difference(key, getattr(row, key), value)
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
