"""To forget everybody of a list: each person whole, or not at all, and then it is told why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from voice_gateway import clock
from voice_gateway.gateway import Gateway
from voice_gateway.lists import Address, Entry, Wrong
from voice_gateway.store import Store, contacts
from voice_gateway.store.identity import erasing, persons
from voice_gateway.store.identity.erasing import Erased
from voice_gateway.store.identity.persons import Keys

Find = Callable[[Any], Keys | None]


@dataclass(slots=True)
class Forgotten:
    """How many were forgotten, and how many were not."""

    persons: int = 0
    at_carrier: int = 0
    refused: int = 0
    unknown: int = 0


def of_list(rows: Iterable[Entry | list[Wrong]]) -> Iterator[tuple[str, Find]]:
    """Whoever has an address of the list. A row that cannot be read is refused."""
    for row in rows:
        if isinstance(row, Entry):
            yield from ((each.subject, partial(_at, each)) for each in row.addresses)
        else:
            yield from ((f"row {each.row}", partial(_unreadable, each)) for each in row)


def of_source(store: Store, source: str) -> Iterator[tuple[str, Find]]:
    """Every contact of whom a list that was taken in says anything."""
    with store.reading() as memory:
        ids = contacts.of_source(memory, source)
    for each in ids:
        yield f"contact {each}", partial(_contact, each)


def forget(house: Gateway, who: Iterable[tuple[str, Find]], by: str, done: Forgotten, *, dry_run: bool) -> Iterator[str]:
    """Forget them one by one, count in `done`, and tell of everybody who cannot be forgotten now."""
    for told, find in who:
        try:
            erased = one(house, find, by, dry_run=dry_run)
        except (erasing.NotNow, persons.Unclear) as error:
            done.refused += 1
            yield f"{told}: {error}"
            continue
        if erased is None:
            done.unknown += 1
            continue
        done.persons += 1
        done.at_carrier += erased.at_carrier


def one(house: Gateway, find: Find, by: str, *, dry_run: bool = False) -> Erased | None:
    """Forget one person; None when there is nobody.

    What the vault keeps goes first: where the vault cannot be reached its keys are still known, and the same again forgets all.
    """
    gone = () if dry_run else _silenced(house, find)
    with house.store.transaction() as memory:
        attempt = memory.begin_nested()
        keys = find(memory)
        erased = erasing.erase(memory, keys, by, clock.now()) if keys else None
        if dry_run:
            attempt.rollback()
    for key in () if dry_run or erased is None else set(erased.vault_keys).difference(gone):
        house.vault.forget(key)
    return erased


def _silenced(house: Gateway, find: Find) -> tuple[str, ...]:
    with house.store.reading() as memory:
        keys = find(memory)
        kept = erasing.sound(memory, keys) if keys else ()
    try:
        for key in kept:
            house.vault.forget(key)
    except OSError as error:
        raise erasing.NotNow(f"what they said cannot be thrown away: {error}; type the same again later") from error
    return kept


def _at(address: Address, memory: Any) -> Keys | None:
    if not contacts.is_known(memory, address):
        return None
    if not address.is_handle:
        return persons.find(memory, address.namespace, address.subject, clock.now())
    ids = contacts.with_handle(memory, address)
    if len(ids) > 1:
        raise persons.Unclear(f"{len(ids)} contacts are said to be {address.subject}: name them by something that is theirs alone")
    return _contact(ids[0], memory)


def _contact(contact_id: int, memory: Any) -> Keys:
    return persons.of_contact(memory, contact_id, clock.now())


def _unreadable(row: Wrong, _memory: Any) -> Keys | None:
    raise persons.Unclear(f"{row.column} {row.why}".strip())
