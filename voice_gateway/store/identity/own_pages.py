"""Contacts' own pages: where a page and a profile on a network name each other, agents see it for a week.

It proves a page and no telephone, so nobody is ever reached because of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, case, exists, func, select, update
from sqlalchemy.orm import aliased

from flows.identity import NUMBER
from voice_gateway.lists import PAGE
from voice_gateway.store.identity import audit, evidence, hold
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.store.identity.links import IS_ACTIVE
from voice_gateway.store.tables import AnyRow, ContactRow, DeclaredRow, IdentifierRow, LinkRow

KIND = "profile_link"


_another = aliased(DeclaredRow)
_told_by_lists = (
    select(DeclaredRow.subject)
    .where(DeclaredRow.contact_id == ContactRow.id, DeclaredRow.namespace == PAGE,
           ~exists().where(_another.namespace == PAGE, _another.subject == DeclaredRow.subject, _another.contact_id != DeclaredRow.contact_id))
    .order_by(DeclaredRow.id).limit(1).correlate(ContactRow).scalar_subquery()
)


def due(connection: Connection, now: datetime, most: int) -> list[AnyRow]:
    """The contacts whose page is to be read now: first those of which the house's own file tells, then those of lists, the
    longest due first. One whose page is empty had one. A page that lists say of several contacts is nobody's own.
    """
    by_a_list = ContactRow.page == ""
    return list(connection.execute(
        select(ContactRow.id, case((by_a_list, func.coalesce(_told_by_lists, "")), else_=ContactRow.page).label("page"), by_a_list.label("by_a_list"))
        .where(ContactRow.look_at <= now).order_by(by_a_list, ContactRow.look_at, ContactRow.id).limit(most)))


def soon(connection: Connection, contact_ids: Sequence[int], now: datetime) -> None:
    """Lists tell something else of their pages than before: they are read when it is their turn."""
    if contact_ids:
        connection.execute(update(ContactRow).where(ContactRow.id.in_(contact_ids)).values(look_at=now))


def again(connection: Connection, contact_id: int, at: datetime | None) -> None:
    """Read their page again at this time; None: there is nothing to read."""
    connection.execute(update(ContactRow).where(ContactRow.id == contact_id).values(look_at=at))


def seen(connection: Connection, contact_id: int, page: str, account_ids: Sequence[int], now: datetime) -> None:
    """These accounts and the page name each other now. What was seen before and is not any more ends."""
    numbers = connection.scalars(select(IdentifierRow.id).where(
        IdentifierRow.contact_id == contact_id, IdentifierRow.namespace == NUMBER)).all()
    hold(connection, *numbers, *account_ids)
    before = connection.execute(select(LinkRow.id, LinkRow.tel_id, LinkRow.account_id).where(
        LinkRow.tel_id.in_(numbers), LinkRow.kind == KIND, IS_ACTIVE).order_by(LinkRow.id)).all()
    for row in before:
        _end(connection, row, row.account_id in account_ids, now)
    for tel_id in numbers:
        for account_id in account_ids:
            evidence.add(connection, Evidence(tel_id, account_id, KIND, page, f"{page}|{now.isoformat()}", now), now)


def _end(connection: Connection, row: AnyRow, is_there: bool, now: datetime) -> None:
    """Nothing rings because of such a link, so that nothing has to be stopped."""
    state, why = ("superseded", "seen anew") if is_there else ("revoked", "their page and their profile do not name each other any more")
    connection.execute(update(LinkRow).where(LinkRow.id == row.id).values(
        state=state, reason=why, revoked_at=now, revoked_by="house"))
    audit.append(connection, [audit.Deed(state, "house", "link", row.id, row.tel_id, row.account_id, "active", state)], now)
