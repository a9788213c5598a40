"""Why we are talking, the telephones on the line, and what is owed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class CaseRow(Table):
    """Why we are talking, and the callback that is owed for it.

    `may_record`: what the customer said to being recorded, `yes`, `no`, or nothing yet; `rating`: how it was
    for them, 1 to 5. `contact_id` is empty while we do not know who it is; `phone` is where they want to be rung, if
    not at the number they came with; `our_number` the one of ours that they rang; `asked_for_id` the colleague
    whom they named. `times`: the how-manieth time within thirty days it was that they came about this matter, when they last did,
    at `came_at`; empty if that was when it was opened, and 0 times while nobody has counted. `look_at`: when the rules for climbing look at it next. By `next_at` they hear from its owner, who is reminded of it at `nudge_at`.
    """

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    caller_name: Mapped[str]
    phone: Mapped[str | None]
    our_number: Mapped[str | None]
    skill: Mapped[str] = mapped_column(server_default="")
    urgent: Mapped[bool] = mapped_column(Boolean, server_default=false())
    about: Mapped[str] = mapped_column(Text)
    impact: Mapped[str] = mapped_column(Text, default="")
    declared_handle: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    ticket_seed: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    disposition: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    next_at: Mapped[datetime | None]
    nudge_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    promised_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unanswered_since: Mapped[datetime | None]
    may_record: Mapped[str] = mapped_column(server_default="")
    rating: Mapped[int | None]
    rating_asked_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(server_default="")
    asked_for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    look_at: Mapped[datetime | None]
    times: Mapped[int] = mapped_column(server_default="1")
    came_at: Mapped[datetime | None]
    __table_args__ = (
        Index("cases_one_open_per_number", "identifier_id", unique=True,
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("cases_of_identifier", "identifier_id", "id"),
        Index("cases_one_per_agent", "taken_by_id", unique=True),
        Index("cases_looked_after", "owner_id", sqlite_where=text("closed_at IS NULL AND owner_id IS NOT NULL"),
              postgresql_where=text("closed_at IS NULL AND owner_id IS NOT NULL")),
        Index("cases_to_look_at", "look_at", sqlite_where=text("closed_at IS NULL AND look_at IS NOT NULL"),
              postgresql_where=text("closed_at IS NULL AND look_at IS NOT NULL")),
        Index("cases_promised", "next_at", sqlite_where=text("closed_at IS NULL AND next_at IS NOT NULL"),
              postgresql_where=text("closed_at IS NULL AND next_at IS NOT NULL")),
        Index("cases_waiting", "wanted_at", sqlite_where=text("closed_at IS NULL AND owner_id IS NULL"),
              postgresql_where=text("closed_at IS NULL AND owner_id IS NULL")),
    )


class LegRow(Table):
    """One telephone on the line. Its turns are numbered; each is answered once.

    `held`: they hear music in the room, and nobody there hears them. `may_record`: what they said to that in this
    call, `yes`, `no`, or nothing yet. `typed`: the number that they keyed in, or what they were offered.

    `attested`: whoever shows this number holds it. We rang it ourselves, or the carrier vouches in full.
    """

    __tablename__ = "legs"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    role: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str]
    our_number: Mapped[str]
    inbound: Mapped[bool] = mapped_column(Boolean, server_default=false())
    attested: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    verstat: Mapped[str] = mapped_column(server_default="")
    round: Mapped[int]
    opening: Mapped[str]
    otherwise: Mapped[str | None]
    after_room: Mapped[str | None]
    seconds: Mapped[int]
    call_sid: Mapped[str | None] = mapped_column(unique=True)
    step: Mapped[int] = mapped_column(default=0)
    in_room: Mapped[bool] = mapped_column(Boolean, default=False)
    held: Mapped[bool] = mapped_column(Boolean, server_default=false())
    may_record: Mapped[str] = mapped_column(server_default="")
    ordered_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    talked_at: Mapped[datetime | None]
    typed: Mapped[str] = mapped_column(server_default="")
    settled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    check_at: Mapped[datetime | None]
    __table_args__ = (
        Index("legs_one_per_agent", "person_id", unique=True,
              sqlite_where=text("ended_at IS NULL AND person_id IS NOT NULL AND NOT inbound"),
              postgresql_where=text("ended_at IS NULL AND person_id IS NOT NULL AND NOT inbound")),
        Index("legs_one_customer_per_case", "case_id", unique=True,
              sqlite_where=text("ended_at IS NULL AND role = 'customer' AND NOT inbound"),
              postgresql_where=text("ended_at IS NULL AND role = 'customer' AND NOT inbound")),
        Index("legs_on_the_phone", "phone", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("legs_live", "our_number", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("legs_to_check", "check_at", sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )


class AnswerRow(Table):
    """What was answered to a step of a leg. A repeat gets the same, letter for letter."""

    __tablename__ = "answers"
    leg_id: Mapped[int] = mapped_column(ForeignKey("legs.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    reply: Mapped[str] = mapped_column(Text)


class OrderRow(Table):
    """The outbox: what must still be done, and when. Done ones stay as a record.

    `link_id`: it reaches somebody because of this link, and only while that holds. `words`: what a colleague said for it.
    """

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    leg_id: Mapped[int | None] = mapped_column(ForeignKey("legs.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    voicemail_id: Mapped[int | None] = mapped_column(ForeignKey("voicemails.id"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    turn: Mapped[str | None]
    fence: Mapped[int | None]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    result: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        Index("orders_due", "due_at", sqlite_where=text("done_at IS NULL"),
              postgresql_where=text("done_at IS NULL")),
        Index("orders_owed_by_case", "case_id", sqlite_where=text("done_at IS NULL"),
              postgresql_where=text("done_at IS NULL")),
        Index("orders_of_leg", "leg_id"),
    )


class JournalRow(Table):
    """What happened on a case, one line each, never changed."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str]
    who: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
