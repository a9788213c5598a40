"""Each network hears the house in the voice that the house file gives it there; elsewhere nothing is different."""

from __future__ import annotations

import re

import pytest

from tests.house import OUR_NUMBER, Agent, House
from tests.scenarios.test_too_long import SORRY
from voice_gateway.sandbox.citizens import Person

CALM = pytest.mark.weather("calm")
VOICES = {
    "x": {"signature": "^{initials}", "short": True},
    "bluesky": {"opening": "Hello!", "signature": "- {first_name} at {house}"},
}


def wrote(house: House, sam: Agent, network: str, handle: str) -> tuple[Person, str]:
    """Somebody there; gives the page of their case as well."""
    who = house.person_on(network, handle)
    who.posts("@house where is my bag")
    sam.phone.reads("wrote on", "where is my bag")
    page = re.search(r"/w/[^\s]+", sam.phone.received[-1])
    assert page
    return who, page[0]


def test_two_networks_hear_two_voices(house: House) -> None:
    """By text and from the page; a third network hears the words alone."""
    house.keeps(voices=VOICES)
    sam = house.agent("Sam Lee")
    jess, _ = wrote(house, sam, "x", "@jess")
    sam.phone.texts("T1 It is on its way.", to=OUR_NUMBER)
    assert jess.reads("on its way") == "It is on its way. ^SL"

    ann, page = wrote(house, sam, "bluesky", "@ann.example.com")
    shown = house.browser.post(page, data={"deed": "look", "words": "It is on its way."}).get_data(as_text=True)
    whole = "Hello! It is on its way. - Sam at Acme Support"
    assert f"They read: “<bdi>{whole}</bdi>”" in shown
    assert f"{len(whole)} of the 300 characters" in shown
    looked = re.search(r'name="looked" value="([^"]+)"', shown)
    assert looked
    house.browser.post(page, data={"deed": "send", "words": "It is on its way.", "looked": looked[1]})
    assert ann.reads("on its way") == whole

    bob, _ = wrote(house, sam, "square", "@bob")
    sam.phone.texts("T3 It is on its way.", to=OUR_NUMBER)
    assert bob.reads("on its way") == "It is on its way."


@CALM
def test_the_voice_is_counted_before_anything_is_said(house: House) -> None:
    house.keeps(voices=VOICES)
    sam = house.agent("Sam Lee")
    jess, _ = wrote(house, sam, "x", "@jess")
    sam.phone.texts(f"T1 {'x' * 277}", to=OUR_NUMBER)
    sam.phone.reads("That is 1 character too long: X takes 280", "Nothing was sent")
    sam.phone.texts(f"T1 {'x' * 276}", to=OUR_NUMBER)
    assert len(jess.reads("xxx")) == 280


@CALM
def test_whoever_signs_is_not_named_twice(house: House) -> None:
    """An update and an apology name somebody by themselves, unless the voice there does."""
    house.keeps(voices=VOICES)
    sam, kim = house.agent("Sam Lee"), house.agent("Kim van Oh")
    jess, page = wrote(house, sam, "x", "@jess")
    sam.phone.texts("UPDATE T1 We look for it.", to=OUR_NUMBER)
    told = jess.reads("We look for it.")
    assert (told.startswith("We look for it.\nYou hear from me again by"), told.endswith(" ^SL"), "Sam" in told) == (True, True, False)
    apology, step = SORRY * 3, "x" * (280 - 3 * len(SORRY) - 1)
    form = {"apology": apology, "owner": str(kim.id)}
    refused = house.browser.post(f"{page}/amends", data=form | {"next_step": step[4:]}).get_data(as_text=True)
    assert "That is 1 character too long: X takes 280" in refused
    house.browser.post(f"{page}/amends", data=form | {"next_step": step[5:]})
    told = jess.reads(SORRY)
    assert (told.endswith("x ^KVO"), len(told)) == (True, 280)
    kim.phone.reads("you see to what comes next")


@CALM
def test_what_the_house_says_by_itself_is_short_where_it_is_short(house: House) -> None:
    house.keeps(voices=VOICES)
    sam = house.agent("Sam Lee")
    jess, page = wrote(house, sam, "x", "@jess")
    ann, other = wrote(house, sam, "bluesky", "@ann.example.com")
    for each in (page, other):
        house.browser.post(each, data={"deed": "invite"})
    assert jess.reads("Tap").startswith("Tap, and we call you: ")
    assert ann.reads("Tap").startswith("Thank you for writing. Tap, and we call you: ")
