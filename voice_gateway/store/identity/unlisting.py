"""To undo a whole list: what it said is taken back, and what was known before is known again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, false, literal, select, union_all, update

from flows.identity import NUMBER
from voice_gateway.lists import PAGE
from voice_gateway.store import Store
from voice_gateway.store.address_book import SHARED
from voice_gateway.store.identity import audit, hold, own_pages
from voice_gateway.store.identity.links import OPEN
from voice_gateway.store.identity.listing import KINDS_OF_LISTS, THE_HOUSE, told_together
from voice_gateway.store.tables import (
    AnyRow,
    ContactRow,
    DeclaredRow,
    EvidenceRow,
    IdentifierRow,
    LinkRow,
    Table,
)

IN_A_BATCH = 500


@dataclass(slots=True)
class Undone:
    """How much was undone."""

    addresses: int = 0
    links: int = 0
    contacts: int = 0


def undo(store: Store, source: str, who: str, why: str, now: datetime) -> Undone:
    """Undo the list, some at a time, so that nobody waits long. To be repeated when it was interrupted.

    What proofs and colleagues say has a source too, and one of it may be called as a list is.
    """
    undone = Undone()
    if source == THE_HOUSE:
        return undone
    said_by_it = (EvidenceRow.source == source) & EvidenceRow.kind.in_(KINDS_OF_LISTS)
    more = True
    while more:
        with store.transaction() as memory:
            ended = sum(_end_links(memory, of_it, who, why, now) for of_it in (said_by_it, _seen_on_pages_of(source)))
            taken_back = () if ended else _take_back(memory, source, who, now)  # what was seen on its pages is found by them
            undone.links += ended
            undone.addresses += len(taken_back)
            undone.contacts += _forget_unknown(memory, sorted({each.contact_id for each in taken_back}))
            more = bool(ended or taken_back)
    return undone


def _seen_on_pages_of(source: str) -> ColumnElement[bool]:
    """What was seen on pages of which the list told."""
    told = select(DeclaredRow.subject).where(DeclaredRow.source == source, DeclaredRow.namespace == PAGE)
    return (EvidenceRow.kind == own_pages.KIND) & EvidenceRow.source.in_(told)


def _end_links(connection: Connection, of_it: ColumnElement[bool], who: str, why: str, now: datetime) -> int:
    rows = connection.execute(
        select(LinkRow.id, LinkRow.tel_id, LinkRow.account_id)
        .join(EvidenceRow, EvidenceRow.id == LinkRow.evidence_id)
        .where(of_it, LinkRow.state.in_(OPEN)).order_by(LinkRow.id).limit(IN_A_BATCH)).all()
    if not rows:
        return 0
    hold(connection, *(each for row in rows for each in (row.tel_id, row.account_id)))
    states = {row.id: row.state for row in connection.execute(
        select(LinkRow.id, LinkRow.state).where(LinkRow.id.in_([row.id for row in rows]), LinkRow.state.in_(OPEN)))}
    connection.execute(update(LinkRow).where(LinkRow.id.in_(states)).values(
        state="revoked", reason=why, revoked_at=now, revoked_by=who))
    audit.append(connection, [audit.Deed("revoked", who, "link", row.id, row.tel_id, row.account_id, states[row.id], "revoked")
                              for row in rows if row.id in states], now)
    return len(states)


def _take_back(connection: Connection, source: str, who: str, now: datetime) -> Sequence[AnyRow]:
    rows = connection.execute(
        select(DeclaredRow.id, DeclaredRow.contact_id, DeclaredRow.namespace, DeclaredRow.subject, DeclaredRow.is_handle,
               DeclaredRow.gave, DeclaredRow.shares)
        .where(DeclaredRow.source == source).order_by(DeclaredRow.id).limit(IN_A_BATCH)).all()
    connection.execute(delete(DeclaredRow).where(DeclaredRow.id.in_([row.id for row in rows])))
    own_pages.soon(connection, [row.contact_id for row in rows if row.namespace == PAGE], now)
    audit.append(connection, as_before(connection, rows, who), now)
    return rows


def claims_of(connection: Connection, contact_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Every address that these contacts are said to have, also such as they share with others by the house's own file."""
    of_lists = select(DeclaredRow.contact_id, DeclaredRow.namespace, DeclaredRow.subject, DeclaredRow.is_handle, DeclaredRow.gave,
                      DeclaredRow.shares).where(DeclaredRow.contact_id.in_(contact_ids))
    of_the_house = select(IdentifierRow.contact_id, literal(NUMBER), IdentifierRow.subject, false(), false(), false()).where(
        IdentifierRow.namespace == SHARED, IdentifierRow.contact_id.in_(contact_ids))
    return connection.execute(union_all(of_lists, of_the_house)).all()


def as_before(connection: Connection, rows: Sequence[AnyRow], who: str) -> list[audit.Deed]:
    """Whose these addresses are, now that this is not said of them any more."""
    return [deed for row in rows if not row.is_handle for deed in _as_before(connection, row, who)]


def _as_before(connection: Connection, row: AnyRow, who: str) -> list[audit.Deed]:
    """Whose the address is now that this was never said."""
    there = (DeclaredRow.namespace == row.namespace) & (DeclaredRow.subject == row.subject) & ~DeclaredRow.is_handle
    others = connection.execute(
        select(DeclaredRow.id, DeclaredRow.contact_id, DeclaredRow.source, DeclaredRow.shares, ContactRow.name)
        .join(ContactRow, ContactRow.id == DeclaredRow.contact_id).where(there).order_by(DeclaredRow.id)).all()
    one = connection.execute(
        select(IdentifierRow.id, IdentifierRow.contact_id, IdentifierRow.shared)
        .where(IdentifierRow.namespace == row.namespace, IdentifierRow.scope == "", IdentifierRow.subject == row.subject)).first()
    if one is None:
        return []
    heir = next((each for each in others if each.contact_id == row.contact_id), None)
    if heir and row.gave:
        connection.execute(update(DeclaredRow).where(DeclaredRow.id == heir.id).values(gave=True))
    held = update(IdentifierRow).where(IdentifierRow.id == one.id)
    if one.contact_id is not None:
        if row.gave and heir is None and one.contact_id == row.contact_id:
            connection.execute(held.values(contact_id=None))
        return []
    return _less_shared(connection, row, one, others, who)


def _less_shared(connection: Connection, row: AnyRow, one: AnyRow, others: Sequence[AnyRow], who: str) -> list[audit.Deed]:
    """It was several people's: if one is left it is theirs again."""
    beside = connection.execute(
        select(ContactRow.id, ContactRow.name).join(IdentifierRow, IdentifierRow.contact_id == ContactRow.id)
        .where(IdentifierRow.namespace == SHARED, IdentifierRow.subject == row.subject)).all() if row.namespace == NUMBER else []
    left = {each.contact_id: each.name for each in others} | {each.id: each.name for each in beside}
    by_a_list = row.shares or any(each.shares for each in others)
    held = update(IdentifierRow).where(IdentifierRow.id == one.id)
    if len(left) > 1:
        connection.execute(held.values(display=told_together(list(left.values()))))
        if row.shares:
            connection.execute(update(DeclaredRow).where(DeclaredRow.id == min(each.id for each in others)).values(shares=True))
        return []
    heir = next(iter(left), None)
    connection.execute(held.values(contact_id=heir, display="", shared=one.shared and not by_a_list))
    if not beside and all(each.source != THE_HOUSE for each in others):
        connection.execute(update(DeclaredRow).where(DeclaredRow.id.in_([each.id for each in others[:1]])).values(gave=True))
    connection.execute(delete(DeclaredRow).where(DeclaredRow.id.in_([each.id for each in others if each.source == THE_HOUSE])))
    is_number = row.namespace == NUMBER
    deed = audit.Deed("not shared", who, tel_id=one.id if is_number else None, account_id=None if is_number else one.id)
    return [deed] if one.shared and by_a_list else []


def _forget_unknown(connection: Connection, contact_ids: Sequence[int]) -> int:
    """Contacts of whom nothing is left, and to whom nothing refers."""
    refers = [column for table in Table.metadata.sorted_tables for column in table.columns
              for key in column.foreign_keys if key.column is ContactRow.__table__.c.id]
    nobody = [~exists().where(column == ContactRow.id) for column in refers]
    return connection.execute(delete(ContactRow).where(ContactRow.id.in_(contact_ids), *nobody)).rowcount
