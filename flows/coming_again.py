"""Coming again: when a customer comes to us anew, and what they then come about.

Pure arithmetic over instants and words. Whoever writes four texts in a row comes once; whoever answers us within the hour
does not come at all. What is not sure to be the same matter is another one: nobody is rung because of a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.words import meaning_of

PAUSE = timedelta(hours=1)  # without a word between us
AT_ONCE_AGAIN = timedelta(minutes=10)  # they were cut off, or it was engaged
LATELY = timedelta(days=30)
ALIKE = 0.75
SHOWN = 40
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
COMES_TO_US = frozenset({"", "call", "later", "status"})

_TICKET = re.compile(r"\bT(\d{1,9})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_NUMBER = re.compile(r"\d{4,}")
TELLS_NOTHING = frozenset(
    "the and for with from that this these those there here what when where which who why how are was were has have had been being "
    "not nobody nothing still again now yet ever very just too also more any all some one two three can could will would shall should "
    "may might must does did done doing get got give want wants wanted need needs please hello dear thanks thank you your yours our ours "
    "mine his her hers its their them they him she about because but out into onto over after before since today yesterday tomorrow "
    "day days hour hours week weeks time times call called calls ring rang text help question problem issue matter customer order "
    "number come came back look like know tell told say said ask asked something anything broken broke late wrong waiting "
    "ich wir sie ihr mein meine der die das den dem ein eine einen und oder mit von f\u00fcr auf ist sind war nicht noch immer wieder "
    "bitte danke hallo warum wann wie wo was hat habe haben kein keine "
    "que los las una unos por para con del est\u00e1 estoy hola gracias cuando donde como sigo todav\u00eda "
    "les des une pour avec dans est suis bonjour merci quand comment encore toujours pas mon mes".split())


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about: its id, the skill that it needs, and words."""

    case_id: int
    skill: str
    about: str


def is_a_return(text: str) -> bool:
    """Do they come to us with these words? Nobody does who only thanks, confirms, or wants no more texts."""
    return meaning_of(text).command in COMES_TO_US


def is_anew(now: datetime, came_at: datetime, last_word_at: datetime | None, *, by_telephone: bool) -> bool:
    """Do they come to us once more? `last_word_at`: when one of us last said a word to the other.

    Ringing, or asking to be rung, is more trouble than writing: it counts, save right after they came.
    """
    if by_telephone:
        return now - came_at >= AT_ONCE_AGAIN
    return now - max(came_at, last_word_at or came_at) >= PAUSE


def how_often(came: Iterable[datetime], since: datetime) -> int:
    """How often they came since then; who comes again at once has come once."""
    times, last = 0, None
    for at in sorted(each for each in came if each > since):
        if last is None or at - last >= AT_ONCE_AGAIN:
            times += 1
        last = at
    return times


def telling_words(about: str) -> str:
    """The words that tell what it is about, in small letters."""
    words = _WORD.findall(about.casefold().replace("\u2019", "'"))
    return " ".join(dict.fromkeys(each for each in words if len(each) > 2 and each not in TELLS_NOTHING))


def names(about: str, case_id: int) -> bool:
    """Do they name the ticket of this case?"""
    return str(case_id) in _TICKET.findall(about)


def are_one(matter: Matter, other: Matter, likeness: float) -> bool:
    """Is it the same matter? `likeness`, from 0 to 1, is that of their telling words.

    A ticket that one names is sure, and so are long numbers, as those of orders: the same one is one matter, others are not.
    Else the words are alike, or the skill is the same.
    """
    if names(matter.about, other.case_id) or names(other.about, matter.case_id):
        return True
    mine, theirs = (frozenset(_NUMBER.findall(each.about)) for each in (matter, other))
    if mine and theirs:
        return bool(mine & theirs)
    return likeness >= ALIKE or (bool(matter.skill) and matter.skill == other.skill)


def in_words(times: int, about: str, skill: str) -> str:
    """`the third time about a refund in 30 days`."""
    which = ORDINALS[times] if times < len(ORDINALS) else f"{times}th"
    plain = " ".join(about.split())
    shown = plain if len(plain) <= SHOWN else f"{plain[:SHOWN].rsplit(' ', 1)[0]}..."
    return f"the {which} time about {shown or skill or 'one matter'} in {LATELY.days} days"
