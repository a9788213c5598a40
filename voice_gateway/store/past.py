"""What is still known of the last cases, for whoever asks which of them a rule would have caught: one question a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Executable, bindparam, select

from flows.facts import Request
from flows.posts import Mention
from flows.words import meaning_of
from voice_gateway.store import posts
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ContactRow,
    IdentifierRow,
    JournalRow,
    LegRow,
    MessageRow,
    PostRow,
    VoicemailRow,
)

ASKED_TO_BE_RUNG = frozenset({"asked for a call", "asked again", "will ring", "joined the line"})
JOINED = "joined the line"

_last = (
    select(CaseRow.id, CaseRow.opened_at, CaseRow.closed_at, CaseRow.wanted_at, CaseRow.due_at, CaseRow.tries, CaseRow.times, CaseRow.about,
           CaseRow.impact, ContactRow.insider)
    .outerjoin(ContactRow, ContactRow.id == CaseRow.contact_id)
    .where(CaseRow.state != "staff", CaseRow.ticket_seed != "").order_by(CaseRow.id.desc()).limit(bindparam("most"))
)
_calls = select(LegRow.case_id, LegRow.talked_at, LegRow.ended_at).where(LegRow.role == "customer", LegRow.case_id >= bindparam("first"))
_texts = (
    select(MessageRow.case_id, MessageRow.ordered_at, MessageRow.inbound, MessageRow.automatic, MessageRow.body)
    .where(MessageRow.role == "customer", MessageRow.case_id >= bindparam("first")).order_by(MessageRow.id)
)
_posts = (
    select(*PostRow.__table__.columns, IdentifierRow.subject, IdentifierRow.display, IdentifierRow.scope, ContactRow.insider)
    .join(IdentifierRow, IdentifierRow.id == PostRow.account_id)
    .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
    .where(PostRow.case_id >= bindparam("first"), PostRow.repeats == "").order_by(PostRow.id)
)
_messages = select(VoicemailRow.case_id, VoicemailRow.left_at, VoicemailRow.heard_at, VoicemailRow.done_at, VoicemailRow.transcript).where(
    VoicemailRow.case_id >= bindparam("first"))
_asked = select(JournalRow.case_id, JournalRow.what, JournalRow.at).where(
    JournalRow.case_id >= bindparam("first"), JournalRow.what.in_(ASKED_TO_BE_RUNG)).order_by(JournalRow.id)


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waited for us from then on, until then; or still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A case as far as it is known: what they waited for, and their words that are kept.

    `rung`: for the call that was promised last. `times` is 0 where nobody counted yet how often they came about it.
    """

    case_id: int
    opened_at: datetime
    times: int
    is_marked: bool
    rung: Wait | None = None
    on_the_line: tuple[Wait, ...] = ()
    unheard: tuple[Wait, ...] = ()
    unanswered: tuple[Wait, ...] = ()
    mentions: tuple[tuple[Wait, Mention], ...] = ()
    said: tuple[str, ...] = ()
    posts: tuple[Mention, ...] = ()
    request: Request | None = None


def of_the_last(connection: Connection, most: int) -> list[Past]:
    """The newest cases, but for those of people who were forgotten."""
    rows = connection.execute(_last, {"most": most}).all()
    first = {"first": rows[-1].id if rows else 0}
    calls, texts, written, messages, asked = (
        _by_case(connection, query, first) for query in (_calls, _texts, _posts, _messages, _asked))
    return [_past(row, calls[row.id], texts[row.id], written[row.id], messages[row.id], asked[row.id]) for row in rows]


def _by_case(connection: Connection, query: Executable, first: dict[str, int]) -> dict[int, list[AnyRow]]:
    found = defaultdict[int, list[AnyRow]](list)
    for row in connection.execute(query, first):
        found[row.case_id].append(row)
    return found


def _past(row: AnyRow, calls: list[AnyRow], texts: list[AnyRow], written: list[AnyRow], messages: list[AnyRow], asked: list[AnyRow]) -> Past:
    ended = row.closed_at
    talked = [each.talked_at for each in calls if each.talked_at]
    left = [each.ended_at for each in calls if each.ended_at]
    theirs = [Mention(posts.fact(each), each.id, is_news=True, is_pinned=bool(each.insider)) for each in written if each.inbound]
    return Past(
        row.id, row.opened_at, row.times, bool(row.insider),
        rung=Wait(row.wanted_at if row.tries else row.due_at, _first(talked, row.wanted_at, ended)) if asked else None,
        on_the_line=tuple(Wait(each.at, _first([*talked, *left], each.at, ended)) for each in asked if each.what == JOINED),
        unheard=tuple(Wait(each.left_at, each.heard_at or each.done_at or ended) for each in messages),
        unanswered=tuple(_runs(((each.ordered_at, each.inbound) for each in texts if _counts(each)), ended)),
        mentions=tuple(_of_posts(written, theirs, ended)),
        said=tuple(each for each in (*(row.body for row in texts if row.inbound), *(row.transcript for row in messages)) if each),
        posts=tuple(theirs), request=Request("", "", row.about, row.impact) if row.impact else None)


def _first(times: Iterable[datetime], since: datetime, ended: datetime | None) -> datetime | None:
    return min((at for at in times if at >= since), default=ended)


def _counts(text: AnyRow) -> bool:
    """A text that waits for an answer, or is one: words of command are dealt with by the house itself."""
    return not meaning_of(text.body).command if text.inbound else not text.automatic


def _runs(said: Iterable[tuple[datetime, bool]], ended: datetime | None) -> Iterator[Wait]:
    """From the first that nobody had answered until the answer."""
    since = None
    for at, inbound in said:
        if inbound:
            since = since or at
        elif since:
            yield Wait(since, at)
            since = None
    if since:
        yield Wait(since, ended)


def _of_posts(written: list[AnyRow], theirs: list[Mention], ended: datetime | None) -> Iterator[tuple[Wait, Mention]]:
    """The same, each with the post with which it began."""
    by_time: dict[datetime, Mention] = {}
    for row, mention in zip((each for each in written if each.inbound), theirs, strict=True):
        by_time.setdefault(row.heard_at, mention)
    for wait in _runs(((each.heard_at, each.inbound) for each in written if each.inbound or not each.automatic), ended):
        yield wait, by_time[wait.since]
