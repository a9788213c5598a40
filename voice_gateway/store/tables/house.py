"""The house: itself, its hours, its numbers and its people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class HouseRow(Table):
    """The company itself. One row."""

    __tablename__ = "house"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    countries: Mapped[list[Any]]
    rings_first: Mapped[str] = mapped_column(server_default="agent")
    accept_key: Mapped[str] = mapped_column(server_default="1")
    code_digest: Mapped[str | None]
    calendar: Mapped[str | None]
    closings: Mapped[list[Any]] = mapped_column(server_default="[]")
    line: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    voicemail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    recording: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    texts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    replies: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    voices: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    on_call: Mapped[list[Any]] = mapped_column(server_default="[]")
    escalation: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    promises: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class ShiftRow(Table):
    """A weekly pattern of hours; the house's own is called `house`. `zone`: by whose clock it is read, if not by the house's."""

    __tablename__ = "shifts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    openings: Mapped[list[Any]]
    zone: Mapped[str] = mapped_column(server_default="")


class NumberRow(Table):
    """A number of ours at the carrier, and when it may place its next call."""

    __tablename__ = "numbers"
    number: Mapped[str] = mapped_column(primary_key=True)
    calls_per_second: Mapped[float] = mapped_column(default=1.0)
    concurrent_calls: Mapped[int] = mapped_column(default=100)
    next_call_at: Mapped[datetime | None]
    greeting: Mapped[str] = mapped_column(Text, server_default="")
    skill: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")


class PersonRow(Table):
    """Somebody of the house. Who follows a calendar works a shift that never opens.

    `most_cases`: whoever looks after so many open ones is not asked for new ones; `delegate_id`: who stands in for them.
    `manager_id`: who leads them.
    `public`: they want to be found on the page of our people. `zone`: the time zone in which they are, if it is not
    the house's; `home_zone`: the one of which the house file told when it was last loaded.
    `telephone`: whether it is surely theirs; see `store/telephones.py`.
    """

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
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    most_cases: Mapped[int | None]
    zone: Mapped[str] = mapped_column(server_default="")
    home_zone: Mapped[str] = mapped_column(server_default="")
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    public: Mapped[bool] = mapped_column(Boolean, server_default=false())
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    telephone: Mapped[str] = mapped_column(server_default="theirs")
    __table_args__ = (
        Index("people_idle", "idle_since", sqlite_where=text("is_agent = 1 AND gone = 0"),
              postgresql_where=text("is_agent AND NOT gone")),
        Index("people_owning", "owner_rank", "name"),
    )


class AbsenceRow(Table):
    """Somebody is not there until then, or there again (none), as was said at this time: what was, for those who ask later."""

    __tablename__ = "absences"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime]
    until: Mapped[datetime | None]
    __table_args__ = (Index("absences_said", "person_id", "said_at"),)


class SkillRow(Table):
    """What somebody of the house is good at: looked up by the skill, since that is what a caller needs."""

    __tablename__ = "skills"
    skill: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class ProvisionRow(Table):
    """Where a number of ours led before we changed it at the carrier, so that it can be put back."""

    __tablename__ = "provisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    fields: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ServiceRow(Table):
    """A sign of life of a process, for those who ask whether the house is well."""

    __tablename__ = "services"
    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
