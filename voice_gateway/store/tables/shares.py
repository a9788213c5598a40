"""Which escalations managers take personally, and which go to their delegates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class ShareRow(Table):
    """The share that somebody takes personally, in a hundred; their delegate gets the rest.

    `target` is what the house file says, `own` what they have said themselves, which goes before it; `since`: when it
    last became another.
    """

    __tablename__ = "shares"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    target: Mapped[int]
    own: Mapped[int | None]
    since: Mapped[datetime]


class BroughtRow(Table):
    """A climb came to somebody who shares: `personally`, or to their delegate; and what it was about."""

    __tablename__ = "brought"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    climb_id: Mapped[int] = mapped_column(ForeignKey("climbs.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    rule: Mapped[str]
    personally: Mapped[bool] = mapped_column(Boolean)
    urgent: Mapped[bool] = mapped_column(Boolean, server_default=false())
    __table_args__ = (
        Index("brought_to", "person_id", "id"),
        Index("brought_once", "person_id", "climb_id", unique=True),
    )
