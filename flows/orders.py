"""What the house must do, written down in the same transaction as the turn that decided it.

Each order is carried out at least once and made harmless when it comes twice;
`keep.py` has one hand for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.answers import Follow, Pin, ProveHandles, ReadAgain, Reply
from flows.climbing import Acknowledge, ClimbOn, EndsWith, Escalate, LookAgain, SetShare
from flows.codes import AskForNumber, LookUpHandle, NotSame, SendCode, Shared, TellAccount, TellNumber
from flows.facts import Agent, Contact, Leg, Outsider, Recording, Request, Tape, Voicemail
from flows.namesakes import AskFor
from flows.promised import NOTHING, Assumes, MakeAmends, NudgeAt

if TYPE_CHECKING:
    from flows import Turn


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A visitor asked for something: from here on it is ours, with a ticket and a clock."""

    request: Request


@dataclass(frozen=True, slots=True)
class CallBack:
    """Promise to ring the customer at `at`, and take the turn `then` when it is due.

    It opens a new round, in which every colleague may be asked again. `by` is the colleague who
    promised it; `counts` tells whether the round before was a try that failed. `wanted_at`: the customer
    asked anew, so their wait counts from then, and no try has failed yet.
    """

    at: datetime
    then: Turn
    by: Agent | None = None
    counts: bool = False
    wanted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Nobody could come. After a while every colleague may be asked again: a new round, the same place."""

    then: Turn
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Hurry:
    """This case goes before the others, because of `why`."""

    why: str


@dataclass(frozen=True, slots=True)
class KeepAbout:
    """What it is about, in the customer's own words."""

    words: str


@dataclass(frozen=True, slots=True)
class KeepConsent:
    """They agreed, by a key or in words, to this wording."""

    wording: str


@dataclass(frozen=True, slots=True)
class Remember:
    """A number (E.164) that was keyed in, until they say that it is right; or what they are offered just now."""

    number: str


@dataclass(frozen=True, slots=True)
class UseNumber:
    """From now on this case reaches them at this number (E.164)."""

    number: str


@dataclass(frozen=True, slots=True)
class CountTry:
    """A code was wrong."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a telephone. If it is answered the turn `opening` is taken there.

    If the leg ends unsettled, however that happens, `otherwise` is taken, once. `seconds` is how
    long it rings, `after` how long until then. When it is unknown whether the carrier took the order it
    is looked up there. `climbs`: a colleague is told that a case climbs; they are not asked to take a waiting call.
    """

    whom: Agent | Contact | Outsider
    opening: Turn
    otherwise: Turn
    seconds: int
    after: timedelta = timedelta(0)
    climbs: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """Stop the customer's telephone, ringing or talking; or this other `leg`."""

    leg: Leg | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """Lead the customer on to another turn, out of wherever they wait or speak; or this other `leg`."""

    to: Turn
    leg: Leg | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """They hear music in the room from now on, and nobody there hears them."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class Unhold:
    """They hear and are heard in the room again."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class ComeIn:
    """The colleague on this leg, who was told that the case climbs, comes to the talk that goes on."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Everybody in the room hears this aside, which is about this leg: who is coming."""

    words: Turn


@dataclass(frozen=True, slots=True)
class StandDown:
    """Stop asking the other colleagues: ringing phones fall silent, whoever listens is `told`."""

    told: Turn


@dataclass(frozen=True, slots=True)
class Reserve:
    """This colleague takes the case. Refused by the database if somebody else has it."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class PassOn:
    """This colleague, who is in the room already, has the case from now on; the talk goes on."""

    to: Agent


@dataclass(frozen=True, slots=True)
class Release:
    """Nobody has taken the case any more."""


@dataclass(frozen=True, slots=True)
class Disband:
    """Close the room: whoever waits in it goes on to the turn named when they joined."""

    room: str


@dataclass(frozen=True, slots=True)
class Text:
    """Send a text. In doubt whether the carrier took it, it is looked up, and rather not repeated.

    `about`: a link to the page of this message is added, signed for whoever gets the text. `by`: the
    colleague who wrote it; the customer's wait for an answer is over with it. `about_case`: a link to the
    page of this thread is added, signed as well; `about_climb`: one to the page on which they can take it. `pictures`:
    those of the text that came in go along. `is_update`: it is what they had promised. One that nobody of ours wrote is
    not sent when what it `assumes` holds no more.
    """

    to: Agent | Contact
    words: str
    about: Voicemail | None = None
    by: Agent | None = None
    about_case: bool = False
    about_climb: bool = False
    pictures: bool = False
    is_update: bool = False
    assumes: Assumes = NOTHING


@dataclass(frozen=True, slots=True)
class OptOut:
    """They want no more texts, or want them again."""

    out: bool


@dataclass(frozen=True, slots=True)
class AskRating:
    """They are being asked how it was."""


@dataclass(frozen=True, slots=True)
class KeepRating:
    """How it was for them, 1 (bad) to 5 (very good)."""

    stars: int


@dataclass(frozen=True, slots=True)
class AwaitAnswer:
    """They wrote, and nobody has answered yet: the clock runs from the first such text."""


@dataclass(frozen=True, slots=True)
class Away:
    """This colleague is not to be rung until then; None: they are there again."""

    agent: Agent
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Moves:
    """This colleague lives by the clock of this time zone now; none: by that of which the house file tells."""

    agent: Agent
    zone: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something still owed: take this turn on this case after `after`.

    It is fenced with the round in which it was ordered: when another has begun it does nothing.
    `agent` travels with it. One that is about a `voicemail` is not fenced: a message stays work; nor is one that `lasts`.
    """

    turn: Turn
    after: timedelta = timedelta(0)
    agent: Agent | None = None
    voicemail: Voicemail | None = None
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something owed on another case: this turn is taken there at once, for this colleague.

    Nothing is decided here. That turn waits for its own case, and looks for itself what has become of it. `words`
    are what the colleague said for it.
    """

    case_id: int
    turn: Turn
    agent: Agent
    voicemail_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class RingOut:
    """A colleague wants to ring this number (E.164): the turn is taken on its open case, or on a new one."""

    number: str
    turn: Turn
    agent: Agent


@dataclass(frozen=True, slots=True)
class Recognise:
    """They have shown who they are: from here on the number that they show counts as theirs."""


@dataclass(frozen=True, slots=True)
class KeepVoicemail:
    """A message was left: it is work of the owner's. Bring its recording home, and take `then` after a while."""

    recording: Recording
    owner: Agent | None
    then: Turn
    after: timedelta


@dataclass(frozen=True, slots=True)
class FindRecording:
    """Ask the carrier after a while what this leg recorded, in case nobody tells us of it."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class GiveVoicemail:
    """This message is their work now, and they have been told of it; `climbs`: nobody else had heard it."""

    voicemail: Voicemail
    owner: Agent
    climbs: bool = False


@dataclass(frozen=True, slots=True)
class MarkVoicemail:
    """It was heard, or it is done: then all parts of it are."""

    voicemail: Voicemail
    state: str


@dataclass(frozen=True, slots=True)
class MayRecord:
    """What the customer on this leg said to being recorded, and to which words."""

    agreed: bool
    wording: str


@dataclass(frozen=True, slots=True)
class BeginRecording:
    """Record this customer's leg from now on, and keep it for so long. One that is being recorded is not begun again."""

    leg: Leg
    keep: timedelta


@dataclass(frozen=True, slots=True)
class EndRecording:
    """Whatever is being recorded on this leg ends. `dropped`: it is thrown away, here and at the carrier."""

    leg: Leg
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Leave a gap from now on; only when the carrier has confirmed it does the tape say so."""

    tape: Tape


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """The gap is over."""

    tape: Tape


@dataclass(frozen=True, slots=True)
class HandOver:
    """The case is this colleague's from now on, and they owe its customer an update by `next_at`.

    They are reminded of it in time (flows/promises.py).
    """

    owner: Agent
    next_at: datetime


@dataclass(frozen=True, slots=True)
class CloseCase:
    """It is over, and this is how it ended. One that was in public stays open until amends are made (MakeAmends)."""

    disposition: str


@dataclass(frozen=True, slots=True)
class Note:
    """One line in the case's journal, where the orders themselves do not tell the story; or in another's."""

    what: str
    who: str = ""
    detail: str = ""
    case_id: int = 0


Order = (
    OpenCase | CallBack | AskAgain | Hurry | KeepAbout | KeepConsent | Remember | UseNumber | CountTry | Ring | HangUp
    | Lead | Hold | Unhold | ComeIn | Announce | StandDown | Reserve | PassOn | Release | Disband | Text | FollowUp | KeepVoicemail
    | FindRecording | MayRecord | BeginRecording | EndRecording | PauseRecording | ResumeRecording | GiveVoicemail
    | MarkVoicemail | OptOut | AskRating | KeepRating | AwaitAnswer | Away | Moves | HandOver | CloseCase | Note
    | Elsewhere | RingOut | Recognise | Escalate | ClimbOn | Acknowledge | EndsWith | SetShare | NudgeAt | MakeAmends
    | SendCode | TellNumber | NotSame | LookAgain | Reply | Follow | ReadAgain | Pin | LookUpHandle
    | TellAccount | ProveHandles | Shared | AskFor | AskForNumber
)
