"""Whom an answer goes to, where several write about one case: the post of which a colleague was told, and nobody else's."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from flows import answering
from voice_gateway.store.tables import AnyRow, CaseRow, IdentifierRow, LegRow, MessageRow, PostRow

_of_theirs = (PostRow.case_id == bindparam("case"), PostRow.inbound, PostRow.repeats == "")
_newest_of_each = select(func.max(PostRow.id)).where(*_of_theirs).group_by(PostRow.account_id, PostRow.private)
_everybody = (
    select(PostRow.id, PostRow.account_id, PostRow.private, PostRow.network, IdentifierRow.display)
    .join(IdentifierRow, IdentifierRow.id == PostRow.account_id)
    .where(PostRow.id.in_(_newest_of_each)).order_by(PostRow.id.desc())
)
_told = (
    select(MessageRow.post_id, MessageRow.ordered_at.label("at"))
    .where(MessageRow.case_id == bindparam("case"), MessageRow.person_id == bindparam("person"), MessageRow.role == "agent",
           ~MessageRow.inbound).order_by(MessageRow.id.desc()).limit(1)
)
_answered = (
    select(PostRow.answers_id.label("post_id"), PostRow.heard_at.label("at"))
    .where(PostRow.case_id == bindparam("case"), PostRow.person_id == bindparam("person"), ~PostRow.inbound)
    .order_by(PostRow.id.desc()).limit(1)
)
_rung = select(func.max(LegRow.rung_at)).where(LegRow.case_id == bindparam("case"), LegRow.person_id == bindparam("person"))
_is_theirs = select(PostRow.id).where(*_of_theirs, PostRow.id == bindparam("which"))
_account = select(PostRow.account_id).where(PostRow.id == bindparam("which"))
_owner_waits = (
    select(func.max(PostRow.id).filter(PostRow.inbound), func.max(PostRow.id).filter(~PostRow.inbound, PostRow.person_id.is_not(None)))
    .join(CaseRow, CaseRow.id == PostRow.case_id)
    .where(PostRow.case_id == bindparam("case"), PostRow.account_id == CaseRow.identifier_id, PostRow.gone_at.is_(None))
)


def everybody(connection: Connection, case_id: int) -> list[AnyRow]:
    """The newest post of each who writes about this case, openly and privately apart, newest first."""
    return list(connection.execute(_everybody, {"case": case_id}))


def of_colleague(connection: Connection, case_id: int, person_id: int) -> int | None:
    """The post of which this colleague was told last, or that they have answered since; None: that of whose case it is.

    Whoever was rung about it since then has heard of whose case it is.
    """
    if len(everybody(connection, case_id)) < 2:
        return None
    given = {"case": case_id, "person": person_id}
    told, answered = connection.execute(_told, given).first(), connection.execute(_answered, given).first()
    last = max((each for each in (answered, told) if each), key=lambda each: each.at, default=None)
    rung_at = connection.scalar(_rung, given)
    return None if last is None or (rung_at and rung_at > last.at) else last.post_id


def named(connection: Connection, case_id: int, words: str) -> int | None:
    """The newest post of whoever is named by the handle with which these words begin; None when nobody is."""
    handle = answering.addressed(words)
    return next((each.id for each in everybody(connection, case_id) if handle and answering.is_of(each.display, handle)), None)


def of_text(connection: Connection, case_id: int, person_id: int, words: str) -> int | None:
    """The post to which a colleague's text goes."""
    return named(connection, case_id, words) or of_colleague(connection, case_id, person_id)


def of_page(connection: Connection, case_id: int, person_id: int, chosen: int | None) -> int | None:
    """The post that was chosen on the page of this case; else the one of which its reader was told."""
    if chosen and connection.scalar(_is_theirs, {"case": case_id, "which": chosen}):
        return chosen
    return of_colleague(connection, case_id, person_id)


def account_of(connection: Connection, post_id: int) -> int | None:
    """Whose account wrote this post."""
    return connection.scalar(_account, {"which": post_id})


def owner_waits(connection: Connection, case_id: int) -> bool:
    """Has whose case it is written something since a colleague answered them last?"""
    theirs, ours = connection.execute(_owner_waits, {"case": case_id}).one()
    return bool(theirs) and theirs > (ours or 0)
