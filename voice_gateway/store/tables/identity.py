"""Who is it: evidence, the links that follow from it, codes on their way, and the chain of what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class EvidenceRow(Table):
    """Somebody or something says that a number and an account are one person's, or are not. Append-only.

    `salt` keeps its fingerprint in the chain from being guessed; it goes when the person is erased.
    """

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    tel_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    polarity: Mapped[int]
    tier: Mapped[str]
    source: Mapped[str]
    actor: Mapped[str]
    channel_sid: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    observed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    policy_version: Mapped[int]
    payload_sha256: Mapped[str]
    salt: Mapped[str]
    erased_at: Mapped[datetime | None]
    __table_args__ = (
        Index("evidence_once", "tel_id", "account_id", "kind", "source", "payload_sha256", unique=True),
        Index("evidence_of_account", "account_id"),
        Index("evidence_denials", "tel_id", "account_id", "observed_at", sqlite_where=text("polarity < 0"),
              postgresql_where=text("polarity < 0")),
    )


class LinkRow(Table):
    """What follows from one piece of evidence. It is never deleted; to undo it is one update of `state`.

    `state` is active, suspended, revoked, expired or superseded.
    """

    __tablename__ = "links"
    id: Mapped[int] = mapped_column(primary_key=True)
    tel_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    network: Mapped[str]
    kind: Mapped[str]
    tier: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), unique=True)
    verified_at: Mapped[datetime]
    covers_from: Mapped[datetime]
    fresh_until: Mapped[datetime]
    wait_until: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str]
    salt: Mapped[str]
    __table_args__ = (
        Index("links_one_route", "tel_id", "network", unique=True,
              sqlite_where=text("state = 'active' AND tier = 'route'"),
              postgresql_where=text("state = 'active' AND tier = 'route'")),
        Index("links_of_number", "tel_id", sqlite_where=text("state = 'active'"),
              postgresql_where=text("state = 'active'")),
        Index("links_of_account", "account_id", sqlite_where=text("state = 'active'"),
              postgresql_where=text("state = 'active'")),
        Index("links_running_out", "expires_at", sqlite_where=text("state = 'active' AND tier <> 'route'"),
              postgresql_where=text("state = 'active' AND tier <> 'route'")),
    )


class ChallengeRow(Table):
    """A code on its way. It must come back from `answerer_id`, which is the number or the account that it is not sent to.

    The code itself is made anew from `salt` and the house's key whenever it is sent. `case_id` is what it is asked for;
    `then_rings`: they want to be rung as soon as it has come back.
    """

    __tablename__ = "challenges"
    id: Mapped[int] = mapped_column(primary_key=True)
    tel_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    answerer_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    purpose: Mapped[str]
    way: Mapped[str]
    sitting: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    then_rings: Mapped[bool] = mapped_column(Boolean, server_default=false())
    code_hash: Mapped[str]
    salt: Mapped[str]
    tries: Mapped[int]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("challenges_one_open", "tel_id", "account_id", "purpose", unique=True,
              sqlite_where=text("consumed_at IS NULL"), postgresql_where=text("consumed_at IS NULL")),
        Index("challenges_to_answer", "answerer_id", sqlite_where=text("consumed_at IS NULL"),
              postgresql_where=text("consumed_at IS NULL")),
        Index("challenges_of_number", "tel_id", "issued_at"),
        Index("challenges_of_account", "account_id", "issued_at"),
    )


class InvitationRow(Table):
    """A one-time link by which somebody may show who they are: used up by the proof that comes of it.

    `account_id` is whose it is, empty while only the case's number is known; `made_by_id` the colleague who sent it.
    """

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SittingRow(Table):
    """One browser that has opened an invitation: how far it has come. Its cookie is `key_hash`'s key.

    `account_id` is who has signed in there; `state_hash` and `remembered` belong to a signing in that is under way.
    """

    __tablename__ = "sittings"
    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), index=True)
    network: Mapped[str] = mapped_column(server_default="")
    state_hash: Mapped[str] = mapped_column(server_default="")
    remembered: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    tel_id: Mapped[int | None] = mapped_column(ForeignKey("identifiers.id"))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class IdentityEventRow(Table):
    """One line of the audit. Each holds the hash of the line before it, and a fingerprint of the row that it is about."""

    __tablename__ = "identity_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]
    who: Mapped[str]
    tel_id: Mapped[int | None]
    account_id: Mapped[int | None]
    evidence_id: Mapped[int | None] = mapped_column(index=True)
    link_id: Mapped[int | None] = mapped_column(index=True)
    before: Mapped[str]
    after: Mapped[str]
    fingerprint: Mapped[str]
    prev_hash: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)
