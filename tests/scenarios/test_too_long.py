"""An answer that is longer than its network takes is not sent: whoever wrote it reads at once by how much, and keeps it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from tests.house import OUR_NUMBER, Agent, House
from voice_gateway.sandbox.citizens import Person
from voice_gateway.store.tables import NetworkRow

pytestmark = pytest.mark.weather("calm")
SORRY = "We are sorry that it was lost."


def wrote(house: House, network: str) -> tuple[Agent, Person, str]:
    """Somebody on this network; gives the page of the case as well."""
    sam = house.agent("Sam")
    jess = house.person_on(network, "@jess" if network != "mastodon" else "@jess@mastodon.example")
    jess.posts("@house where is my bag")
    sam.phone.reads("wrote on", "where is my bag")
    page = re.search(r"/w/[^\s]+", sam.phone.received[-1])
    assert page
    return sam, jess, page[0]


@pytest.mark.parametrize("network, fits, told", [
    ("bluesky", "\U0001f1e9\U0001f1ea" * 300, "That is 1 character too long: Bluesky takes 300."),
    ("x", "\u65e5" * 140, "That is 2 characters too long: X takes 280."),
    ("mastodon", "x" * 494, "That is 1 character too long: Mastodon takes 500."),
    ("instagram", "x" * 1400, ""),
])
def test_by_text(house: House, network: str, fits: str, told: str) -> None:
    sam, jess, _ = wrote(house, network)
    if told:
        sam.phone.texts(f"T1 {fits}{fits[-1] if network != 'bluesky' else 'x'}", to=OUR_NUMBER)
        sam.phone.reads(told, "Nothing was sent")
    sam.phone.texts(f"T1 {fits}", to=OUR_NUMBER)
    assert jess.reads(fits[:20]) == fits


def test_what_the_house_says_around_it_counts_as_well(house: House) -> None:
    """The signature of an apology, and when they hear again."""
    sam, jess, _ = wrote(house, "x")
    sam.phone.texts(f"UPDATE T1 {'x' * 270}", to=OUR_NUMBER)
    sam.phone.reads("too long: X takes 280", "Nothing was sent")
    step = "x" * (280 - len(SORRY) - 1)
    sam.phone.texts(f"APOLOGY T1 {SORRY} NEXT {step}", to=OUR_NUMBER)
    sam.phone.reads("That is 6 characters too long: X takes 280", "T1 is as it was")
    sam.phone.texts(f"APOLOGY T1 {SORRY} NEXT {step[6:]}", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved")
    assert len(jess.reads(SORRY)) == 280


def test_on_the_page_before_anything_is_sent(house: House) -> None:
    """Said when it is looked at, with the words kept; and by the server's own limit, once it has told it."""
    sam, jess, page = wrote(house, "mastodon")
    with house.store.transaction() as memory:
        memory.execute(update(NetworkRow).where(NetworkRow.name == "mastodon").values(longest_answer=100))
    words = "x" * 95
    refused = house.browser.post(page, data={"deed": "look", "words": words})
    shown = refused.get_data(as_text=True)
    assert (refused.status_code, "That is 1 character too long: Mastodon takes 100" in shown, words in shown) == (400, True, True)
    assert 'value="send"' not in shown
    shown = house.browser.post(page, data={"deed": "look", "words": words[1:]}).get_data(as_text=True)
    assert "100 of the 100 characters that an answer may have there" in shown
    looked = re.search(r'name="looked" value="([^"]+)"', shown)
    assert looked
    assert house.browser.post(page, data={"deed": "update", "words": words[1:], "looked": looked[1]}).status_code == 409
    amends = house.browser.post(f"{page}/amends", data={"apology": SORRY, "next_step": "x" * 80, "owner": str(sam.id)})
    assert (amends.status_code, "too long: Mastodon takes 100" in amends.get_data(as_text=True)) == (409, True)
    assert house.browser.post(page, data={"deed": "send", "words": words[1:], "looked": looked[1]}).status_code == 303
    jess.reads("xxx")
