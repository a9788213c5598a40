"""Posts and private messages: whose they are, which case they belong to, and the lines of it.

One thread, one case: what passes a post on belongs to that post's case, whoever does it; what somebody with an open case
writes belongs to that; an answer in a thread that all can read belongs to the thread's. What is private joins nobody else's. Accounts are known by the subject that never
changes; a handle is only how they are shown.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from flows.listening import praise
from flows.posts import Author, Mention, Post
from voice_gateway import tickets
from voice_gateway.store import admit
from voice_gateway.store.identity import declared
from voice_gateway.store.tables import AnyRow, CaseRow, ContactRow, IdentifierRow, PostRow

LATELY = timedelta(hours=1)
LONGEST_NAME = 100
INVITATION = "/prove/"

_knows = select(PostRow.id).where(PostRow.network == bindparam("network"), PostRow.post_id == bindparam("post"))
_account = (
    select(IdentifierRow.id, IdentifierRow.contact_id, IdentifierRow.display, IdentifierRow.blocked,
           IdentifierRow.blocked_until, ContactRow.name, ContactRow.blocked.label("contact_blocked"))
    .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
    .where(IdentifierRow.namespace == bindparam("space"), IdentifierRow.scope == bindparam("scope"),
           IdentifierRow.subject == bindparam("subject"))
)
_wrote = update(IdentifierRow).where(IdentifierRow.id == bindparam("which"))
_is_open = CaseRow.closed_at.is_(None)
_theirs = select(CaseRow.id).where(CaseRow.identifier_id == bindparam("whose"), _is_open).with_for_update()
_of_original = (
    select(PostRow.case_id)
    .where(PostRow.network == bindparam("network"),
           or_(PostRow.post_id == bindparam("original"), PostRow.repeats == bindparam("original")))
    .order_by(PostRow.id.desc()).limit(1)
)
_of_thread = (
    select(CaseRow.id).join(PostRow, PostRow.case_id == CaseRow.id)
    .where(PostRow.network == bindparam("network"), PostRow.thread == bindparam("thread"), ~PostRow.private, _is_open)
    .order_by(CaseRow.id.desc()).limit(1).with_for_update(of=CaseRow)
)
_with_author = (
    select(*PostRow.__table__.columns, IdentifierRow.subject, IdentifierRow.scope, IdentifierRow.display,
           IdentifierRow.pinned, CaseRow.identifier_id.label("whose"))
    .join(IdentifierRow, IdentifierRow.id == PostRow.account_id).join(CaseRow, CaseRow.id == PostRow.case_id)
)
_one = _with_author.where(PostRow.id == bindparam("which"))
_newest = (
    _with_author
    .where(PostRow.case_id == bindparam("case"), PostRow.inbound, PostRow.account_id == CaseRow.identifier_id)
    .order_by(PostRow.id.desc()).limit(1)
)
_voices = (
    select(IdentifierRow.id, IdentifierRow.display).distinct().join(PostRow, PostRow.account_id == IdentifierRow.id)
    .where(PostRow.case_id == bindparam("case"), PostRow.inbound, PostRow.repeats == "").order_by(IdentifierRow.display)
)
_lately = select(func.count(PostRow.id)).where(
    PostRow.account_id == bindparam("whose"), PostRow.inbound, PostRow.heard_at > bindparam("since"))

_invited = select(PostRow.id).where(
    PostRow.answers_id == bindparam("which"), PostRow.case_id == select(PostRow.case_id).where(
        PostRow.id == bindparam("which")).scalar_subquery(), PostRow.words.contains(INVITATION), PostRow.state != "not said").limit(1)


def knows(connection: Connection, post: Post) -> bool:
    """Did this very post come in before?"""
    return connection.scalar(_knows, {"network": post.network, "post": post.id}) is not None


def author_of(connection: Connection, author: Author, space: str, now: datetime) -> AnyRow | None:
    """Whose account it is, made when it is new and shown by the handle that it has now; None for whom the house refuses."""
    given = {"space": space, "scope": author.scope, "subject": author.subject}
    known, goes_by = connection.execute(_account, given).first(), author.name[:LONGEST_NAME]
    if known is None:
        connection.execute(insert(IdentifierRow), {
            "namespace": space, "scope": author.scope, "subject": author.subject, "first_seen": now, "wrote_at": now,
            "display": author.handle, "goes_by": goes_by})
    elif admit.is_refused(known, now):
        return None
    else:
        connection.execute(_wrote, {"which": known.id, "wrote_at": now, "display": author.handle, "goes_by": goes_by})
    account = connection.execute(_account, given).one()
    if known is None:
        declared.is_theirs(connection, account.id, author, now)
    return account


def original_of(connection: Connection, post: Post) -> int | None:
    """The case of the post that this one only passes on, if we have it."""
    if not post.repeats:
        return None
    return connection.scalar(_of_original, {"network": post.network, "original": post.repeats})


def case_of(connection: Connection, desk: tickets.Tickets, post: Post, who: AnyRow, ours: str, now: datetime) -> int:
    """The case that this post belongs to, held until the transaction ends; a new one if there is none."""
    known = connection.scalar(_theirs, {"whose": who.id})
    if known is None and not post.private:
        known = connection.scalar(_of_thread, {"network": post.network, "thread": post.thread})
    return known or admit.new_case(connection, desk, who, who, now, our_number=ours)


def keep(connection: Connection, post: Post, case_id: int, account_id: int, now: datetime) -> int:
    """Keep a post that came in; gives its id. Raises IntegrityError, told as Refused, if it came before."""
    kept: int = connection.execute(insert(PostRow).returning(PostRow.id), {
        "network": post.network, "post_id": post.id, "thread": post.thread, "case_id": case_id,
        "account_id": account_id, "handle": post.author.handle, "words": post.words, "url": post.url,
        "said_at": post.at, "heard_at": now, "private": post.private, "can_reply": post.can_reply,
        "mentions": list(post.mentions), "repeats": post.repeats, "followers": post.author.followers,
        "spread": post.spread, "praises": praise.is_praise(post.words), "inbound": True}).scalar_one()
    return kept


def mention(connection: Connection, case_id: int, now: datetime, post_id: int | None = None) -> Mention | None:
    """This post, or the newest that the author of this case wrote, and how much of theirs there was lately."""
    row = connection.execute(_one, {"which": post_id}).first() if post_id else connection.execute(_newest, {"case": case_id}).first()
    return _told(connection, row, now) if row else None


def news(connection: Connection, now: datetime, post_id: int) -> Mention:
    """This post, which has just come in."""
    return replace(_told(connection, connection.execute(_one, {"which": post_id}).one(), now), is_news=True)


def _told(connection: Connection, row: AnyRow, now: datetime) -> Mention:
    lately = connection.scalar(_lately, {"whose": row.account_id, "since": now - LATELY}) or 0
    invited = connection.scalar(_invited, {"which": row.id}) is not None
    voices = tuple(each.display for each in connection.execute(_voices, {"case": row.case_id}))
    return Mention(fact(row), row.id, lately=lately, is_anothers=row.account_id != row.whose,
                   voices=voices if len(voices) > 1 else (), is_pinned=row.pinned, is_invited=invited)


def fact(row: AnyRow) -> Post:
    """A row of ours as the post that it is."""
    author = Author(row.network, row.subject, row.display, scope=row.scope, followers=row.followers)
    return Post(row.network, row.post_id, row.thread, author, row.words, row.said_at, row.url, row.private,
                tuple(row.mentions), row.repeats, row.can_reply, row.spread)


def one(connection: Connection, kept: int) -> Post:
    """This post of theirs."""
    return fact(connection.execute(_one, {"which": kept}).one())


def last_case_of(connection: Connection, account_id: int) -> int | None:
    """The newest case of this account."""
    return connection.scalar(select(CaseRow.id).where(CaseRow.identifier_id == account_id).order_by(CaseRow.id.desc()).limit(1))
