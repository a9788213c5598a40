"""What rules would have caught of the last cases, told to whoever loads a house file.

Each looks at what is kept of a case: where that is too little it says that it does not know, and never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flows import escalation
from flows.facts import Call, Callback, Case, Contact
from flows.house import Condition, EscalationRules, House
from flows.how_many import how_many
from flows.listening import tone, urgency
from flows.routing import when_somebody_works
from flows.words import Words
from voice_gateway import conditions
from voice_gateway.conditions import Facts
from voice_gateway.store import circumstances, past, recall
from voice_gateway.store.past import Past, Wait

EXAMPLES = 3
LOOKED_AT = 1000  # cases
TOGETHER = timedelta(hours=1)
NOT_KEPT = {"update_missed": "what was promised before is not kept"}
BY_PEOPLE = frozenset({"sent_down", "star_key"})
NOT_ALL = {"asked_for_manager": "what they pressed and said on the telephone is not kept",
           "big_effect": "what they said on the telephone is not kept",
           "words_of_danger": "what they said on the telephone is not kept",
           "callback_nobody_took": "of each case only the last call that was promised is kept",
           "marked_person": "what was promised before is not kept"}

Looks = Callable[[Past, House, datetime], bool]


def of_file(memory: Any, rules: EscalationRules, now: datetime) -> list[str]:
    """What these rules would have caught of the last cases; nothing while there are none, or no ladder to climb."""
    line = recall.line(memory)
    if line is None or not rules.is_on:
        return []
    cases = past.of_the_last(memory, LOOKED_AT)
    facts = circumstances.of_the_last(memory, LOOKED_AT, now) if rules.conditions else []
    told = of_rules(replace(line.house, escalation=rules), cases, now) if cases else ()
    return [*told, *(of_condition(each, facts) for each in rules.conditions)]


def in_words(name: str, caught: Sequence[int], looked_at: int, unknown: int = 0, but: str = "") -> str:
    """One line: how many of how many, which for instance, and what is not known."""
    if not looked_at and unknown:
        return f'the rule "{name}": not known of any of the last {_cases(unknown)}{f", for {but}" if but else ""}'
    example = f", such as {', '.join(f'T{each}' for each in caught[:EXAMPLES])}" if caught else ""
    of_others = f"; of {_cases(unknown)} more it is not known" if unknown else ""
    return f'the rule "{name}" would have caught {len(caught)} of the last {_cases(looked_at)}{example}{of_others}{f" ({but})" if but else ""}'


def _cases(count: int) -> str:
    return how_many(count, "case")


def of_condition(rule: Condition, cases: Sequence[tuple[int, Facts]]) -> str:
    """A rule of the house's own. Of a case that is over it is not kept how late anything was."""
    named = conditions.named(rule.when)
    known = [(case_id, facts) for case_id, facts in cases if named <= facts.keys()]
    caught = [case_id for case_id, facts in known if conditions.holds(rule.when, facts)]
    return in_words(rule.name, caught, len(known), len(cases) - len(known))


def of_rules(house: House, cases: Sequence[Past], now: datetime) -> Iterator[str]:
    """The rules that every house has, with the thresholds of this one. What people decide is not to be foreseen."""
    for name in escalation.rules():
        if name in house.escalation.off or name in BY_PEOPLE:
            continue
        if name in NOT_KEPT:
            yield in_words(name, (), 0, len(cases), NOT_KEPT[name])
        elif name == "angry_people":
            yield in_words(name, _angry_together(house, cases), len(cases))
        else:
            known = [each for each in cases if name != "third_contact" or each.times]
            caught = [each.case_id for each in known if LOOKS[name](each, house, now)]
            yield in_words(name, caught, len(known), len(cases) - len(known), NOT_ALL.get(name, ""))


def _late(waits: Sequence[Wait | None], within: timedelta, house: House, now: datetime) -> bool:
    """Did any of them last too long? Nothing is late while nobody works."""
    return any((each.until or now) > when_somebody_works(house, each.since + within) for each in waits if each)


def _mention_late(case: Past, house: House, now: datetime) -> bool:
    return any(_late([Wait(when_somebody_works(house, wait.since), wait.until)], urgency.of(mention).within, house, now)
               for wait, mention in case.mentions)


def _marked_waits(case: Past, house: House, now: datetime) -> bool:
    waits = [case.rung, *case.unanswered, *case.unheard, *(wait for wait, _ in case.mentions)]
    return case.is_marked and any((each.until or now) - each.since > house.escalation.marked for each in waits if each)


def _says(name: str) -> Looks:
    """What the rule itself says to every word of theirs that is kept."""
    def look(case: Past, house: House, now: datetime) -> bool:
        says = escalation.rules()[name].says
        return says is not None and any(says(each) for each in _words(case, house, now))
    return look


def _words(case: Past, house: House, now: datetime) -> Iterator[Call]:
    blank = Call(now, house, Case(case.case_id, "", "open", case.opened_at, ""), Contact(0, "", ""), Callback(now, now))
    for text in case.said:
        yield replace(blank, words=Words(text))
    for mention in case.posts:
        yield replace(blank, mention=mention)
    if case.request:
        yield replace(blank, request=case.request)


LOOKS: dict[str, Looks] = {
    "callback_nobody_took": lambda case, house, now: _late([case.rung], house.escalation.callback, house, now),
    "waiting_too_long": lambda case, house, now: any(
        (each.until or now) - each.since > house.escalation.line for each in case.on_the_line),
    "voicemail_unheard": lambda case, house, now: _late(case.unheard, house.escalation.voicemail, house, now),
    "text_unanswered": lambda case, house, now: _late(case.unanswered, house.escalation.text, house, now),
    "mention_unattended": _mention_late,
    "marked_person": _marked_waits,
    "third_contact": lambda case, house, _now: case.times >= house.escalation.contacts,
    "asked_for_manager": _says("asked_for_manager"),
    "big_effect": _says("big_effect"),
    "words_of_danger": _says("words_of_danger"),
    "high_reach": _says("high_reach"),
}


def _angry_together(house: House, cases: Sequence[Past]) -> list[int]:
    """The cases of posts before which several wrote angrily within the hour."""
    angry = [(mention.post.at, mention.post.author.subject, case.case_id)
             for case in cases for mention in case.posts if tone.of(mention.post.words).is_sore]
    caught = {case_id for at, _, case_id in angry
              if len({who for when, who, _ in angry if timedelta(0) <= at - when <= TOGETHER}) >= house.escalation.angry_people}
    return sorted(caught, reverse=True)
