"""The house itself, its numbers, and how a house file says that those who ring are treated."""

from __future__ import annotations

import re
from itertools import pairwise

import phonenumbers

from flows.facts import HOURS, MINUTES, SECONDS
from flows.house import Closing, LineRules, MessageRules, PromiseRules, TextRules
from voice_gateway import calendars
from voice_gateway.house_file import recording, voices
from voice_gateway.house_file.description import Number, Person, Ways
from voice_gateway.house_file.page import Page, did_you_mean

OTHER_NAMES = {"UK": "GB", "ENGLAND": "GB", "USA": "US"}
RUNG_FIRST = ("agent", "customer")
ACCEPT_KEYS = ("1", "random")
STRATEGIES = ("longest idle", "in order", "all at once")

LONGEST_REPLY = 1000  # characters

_CODE = re.compile(r"[0-9]{6,8}")
_CONTENT = re.compile(r"HX[0-9a-f]{32}")
_REPLY = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


def house(file: Page) -> tuple[str, str, tuple[str, ...], Page]:
    """The name, time zone and countries of the [house], and its page, on which more may stand."""
    values = file.take("house", dict, "a table, written [house], with name, time_zone and countries")
    if values is None:
        return "", "", (), Page([], "house", {})
    page = Page(file.problems, "house", values)
    name = page.text("name", "the company's name")
    time_zone = page.zone("time_zone")
    countries = page.texts("countries", 'a list of countries such as ["US", "CA"]')
    if not countries:
        page.wrong("countries", "names no country in which we may call and text")
    for country in countries:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            known = OTHER_NAMES.get(country.upper(), country.upper())
            hint = f'; did you mean "{known}"?' if known in phonenumbers.SUPPORTED_REGIONS else ""
            page.wrong("countries", f'"{country}" is not the two letters of a country{hint}')
    return name, time_zone, countries, page


def ways(file: Page, house: Page, closings: tuple[Closing, ...], numbers: tuple[Number, ...]) -> Ways:
    """How callers are treated: the rest of [house], [line], [voicemail] and [[recording]]."""
    return Ways(
        rings_first=house.one_of("rings_first", RUNG_FIRST, "agent"),
        accept_key=house.one_of("accept_key", ACCEPT_KEYS, "1"),
        insider_code=_code(house, [each.number for each in numbers]),
        calendar=_calendar(house),
        closings=closings,
        line=_line(file.table("line", "a table, written [line]")),
        messages=_messages(file.table("voicemail", "a table, written [voicemail]")),
        texts=_texts(file.table("texts", "a table, written [texts]")),
        replies=_replies(file.table("replies", "a table, written [replies]")),
        voices=voices.voices(file),
        promises=_promises(file.table("promises", "a table, written [promises]")),
        recording=recording.rules(file, [each.number for each in numbers]),
    )


def number(page: Page) -> Number:
    """One of our [[numbers]]."""
    number = page.number("number")
    per_second = page.take("calls_per_second", (int, float), "how many calls a second it may place", 1.0)
    if not 0 < per_second <= 1000:
        page.wrong("calls_per_second", "must be more than 0 and at most 1000")
    at_once = page.count("concurrent_calls", "how many calls it may have at once", 100, 100_000)
    greeting, skill = page.spoken("greeting"), page.text("skill", "a skill of somebody", "")
    language = page.text("language", "a language of somebody", "")
    page.done()
    return Number(number, float(per_second), at_once, greeting, skill, language)


def somebody_has(file: Page, numbers: tuple[Number, ...], people: tuple[Person, ...]) -> None:
    """A number may only need what somebody is good at, or speaks."""
    known = sorted({skill for person in people for skill in person.skills})
    spoken = sorted({language for person in people for language in person.languages})
    for at, each in enumerate(numbers, 1):
        if each.skill and each.skill not in known:
            file.wrong(f"numbers[{at}].skill", f'nobody has the skill "{each.skill}"{did_you_mean(each.skill, known)}')
        if each.language and each.language not in spoken:
            file.wrong(f"numbers[{at}].language", f'nobody speaks "{each.language}"{did_you_mean(each.language, spoken)}')


def _code(page: Page, ours: list[str]) -> str:
    """The code that lets insiders through. It is a secret: what is wrong with it is told without it."""
    code: str = page.take("insider_code", str, '6 to 8 digits in quotes, such as "471125"', "")
    if "insider_code" not in page.values or not isinstance(page.values["insider_code"], str):
        return ""
    if not _CODE.fullmatch(code):
        page.wrong("insider_code", "must be 6 to 8 digits")
    elif _is_easily_guessed(code):
        page.wrong("insider_code", "is easily guessed; take digits without a pattern")
    elif any(number.endswith(code) for number in ours):
        page.wrong("insider_code", "is the end of a number of ours; take another")
    return code


def _is_easily_guessed(code: str) -> bool:
    """Digits in even steps, such as 111111, 123456 and 975319, or one part again and again."""
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(code)}
    repeats = any(code == (code[:part] * len(code))[: len(code)] for part in (1, 2, 3, 4) if part * 2 <= len(code))
    return len(steps) == 1 or repeats


def _calendar(page: Page) -> str | None:
    """The country, or country and part of it, whose public holidays the house keeps."""
    name = page.text("holidays", 'a country such as "US", or a part of one such as "US-NY"', "")
    if name and not calendars.is_known(name):
        page.wrong("holidays", f'"{name}" is no country, and no part of one, whose holidays we know{_nearest(name)}')
    return name or None


def _nearest(name: str) -> str:
    """Which calendar may have been meant."""
    country, _, part = name.upper().partition("-")
    country = OTHER_NAMES.get(country, country)
    spelled = f"{country}-{part}" if part else country
    if calendars.is_known(spelled):
        return f'; did you mean "{spelled}"?'
    parts = ", ".join(f'"{each}"' for each in calendars.parts(country))
    return f"; of {country} there are {parts}" if parts else did_you_mean(spelled, calendars.countries())


def _line(page: Page) -> LineRules:
    usual = LineRules()
    rules = LineRules(
        strategy=page.one_of("strategy", STRATEGIES, usual.strategy),
        places=page.count("places", "how many may wait", usual.places, 1000),
        longest_wait=page.span("longest_wait", usual.longest_wait, MINUTES, 4 * HOURS),
    )
    page.done()
    return rules


def _texts(page: Page) -> TextRules:
    usual = TextRules()
    rules = TextRules(pictures=page.yes("pictures", usual.pictures),
                      ask_how_it_was=page.yes("ask_how_it_was", usual.ask_how_it_was),
                      contact_request=page.text("contact_request", "the sid of a content template", usual.contact_request))
    if rules.contact_request and not _CONTENT.fullmatch(rules.contact_request):
        page.wrong("contact_request", "is no sid of a content template: HX, and 32 digits or small letters from a to f")
    page.done()
    return rules


def _promises(page: Page) -> PromiseRules:
    rules = PromiseRules(page.span("update_every", PromiseRules().update_every, HOURS, 14 * 24 * HOURS))
    page.done()
    return rules


def _replies(page: Page) -> tuple[tuple[str, str], ...]:
    """Saved replies by their names, which are texted as /name."""
    for name in page.values:
        if not _REPLY.fullmatch(name):
            page.wrong(name, "is no name for a reply; take up to 20 small letters, digits and -")
    return tuple((name, page.text(name, "the words that the customer reads", longest=LONGEST_REPLY))
                 for name in page.values)


def _messages(page: Page) -> MessageRules:
    usual = MessageRules()
    rules = MessageRules(
        greeting=page.spoken("greeting"),
        transcribe=page.yes("transcribe", usual.transcribe),
        erase_at_carrier=page.yes("erase_at_carrier", usual.erase_at_carrier),
        longest=page.span("longest", usual.longest, 10 * SECONDS, 10 * MINUTES),
    )
    page.done()
    return rules
