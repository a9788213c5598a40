"""From a stranger's post to a talk, from their next post straight to the telephones, and "not me", which ends it.

Everything between is real but the telephone company: the network, the house's processes, its pages, and a terminal in which
a colleague has their telephone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.at_network import AtNetwork
from tests.bluesky.people import PASSWORD, Somebody, somebody, until
from tests.bluesky.visitor import Visitor
from tests.daylight import COUNTRIES, where_it_is_day
from tests.processes.conftest import memory_of
from tests.terminal_phone import TerminalPhone, terminal_phone
from voice_gateway.demo.processes import HouseOfProcesses
from voice_gateway.sandbox import Phone, RemoteExchange
from voice_gateway.store.tables import NetworkRow

pytestmark = pytest.mark.bluesky
HOUSE = Path(__file__).parents[1] / "processes" / "house.toml"
OURS, SAMS = "+12025550100", "+12025550111"
WITHIN = 120.0  # real seconds


@pytest.fixture
def desk_account(at_network: AtNetwork) -> Iterator[Somebody]:
    with somebody(at_network, "Acme") as us:
        yield us


@pytest.fixture
def house(at_network: AtNetwork, desk_account: Somebody, tmp_path: Path) -> Iterator[HouseOfProcesses]:
    """It runs, and listens."""
    described = tmp_path / "house.toml"
    described.write_text(HOUSE.read_text().replace('countries = ["US"]', f"countries = {json.dumps(COUNTRIES)}"))
    told = {"BLUESKY_HANDLE": desk_account.handle, "BLUESKY_PASSWORD": PASSWORD, "BLUESKY_URL": at_network.server}
    with HouseOfProcesses(tmp_path, house=described, speed=4, port=0, carrier_port=0, more=told) as house, closing(memory_of(house)) as store:
        house.begin("listener")

        def listens() -> bool:
            with store.reading() as memory:
                return memory.scalar(select(NetworkRow.read_at).where(NetworkRow.name == "bluesky")) is not None

        assert until(listens, WITHIN), house.children["listener"].last_words()
        yield house


def test_from_a_strangers_post_to_a_talk_and_from_their_next_one_to_not_me(
        house: HouseOfProcesses, desk_account: Somebody, dana: Somebody) -> None:
    phone = RemoteExchange(house.carrier_url).phone(where_it_is_day())
    with terminal_phone(house.carrier_url, SAMS) as sam:
        dana.posts("my parcel is lost", to=desk_account)
        sam.sees(f"T1 {dana.handle} wrote on Bluesky", "my parcel is lost")
        sam.types(f"t {OURS} LINK")
        sam.sees("they tap it, show who they are, and we ring")
        shows_who_they_are(link_to(dana), dana, phone)
        says_yes(sam)
        phone.rings(within=WITHIN).hears("You wrote about us on Bluesky", "Sam is on the line", within=WITHIN).presses("1")
        sam.sees("(talking with")
        phone.hangs_up()
        says_it_in_public(sam, dana)

        dana.posts("and now it is broken", to=desk_account)
        says_yes(sam, "and now it is broken")
        phone.rings(within=WITHIN).texts("NOT ME", to=OURS)
        phone.is_hung_up(within=WITHIN).reads("It has ended", within=WITHIN)
        sam.sees("so nobody is rung")
        dana.posts("hello?", to=desk_account)
        assert "RINGING" not in sam.sees(f"{dana.handle} wrote on Bluesky", "hello?")


def link_to(dana: Somebody) -> str:
    """As it stands in our answer to them."""
    def found() -> str:
        links = (re.search(r"http://\S+/prove/\S+", words) for words in dana.hears())
        return next((each[0] for each in links if each), "")

    assert until(found, WITHIN), dana.hears()
    return found()


def shows_who_they_are(page: str, dana: Somebody, phone: Phone) -> None:
    with closing(Visitor(page)) as visitor:
        visitor.sees(f"You wrote to us as {dana.handle}").signs_in(dana).sees(f"You have signed in as {dana.handle}")
        visitor.does("number", phone=phone.number, consent="yes").sees("We have texted six digits")
        phone.reads(f"links {dana.handle} on Bluesky with this number", within=WITHIN)
        (code,) = re.findall(r"\b\d{6}\b", phone.received[-1])
        visitor.does("code", code=code).sees("we call you now")


def says_yes(sam: TerminalPhone, *told: str) -> None:
    """Sam is rung and hears what it is about."""
    sam.sees("RINGING")
    sam.types("a")
    sam.sees(*told, "Press 1 to call now")
    sam.types("1")


def says_it_in_public(sam: TerminalPhone, dana: Somebody) -> None:
    """It is over only when it was said where it began."""
    sam.sees("How did it go")
    sam.types("1")
    sam.sees("T1 is yours")
    sam.types(f"t {OURS} APOLOGY T1 We are sorry. NEXT You get a new one.")
    sam.sees("T1 is solved")
    words = "We are sorry. You get a new one."
    assert until(lambda: any(words in each for each in dana.hears()), WITHIN), dana.hears()
