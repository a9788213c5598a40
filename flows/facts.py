"""What a turn may know: the nouns of the house, frozen.

A turn is given one `Call` and decides from it alone. Nothing here can be
changed, looked up or asked for; whoever wants to know more says so when the
turn is declared (`@flow.turn(recalls=...)`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SECONDS = timedelta(seconds=1)
MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)


def spoken(span: timedelta) -> str:
    """A length of time as people say it, in its largest unit."""
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of a week in which somebody works, in the house's wall-clock time.

    `days` are ISO weekdays (1 is Monday); `open` and `close` are minutes since midnight.
    """

    days: frozenset[int]
    open: int
    close: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A weekly pattern of working hours, shared by all who work it. No openings: always at work."""

    id: int
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """The company that answers: its name, its clock on the wall, its hours."""

    name: str
    time_zone: str
    shifts: tuple[Shift, ...] = ()

    def wall(self, at: datetime) -> datetime:
        """The same instant as the house's clock on the wall shows it."""
        return at.astimezone(ZoneInfo(self.time_zone))


@dataclass(frozen=True, slots=True)
class Contact:
    """A person we serve, at the number under which this case reaches them (E.164)."""

    id: int
    name: str
    phone: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else "there"


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the house, at their own ordinary phone (E.164)."""

    id: int
    name: str
    phone: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Case:
    """Why we are talking. The thing that is locked; the customer sees it as a ticket."""

    id: int
    about: str
    state: str
    opened_at: datetime
    page: str
    impact: str = ""
    owner: Agent | None = None
    taken_by: Agent | None = None
    disposition: str | None = None

    @property
    def ticket(self) -> str:
        return f"T{self.id}"

    @property
    def room(self) -> str:
        """The conference in which this case's two telephones meet."""
        return f"case-{self.id}"

    @property
    def is_over(self) -> bool:
        return self.state in ("solved", "cancelled")


@dataclass(frozen=True, slots=True)
class Callback:
    """A case's promise to ring: since when it is owed, when it is due, how often it was tried."""

    wanted_at: datetime
    due_at: datetime
    tries: int = 0
    round: int = 0
    promised_by: Agent | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One telephone on the line. `outcome` is None while it is on the line or being rung."""

    id: int
    role: str
    agent: Agent | None = None
    round: int = 0
    step: int = 0
    answered: bool = False
    joined: bool = False
    in_room: bool = False
    settled: bool = False
    outcome: str | None = None

    @property
    def is_live(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class Request:
    """What a visitor typed on the website, checked at the door.

    `when` is None for 'now'; `consent` is the wording that they agreed to.
    """

    name: str
    phone: str
    about: str
    impact: str = ""
    handle: tuple[str, str] | None = None
    when: datetime | None = None
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """All that one turn is given."""

    now: datetime
    house: House
    case: Case
    contact: Contact
    callback: Callback
    leg: Leg | None = None
    legs: tuple[Leg, ...] = ()
    digits: str = ""
    colleagues: tuple[Agent, ...] = ()
    everybody_is_on_the_phone: bool = False
    owners: tuple[Agent, ...] = ()
    meant_for: Agent | None = None
    request: Request | None = None

    @property
    def agent(self) -> Agent:
        """The colleague on this leg."""
        assert self.leg is not None and self.leg.agent is not None, "no agent is on this leg"
        return self.leg.agent

    @property
    def outcome(self) -> str | None:
        """How this leg ended (`no-answer`, `busy`, `completed` ...), once it has."""
        return self.leg.outcome if self.leg else None

    @property
    def waiting(self) -> timedelta:
        """How long the customer has waited for a human."""
        return self.now - self.callback.wanted_at

    @property
    def taken_by_a_colleague(self) -> bool:
        mine = self.leg.agent if self.leg else None
        return self.case.taken_by is not None and self.case.taken_by != mine

    @property
    def who_took_it(self) -> str:
        return self.case.taken_by.first_name if self.case.taken_by else "A colleague"

    def live(self, role: str) -> tuple[Leg, ...]:
        """The other telephones of this case, of this role, that ring or talk now."""
        return tuple(leg for leg in self.legs if leg.role == role and leg.is_live and leg != self.leg)

    @property
    def undecided(self) -> tuple[Leg, ...]:
        """The colleagues who are being asked at this moment."""
        return tuple(leg for leg in self.live("agent") if not leg.settled)

    @property
    def agent_waits_in_the_room(self) -> bool:
        return any(leg.in_room for leg in self.live("agent"))

    @property
    def they_talked(self) -> bool:
        """Did both sides stand in the room in this round?"""
        joined = {leg.role for leg in self.legs if leg.joined and leg.round == self.callback.round}
        return {"agent", "customer"} <= joined

    @property
    def asked_this_round(self) -> frozenset[int]:
        """The ids of those who were already rung in this round."""
        return frozenset(
            leg.agent.id for leg in self.legs if leg.agent and leg.round == self.callback.round
        )

    def wall_time(self, at: datetime) -> str:
        """An instant as people say it: `3:10 pm`, or `Monday 9:00 am` on another day."""
        there, here = self.house.wall(at), self.house.wall(self.now)
        spoken = f"{there.hour % 12 or 12}:{there.minute:02d} {'am' if there.hour < 12 else 'pm'}"
        return spoken if there.date() == here.date() else f"{there:%A} {spoken}"
