"""What lists said of a handle, once the network has told whose it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows import networks
from flows.identity import NUMBER
from flows.networks import NotAHandle
from flows.posts import Author
from voice_gateway.store.identity import evidence
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.store.identity.listing import ACTOR
from voice_gateway.store.tables import DeclaredRow, IdentifierRow

_numbers = (
    select(DeclaredRow.source, DeclaredRow.contact_id, IdentifierRow.id.label("tel_id"))
    .join(IdentifierRow, (IdentifierRow.contact_id == DeclaredRow.contact_id) & (IdentifierRow.namespace == NUMBER))
    .where(DeclaredRow.namespace == bindparam("network"), DeclaredRow.subject == bindparam("handle"), DeclaredRow.is_handle)
    .order_by(DeclaredRow.id, IdentifierRow.id)
)


def is_theirs(connection: Connection, account_id: int, author: Author, now: datetime) -> int:
    """The network says that this account goes by its handle now: what lists say of the handle is said of the account.

    It is no proof, however a list was verified, for the handle may have passed on since. One that lists say of several
    contacts tells nothing. Gives how many numbers it was joined to.
    """
    try:
        handle = networks.of(author.network).handle(author.handle)
    except (KeyError, NotAHandle):
        return 0
    rows = connection.execute(_numbers, {"network": author.network, "handle": handle}).all()
    if len({row.contact_id for row in rows}) > 1:
        return 0
    for row in rows:
        evidence.add(connection, Evidence(row.tel_id, account_id, "import_bare", row.source, f"{row.source}|{handle}", now, ACTOR), now)
    return len(rows)
