"""Calendars that say who works when, and what they said: kept, so that nobody who rings waits for a calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class CalendarRow(Table):
    """An iCal feed. `kept` is its last good copy, `problem` why there is no newer one.

    `name` is that of the schedule, or the source itself when the calendar is somebody's own hours.
    """

    __tablename__ = "calendars"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    is_schedule: Mapped[bool] = mapped_column(Boolean)
    kept: Mapped[str] = mapped_column(Text, default="")
    kept_at: Mapped[datetime | None]
    look_at: Mapped[datetime]
    problem: Mapped[str] = mapped_column(Text, default="")


class DutyRow(Table):
    """A stretch of time in which somebody works by a calendar. None is longer than a day: so a look goes back one day."""

    __tablename__ = "duties"
    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    __table_args__ = (
        Index("duties_of_person", "person_id", "calendar_id", "begins_at"),
        Index("duties_of_calendar", "calendar_id", "begins_at"),
    )


class TongueRow(Table):
    """Which languages somebody of the house speaks: looked up by the language, since that is what a caller needs."""

    __tablename__ = "tongues"
    language: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
