"""How far we have read on each network: a mark that stays, and one reader at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from voice_gateway.store.tables import AnyRow, NetworkRow

LEASE = timedelta(seconds=60)

_known = select(NetworkRow.name).where(NetworkRow.name == bindparam("network"))
_take = (
    update(NetworkRow)
    .where(NetworkRow.name == bindparam("network"),
           or_(NetworkRow.held_until.is_(None), NetworkRow.held_until <= bindparam("now")))
    .values(held_until=bindparam("until")).returning(NetworkRow.cursor)
)
_names = select(NetworkRow.name).order_by(NetworkRow.name)
_longest_answer = select(NetworkRow.longest_answer).where(NetworkRow.name == bindparam("network"))
_give_back = update(NetworkRow).where(NetworkRow.name == bindparam("network"))


def take(connection: Connection, network: str, now: datetime) -> str | None:
    """The mark from which to go on reading; None while somebody else reads. Whoever dies over it holds it a minute.

    Raises IntegrityError, told as Refused, when two begin at once on a network that is new.
    """
    if connection.scalar(_known, {"network": network}) is None:
        connection.execute(insert(NetworkRow), {"name": network})
    cursor: str | None = connection.scalar(_take, {"network": network, "now": now, "until": now + LEASE})
    return cursor


def begin(connection: Connection, network: str, cursor: str) -> None:
    """Read from this mark on, where nothing was read before; else one begins with what is said from the first look on."""
    if connection.scalar(_known, {"network": network}) is None:
        connection.execute(insert(NetworkRow), {"name": network, "cursor": cursor})


def give_back(connection: Connection, network: str, now: datetime, cursor: str, longest_answer: int | None = None) -> None:
    """Read up to here."""
    connection.execute(_give_back, {"network": network, "cursor": cursor, "held_until": None, "read_at": now, "problem": "",
                                    "longest_answer": longest_answer})


def longest_answer(connection: Connection, network: str) -> int | None:
    """How long an answer may be there, if its server has told."""
    return connection.scalar(_longest_answer, {"network": network})


def could_not_read(connection: Connection, network: str, until: datetime, problem: str) -> None:
    """Nobody tries again before that moment; the mark stays where it is."""
    connection.execute(_give_back, {"network": network, "held_until": until, "problem": problem})


def names(connection: Connection) -> tuple[str, ...]:
    """Every network that was ever read."""
    return tuple(connection.scalars(_names))


def all_of_them(connection: Connection) -> list[AnyRow]:
    """Every network that was ever read, how far and when, and what was wrong the last time."""
    return list(connection.execute(select(*NetworkRow.__table__.columns).order_by(NetworkRow.name)))
