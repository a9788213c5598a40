"""A played call, printed as a test in the scenario language."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from .handsets import PhoneEvent

if TYPE_CHECKING:
    from .exchange import Exchange

NOISES = frozenset({"[ringing]", "[music]", "[hold music]", "[beep]"})


def repro(exchange: Exchange, name: str = "as_it_was_played") -> str:
    """What each person did and heard, in order, as a test that takes ``exchange``."""
    with exchange.clock.lock:
        diaries = {n: list(h.events) for n, h in exchange.handsets.items() if h.events}
        people = {number: _word(exchange.people.get(number, ""), number) for number in sorted(diaries)}
    if len(set(people.values())) < len(people):
        people = {number: f"phone_{n}" for n, number in enumerate(sorted(diaries), 1)}
    lines = [f"def test_{name}(exchange):"]
    lines += [f"    {who} = exchange.phone({number!r})" for number, who in people.items()]
    merged = sorted(
        ((e.at, number, e.n) for number, events in diaries.items() for e in events),
        key=lambda key: (key[0], key[1], key[2]),
    )
    speaker, chain = "", ""
    for _, number, n in merged:
        deed = sentence(diaries[number], n)
        if not deed:
            continue
        if number != speaker and chain:
            lines.append(f"    {people[speaker]}{chain}")
            chain = ""
        speaker = number
        chain += deed
        if len(chain) > 60:
            lines.append(f"    {people[speaker]}{chain}")
            chain = ""
    if chain:
        lines.append(f"    {people[speaker]}{chain}")
    return "\n".join([*lines, "    assert exchange.loose_ends() == []", ""])


def _word(name: str, number: str) -> str:
    """What a telephone is called in the test: by its owner's name, if that is a word."""
    word = re.sub(r"\W+", "_", name.lower()).strip("_")
    taken = keyword.iskeyword(word) or word in ("exchange", "test")
    return word if word.isidentifier() and not taken else "phone_" + re.sub(r"\W", "", number)[-4:]


def sentence(diary: list[PhoneEvent], n: int) -> str:
    """One event as a piece of a sentence, or nothing."""
    event = diary[n]
    by_itself = any(e.kind == "is" and "machine" in e.text for e in diary[:n])
    if event.kind == "is":
        return f".{event.text}"
    if event.kind == "did":
        return "" if by_itself else _deed(event)
    if event.kind == "ring":
        return "" if by_itself else ".rings()"
    if event.kind == "heard" and event.text not in NOISES and not by_itself:
        return f".hears({event.text!r})"
    if event.kind == "text":
        return f".reads({event.text!r})"
    if event.kind == "hung_up" and event.text != "by us" and not by_itself:
        return ".is_hung_up()"
    return ""


def _deed(event: PhoneEvent) -> str:
    verb, _, rest = event.text.partition(" ")
    if verb == "dial":
        return f".dials({event.number!r}{', ' + rest if rest else ''})"
    if verb == "text":
        pictures = f", media={list(event.media)!r}" if event.media else ""
        return f".texts({rest!r}, to={event.number!r}{pictures})"
    words = {"answer": "answers", "decline": "declines", "hang_up": "hangs_up"}
    if verb in words:
        return f".{words[verb]}()"
    spoken = {"press": "presses", "say": "says"}[verb]
    return f".{spoken}({rest!r})"
