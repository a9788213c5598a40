"""All contacts with their addresses, some at a time, for whoever writes them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from flows.identity import NUMBER
from voice_gateway.lists import Address
from voice_gateway.store.address_book import SHARED
from voice_gateway.store.tables import ContactRow, DeclaredRow, IdentifierRow

AT_ONCE = 500
FORGOTTEN = "erased "


def everybody(connection: Connection) -> Iterator[tuple[str, list[Address]]]:
    """Each contact who has an address: their name, and the addresses. Who was forgotten is not among them.

    An account that counts only within one page of ours is left out: elsewhere it is nobody's.
    """
    last = 0
    while rows := connection.execute(
            select(ContactRow.id, ContactRow.name).where(ContactRow.id > last).order_by(ContactRow.id).limit(AT_ONCE)).all():
        last = rows[-1].id
        found = _addresses(connection, [row.id for row in rows])
        yield from ((row.name, list(found[row.id])) for row in rows if found[row.id])


def of_source(connection: Connection, source: str) -> list[int]:
    """The contacts of whom this list says anything."""
    return list(connection.scalars(
        select(DeclaredRow.contact_id).distinct().where(DeclaredRow.source == source).order_by(DeclaredRow.contact_id)))


def is_known(connection: Connection, address: Address) -> bool:
    """Has anybody this address?"""
    if address.is_handle:
        return bool(with_handle(connection, address))
    return connection.scalar(select(IdentifierRow.id).where(
        IdentifierRow.namespace == address.namespace, IdentifierRow.subject == address.subject).limit(1)) is not None


def with_handle(connection: Connection, handle: Address) -> list[int]:
    """The contacts of whom lists say that they go by this handle."""
    return list(connection.scalars(
        select(DeclaredRow.contact_id).distinct().where(
            DeclaredRow.namespace == handle.namespace, DeclaredRow.subject == handle.subject, DeclaredRow.is_handle)
        .order_by(DeclaredRow.contact_id)))


def _addresses(connection: Connection, contact_ids: Sequence[int]) -> dict[int, dict[Address, None]]:
    found: dict[int, dict[Address, None]] = {each: {} for each in contact_ids}
    known = connection.execute(
        select(IdentifierRow.contact_id, IdentifierRow.namespace, IdentifierRow.subject)
        .where(IdentifierRow.contact_id.in_(contact_ids), (IdentifierRow.scope == "") | (IdentifierRow.namespace == SHARED))
        .order_by(IdentifierRow.id))
    for row in known:
        if not row.subject.startswith(FORGOTTEN):
            found[row.contact_id][Address(NUMBER if row.namespace == SHARED else row.namespace, row.subject)] = None
    declared = connection.execute(
        select(DeclaredRow.contact_id, DeclaredRow.namespace, DeclaredRow.subject, DeclaredRow.is_handle)
        .where(DeclaredRow.contact_id.in_(contact_ids)).order_by(DeclaredRow.id))
    for each in declared:
        found[each.contact_id][Address(each.namespace, each.subject, each.is_handle)] = None
    return found
