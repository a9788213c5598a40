"""The staff directory: which accounts are our people's, as they have shown from their own telephones.

The house file says what their handles are; that alone tells nobody anything. The house vouches for their telephones, so a
proof counts here for as long as it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows import networks
from flows.identity.claims import why_not
from voice_gateway.store.identity import links
from voice_gateway.store.tables import AnyRow, IdentifierRow, LinkRow, PersonRow

_one = select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.handles).where(PersonRow.id == bindparam("which"), ~PersonRow.gone)
_at = select(PersonRow.id, PersonRow.away_until).where(PersonRow.phone == bindparam("phone"), ~PersonRow.gone)
_accounts = select(IdentifierRow.id).where(
    IdentifierRow.namespace == bindparam("space"), IdentifierRow.subject.in_(bindparam("subjects", expanding=True)))
_linked = (
    select(PersonRow.id, PersonRow.name, PersonRow.public, IdentifierRow.id.label("account_id"), IdentifierRow.namespace,
           IdentifierRow.subject, IdentifierRow.display)
    .join_from(LinkRow, IdentifierRow, IdentifierRow.id == LinkRow.account_id)
    .where(links.IS_ACTIVE, ~PersonRow.gone).order_by(PersonRow.name, IdentifierRow.namespace).distinct()
)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of the house who wants to be found: their first name, and their proved handles with where they are."""

    first_name: str
    handles: tuple[tuple[str, str], ...]


def declared(connection: Connection, person_id: int) -> AnyRow | None:
    """Their telephone, and what the house file says that their handles are."""
    return connection.execute(_one, {"which": person_id}).first()


def whose(connection: Connection, account_id: int, now: datetime) -> AnyRow | None:
    """The colleague whose account this is, as they have shown; with until when they are away."""
    for claim in links.of_account(connection, account_id):
        if not why_not(replace(claim, fresh_until=claim.expires_at), now):
            found = connection.execute(_at, {"phone": claim.number}).first()
            if found:
                return found
    return None


def named(connection: Connection, space: str, subjects: Sequence[str], now: datetime) -> int | None:
    """The first of our people, not away, whom a post names."""
    for account_id in connection.scalars(_accounts, {"space": space, "subjects": list(subjects)}):
        who = whose(connection, account_id, now)
        if who and not (who.away_until and who.away_until > now):
            return int(who.id)
    return None


def subjects(connection: Connection, space: str, now: datetime) -> tuple[str, ...]:
    """The accounts of our people on this network: whoever names one of them has written about us too."""
    return tuple(row.subject for row in _proved(connection, now) if row.namespace == space)


def public(connection: Connection, now: datetime) -> list[Listed]:
    """Those who want to be found, with what they have proved and nothing else."""
    found: dict[str, list[tuple[str, str]]] = {}
    names = connection.scalars(select(PersonRow.name).where(PersonRow.public, ~PersonRow.gone).order_by(PersonRow.name))
    found = {name: [] for name in names}
    for row in _proved(connection, now):
        manners = networks.of_namespace(row.namespace)
        if row.name in found and manners:
            found[row.name].append((row.display, manners.told))
    return [Listed(name.split()[0], tuple(handles)) for name, handles in found.items()]


def _proved(connection: Connection, now: datetime) -> list[AnyRow]:
    tel = IdentifierRow.__table__.alias("tel")
    rows = connection.execute(
        _linked.join(tel, tel.columns["id"] == LinkRow.tel_id).join(PersonRow, PersonRow.phone == tel.columns["subject"])
    ).all()
    return [row for row in rows if (who := whose(connection, row.account_id, now)) and who.id == row.id]
