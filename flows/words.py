"""What people mean by what they write: words of command, in any spelling, and the times that they name.

Pure arithmetic over letters: whatever is not sure to be a command is something for a human to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

STOP = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout"})
CANCEL = frozenset({"cancel"})
START = frozenset({"start", "unstop"})
YES = frozenset({"yes", "y", "yes please", "ok", "okay", "k", "fine", "good", "great", "sure", "confirm", "confirmed",
                 "thanks", "thank you", "ok thanks", "ok thank you", "\U0001f44d"})
HELP = frozenset({"help", "info"})
CALL = frozenset({"call", "call me", "callme", "ring me", "talk", "human", "agent"})
STATUS = frozenset({"status", "where am i", "pos", "position"})
NOT_ME = frozenset({"not me", "notme", "it's not me", "its not me", "it is not me", "that's not me", "thats not me",
                    "that is not me", "that wasn't me", "that was not me", "this is not me", "this isn't me", "that isn't me",
                    "it wasn't me", "it was not me", "wasn't me", "no not me", "no it's not me",
                    "not the same person"})
SHARED = frozenset({"shared", "share", "not only me", "not just me", "others use it too"})
FACES = re.compile(r"[^\w']+$")  # and whatever else ends a text without being a word
LATER = re.compile(r"(?:call (?:me )?)?later\b[ :]*(?:at )?(.*)")
NO_MORE = re.compile(
    r"(take|opt|get) me (off|out)|(stop|quit|no more) (texting|text|messaging|messages?|texts)( me)?\b"
    r"|(do not|don'?t|never) (text|message|contact|write)( to)? me|remove me\b|unsubscribe me|leave me alone"
)
TIME = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d{2}))?\s*(a\.?m\.?|p\.?m\.?)?")
SPAN = re.compile(r"(?:in )?(\d{1,3})\s*(m|min|mins|minutes?|h|hrs?|hours?)")
LONGEST_AHEAD = timedelta(days=14)
HOUR_AND_MINUTE = re.compile(r"\b(\d{1,2}) (\d{2})\b")
NUMBERS = {"noon": "12 pm", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
           "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
           "fifteen": "15", "twenty": "20", "thirty": "30"}


@dataclass(frozen=True, slots=True)
class Amends:
    """What a colleague wrote to end in public what was said there: for all the world the `apology` and the `next_step`,
    and for the customer alone what is said `privately`.
    """

    apology: str
    next_step: str
    privately: str = ""

    @property
    def in_public(self) -> str:
        return f"{self.apology} {self.next_step}".strip()


@dataclass(frozen=True, slots=True)
class Words:
    """A text that came in. `known`: what the carrier has already dealt with (STOP, START, HELP).

    `asked`: automatic texts that they got from us within the hour, `told_at` when they got the last one; `said`:
    how often they sent these very words within it. `zone`: the only time zone that their number can belong to, if
    there is one, or the one that a colleague names; `places`: the networks on which the house reads, where they tell a name of theirs. `message` is the id under which it is kept. `personal`: what is in a colleague's words that is nobody
    else's business, and so is not said in public; `amends`: those words taken
    apart, where they end a case in public. `length`: how long they are as the network counts on which they are said, and
    `room` how long they may be there; `as_read`: the words with whatever is said around them there.
    """

    text: str
    pictures: int = 0
    message: int = 0
    known: str = ""
    asked: int = 0
    said: int = 1
    told_at: datetime | None = None
    zone: str = ""
    places: tuple[str, ...] = ()
    personal: str = ""
    amends: Amends | None = None
    length: int = 0
    room: int = 0
    as_read: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a text of ours: why it was not delivered, or until when it waits.

    `why` is `opted out`, `landline`, `no such number`, `switched off`, `too late`,
    `nothing left` (its pictures cannot be sent on, and it has no words), or something else (empty).
    """

    text: str
    why: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """An open case of a colleague's, as they tell it from others: its tag and its customer."""

    tag: str
    name: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A command (`stop`, `start`, `help`, `call`, `later`, `cancel`, `status`), a `yes`, or nothing of the kind.

    `rest` is what followed a command. `softly`: said in words of their own, which the carrier does not know.
    """

    command: str = ""
    rest: str = ""
    softly: bool = False


def meaning_of(text: str) -> Meaning:
    """What a customer means by a text."""
    plain = " ".join(text.casefold().replace("\u2019", "'").replace(",", " ").split()).strip(" .!?;")
    bare = FACES.sub("", plain)
    for command, words in (("stop", STOP), ("cancel", CANCEL), ("start", START), ("help", HELP), ("call", CALL),
                           ("status", STATUS), ("yes", YES), ("not me", NOT_ME),
                           ("shared", SHARED)):
        if plain in words or bare in words:
            return Meaning(command)
    if later := LATER.fullmatch(plain):
        return Meaning("later", later[1])
    if len(plain) <= 160 and NO_MORE.search(plain):
        return Meaning("stop", softly=True)
    return Meaning()


def spoken_time(speech: str, wall: datetime) -> datetime | None:
    """The instant that somebody says, as the carrier writes it down: `three p.m.`, `at 10:30`, `in two hours`."""
    plain = speech.casefold().replace("-", " ").replace("o'clock", "").replace("half an hour", "30 minutes").strip(" .!?")
    figures = " ".join(NUMBERS.get(word, word) for word in plain.split()).removeprefix("by ")
    return when(HOUR_AND_MINUTE.sub(r"\1:\2", figures), wall)


def when(words: str, wall: datetime) -> datetime | None:
    """The instant that words such as `3pm`, `15:30`, `tomorrow 9am` or `in 2 hours` name, after `wall`.

    `wall` is now, on the house's clock. A bare `3` is the next three o'clock of the working day's waking hours;
    None when no time is named, or one that has passed or is too far.
    """
    plain = words.casefold().strip().strip(".!?")
    if span := SPAN.fullmatch(plain):
        ahead = timedelta(**{"minutes" if span[2].startswith("m") else "hours": int(span[1])})
        at = (wall.astimezone(UTC) + ahead).astimezone(wall.tzinfo)
        return at if timedelta(0) < ahead <= LONGEST_AHEAD else None
    day = 0
    for days, word in enumerate(("today", "tomorrow")):
        if plain.startswith(word):
            day, plain = days, plain.removeprefix(word).strip(" ,")
    told = TIME.fullmatch(plain)
    if not told:
        return None
    hour, minute, half = int(told[1]), int(told[2] or 0), (told[3] or "").replace(".", "")
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif 1 <= hour <= 7 and not told[2]:
        hour += 12  # nobody asks to be rung at three in the night
    at = wall.replace(fold=0, hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=day)
    return at if at > wall else None
