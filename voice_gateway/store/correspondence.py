"""What was written on a case, and the pictures that came with it, for its page and for those who bring them home."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from voice_gateway.store.tables import AnyRow, MessageRow, PersonRow

SHOWN = 200

_texts = (
    select(MessageRow.id, MessageRow.body, MessageRow.inbound, MessageRow.automatic, MessageRow.person_id,
           MessageRow.status, MessageRow.error_code, MessageRow.not_sent, MessageRow.pictures, MessageRow.ordered_at,
           PersonRow.name.label("writer"))
    .outerjoin(PersonRow, PersonRow.id == MessageRow.person_id)
    .where(MessageRow.case_id == bindparam("case"), MessageRow.role == "customer")
    .order_by(MessageRow.id.desc()).limit(SHOWN)
)
_one = select(MessageRow.id, MessageRow.case_id, MessageRow.message_sid, MessageRow.inbound, MessageRow.person_id,
              MessageRow.body, MessageRow.pictures, MessageRow.ordered_at).where(MessageRow.id == bindparam("which"))
_update = update(MessageRow).where(MessageRow.id == bindparam("which"))
_answers_since = (
    select(MessageRow.id)
    .where(MessageRow.case_id == bindparam("case"), MessageRow.id > bindparam("after"),
           MessageRow.person_id == bindparam("person"), MessageRow.role == "customer", ~MessageRow.inbound)
    .limit(1)
)


def texts(connection: Connection, case_id: int) -> list[AnyRow]:
    """What the customer and the house wrote to each other, oldest first."""
    return list(connection.execute(_texts, {"case": case_id}))[::-1]


def one(connection: Connection, message_id: int) -> AnyRow | None:
    """A text with its pictures."""
    return connection.execute(_one, {"which": message_id}).first()


def pictures_of(connection: Connection, pictures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How each of these pictures stands, those that belong to another text as well."""
    sources = {each["of"]: one(connection, each["of"]) for each in pictures if "of" in each}
    return [_of(sources[each["of"]], each["n"]) if "of" in each else each for each in pictures]


def _of(source: AnyRow | None, n: int) -> dict[str, Any]:
    known: list[dict[str, Any]] = source.pictures if source else []
    return known[n] if n < len(known) else {"why": "it is gone"}


def keep_pictures(connection: Connection, message_id: int, pictures: list[dict[str, Any]]) -> None:
    """How the pictures of a text stand now."""
    connection.execute(_update, {"which": message_id, "pictures": pictures})


def settle(connection: Connection, message_id: int, body: str, pictures: list[dict[str, Any]]) -> None:
    """What exactly will be sent, written down before it is."""
    connection.execute(_update, {"which": message_id, "body": body, "pictures": pictures})


def has_answered(connection: Connection, case_id: int, person_id: int, after: int) -> bool:
    """Has this colleague answered since that text? Then a button was pressed twice."""
    found = connection.scalar(_answers_since, {"case": case_id, "person": person_id, "after": after})
    return found is not None
