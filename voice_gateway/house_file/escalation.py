"""When cases begin to climb by themselves, as a house file says it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flows import escalation, own_words
from flows.facts import HOURS, MINUTES
from flows.house import Condition, EscalationRules
from voice_gateway import conditions
from voice_gateway.house_file.description import Ladder
from voice_gateway.house_file.page import Page, did_you_mean, once

SPANS = ("callback", "line", "voicemail", "text", "update", "marked")
COUNTS = {"contacts": "the how-manieth time within thirty days is too often", "followers": "how many followers are many",
          "spread": "how often passed on is fast", "angry_people": "how many angry people within an hour are several"}
MOST = 100_000_000
MOST_RULES = 50
MOST_WORDS = 100
FEWEST_LETTERS = 3
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
    trusted = [page.e164(f"may_send_down[{at}]", each)
               for at, each in enumerate(page.take("may_send_down", list, "a list of telephone numbers", []), 1)]
    words = _words(page)
    own = _own_rules(page)
    if own and not has_ladders:
        page.wrong("rules", "climb nothing: write [[ladders]] as well")
    page.done()
    return replace(usual, is_on=has_ladders, conditions=own, words=words, off=off, alarm_text=alarm_text,
                   may_send_down=tuple(dict.fromkeys(trusted)), **spans, **counts)


def with_own_rules(file: Page, ladders: tuple[Ladder, ...], rules: Iterable[Condition]) -> tuple[Ladder, ...]:
    """The ladders, each with the rules of the house's own that name it."""
    names = [each.name for each in ladders]
    for at, each in enumerate(rules, 1):
        if each.ladder and each.ladder not in names:
            file.wrong(f"escalation.rules[{at}].ladder", f'there is no ladder "{each.ladder}"{did_you_mean(each.ladder, names)}')
    return tuple(replace(ladder, rules=(*ladder.rules, *(each.name for each in rules if each.ladder == ladder.name)))
                 for ladder in ladders)


def _words(page: Page) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """[escalation.words]: what customers of this house say, by the rule that is to hear it."""
    table = page.table("words", "a table, written [escalation.words]")
    found = {rule.name: table.texts(rule.name, "a list of words") for rule in escalation.rules().values() if rule.takes_words}
    for name, words in found.items():
        if len(words) > MOST_WORDS:
            table.wrong(name, f"are more than {MOST_WORDS} words")
        for word in words:
            if why := _wrong_word(word):
                table.wrong(name, f'"{word}" {why}')
    table.done()
    return tuple((name, words) for name, words in found.items() if words)


def _wrong_word(word: str) -> str:
    """Why this would be heard too often, or never."""
    plain = word.removesuffix(own_words.ANY_ENDING)
    if own_words.ANY_ENDING in plain:
        return 'has a "*" elsewhere than at its end'
    if sum(map(str.isalnum, plain)) < (2 if own_words.is_written_without_blanks(plain) else FEWEST_LETTERS):
        return "is too short to tell anything"
    stands = all(unicodedata.category(each)[0] in "LNM" for each in (plain[0], plain[-1]))
    return "" if stands else "must begin and end with a letter or a digit"


def _own_rules(page: Page) -> tuple[Condition, ...]:
    """Each [[escalation.rules]]: understood, or told what is wrong with it."""
    pages = page.pages("rules")
    if len(pages) > MOST_RULES:
        page.wrong("rules", f"are more than {MOST_RULES}")
    found = tuple(_own_rule(each) for each in pages[:MOST_RULES])
    once(page.problems, "escalation.rules[{}].name", [[each.name] for each in found], "is another rule's name as well")
    return found


def _own_rule(page: Page) -> Condition:
    name = page.text("name", "a name of small letters, digits and _")
    if name and not _NAME.fullmatch(name):
        page.wrong("name", f'"{name}" is no name for a rule; take up to 40 small letters, digits and _')
    elif name in escalation.rules():
        page.wrong("name", "is a rule that the house has anyhow; take another name")
    when: str = page.take("when", str, 'a condition such as "case.times >= 3"') or ""
    wrong = conditions.wrong_with(when) if when or page.values.get("when") == "" else ""
    if wrong:
        page.wrong("when", wrong)
    why = page.text("why", "why it climbs, as those hear it who are told")
    ladder = page.text("ladder", "the name of a ladder", "")
    page.done()
    return Condition(name, when, why, ladder)
