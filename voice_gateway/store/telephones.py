"""Is a colleague's telephone theirs? The house file may have a slip of the finger in it, or a number that was passed on.

A number that the file tells anew is asked by text whose it is. Until it has said so, no customer's call or words go there.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from voice_gateway.store.tables import AnyRow, PersonRow

NEW, ASKED, THEIRS, WRONG = "new", "asked", "theirs", "wrong"
NOT_SHOWN = "nobody has said yet that this telephone is theirs"

_state = select(PersonRow.telephone).where(PersonRow.id == bindparam("which"))
_at = select(PersonRow.telephone).where(PersonRow.phone == bindparam("phone"), ~PersonRow.gone)
_doubtful = (
    select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.telephone)
    .where(PersonRow.telephone != THEIRS, ~PersonRow.gone).order_by(PersonRow.name)
)
_set = update(PersonRow).where(PersonRow.id == bindparam("which"))


def to_ask(connection: Connection) -> list[int]:
    """Whose telephones are to be asked."""
    return [row.id for row in doubtful(connection) if row.telephone == NEW]


def is_new(connection: Connection, person_id: int) -> bool:
    """Was it not asked yet?"""
    return connection.scalar(_state, {"which": person_id}) == NEW


def becomes(connection: Connection, person_id: int, telephone: str) -> None:
    """How it stands with it from now on."""
    connection.execute(_set, {"which": person_id, "telephone": telephone})


def is_doubtful(connection: Connection, phone: str) -> bool:
    """Is it a colleague's by the house file alone?"""
    return connection.scalar(_at, {"phone": phone}) not in (None, THEIRS)


def doubtful(connection: Connection) -> Sequence[AnyRow]:
    """Those who get neither calls nor customers' words, and how it stands with each."""
    return connection.execute(_doubtful).all()


def vouch_for_all(connection: Connection) -> None:
    """All telephones of the house are our own, as they are in the demo."""
    connection.execute(update(PersonRow).values(telephone=THEIRS))
