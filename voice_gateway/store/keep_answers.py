"""What a turn decided about whoever wrote on a network, written down: what is said to them there, and where they stand."""

from __future__ import annotations

from sqlalchemy import insert, update

from flows import answering
from flows.answers import Follow, Pin, ProveHandles, ReadAgain, Reply
from flows.facts import HOURS
from flows.posts import Mention
from voice_gateway.store import addressees, posts, sending
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.identity import invitations
from voice_gateway.store.tables import IdentifierRow, PostRow

READ_AFTER_AN_ANSWER = (HOURS, 6 * HOURS, 24 * HOURS)


@hand.register
def _reply(order: Reply, desk: Desk) -> None:
    """One row, to one account, on one network: there is no other place where it could be said as well."""
    mention, case, words = _mention(desk), desk.call.case, order.words
    if order.invites:
        token = invitations.invite(desk.connection, desk.case_id, case.whose, desk.call.now, order.by.id if order.by else None)
        words = f"{words} {desk.tickets.base_url}{posts.INVITATION}{token}"
    answer_id = desk.connection.execute(insert(PostRow).returning(PostRow.id), {
        "network": mention.post.network, "thread": mention.post.thread, "case_id": desk.case_id,
        "account_id": addressees.account_of(desk.connection, mention.kept), "handle": mention.post.author.handle, "words": words,
        "said_at": desk.call.now, "heard_at": desk.call.now, "inbound": False, "answers_id": mention.kept,
        "private": answering.way_of(mention.post) == answering.PRIVATELY, "state": "owed",
        "automatic": order.invites or order.by is None, "assumes": sending.kept(order.assumes),
        "person_id": order.by.id if order.by else None}).scalar_one()
    desk.owe("answer", post_id=answer_id)
    desk.note("answered there", order.by.first_name if order.by else "", order.words)
    if order.by and not (mention.is_anothers and addressees.owner_waits(desk.connection, desk.case_id)):
        desk.changes["unanswered_since"] = None
        for after in READ_AFTER_AN_ANSWER:
            desk.owe("read_again", after, post_id=mention.kept)


@hand.register
def _follow(order: Follow, desk: Desk) -> None:
    desk.owe("follow", post_id=_mention(desk).kept, person_id=order.by.id)


@hand.register
def _read_again(order: ReadAgain, desk: Desk) -> None:
    desk.owe("read_again", order.after, post_id=_mention(desk).kept)


@hand.register
def _pin(order: Pin, desk: Desk) -> None:
    desk.connection.execute(update(IdentifierRow).where(IdentifierRow.id == desk.call.case.whose).values(pinned=order.pinned))
    desk.note("goes first from now on" if order.pinned else "does not go first any more", "customer")


@hand.register
def _prove_handles(order: ProveHandles, desk: Desk) -> None:
    desk.owe("handles", person_id=order.whose.id)


def _mention(desk: Desk) -> Mention:
    assert desk.call.mention is not None, "somebody wrote"
    return desk.call.mention
