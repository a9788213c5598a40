"""What is known of an answer on a network at the moment in which it leaves: read under its case's lock, like a text's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from flows import before_sending
from flows.before_sending import Known
from voice_gateway.store import conversations, recall, sending
from voice_gateway.store.outbox import Owed
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    EvidenceRow,
    IdentifierRow,
    JournalRow,
    LegRow,
    LinkRow,
    OrderRow,
    PostRow,
)

_theirs, _newer, _number, _account = aliased(PostRow), aliased(PostRow), aliased(IdentifierRow), aliased(IdentifierRow)
_talked_at = (
    select(func.max(LegRow.talked_at)).where(LegRow.case_id == CaseRow.id, LegRow.role == "customer").scalar_subquery()
)
_denied_at = (
    select(func.max(EvidenceRow.observed_at))
    .where(EvidenceRow.account_id == PostRow.account_id, EvidenceRow.polarity < 0).scalar_subquery()
)
_opted_out_at = (
    select(func.max(_number.opted_out_at)).join(LinkRow, LinkRow.tel_id == _number.id)
    .where(LinkRow.account_id == PostRow.account_id, LinkRow.state == "active", _number.opted_out_at > PostRow.heard_at)
    .scalar_subquery()
)
_stopped_at = select(_account.opted_out_at).where(_account.id == PostRow.account_id, PostRow.private).scalar_subquery()
_is_replaced = (
    select(_newer.id)
    .where(_newer.case_id == PostRow.case_id, _newer.account_id == PostRow.account_id, _newer.id > PostRow.id,
           _newer.automatic, _newer.state.in_(("owed", "said"))).exists()
)
_answer = (
    select(
        PostRow.automatic, PostRow.assumes, PostRow.heard_at, CaseRow.round, CaseRow.closed_at, CaseRow.owner_id,
        CaseRow.next_at, CaseRow.taken_by_id, CaseRow.unanswered_since, _theirs.gone_at, _talked_at.label("talked_at"),
        _denied_at.label("denied_at"), func.coalesce(_stopped_at, _opted_out_at).label("opted_out_at"), _is_replaced.label("newer"),
    )
    .join(OrderRow, OrderRow.post_id == PostRow.id)
    .join(CaseRow, CaseRow.id == PostRow.case_id)
    .join(_theirs, _theirs.id == PostRow.answers_id)
    .where(OrderRow.id == bindparam("order"))
)
_not_said = (
    select(PostRow.case_id, PostRow.heard_at, PostRow.network, PostRow.words, PostRow.problem)
    .where(PostRow.state == "not said").order_by(PostRow.id.desc()).limit(sending.SHOWN)
)


def why_not(connection: Connection, order: Owed) -> str:
    """Why this answer must not be said; empty when nothing is against it."""
    recall.lock(connection, order.case_id)
    row = connection.execute(_answer, {"order": order.id}).one()
    return before_sending.why_not(Known(
        to_customer=True, automatic=row.automatic, ordered_at=row.heard_at, assumes=sending.assumes(row.assumes),
        round=order.fence or 0, round_now=row.round, closed_at=row.closed_at, owner_id=row.owner_id, next_at=row.next_at,
        taken=row.taken_by_id is not None, talked_at=row.talked_at, is_unanswered=row.unanswered_since is not None,
        opted_out_at=row.opted_out_at, taken_back=row.gone_at is not None, newer=row.newer, denied_at=row.denied_at))


def hold_back(connection: Connection, kept: int, why: str, now: datetime) -> None:
    """It is never said, and that is kept, with the reason. A link that was meant for them alone is kept no longer."""
    row = connection.execute(
        update(PostRow).where(PostRow.id == kept, PostRow.state == "owed").values(state="not said", problem=why)
        .returning(PostRow.case_id, PostRow.words)).first()
    if row:
        connection.execute(update(PostRow).where(PostRow.id == kept).values(words=conversations.without_secret(row.words)))
        connection.execute(insert(JournalRow), {"case_id": row.case_id, "at": now, "what": "not said", "who": "customer",
                                                "detail": why})


def not_said(connection: Connection) -> Sequence[AnyRow]:
    """The last answers that were not said because what we knew was against them, newest first."""
    return connection.execute(_not_said).all()
