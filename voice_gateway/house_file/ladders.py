"""Who is told of a case that climbs: ladders that are sure to end at somebody who can be reached."""

from __future__ import annotations

import re
from datetime import timedelta

from flows import escalation
from flows.climbing import MANAGER_OF, Rung
from flows.facts import HOURS
from voice_gateway.house_file.description import Ladder, Person, Schedule
from voice_gateway.house_file.page import UNITS, Page, did_you_mean, once
from voice_gateway.house_file.people import ROLES

WAYS = ("ring", "text", "ring+text")
HOURS_OF_A_RUNG = ("always", "in hours")
MOST_TIMES = 20
MOST_RUNGS = 30
LONGEST = 7 * 24 * HOURS
DEFAULT = "default"
OF_THE_CASE = ("owner", f"{MANAGER_OF}owner")

_SPAN = re.compile(r"(\d{1,5})([smh])")


def ladders(file: Page, people: tuple[Person, ...], schedules: tuple[Schedule, ...]) -> tuple[Ladder, ...]:
    """The [[ladders]] of the file, each checked rung by rung and as a whole."""
    found = [_ladder(page, people, schedules) for page in file.pages("ladders")]
    once(file.problems, "ladders[{}].name", [[each.name] for each in found], "is another ladder's name as well")
    for key in ("skills", "rules"):
        once(file.problems, f"ladders[{{}}].{key}", [getattr(each, key) for each in found], "has another ladder already")
    _others_have_one(file, found)
    return tuple(found)


def _others_have_one(file: Page, found: list[Ladder]) -> None:
    """Of several ladders that are for no skill and no rule only one can be climbed."""
    plain = [at for at, each in enumerate(found, 1) if not (each.skills or each.rules) and each.name != DEFAULT]
    spare = plain if any(each.name == DEFAULT for each in found) else plain[1:]
    for at in spare:
        file.wrong(f"ladders[{at}]", f'is climbed by no case: it names neither skills nor rules, and is not the one called "{DEFAULT}"')


def _ladder(page: Page, people: tuple[Person, ...], schedules: tuple[Schedule, ...]) -> Ladder:
    name = page.text("name", "the ladder's name")
    skills, rules = page.texts("skills", "a list of skills"), page.texts("rules", "a list of rules")
    for rule in rules:
        if rule not in escalation.rules():
            page.wrong("rules", f'there is no rule "{rule}"{did_you_mean(rule, escalation.rules())}')
    pages = page.pages("rungs")
    if not pages:
        page.wrong("rungs", f"a ladder needs at least one [[{page.at('rungs')}]]")
    elif len(pages) > MOST_RUNGS:
        page.wrong("rungs", f"has more than {MOST_RUNGS} rungs")
    problems = len(page.problems)
    rungs = tuple(_rung(rung, people, schedules) for rung in pages)
    if rungs and len(page.problems) == problems:
        _as_a_whole(page, rungs)
    page.done()
    return Ladder(name, rungs, skills, rules)


def _as_a_whole(page: Page, rungs: tuple[Rung, ...]) -> None:
    for which, earlier in escalation.at_one_instant(rungs):
        page.wrong(f"rungs[{which + 1}].after", f"is climbed at the same moment as rungs[{earlier + 1}]"
                   + (f", which is repeated every {escalation.AGAIN_AFTER.seconds // 60} minutes" if rungs[earlier].times > 1 else ""))
    if not any(each.hours == "always" and each.who not in OF_THE_CASE for each in rungs):
        page.wrong("rungs", "has no end: beside the owner, whom not every case has, and their manager, somebody must be told at any hour")
    elif not any(each.hours == "always" and each.who not in OF_THE_CASE and "ring" in each.how for each in rungs):
        page.wrong("rungs", "rings nobody at any hour: a text can be slept through, so at least one rung must ring")


def _rung(rung: Page, people: tuple[Person, ...], schedules: tuple[Schedule, ...]) -> Rung:
    who = rung.text("who", 'a name, a role, "owner", "manager of <name>", "on-call:<schedule>", "all:<role>" or "next:<role>"')
    if who and (why := _nobody(who, people, [each.name for each in schedules])):
        rung.wrong("who", why)
    how = rung.one_of("how", WAYS)
    after = _after(rung)
    times = rung.count("times", "how often", 1, MOST_TIMES)
    hours = rung.one_of("hours", HOURS_OF_A_RUNG, "always")
    rung.done()
    return Rung(who, how, after, times, hours)


def _nobody(who: str, people: tuple[Person, ...], schedules: list[str]) -> str:
    """Why nobody can ever stand on this rung; empty when somebody can."""
    kind, _, rest = who.partition(":")
    role = rest if kind in ("all", "next") else who
    if who == "owner" or who in (person.name for person in people):
        return ""
    if who.startswith(MANAGER_OF):
        return _nobody_leads(who.removeprefix(MANAGER_OF), people)
    if kind == "on-call" and rest:
        return "" if rest in schedules else f'there is no schedule "{rest}"{did_you_mean(rest, schedules)}'
    if role in ROLES:
        return "" if any(role in person.roles for person in people) else f"nobody of this file is {_one(role)}"
    known = ["owner", *ROLES, *(person.name for person in people)]
    return f'"{who}" is nobody of this file{did_you_mean(who, known)}'


def _nobody_leads(whom: str, people: tuple[Person, ...]) -> str:
    managers = {person.name: person.manager for person in people}
    if whom == "owner":
        return "" if any(managers.values()) else "nobody of this file has a manager"
    if whom not in managers:
        return f'"{whom}" is nobody of this file{did_you_mean(whom, ["owner", *managers])}'
    return "" if managers[whom] else f"{whom} has no manager in this file"


def _one(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"


def _after(rung: Page) -> timedelta:
    given = rung.text("after", 'a length of time such as "5m"')
    told = _SPAN.fullmatch(given)
    if given and not told:
        rung.wrong("after", f'"{given}" is not a length of time such as "0s", "5m" or "2h"')
    length = int(told[1]) * UNITS[told[2]] if told else timedelta(0)
    if length > LONGEST:
        rung.wrong("after", "must be a week at most")
        return LONGEST
    return length
