"""Who a house file says is of the house, and whom it serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import phonenumbers

from flows import networks
from voice_gateway.dialling import ORDINARY
from voice_gateway.house_file.description import Customer, Person
from voice_gateway.house_file.hours import hours
from voice_gateway.house_file.on_call import feed
from voice_gateway.house_file.page import Page, did_you_mean, once
from voice_gateway.lists.cells import WrongCell, account_on, clean

LONGEST_ADDRESS = 500

ROLES = ("agent", "supervisor", "manager")
WHOSE_CALLS = ("everyone", "known", "insiders")


def person(page: Page) -> Person:
    """One of the [[people]]."""
    name, phone = page.text("name", "their name"), page.number("phone")
    roles = page.texts("roles", "a list of " + ", ".join(ROLES))
    for role in roles:
        if role not in ROLES:
            page.wrong("roles", f'"{role}" is not one of {", ".join(ROLES)}{did_you_mean(role, ROLES)}')
    skills, languages = page.texts("skills", "a list of texts"), page.texts("languages", "a list of texts")
    handles = page.handles()
    openings = hours(page) if "hours" in page.values else None
    page.asked.append("hours")
    takes, greeting = page.one_of("takes", WHOSE_CALLS, "everyone"), page.spoken("greeting")
    pin = _pin(page)
    calendar, schedule = feed(page, optional=True), page.text("schedule", "the name of a schedule", "")
    if (openings is not None) + bool(calendar) + bool(schedule) > 1:
        page.wrong("hours", "stand in one place only: write hours, a calendar or a schedule")
    most_cases = page.count("most_cases", "how many open cases they may look after", 1, 1000) if "most_cases" in page.values else None
    page.asked.append("most_cases")
    delegate = page.text("delegate", "the name of whoever stands in for them", "")
    share, zone = _share(page, delegate), page.zone("time_zone", "")
    public, manager = page.yes("public"), page.text("manager", "the name of whoever leads them", "")
    page.done()
    known = tuple(role for role in roles if role in ROLES)
    return Person(name, phone, known, skills, languages, handles, openings, takes, greeting, pin, calendar, schedule, most_cases,
                  delegate, share, zone, public, manager)


def _share(page: Page, delegate: str) -> int | None:
    """How much of what climbs to them they take personally; somebody must get the rest."""
    page.asked.append("share")
    if "share" not in page.values:
        return None
    share: int = page.take("share", int, "from 0 to 100, in a hundred", 100)
    if not 0 <= share <= 100:
        page.wrong("share", "must be from 0 to 100")
    elif share < 100 and not delegate:
        page.wrong("share", "leaves some to nobody: name a delegate")
    return share


def _pin(page: Page) -> str:
    """What they text before what they write counts as theirs. It is a secret: what is wrong with it is told without it."""
    pin: str = page.take("pin", str, '4 to 8 digits in quotes, such as "4711"', "")
    if pin and not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        page.wrong("pin", "must be 4 to 8 digits")
        return ""
    return pin


def contact(page: Page) -> Customer:
    """One of the [[contacts]]."""
    name = page.text("name", "their name")
    given = page.take("phones", list, "a list of telephone numbers", [])
    phones = [page.e164(f"phones[{at}]", phone) for at, phone in enumerate(given, 1)]
    if not given:
        page.wrong("phones", "is missing; we know a contact by their numbers")
    for phone, times in Counter(phones).items():
        if phone and times > 1:
            page.wrong("phones", f"{phone} is there twice")
    handles = _handles(page)
    insider, blocked = page.yes("insider"), page.yes("blocked")
    own = page.text("page", "the address of their own page, such as https://dana.example", "", LONGEST_ADDRESS)
    if own and not own.startswith("https://"):
        page.wrong("page", "must begin with https://")
    page.done()
    return Customer(name, tuple(dict.fromkeys(phones)), insider, blocked, own, handles)


def _handles(page: Page) -> tuple[tuple[str, str], ...]:
    """What they are called on networks that the house knows, each as it is spelt there."""
    known = networks.all_manners()
    found = []
    for name, typed in page.handles():
        place = f"handles.{name}"
        if name not in known:
            page.wrong(place, f"is no network that the house knows{did_you_mean(name, known)}")
            continue
        try:
            said = account_on(clean(typed), known[name])
        except WrongCell as error:
            page.wrong(place, str(error))
            continue
        if said.is_handle:
            found.append((name, said.subject))
        else:
            page.wrong(place, "is the number or id of an account; write the handle that people see")
    return tuple(found)


def whom_they_name_is_there(file: Page, people: tuple[Person, ...]) -> None:
    """Whoever stands in for somebody or leads them is of the house, and nobody stands in for themselves, or leads themselves."""
    for key in ("delegate", "manager"):
        named = {each.name: getattr(each, key) for each in people}
        for at, (name, other) in enumerate(((each.name, getattr(each, key)) for each in people), 1):
            if other and other not in named:
                file.wrong(f"people[{at}].{key}", f'"{other}" is nobody of this file{did_you_mean(other, named)}')
            elif circle := _circle(name, named):
                file.wrong(f"people[{at}].{key}", f"leads in a circle: {' to '.join(circle)}")


def _circle(name: str, named: dict[str, str]) -> list[str]:
    """The way from somebody through whom they name back to themselves; empty when there is none."""
    way = [name]
    while (following := named.get(way[-1])) and following not in way:
        way.append(following)
    return [*way, name] if following == name else []


def can_be_called(file: Page, people: tuple[Person, ...], alarm_text: str, countries: tuple[str, ...]) -> None:
    """Whoever works here is rung and texted, and by the same rules as anybody: in the countries of the house, and at an ordinary line."""
    theirs = [(f"people[{at}].phone", each.phone) for at, each in enumerate(people, 1)]
    for place, phone in [*theirs, ("escalation.alarm_text", alarm_text)]:
        if not phone:
            continue
        number = phonenumbers.parse(phone)
        country = phonenumbers.region_code_for_number(number)
        if countries and country not in countries:
            file.wrong(place, f"{phone} is in {country or 'no country'}, where this house calls nobody: add it to house.countries")
        elif phonenumbers.number_type(number) not in ORDINARY:
            file.wrong(place, f"{phone} is no ordinary line, and the house would never ring it")


def nobody_twice(file: Page, people: tuple[Person, ...], contacts: tuple[Customer, ...], ours: Iterable[str]) -> None:
    """Names and telephones of the house are each somebody's own. Contacts may share a telephone.

    Two contacts of one name at one telephone could not be told apart.
    """
    ours = tuple(ours)
    once(file.problems, "people[{}].name", [[each.name] for each in people], "is somebody else's name as well")
    once(file.problems, "people[{}].phone", [[each.phone] for each in people], "is somebody else's as well", ours)
    seen: set[tuple[str, str]] = set()
    for at, each in enumerate(contacts, 1):
        place = f"contacts[{at}].phones"
        file.problems += [f"{place}: {phone} is a number of our own" for phone in each.phones if phone in ours]
        theirs = {(each.name, phone) for phone in each.phones if phone and each.name}
        file.problems += [f"{place}: {phone} is there with another {name}" for name, phone in sorted(theirs & seen)]
        seen |= theirs
