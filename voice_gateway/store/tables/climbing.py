"""Ladders, the climbs on them, who was told of what, and the alarms at their ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class LadderRow(Table):
    """A ladder as the house file has it. Those that name skills or rules are for these; `default` is for all others."""

    __tablename__ = "ladders"
    name: Mapped[str] = mapped_column(primary_key=True)
    rungs: Mapped[list[Any]]
    skills: Mapped[list[Any]]
    rules: Mapped[list[Any]]


class ClimbRow(Table):
    """A case that climbs, on a ladder of its own from now on.

    `step` is the fence: it goes up with every step, and a step that comes late or twice finds another number. `at` is the
    place on the ladder, whose times count from `counted_from`. `reason` is the code with which somebody began it, and `ended_with` that with
    which somebody ended it; empty where nobody gave one.
    """

    __tablename__ = "climbs"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    rule: Mapped[str]
    why: Mapped[str] = mapped_column(Text)
    also: Mapped[list[Any]] = mapped_column(server_default="[]")
    urgent: Mapped[bool] = mapped_column(Boolean, server_default=false())
    ladder: Mapped[list[Any]]
    began_at: Mapped[datetime]
    counted_from: Mapped[datetime]
    at: Mapped[int] = mapped_column(server_default="0")
    round: Mapped[int] = mapped_column(server_default="0")
    step: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime]
    alarmed_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    will_call_by: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    ended_with: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        Index("climbs_one_per_case", "case_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("climbs_due", "due_at", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )


class PageRow(Table):
    """Somebody is to be told of a climb, by `ring` or `text`: it waits until their throttle and their line allow it.

    Several go out at once; the first of them stands for the whole bundle. `leg_id`: the telephone that was rung for it.
    """

    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    climb_id: Mapped[int] = mapped_column(ForeignKey("climbs.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    how: Mapped[str]
    wanted_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    leg_id: Mapped[int | None] = mapped_column(ForeignKey("legs.id"), index=True)
    is_first: Mapped[bool] = mapped_column(Boolean, server_default=false())
    __table_args__ = (
        Index("pages_of_climb", "climb_id", "person_id"),
        Index("pages_of_case", "case_id"),
        Index("pages_told", "person_id", "sent_at"),
        Index("pages_waiting", "person_id", "how", sqlite_where=text("sent_at IS NULL AND dropped_at IS NULL"),
              postgresql_where=text("sent_at IS NULL AND dropped_at IS NULL")),
        Index("pages_bundles", "person_id", "how", "sent_at", sqlite_where=text("is_first = 1"),
              postgresql_where=text("is_first")),
    )


class PagerRow(Table):
    """When to look whether somebody can be told of what waits for them; empty while nothing does."""

    __tablename__ = "pagers"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    how: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    __table_args__ = (
        Index("pagers_due", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
    )


class AlarmRow(Table):
    """A ladder came to its end, or a rung had nobody on it. `told_by` and `texted_by` are the orders that told of it outside."""

    __tablename__ = "alarms"
    id: Mapped[int] = mapped_column(primary_key=True)
    climb_id: Mapped[int] = mapped_column(ForeignKey("climbs.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    round: Mapped[int]
    why: Mapped[str]
    told_by: Mapped[int | None] = mapped_column(index=True)
    texted_by: Mapped[int | None] = mapped_column(index=True)
