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
from flows.identity import NUMBER
from flows.identity.claims import Claim, why_not
from voice_gateway.store.identity import links
from voice_gateway.store.tables import AnyRow, IdentifierRow, LinkRow, PersonRow

_one = select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.handles).where(PersonRow.id == bindparam("which"), ~PersonRow.gone)
_at = select(PersonRow.id, PersonRow.away_until).where(PersonRow.phone == bindparam("phone"), ~PersonRow.gone)
_accounts = select(IdentifierRow.id).where(
    IdentifierRow.namespace == bindparam("space"), IdentifierRow.subject.in_(bindparam("subjects", expanding=True)))
_linked = (
    links.CLAIMS.join(PersonRow, PersonRow.phone == links.TEL.subject)
    .where(links.TEL.namespace == NUMBER, links.TEL.scope == "", ~PersonRow.gone,
           links.TEL.subject.in_(select(PersonRow.phone).where(~PersonRow.gone)))
    .add_columns(PersonRow.name, links.ACCOUNT.namespace, links.ACCOUNT.display)
    .order_by(PersonRow.name, links.ACCOUNT.namespace, LinkRow.id)
)
_claim = len(links.CLAIMS.selected_columns)


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
        if not _is_doubtful(claim, now):
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
    return tuple(claim.account for claim, _name, namespace, _display in _proved(connection, now) if namespace == space)


def public(connection: Connection, now: datetime) -> list[Listed]:
    """Those who want to be found, with what they have proved and nothing else."""
    names = connection.scalars(select(PersonRow.name).where(PersonRow.public, ~PersonRow.gone).order_by(PersonRow.name))
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for _claim, name, namespace, display in _proved(connection, now):
        manners = networks.of_namespace(namespace)
        if name in found and manners:
            found[name].append((display, manners.told))
    return [Listed(name.split()[0], tuple(handles)) for name, handles in found.items()]


def _proved(connection: Connection, now: datetime) -> list[tuple[Claim, str, str, str]]:
    """Each account that is a colleague's, once: what is claimed, the colleague's name, where it is and how it is shown."""
    proved: dict[int, tuple[Claim, str, str, str]] = {}
    for row in connection.execute(_linked):
        claim = Claim(*row[:_claim])
        if not _is_doubtful(claim, now):
            proved.setdefault(claim.account_id, (claim, *row[_claim:]))
    return list(proved.values())


def _is_doubtful(claim: Claim, now: datetime) -> bool:
    """The house vouches for its people's telephones: their proof holds for as long as it is shown."""
    return bool(why_not(replace(claim, fresh_until=claim.expires_at), now))
