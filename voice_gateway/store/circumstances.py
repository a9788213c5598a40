"""What conditions of the house file may look at, of one case or of the last thousand: one question for all of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from voice_gateway.conditions import Facts
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ContactRow,
    IdentifierRow,
    LegRow,
    PostRow,
    VoicemailRow,
)

IN_LINE = ("waiting", "asking")
PEOPLES_OWN = ("tel", "staff", "sms", "whatsapp")

_posts = (PostRow.case_id == CaseRow.id) & PostRow.inbound
_query = (
    select(
        CaseRow.id, CaseRow.state, CaseRow.about, CaseRow.impact, CaseRow.skill, CaseRow.language, CaseRow.urgent, CaseRow.owner_id,
        CaseRow.opened_at, CaseRow.closed_at, CaseRow.wanted_at, CaseRow.next_at, CaseRow.unanswered_since, CaseRow.tries,
        CaseRow.rating, CaseRow.times, IdentifierRow.namespace, ContactRow.insider,
        select(func.max(PostRow.followers)).where(_posts).scalar_subquery().label("reach"),
        select(func.max(PostRow.spread)).where(_posts).scalar_subquery().label("spread"),
        select(func.count()).where(_posts).scalar_subquery().label("posts"),
        select(func.count()).where(VoicemailRow.case_id == CaseRow.id, VoicemailRow.state == "new").scalar_subquery().label("messages"),
        select(func.min(LegRow.talked_at)).where(LegRow.case_id == CaseRow.id).scalar_subquery().label("talked_at"),
    )
    .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
    .outerjoin(ContactRow, ContactRow.id == CaseRow.contact_id)
)
_one = _query.where(CaseRow.id == bindparam("case"))
_last = _query.where(CaseRow.state != "staff").order_by(CaseRow.id.desc()).limit(bindparam("most"))


def of_case(connection: Connection, case_id: int, now: datetime) -> Facts:
    """What is so of this case at this moment."""
    return _facts(connection.execute(_one, {"case": case_id}).one(), now)


def of_the_last(connection: Connection, most: int, now: datetime) -> list[tuple[int, Facts]]:
    """The newest cases, each as it is, or as it was when it was closed; how late anything was then is not kept."""
    rows = connection.execute(_last, {"most": most})
    return [(row.id, _facts(row, row.closed_at or now)) for row in rows]


def _facts(row: AnyRow, at: datetime) -> Facts:
    is_open = row.closed_at is None
    waited_until = row.talked_at or at
    is_in_line = row.state in IN_LINE
    lateness: Facts = {
        "unanswered": _minutes(at - row.unanswered_since) if row.unanswered_since else 0,
        "late": _minutes(at - row.next_at) if row.next_at and row.owner_id else 0,
    } if is_open else {}
    return {
        "times": row.times, "reach": row.reach or 0, "spread": row.spread or 0, "posts": row.posts, "tries": row.tries,
        "messages": row.messages, "rating": row.rating or 0,
        "age": _minutes(at - row.opened_at),
        "waiting": _minutes(waited_until - row.wanted_at) if is_in_line or not is_open else 0,
        **lateness, "about": row.about.casefold(), "impact": row.impact.casefold(), "skill": row.skill, "language": row.language,
        "network": "" if row.namespace in PEOPLES_OWN else row.namespace,
        "urgent": bool(row.urgent), "marked": bool(row.insider), "owned": row.owner_id is not None,
    }


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))
