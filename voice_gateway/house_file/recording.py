"""Whose talks are recorded, as the house file says it: rules, of which the first that fits counts."""

from __future__ import annotations

from datetime import timedelta

import phonenumbers

from flows.house import RecordingRule
from voice_gateway.house_file.page import LONGEST_NAME, Page, did_you_mean

WAYS = ("announce", "ask", "never")
LONGEST_KEPT = 3650  # days


def rules(file: Page, ours: list[str]) -> tuple[RecordingRule, ...]:
    """Every [[recording]], in the order of the file."""
    return tuple(_rule(page, ours) for page in file.pages("recording"))


def _rule(page: Page, ours: list[str]) -> RecordingRule:
    """It says whom it is about: countries, or everybody. Nobody is recorded because a line was forgotten."""
    countries = page.texts("countries", 'a list of countries such as ["US", "CA"]')
    everybody = page.yes("everybody")
    if bool(countries) == everybody and page.is_table:
        page.wrong("countries", 'must name countries, or the rule say "everybody = true" instead')
    for country in countries:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            page.wrong("countries", f'"{country}" is not the two letters of a country')
    numbers = tuple(page.e164("numbers", each) for each in page.texts("numbers", "a list of numbers of yours"))
    for number in numbers:
        if number and number not in ours:
            page.wrong("numbers", f"{number} is not a number of ours{did_you_mean(number, ours)}")
    how = page.one_of("how", WAYS)
    never = how == "never"
    rule = RecordingRule(
        countries=countries, numbers=numbers, how=how,
        purpose=page.text("purpose", 'what for, as callers hear it, such as "quality and training"', "" if never else None, LONGEST_NAME),
        keep=timedelta(days=page.count("days", "how many days it is kept", 30, LONGEST_KEPT)),
    )
    page.done()
    return rule
