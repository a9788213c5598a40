"""What a turn may know: the nouns of the house, frozen.

A turn is given one `Call` and decides from it alone. Nothing here can be changed, looked up or asked for; whoever
wants to know more says so when the turn is declared (`@flow.turn_recalling(...)`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.climbing import Climb, Standing, ToldOf
from flows.codes import CodeBack, Proof
from flows.house import House
from flows.namesakes import Namesake
from flows.own_line import Left, Owing, Talk, Waiting
from flows.posts import Mention
from flows.promised import Absence
from flows.words import Fate, Thread, Words

if TYPE_CHECKING:
    from flows.identity.grant import NoGrant, RouteGrant

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


def room_of(case_id: int) -> str:
    """The conference in which the telephones of a case meet."""
    return f"case-{case_id}"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person we serve, at the number under which this case reaches them (E.164, empty if it hides).

    `id` is 0 while we do not know who it is. `insider`: the house has marked them as one who may always get through.
    `wrote_at`: when they last wrote. `country`: where their number is from, two letters, empty if nobody knows.
    `gets_texts`: their number is of a kind that does. `network`: where they wrote, if they are an account there.
    """

    id: int
    name: str
    phone: str
    insider: bool = False
    address: str = ""
    wrote_at: datetime | None = None
    wants_no_texts: bool = False
    country: str = ""
    gets_texts: bool = True
    network: str = ""

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else "there"

    @property
    def texts_to(self) -> str:
        """Where a text reaches them: the address that they wrote from, else their number."""
        return self.address or self.phone

    @property
    def is_known(self) -> bool:
        return self.id != 0


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the house, at their own ordinary phone (E.164), with their own time `zone` if it is not the house's.

    `supervises`: may listen to the talks of others. Told of whoever is on this case's telephones, or acts on it.
    """

    id: int
    name: str
    phone: str
    greeting: str = field(default="", compare=False)
    supervises: bool = field(default=False, compare=False)
    zone: str = field(default="", compare=False)

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody at a number (E.164) whom a colleague rings while a customer is on hold: neither's side of the case."""

    phone: str


@dataclass(frozen=True, slots=True)
class Case:
    """Why we are talking. The thing that is locked; the customer sees it as a ticket.

    `our_number` is the one of ours that they rang; `whose` is the id of the number that they came with. `next_at`: by then they hear
    from us; `nudge_at`: when whoever owes that is reminded. `owes_amends`: it was in public. `asked_for`: whom they asked for by name.
    """

    id: int
    about: str
    state: str
    opened_at: datetime
    page: str
    impact: str = ""
    owner: Agent | None = None
    taken_by: Agent | None = None
    disposition: str | None = None
    skill: str = ""
    urgent: bool = False
    our_number: str = ""
    whose: int = 0
    next_at: datetime | None = None
    nudge_at: datetime | None = None
    rating_asked: bool = False
    unanswered_since: datetime | None = None
    may_record: str = ""
    owes_amends: bool = False
    asked_for: Agent | None = None

    @property
    def ticket(self) -> str:
        return f"T{self.id}"

    @property
    def room(self) -> str:
        """The conference in which this case's two telephones meet."""
        return room_of(self.id)

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
    """One telephone on the line. `outcome` is None while it is on the line or being rung.

    `role`: `customer`; `agent`, a colleague; `manager`, a colleague who is told that a case climbs; or `guest`, somebody outside whom a
    colleague has rung meanwhile. `attested`: its number is surely theirs. `talked_at`: since when somebody else was in the room with them.
    `typed`: a number that they keyed in and have not confirmed yet (E.164), or what they were offered. `owes`: the address of the turn that is
    taken if it ends now, which tells where in its story it is; `opening`: of the one with which it began. `held`: they hear music in the room,
    and nobody there hears them. `may_record`: what they said to being recorded in this call, `yes`, `no`, or nothing yet.
    """

    id: int
    role: str
    agent: Agent | None = None
    round: int = 0
    step: int = 0
    answered: bool = False
    joined_at: datetime | None = None
    in_room: bool = False
    settled: bool = False
    outcome: str | None = None
    inbound: bool = False
    attested: bool = True
    our_number: str = ""
    talked_at: datetime | None = None
    typed: str = ""
    owes: str = ""
    opening: str = ""
    held: bool = False
    may_record: str = ""

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
class History:
    """What was before: how often they asked in the last thirty days, what we last promised; and what they also wrote as, with its ticket."""

    times: int = 0
    last_promise: str = ""
    last_rang_at: datetime | None = None
    met: Agent | None = None
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line (1 is next), how long that is, and what others waited, in seconds, if known."""

    place: int
    length: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A telephone number that was keyed in: in E.164 if we may ring it, else why we may not."""

    number: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class CodeTry:
    """A code that was keyed in: is it the house's, and were there too many tries lately?"""

    right: bool
    too_many: bool


@dataclass(frozen=True, slots=True)
class Recording:
    """What the carrier recorded; its media are fetched later. `seconds` is None while nobody has told."""

    sid: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Tape:
    """The recording of this talk, as the carrier has confirmed it: `owed`, `on`, `paused` or `ended`."""

    id: int
    state: str


@dataclass(frozen=True, slots=True)
class Voicemail:
    """A message that somebody left: `new`, `heard` or `done`, and whose work it is.

    `seconds` is 0 while nobody has told. `told`: somebody knows of it; `spoken_for`: of another part of the
    same message, which is unheard as well, and climbs for both; `others_are_new`: another message of the
    same case is unheard.
    """

    id: int
    seconds: int
    state: str
    owner: Agent | None = None
    transcript: str = ""
    told: bool = False
    climbs: int = 0
    spoken_for: bool = False
    others_are_new: bool = False


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
    awaited_is_on_the_phone: bool = False
    owners: tuple[Agent, ...] = ()
    company: tuple[Agent, ...] = ()
    managers: tuple[Agent, ...] = ()
    free: frozenset[int] = frozenset()
    meant_for: Agent | None = None
    request: Request | None = None
    speech: str = ""
    history: History = History()
    line: Place = Place(0, 0)
    typed: Typed = Typed()
    code: CodeTry = CodeTry(right=False, too_many=False)
    may_text: bool = False
    recording: Recording | None = None
    voicemail: Voicemail | None = None
    words: Words | None = None
    threads: tuple[Thread, ...] = ()
    fate: Fate | None = None
    proof: Proof | CodeBack | None = None
    tape: Tape | None = None
    callbacks: tuple[Waiting, ...] = ()
    messages: tuple[Left, ...] = ()
    talks: tuple[Talk, ...] = ()
    owings: tuple[Owing, ...] = ()
    absence: Absence | None = None
    climb: Climb | None = None
    standing: Standing = field(default_factory=Standing)
    told_of: tuple[ToldOf, ...] = ()
    mention: Mention | None = None
    named: Agent | None = None
    namesakes: tuple[Namesake, ...] = ()
    grant: RouteGrant | NoGrant | None = None

    @property
    def agent(self) -> Agent:
        """The colleague on this leg."""
        assert self.leg is not None and self.leg.agent is not None, "no agent is on this leg"
        return self.leg.agent

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
        """The colleagues who are being asked at this moment; whoever has taken the case is not."""
        return tuple(leg for leg in self.live("agent")
                     if not (leg.settled or leg.in_room or leg.agent == self.case.taken_by))

    @property
    def agent_waits_in_the_room(self) -> bool:
        return any(leg.in_room for leg in self.live("agent"))

    @property
    def customer_on_the_line(self) -> Leg | None:
        """The customer who is on the telephone with us now, and has not been bidden goodbye."""
        return next((leg for leg in self.live("customer") if leg.answered and not leg.settled), None)

    @property
    def customer_waits_in_the_room(self) -> bool:
        return any(leg.in_room for leg in self.live("customer"))

    @property
    def others_in_the_room(self) -> tuple[Leg, ...]:
        """The other colleagues who are in the room now."""
        return tuple(leg for leg in self.live("agent") if leg.in_room)

    @property
    def is_in_line(self) -> bool:
        """Is a colleague still being looked for?"""
        return self.case.state in ("waiting", "asking")

    @property
    def they_talked(self) -> bool:
        """Were a colleague and the customer in one room in this round?"""
        return any(leg.role == "agent" and leg.talked_at and leg.round == self.callback.round for leg in self.legs)

    @property
    def asked_this_round(self) -> frozenset[int]:
        """The ids of those who were already rung in this round."""
        return frozenset(leg.agent.id for leg in self.legs if leg.agent and leg.role == "agent" and leg.round == self.callback.round)

    def wall_time(self, at: datetime, zone: str = "") -> str:
        """An instant as people say it, in this zone or the house's: `3:10 pm`, or `Monday 9:00 am` on another day."""
        wall = ZoneInfo(zone or self.house.time_zone)
        there, here = at.astimezone(wall), self.now.astimezone(wall)
        spoken = f"{there.hour % 12 or 12}:{there.minute:02d} {'am' if there.hour < 12 else 'pm'}"
        return spoken if there.date() == here.date() else f"{there:%A} {spoken}"
