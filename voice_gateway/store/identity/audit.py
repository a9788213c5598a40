"""The audit of identity: a chain in which every line holds the hash of the line before it.

A line names rows by number and says nothing personal, so it can stay when a person is erased. Beside that it
holds a fingerprint of the row it is about: whoever changes a piece of evidence, a link or a line afterwards is found.
Rows carry a salt that is erased with the person, so that nobody can guess from a fingerprint what stood there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from voice_gateway.store import look_up
from voice_gateway.store.identity import CHAIN
from voice_gateway.store.tables import AnyRow, EvidenceRow, IdentityEventRow, LinkRow

BEGINNING = "0" * 64
PIECEWISE = {"yield_per": 1000}

END = (select(IdentityEventRow.id).order_by(IdentityEventRow.id.desc()).limit(1).scalar_subquery().label("end_line"),
       select(IdentityEventRow.hash).order_by(IdentityEventRow.id.desc()).limit(1).scalar_subquery().label("end_hash"))
_end = select(*END)
_insert = insert(IdentityEventRow)
EVIDENCE, LINK = tuple(EvidenceRow.__table__.columns), tuple(LinkRow.__table__.columns)
_COLUMNS = {"evidence": EVIDENCE, "link": LINK}
_row_of = {name: select(*columns).where(columns[0] == bindparam("which")) for name, columns in _COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done. `about` is `evidence`, `link` or empty, and `which` the number of that row.

    `row`: all of it as it is from now on, where whoever wrote it has it at hand; else it is looked up.
    """

    what: str
    who: str
    about: str = ""
    which: int = 0
    tel_id: int | None = None
    account_id: int | None = None
    before: str = ""
    after: str = ""
    row: AnyRow | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at the whole chain found. `head` is worth writing down elsewhere: it names all that came before."""

    lines: int
    head: str
    broken: tuple[str, ...] = ()


def append(connection: Connection, deeds: Sequence[Deed], at: datetime, after: AnyRow | None = None) -> None:
    """Add lines to the end of the chain, after the rows that they are about were written.

    `after`: a row with `END` in it, looked at in this transaction while the chain was held already.
    """
    if not deeds:
        return
    if after is None:
        look_up.one_at_a_time(connection, CHAIN)
        after = connection.execute(_end).one()
    number, previous = after.end_line or 0, after.end_hash or BEGINNING
    lines, fingerprints = [], _of_rows(connection, deeds)
    for deed in deeds:
        number += 1
        line = {
            "id": number, "at": at, "what": deed.what, "who": deed.who, "tel_id": deed.tel_id,
            "account_id": deed.account_id, "evidence_id": deed.which if deed.about == "evidence" else None,
            "link_id": deed.which if deed.about == "link" else None, "before": deed.before, "after": deed.after,
            "fingerprint": fingerprints[deed.about, deed.which] if deed.about else "", "prev_hash": previous,
        }
        previous = line["hash"] = _hash(line)
        lines.append(line)
    connection.execute(_insert, lines)


def verify(connection: Connection) -> Finding:
    """Walk the whole chain, and hold every piece of evidence and every link against its last line.

    Wants one picture of everything (`Store.picture`).
    """
    broken: list[str] = []
    last: dict[tuple[str, int], str] = {}
    number, previous = 0, BEGINNING
    for row in _lines(connection):
        line = row._asdict()
        told = line.pop("hash")
        if line["id"] != number + 1:
            broken.append(f"line {number + 1} is missing before line {line['id']}")
        if line["prev_hash"] != previous or told != _hash(line):
            broken.append(f"line {line['id']} was changed, or one before it")
        number, previous = line["id"], told
        for about in _COLUMNS:
            if line[f"{about}_id"] is not None:
                last[about, line[f"{about}_id"]] = line["fingerprint"]
    for about in _COLUMNS:
        broken.extend(_against_rows(connection, about, {key[1]: seal for key, seal in last.items() if key[0] == about}))
    return Finding(number, previous, tuple(broken))


def _against_rows(connection: Connection, about: str, sealed: dict[int, str]) -> Iterator[str]:
    columns = _COLUMNS[about]
    for row in connection.execute(select(*columns).order_by(columns[0]), execution_options=PIECEWISE):
        seal = sealed.pop(row.id, None)
        if seal is None:
            yield f"{about} {row.id} was put in beside the chain"
        elif seal != _digest(row._asdict()):
            yield f"{about} {row.id} was changed beside the chain"
    yield from (f"{about} {which} was taken away" for which in sorted(sealed))


def holds(connection: Connection, head: str) -> bool:
    """Is this line, by its hash, still in the chain? The empty chain's beginning always is."""
    known = select(IdentityEventRow.id).where(IdentityEventRow.hash == head)
    return head == BEGINNING or connection.scalar(known) is not None


def count(connection: Connection) -> int:
    """How many lines there are."""
    return int(connection.scalar(select(func.count()).select_from(IdentityEventRow)) or 0)


def _lines(connection: Connection) -> Iterator[AnyRow]:
    columns = IdentityEventRow.__table__.columns
    yield from connection.execute(select(*columns).order_by(IdentityEventRow.id), execution_options=PIECEWISE)


def _of_rows(connection: Connection, deeds: Sequence[Deed]) -> dict[tuple[str, int], str]:
    """The fingerprint of each row that these deeds are about, as the last of them leaves it."""
    rows = {(deed.about, deed.which): deed.row for deed in deeds if deed.about}
    return {(about, which): _digest((row or connection.execute(_row_of[about], {"which": which}).one())._asdict())
            for (about, which), row in rows.items()}


def _hash(line: dict[str, Any]) -> str:
    return _digest(line)


def _digest(facts: dict[str, Any]) -> str:
    told = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=_instant)
    return hashlib.sha256(told.encode()).hexdigest()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
