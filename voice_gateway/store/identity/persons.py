"""Everything about one person: found, told whole, and erased.

A person is a contact's numbers and accounts, and what is proved to be theirs beside them: one step, never a chain of
steps. All that hangs on those, in whatever table, is found by following the references between tables. What several
people use is left out, and so is a number that is theirs by the word of a list alone once somebody has a case there: a list
may err, and it would tell, or empty, what is another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, or_, select

from flows.identity.claims import why_not
from voice_gateway.store.identity import links
from voice_gateway.store.tables import AnyRow, CaseRow, DeclaredRow, IdentifierRow
from voice_gateway.store.tables import Table as Base

ROOTS = ("contacts", "identifiers")
NEVER_TOLD = frozenset({"ticket_seed", "token_hash", "key_hash", "state_hash", "remembered", "salt", "code_hash", "payload_sha256", "fingerprint", "prev_hash", "hash"})
LIST_OF = {"identity_events": ("tel_id", "account_id")}

Keys = dict[str, list[int]]

_here = select(IdentifierRow.id, IdentifierRow.namespace, IdentifierRow.subject, IdentifierRow.contact_id, IdentifierRow.shared,
               IdentifierRow.claimed_twice_until)
_by_a_list = exists().where(DeclaredRow.namespace == IdentifierRow.namespace, DeclaredRow.subject == IdentifierRow.subject,
                            DeclaredRow.contact_id == IdentifierRow.contact_id, DeclaredRow.gave, ~DeclaredRow.is_handle)
_has_cases = exists().where(CaseRow.identifier_id == IdentifierRow.id)


class Unclear(LookupError):
    """Nobody is known there, or several people are."""


def find(connection: Connection, namespace: str, subject: str, now: datetime) -> Keys:
    """The contacts and identifiers that are this person's. Raises Unclear."""
    rows = connection.execute(_here.where(IdentifierRow.namespace == namespace, IdentifierRow.subject == subject).limit(2)).all()
    if not rows:
        raise Unclear(f"nobody is known by {subject}")
    if len(rows) > 1:
        raise Unclear(f"several accounts are called {subject}, each on a page of its own: name the person by a ticket")
    return _of(connection, rows[0], now)


def of_ticket(connection: Connection, case_id: int, now: datetime) -> Keys:
    """The person of this case. Raises Unclear."""
    row = connection.execute(_here.join(CaseRow, CaseRow.identifier_id == IdentifierRow.id).where(CaseRow.id == case_id)).first()
    if row is None:
        raise Unclear(f"there is no ticket T{case_id}")
    return _of(connection, row, now)


def of_contact(connection: Connection, contact_id: int, now: datetime) -> Keys:
    """The person whom the house keeps as this contact, wherever a list says that they are."""
    return _with_what_is_proved(connection, set(), contact_id, now, by_lists=True)


def left_out(connection: Connection, keys: Keys) -> list[str]:
    """What may be theirs and was left out, as people call it."""
    return list(connection.scalars(
        select(IdentifierRow.subject).where(IdentifierRow.id.in_(keys["left_out"])).order_by(IdentifierRow.id)))


def cases(keys: Keys) -> ColumnElement[bool]:
    """Which cases are theirs."""
    return or_(CaseRow.identifier_id.in_(keys["identifiers"]),
               and_(CaseRow.contact_id.in_(keys["contacts"]), CaseRow.identifier_id.not_in(keys["left_out"])))


def export(connection: Connection, keys: Keys) -> dict[str, list[dict[str, Any]]]:
    """All rows about this person, table by table, ready to be written as JSON. Secrets of ours are left out."""
    told: dict[str, list[dict[str, Any]]] = {}
    for table, which in everything(connection, keys):
        rows = connection.execute(select(*table.columns).where(which).order_by(*table.primary_key.columns))
        kept = [{name: value.isoformat() if isinstance(value, datetime) else value
                 for name, value in row._asdict().items() if name not in NEVER_TOLD} for row in rows]
        if kept:
            told[table.name] = kept
    return told


def everything(connection: Connection, keys: Keys) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Each table that holds anything about this person, and which of its rows."""
    found: dict[str, list[int]] = {name: keys[name] for name in ROOTS}
    for table in Base.metadata.sorted_tables:
        which = cases(keys) if table is CaseRow.__table__ else _which(table, found)
        if which is None:
            continue
        if table.name not in ROOTS and "id" in table.columns:
            found[table.name] = list(connection.scalars(select(table.columns["id"]).where(which)))
        yield table, which


def _which(table: Table, found: dict[str, list[int]]) -> ColumnElement[bool] | None:
    if table.name in ROOTS:
        return table.columns["id"].in_(found[table.name])
    named = [table.columns[name].in_(found["identifiers"]) for name in LIST_OF.get(table.name, ())]
    named += [column.in_(found[key.column.table.name]) for column in table.columns for key in column.foreign_keys
              if key.column.table.name in found and key.column.name == "id"]
    return or_(*named) if named else None


def _of(connection: Connection, one: AnyRow, now: datetime) -> Keys:
    together = connection.scalar(select(IdentifierRow.id).where(
        IdentifierRow.namespace == f"{one.namespace}_shared", IdentifierRow.subject == one.subject).limit(1))
    if together or _several_use_it(one, now):
        raise Unclear(f"several people use {one.subject}: name the person by something that is theirs alone")
    return _with_what_is_proved(connection, {one.id}, one.contact_id, now)


def _with_what_is_proved(connection: Connection, own: set[int], contact_id: int | None, now: datetime, *,
                         by_lists: bool = False) -> Keys:
    not_theirs = set()
    if contact_id is not None:
        rows = connection.execute(_here.add_columns(and_(_by_a_list, _has_cases).label("listed")).where(
            IdentifierRow.contact_id == contact_id, IdentifierRow.id.not_in(own))).all()
        not_theirs = {row.id for row in rows if _several_use_it(row, now) or (row.listed and not by_lists)}
        own = own | {row.id for row in rows} - not_theirs
    proved = set(own)
    for each in own:
        for claim in links.of_tel(connection, each) + links.of_account(connection, each):
            if not why_not(claim, now):
                proved.update((claim.tel_id, claim.account_id))
    return {"contacts": [] if contact_id is None else [contact_id], "identifiers": sorted(proved),
            "left_out": sorted(not_theirs - proved)}


def _several_use_it(one: AnyRow, now: datetime) -> bool:
    return bool(one.shared or (one.claimed_twice_until and now < one.claimed_twice_until))
