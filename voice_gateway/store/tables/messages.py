"""What people wrote, or said to a tape."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class MessageRow(Table):
    """A text, ours or theirs. `rank` only ever grows: a delivery never goes backwards.

    `person_id` is the colleague who wrote it or whom it was sent to; `automatic`: nobody of ours wrote it;
    `pictures` came with it; `challenge_id`: it brings this code, which is put into its words when it is sent. `assumes` is
    what it takes for granted, and `not_sent` why it was not sent after all. `post_id`: it tells a colleague of this post.
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
    assumes: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    not_sent: Mapped[str] = mapped_column(server_default="")
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id", ondelete="SET NULL"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    ordered_at: Mapped[datetime]
    __table_args__ = (
        Index("messages_with", "phone", "id"),
        Index("messages_not_sent", "id", sqlite_where=text("not_sent <> ''"), postgresql_where=text("not_sent <> ''")),
    )


class AmendsRow(Table):
    """How a case that was in public ended: what was said there, who sees to what comes next, and who said it."""

    __tablename__ = "amends"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    apology: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


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


class RecordingRow(Table):
    """A talk that was recorded, with everybody's knowledge. It is erased, here and at the carrier, at `erase_at`.

    It is made on the customer's leg. `state` is `owed` until the carrier has begun, then `on`, `paused` (the
    carrier has confirmed it) or `ended`; `kept_as` is its place in the vault, empty until it has come home;
    `fetched` tells how that went.
    """

    __tablename__ = "recordings"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    leg_id: Mapped[int] = mapped_column(ForeignKey("legs.id"), index=True)
    recording_sid: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="owed")
    seconds: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    erase_at: Mapped[datetime]
    kept_as: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    fetched: Mapped[str] = mapped_column(default="")
    erased_at: Mapped[datetime | None]
    erased_at_carrier_at: Mapped[datetime | None]
    __table_args__ = (
        Index("recordings_under_way", "id", sqlite_where=text("state <> 'ended'"),
              postgresql_where=text("state <> 'ended'")),
        Index("recordings_to_erase", "erase_at", sqlite_where=text("erased_at_carrier_at IS NULL"),
              postgresql_where=text("erased_at_carrier_at IS NULL")),
    )
