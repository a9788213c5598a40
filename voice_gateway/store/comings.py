"""How often a customer has come to us about one matter: counted when they come, and kept with their case.

Three small questions at most, each by an index, about one person and their last few cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from flows import coming_again
from flows.coming_again import Matter
from flows.facts import SECONDS
from voice_gateway import likeness
from voice_gateway.store.tables import AnyRow, CaseRow, JournalRow, LegRow, MessageRow, PostRow

CASES_LOOKED_AT = 20
LINES_LOOKED_AT = 60
AGAIN = "comes again"

_last_text = (
    select(MessageRow.ordered_at)
    .where(MessageRow.case_id == CaseRow.id, MessageRow.role == "customer", MessageRow.inbound | ~MessageRow.automatic)
    .order_by(MessageRow.id.desc()).limit(1).scalar_subquery()
)
_last_post = (
    select(PostRow.heard_at).where(PostRow.case_id == CaseRow.id, PostRow.inbound | ~PostRow.automatic)
    .order_by(PostRow.id.desc()).limit(1).scalar_subquery()
)
_last_call = (
    select(func.coalesce(LegRow.ended_at, bindparam("now", type_=LegRow.ended_at.type)))
    .where(LegRow.case_id == CaseRow.id, LegRow.role == "customer", LegRow.inbound | LegRow.talked_at.is_not(None))
    .order_by(LegRow.id.desc()).limit(1).scalar_subquery()
)
_case = select(CaseRow.id, CaseRow.identifier_id, CaseRow.skill, CaseRow.about, CaseRow.opened_at, CaseRow.came_at).where(
    CaseRow.id == bindparam("case"))
_case_and_words = _case.add_columns(
    _last_text.label("text_at"), _last_post.label("post_at"), _last_call.label("call_at"))
_their_others = (
    select(CaseRow.id, CaseRow.skill, CaseRow.about, CaseRow.opened_at)
    .where(CaseRow.identifier_id == bindparam("whose"), CaseRow.id != bindparam("case"), CaseRow.state != "staff")
    .order_by(CaseRow.id.desc()).limit(CASES_LOOKED_AT)
)
_came_again = (
    select(JournalRow.at)
    .where(JournalRow.case_id.in_(bindparam("cases", expanding=True)), JournalRow.what == AGAIN, JournalRow.at > bindparam("since"))
    .order_by(JournalRow.id.desc()).limit(LINES_LOOKED_AT)
)
_keep = update(CaseRow).where(CaseRow.id == bindparam("case_id"))


def comes(connection: Connection, case_id: int, whose: int, now: datetime, words: str = "", *, by_telephone: bool = False) -> None:
    """Whoever has this address rings, asks to be rung or writes; their own word is not kept yet.

    What somebody else writes beneath it does not make them come.
    """
    row = connection.execute(_case_and_words, {"case": case_id, "now": now}).one()
    if row.identifier_id != whose or not (by_telephone or coming_again.is_a_return(words)):
        return
    is_first = row.opened_at >= now
    said = max(filter(None, (row.text_at, row.post_at, row.call_at)), default=None)
    if not is_first:
        if not coming_again.is_anew(now, row.came_at or row.opened_at, said, by_telephone=by_telephone):
            return
        connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": AGAIN, "who": "customer"})
    _counted(connection, row, f"{row.about} {words}".strip(), now, came_at=None if is_first else now)


def is_about(connection: Connection, case_id: int, about: str, now: datetime) -> None:
    """Now we know what they have come about."""
    _counted(connection, connection.execute(_case, {"case": case_id}).one(), about, now)


def _counted(connection: Connection, row: AnyRow, about: str, now: datetime, came_at: datetime | None = None) -> None:
    matter = Matter(row.id, row.skill, about)
    before = _before(connection, row.identifier_id, matter) if about or row.skill else []
    if not before and came_at is None:
        return
    ids = [row.id, *(each.id for each in before)]
    since = now - coming_again.LATELY
    again = connection.scalars(_came_again, {"cases": ids, "since": since}).all()
    times = coming_again.how_often([row.opened_at, *(each.opened_at for each in before), *again], since)
    connection.execute(_keep, {"case_id": row.id, "times": times, "came_at": came_at or row.came_at or row.opened_at,
                               "look_at": now + SECONDS})


def _before(connection: Connection, whose: int, matter: Matter) -> Sequence[AnyRow]:
    """Their other cases about this matter: alike in words to what they say, and to that of which they name the ticket."""
    rows = connection.execute(_their_others, {"whose": whose, "case": matter.case_id}).all()
    named = [row.about for row in rows if coming_again.names(matter.about, row.id)]
    told = coming_again.telling_words(" ".join((matter.about, *named)))
    return [row for row in rows if coming_again.are_one(
        matter, Matter(row.id, row.skill, row.about),
        likeness.of_matters(told, coming_again.telling_words(row.about)))]
