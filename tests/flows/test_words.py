"""What people mean by what they write."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.agent_texts import Said, parsed
from flows.words import meaning_of, spoken_time, when

NEW_YORK = ZoneInfo("America/New_York")
MORNING = datetime(2026, 3, 4, 10, 0, tzinfo=NEW_YORK)  # a Wednesday


@pytest.mark.parametrize("text, command", [
    ("STOP", "stop"), (" stop. ", "stop"), ("Opt me out please", "stop"), ("don\u2019t text me", "stop"),
    ("Remove me from this list", "stop"), ("STOP the press", ""), ("the end", ""), ("I quit smoking", ""),
    ("cancel", "cancel"), ("cancel my subscription to lamps", ""), ("START", "start"), ("start over", ""),
    ("call", "call"), ("Call me!", "call"), ("call me a fool", ""), ("human", "call"), ("LATER", "later"),
    ("later, 3pm", "later"), ("laterally", ""), ("where am I?", "status"), ("yes", "yes"), ("OK, thanks!", "yes"),
    ("yes but not today", ""), ("", ""), ("\u202e", ""), ("=STOP", ""),
    ("NOT ME", "not me"), ("No, not me!", "not me"), ("not me \U0001f641", "not me"), ("not me but her", ""),
])
def test_commands(text: str, command: str) -> None:
    assert meaning_of(text).command == command


@pytest.mark.parametrize("words, hours", [
    ("3pm", 5), ("3", 5), ("at 3 p.m.", 5), ("15:00", 5), ("3:00 PM", 5), ("12", 2), ("12pm", 2), ("today 3pm", 5),
    ("tomorrow 9am", 23), ("tomorrow, 12am", 14), ("in 2 hours", 2), ("2h", 2), ("90 minutes", 1.5),
])
def test_times(words: str, hours: float) -> None:
    assert when(words, MORNING) == MORNING + timedelta(hours=hours)


@pytest.mark.parametrize("speech, hours", [
    ("three p.m.", 5), ("By three PM.", 5), ("at ten thirty", 0.5), ("Ten-thirty a.m.", 0.5), ("in two hours", 2), ("in an hour", 1),
    ("tomorrow nine a.m.", 23), ("12:30 p.m.", 2.5), ("half an hour", 0.5), ("noon", 2), ("twenty minutes", 1 / 3)])
def test_times_as_they_are_said(speech: str, hours: float) -> None:
    assert spoken_time(speech, MORNING) == MORNING + timedelta(hours=hours)


@pytest.mark.parametrize("speech", ["", "when I can", "three or four", "[music]", "nine a.m.", "a", "one two three"])
def test_what_is_said_and_is_no_time(speech: str) -> None:
    assert spoken_time(speech, MORNING) is None


@pytest.mark.parametrize("words", ["", "yesterday", "9am", "25:00", "13pm", "0pm", "3:61", "in 0 minutes", "in 999 hours",
                                   "soon", "tomorrow", "3pm or 4pm", "-3", "9" * 400])
def test_what_is_no_time(words: str) -> None:
    assert when(words, MORNING) is None


def test_hours_are_counted_in_real_time_when_clocks_change() -> None:
    """On the night in which clocks go forward two hours later is two hours later."""
    before = datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK)
    later = when("in 2 hours", before)
    assert later is not None
    assert later.timestamp() - before.timestamp() == 2 * 3600


@pytest.mark.parametrize("text, said", [
    ("T12 LINK", Said("link", 12, "")), ("t12: done.", Said("done", 12, "")), ("T12 link is broken", Said("", 12, "link is broken")),
    ("T12 hello", Said("", 12, "hello")), ("note t12: hello", Said("note", 12, "hello")), ("NOTE hello", Said("note", None, "hello")),
    ("hello T12", Said("", None, "hello T12")), ("DONE T12", Said("done", 12, "")), ("done", Said("done", None, "")),
    ("Done with T12", Said("", None, "Done with T12")), ("T12", Said("", 12, "")), ("notebook", Said("", None, "notebook")),
    ("T1234567890", Said("", None, "T1234567890")),
])
def test_what_a_colleague_wrote_is_taken_apart(text: str, said: Said) -> None:
    assert parsed(text) == said
