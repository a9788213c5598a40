"""The house's memory: tables, and nothing that they do.

A case is the thing that is locked. Every owed thing has a due time in a column;
one winner is a unique index, never a look before a leap.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

AnyRow = Row[*tuple[Any, ...]]


class Instant(TypeDecorator[datetime]):
    """A point in time, aware and in UTC on both sides of either database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Table(DeclarativeBase):
    """What all tables share: the types by which Python's are kept."""

    type_annotation_map = {datetime: Instant(), str: String(), dict[str, Any]: JSON(), list[Any]: JSON()}


class HouseRow(Table):
    """The company itself. One row."""

    __tablename__ = "house"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    countries: Mapped[list[Any]]
    rings_first: Mapped[str] = mapped_column(server_default="agent")
    code_digest: Mapped[str | None]
    calendar: Mapped[str | None]
    closings: Mapped[list[Any]] = mapped_column(server_default="[]")
    line: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    voicemail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class ShiftRow(Table):
    """A weekly pattern of hours; the house's own is called `house`."""

    __tablename__ = "shifts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    openings: Mapped[list[Any]]


class NumberRow(Table):
    """A number of ours at the carrier, and when it may place its next call."""

    __tablename__ = "numbers"
    number: Mapped[str] = mapped_column(primary_key=True)
    calls_per_second: Mapped[float] = mapped_column(default=1.0)
    concurrent_calls: Mapped[int] = mapped_column(default=100)
    next_call_at: Mapped[datetime | None]
    greeting: Mapped[str] = mapped_column(Text, server_default="")
    skill: Mapped[str] = mapped_column(server_default="")


class PersonRow(Table):
    """Somebody of the house."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str] = mapped_column(unique=True)
    roles: Mapped[list[Any]]
    skills: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    handles: Mapped[dict[str, Any]]
    is_agent: Mapped[bool] = mapped_column(Boolean)
    owner_rank: Mapped[int] = mapped_column(Integer)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shifts.id"))
    away_until: Mapped[datetime | None]
    idle_since: Mapped[datetime]
    gone: Mapped[bool] = mapped_column(Boolean, default=False)
    takes: Mapped[str] = mapped_column(server_default="everyone")
    pin_digest: Mapped[str | None]
    trusted_until: Mapped[datetime | None]
    greeting: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        Index("people_idle", "idle_since", sqlite_where=text("is_agent AND NOT gone"),
              postgresql_where=text("is_agent AND NOT gone")),
        Index("people_owning", "owner_rank", "name"),
    )


class SkillRow(Table):
    """What somebody of the house is good at: looked up by the skill, since that is what a caller needs."""

    __tablename__ = "skills"
    skill: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class ContactRow(Table):
    """A person we serve."""

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
    insider: Mapped[bool] = mapped_column(Boolean, server_default=false())
    created_at: Mapped[datetime]


class IdentifierRow(Table):
    """A number or an account: (namespace, scope, immutable subject). Never a handle."""

    __tablename__ = "identifiers"
    id: Mapped[int] = mapped_column(primary_key=True)
    namespace: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    display: Mapped[str] = mapped_column(default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
    blocked_until: Mapped[datetime | None]
    blocked_why: Mapped[str] = mapped_column(server_default="")
    opted_out_at: Mapped[datetime | None]
    unreachable: Mapped[str | None]
    wrote_at: Mapped[datetime | None]
    first_seen: Mapped[datetime]
    __table_args__ = (Index("identifiers_one", "namespace", "scope", "subject", unique=True),)


class CaseRow(Table):
    """Why we are talking, and the callback that is owed for it.

    `contact_id` is empty while we do not know who it is; `phone` is where they want to be rung, if
    not at the number they came with; `our_number` the one of ours that they rang.
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
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    promised_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unanswered_since: Mapped[datetime | None]
    __table_args__ = (
        Index("cases_one_open_per_number", "identifier_id", unique=True,
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("cases_of_identifier", "identifier_id", "id"),
        Index("cases_one_per_agent", "taken_by_id", unique=True),
        Index("cases_waiting", "wanted_at", sqlite_where=text("closed_at IS NULL AND owner_id IS NULL"),
              postgresql_where=text("closed_at IS NULL AND owner_id IS NULL")),
    )


class LegRow(Table):
    """One telephone on the line. Its turns are numbered; each is answered once.

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
              sqlite_where=text("ended_at IS NULL AND person_id IS NOT NULL"),
              postgresql_where=text("ended_at IS NULL AND person_id IS NOT NULL")),
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


class MessageRow(Table):
    """A text, ours or theirs. `rank` only ever grows: a delivery never goes backwards.

    `person_id` is the colleague who wrote it or whom it was sent to; `automatic`: nobody of ours wrote it;
    `pictures` came with it.
    """

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    role: Mapped[str]
    phone: Mapped[str]
    our_number: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    message_sid: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="owed")
    rank: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[int | None]
    inbound: Mapped[bool] = mapped_column(Boolean, server_default=false())
    automatic: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    pictures: Mapped[list[Any]] = mapped_column(server_default="[]")
    ordered_at: Mapped[datetime]
    __table_args__ = (Index("messages_with", "phone", "id"),)


class VoicemailRow(Table):
    """A message that somebody left: work, with an owner, until it is done.

    `kept_as` is its place in the vault, empty until the recording has come home; `fetched` tells how
    that went. `next_at` is when it climbs if nobody has heard it.
    """

    __tablename__ = "voicemails"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    leg_id: Mapped[int | None] = mapped_column(ForeignKey("legs.id"))
    recording_sid: Mapped[str] = mapped_column(unique=True)
    seconds: Mapped[int]
    state: Mapped[str] = mapped_column(default="new")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    left_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    heard_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    done_at: Mapped[datetime | None]
    climbs: Mapped[int] = mapped_column(default=0)
    transcript: Mapped[str] = mapped_column(Text, default="")
    transcript_sid: Mapped[str] = mapped_column(default="")
    kept_as: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    fetched: Mapped[str] = mapped_column(default="")
    erased_at: Mapped[datetime | None]


class OrderRow(Table):
    """The outbox: what must still be done, and when. Done ones stay as a record."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    leg_id: Mapped[int | None] = mapped_column(ForeignKey("legs.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    voicemail_id: Mapped[int | None] = mapped_column(ForeignKey("voicemails.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    turn: Mapped[str | None]
    fence: Mapped[int | None]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    result: Mapped[str | None]
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


class ConsentRow(Table):
    """Who agreed to what, in which words, and where. Append-only."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    wording: Mapped[str]
    source: Mapped[str]


class KnockRow(Table):
    """Who asked for a call, and when: what the limits on the click are counted from."""

    __tablename__ = "knocks"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index("knocks_what", "what", "at"),)


class ServiceRow(Table):
    """A sign of life of a process, for those who ask whether the house is well."""

    __tablename__ = "services"
    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class ProvisionRow(Table):
    """Where a number of ours led before we changed it at the carrier, so that it can be put back."""

    __tablename__ = "provisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    fields: Mapped[dict[str, Any]]
    at: Mapped[datetime]
