"""What was said on a network about a case, by them and by us: what is still to be said, what came of it, and how long it took."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from flows.posts import Author, Post
from voice_gateway.store import posts
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ChallengeRow,
    IdentifierRow,
    LegRow,
    PersonRow,
    PostRow,
)

SHOWN = 200
_SECRET = re.compile(rf"({posts.INVITATION})\S+")


@dataclass(frozen=True, slots=True)
class ToSay:
    """Something of ours that is to be said: to which `post` (kept as `answers`), and whether openly. `said_as` is its id there, once it is.

    `automatic`: nobody of ours wrote it, though a colleague may have asked for it. `ordered_at`: nothing from before is it.
    """

    id: int
    case_id: int
    words: str
    private: bool
    post: Post
    answers: int
    person_id: int | None
    automatic: bool
    said_as: str | None
    ordered_at: datetime


def to_say(connection: Connection, kept: int) -> ToSay:
    """What of ours is to be said there."""
    row = connection.execute(select(*PostRow.__table__.columns).where(PostRow.id == kept)).one()
    return ToSay(row.id, row.case_id, row.words, row.private, posts.one(connection, row.answers_id), row.answers_id, row.person_id,
                 row.automatic, row.post_id, row.heard_at)


@dataclass(frozen=True, slots=True)
class ToWrite:
    """Something that is to be written privately to an account, and the code that it brings, if it does."""

    id: int
    words: str
    to: Author
    said_as: str | None
    ordered_at: datetime
    code_salt: str | None
    code_way: str | None
    code_holds_until: datetime | None


def to_write(connection: Connection, kept: int) -> ToWrite:
    """What is to be written, and to whom. A code that has come back, or is void, holds no more."""
    row = connection.execute(
        select(PostRow.id, PostRow.words, PostRow.network, PostRow.post_id, PostRow.heard_at, IdentifierRow.subject, IdentifierRow.scope,
               IdentifierRow.display, ChallengeRow.salt, ChallengeRow.way, ChallengeRow.expires_at)
        .join(IdentifierRow, IdentifierRow.id == PostRow.account_id)
        .outerjoin(ChallengeRow, (ChallengeRow.id == PostRow.challenge_id) & ChallengeRow.consumed_at.is_(None))
        .where(PostRow.id == kept)).one()
    to = Author(row.network, row.subject, row.display or row.subject, scope=row.scope)
    return ToWrite(row.id, row.words, to, row.post_id, row.heard_at, row.salt, row.way, row.expires_at)


def written(connection: Connection, kept: int, post_id: str, now: datetime) -> None:
    """The network has it, under this id."""
    connection.execute(update(PostRow).where(PostRow.id == kept, PostRow.post_id.is_(None))
                       .values(post_id=post_id, said_at=now, state="said"))


def said(connection: Connection, ours: ToSay, post_id: str, now: datetime) -> None:
    """The network has it, under this id. A link that was meant for them alone is not kept any longer."""
    connection.execute(update(PostRow).where(PostRow.id == ours.id, PostRow.post_id.is_(None))
                       .values(post_id=post_id, said_at=now, state="said", words=without_secret(ours.words)))


def without_secret(words: str) -> str:
    """As it is kept once it needs to be said no more: without the part of a link that only they may know."""
    return _SECRET.sub(r"\1...", words)


def not_said(connection: Connection, kept: int, why: str) -> bool:
    """The network does not take it. False when that was known before."""
    return connection.execute(update(PostRow).where(PostRow.id == kept, PostRow.state == "owed")
                              .values(state="failed", problem=why)).rowcount == 1


def is_gone(connection: Connection, network: str, post_id: str, now: datetime) -> int | None:
    """They took this post back. Gives its case when nothing of theirs is left there."""
    case_id: int | None = connection.scalar(
        update(PostRow).where(PostRow.network == network, PostRow.post_id == post_id, PostRow.inbound,
                              PostRow.gone_at.is_(None)).values(gone_at=now).returning(PostRow.case_id))
    if case_id is None:
        return None
    left = connection.scalar(select(PostRow.id).where(
        PostRow.case_id == case_id, PostRow.inbound, PostRow.gone_at.is_(None), PostRow.repeats == "").limit(1))
    return case_id if left is None else None


def another_post(connection: Connection, kept: int) -> int | None:
    """Another post about the same case of which we do not know that it is gone, the newest."""
    of_it = select(PostRow.case_id).where(PostRow.id == kept).scalar_subquery()
    return connection.scalar(select(PostRow.id).where(
        PostRow.case_id == of_it, PostRow.inbound, PostRow.gone_at.is_(None)).order_by(PostRow.id.desc()).limit(1))


def is_as(connection: Connection, kept: int, post: Post, now: datetime) -> None:
    """How many follow its author by now, and how often it was passed on: the rules look, where that is new."""
    case_id = connection.scalar(
        update(PostRow).where(PostRow.id == kept).values(followers=post.author.followers, spread=post.spread).returning(PostRow.case_id))
    spreads(connection, case_id, now)


def is_passed_on(connection: Connection, post: Post, case_id: int, now: datetime) -> None:
    """One more has passed on a post of this case: at least as often as we have heard of."""
    heard = connection.scalar(select(func.count()).where(PostRow.case_id == case_id, PostRow.repeats == post.repeats)) or 0
    connection.execute(update(PostRow).where(PostRow.network == post.network, PostRow.post_id == post.repeats, PostRow.spread < heard)
                       .values(spread=heard))
    spreads(connection, case_id, now)


def spreads(connection: Connection, case_id: int | None, now: datetime) -> None:
    """The rules look at its case, while it is open."""
    connection.execute(update(CaseRow).where(CaseRow.id == case_id, CaseRow.closed_at.is_(None)).values(look_at=now))


def conversation(connection: Connection, case_id: int) -> list[AnyRow]:
    """What was said about this case on its network, by them and by us, oldest first."""
    rows = connection.execute(
        select(*PostRow.__table__.columns, PersonRow.name.label("writer"))
        .outerjoin(PersonRow, PersonRow.id == PostRow.person_id)
        .where(PostRow.case_id == case_id, PostRow.repeats == "").order_by(PostRow.id.desc()).limit(SHOWN))
    return list(rows)[::-1]


def has_answered(connection: Connection, case_id: int, person_id: int, after: int) -> bool:
    """Has this colleague answered since that post? Then a button was pressed twice."""
    return connection.scalar(select(PostRow.id).where(
        PostRow.case_id == case_id, PostRow.id > after, PostRow.person_id == person_id, ~PostRow.inbound).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """From what somebody wrote to a voice: when it was said, when a colleague's telephone rang, and when both talked."""

    said_at: datetime
    rung_at: datetime | None
    talked_at: datetime | None


def stopwatch(connection: Connection, case_id: int) -> Stopwatch | None:
    """Of this case; None when nobody wrote."""
    said_at = connection.scalar(select(func.min(PostRow.said_at)).where(PostRow.case_id == case_id, PostRow.inbound))
    if said_at is None:
        return None
    rung_at, talked_at = connection.execute(select(
        select(func.min(LegRow.rung_at)).where(LegRow.case_id == case_id, LegRow.role == "agent").scalar_subquery(),
        select(func.min(LegRow.talked_at)).where(LegRow.case_id == case_id, LegRow.role == "customer").scalar_subquery(),
    )).one()
    return Stopwatch(said_at, rung_at, talked_at)


@dataclass(frozen=True, slots=True)
class Told:
    """One case that began with a post: where, whose, how it stands, and how long it took to a voice."""

    case_id: int
    network: str
    handle: str
    state: str
    watch: Stopwatch


def latest(connection: Connection, most: int) -> list[Told]:
    """The newest cases that began with a post, newest first."""
    first = select(func.min(PostRow.id)).where(PostRow.inbound).group_by(PostRow.case_id)
    rows = connection.execute(
        select(PostRow.case_id, PostRow.network, PostRow.handle, CaseRow.state)
        .join(CaseRow, CaseRow.id == PostRow.case_id).where(PostRow.id.in_(first)).order_by(PostRow.id.desc()).limit(most)
    ).all()
    return [Told(row.case_id, row.network, row.handle, row.state, watch) for row in rows
            if (watch := stopwatch(connection, row.case_id))]
