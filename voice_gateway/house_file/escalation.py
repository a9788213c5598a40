"""When cases begin to climb by themselves, as a house file says it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows import escalation
from flows.facts import HOURS, MINUTES
from flows.house import EscalationRules
from voice_gateway.house_file.page import Page, did_you_mean

SPANS = ("callback", "line", "voicemail", "text", "update", "marked")
COUNTS = {"contacts": "the how-manieth time within thirty days is too often", "followers": "how many followers are many",
          "spread": "how often passed on is fast", "angry_people": "how many angry people within an hour are several"}
MOST = 100_000_000


def rules(file: Page, *, has_ladders: bool) -> EscalationRules:
    """The table [escalation]: how late is too late, and how much too much."""
    page = file.table("escalation", "a table, written [escalation]")
    usual = EscalationRules()
    spans: dict[str, Any] = {key: page.span(key, getattr(usual, key), MINUTES, 72 * HOURS) for key in SPANS}
    counts: dict[str, Any] = {key: page.count(key, what, getattr(usual, key), MOST) for key, what in COUNTS.items()}
    off = page.texts("off", "a list of rules that do not apply here")
    for name in off:
        if name not in escalation.rules():
            page.wrong("off", f'there is no rule "{name}"{did_you_mean(name, escalation.rules())}')
    alarm_text = page.number("alarm_text") if "alarm_text" in page.values else ""
    page.asked.append("alarm_text")
    page.done()
    return replace(usual, is_on=has_ladders, off=off, alarm_text=alarm_text, **spans, **counts)
