"""How cases end that all could read of: not before an apology, an owner and a next step are on record, save where all of it is praise."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, exists, func, insert, select

from flows.promised import MakeAmends
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.tables import AmendsRow, CaseRow, ContactRow, PersonRow, PostRow

_was_public = exists().where(PostRow.case_id == CaseRow.id, ~PostRow.private, PostRow.inbound, ~PostRow.praises).correlate(CaseRow)
_made_amends = exists().where(AmendsRow.case_id == CaseRow.id).correlate(CaseRow)
owes_amends = _was_public & ~_made_amends


@hand.register
def _make_amends(order: MakeAmends, desk: Desk) -> None:
    desk.connection.execute(insert(AmendsRow), {
        "case_id": desk.case_id, "apology": order.apology, "next_step": order.next_step, "owner_id": order.owner.id,
        "by_id": order.by.id, "at": desk.call.now})
    desk.note("made amends", order.by.first_name, order.next_step)


def may_close(connection: Connection, case_id: int) -> bool:
    """Is nothing owed any more to those who read of it?"""
    return connection.scalar(select(CaseRow.id).where(CaseRow.id == case_id, owes_amends)) is None


def is_somebodys_name(connection: Connection, names: Collection[str]) -> bool:
    """Is one of these, in small letters, the name of somebody whom the house serves, and of nobody who works here?"""
    found = set(connection.scalars(select(func.lower(ContactRow.name)).where(func.lower(ContactRow.name).in_(names))))
    return bool(found - set(connection.scalars(select(func.lower(PersonRow.name)))))
