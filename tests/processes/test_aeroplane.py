"""The aeroplane, on telephones in terminals: from a post to the manager, and back to the customer.

All processes are real, and everybody reads and types as people do with `voice-gateway phone`.
"""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import requests
from sqlalchemy import select

from tests.processes.conftest import memory_of, until
from tests.terminal_phone import TerminalPhone, terminal_phone
from voice_gateway.demo.aeroplane import CODE, LINK, POST
from voice_gateway.demo.processes import HouseOfProcesses
from voice_gateway.demo.stage import Stage
from voice_gateway.store.tables import NetworkRow

SPEED = 10.0
WITHIN = 600.0


HOUSE = """
[house]
name = "Acme Air"
time_zone = "America/New_York"
countries = ["US"]
[[numbers]]
number = "+12025550100"
[[people]]
name = "Sam"
phone = "+12025550111"
roles = ["agent"]
[[people]]
name = "Maria"
phone = "+12025550114"
roles = ["manager"]
[[ladders]]
name = "default"
[[ladders.rungs]]
who = "Maria"
how = "ring"
after = "0s"
times = 3
"""


def test_an_hour_on_the_ground(tmp_path: Path) -> None:
    """Nobody takes it; it climbs to the manager, and one key of hers joins the two."""
    described = tmp_path / "house.toml"
    described.write_text(HOUSE, "utf-8")
    with HouseOfProcesses(tmp_path / "house", speed=SPEED, house=described, port=0, carrier_port=0) as house:
        assert listens(house), house.children["clock"].last_words()
        stage = Stage(house)
        number = {each.name: each.phone.number for each in stage.staff} | {"Jess": stage.customers["Jess"].phone.number}
        ours, jess = stage.number, stage.on_the_square("@jess", "Jess", followers=25_000)
        with (terminal_phone(house.carrier_url, number["Sam"]) as sam, terminal_phone(house.carrier_url, number["Maria"]) as maria,
              terminal_phone(house.carrier_url, number["Jess"]) as hers):
            jess.posts(POST)
            told = sam.sees("@jess wrote on the square", "25,000 follow them")
            ticket = re.findall(r"T\d+", told)[-1]
            sam.types(f"t {ours} LINK {ticket}")
            sam.sees("they tap it, show who they are, and we ring")
            shows_who_she_is(LINK.findall(jess.reads("Tap, and we call you", within=WITHIN))[0], hers, number["Jess"])
            hers.sees("nobody was free to ring you yet")
            maria.sees("RINGING")
            maria.types("a")
            maria.sees("@jess", "25,000 follow them", "Press 1 to talk with them now")
            maria.types("1")
            hers.sees("RINGING")
            hers.types("a")
            hers.sees("You wrote about us on the square", "Maria, our manager")
            hers.types("1")
            maria.sees("(talking with")
            maria.types("I am so sorry. You are off the aeroplane in ten minutes.")
            hers.sees("You are off the aeroplane in ten minutes")
            hers.types("h")
            maria.sees("How did it go")
            maria.types("1")
            maria.sees("it ends there: with an apology")
            maria.types(f"t {ours} APOLOGY {ticket} We are sorry for the hour on the ground. NEXT You leave in ten minutes")
            jess.reads("We are sorry for the hour on the ground", "Maria", within=WITHIN)
            hers.sees("Where it stands")


def listens(house: HouseOfProcesses) -> bool:
    """What is written from now on is read."""
    with closing(memory_of(house)) as store:
        def has_looked() -> bool:
            with store.reading() as memory:
                return memory.scalar(select(NetworkRow.read_at)) is not None
        return until(has_looked)


def shows_who_she_is(link: str, hers: TerminalPhone, number: str) -> None:
    """In one browser: she signs in, types her number, and types the code that her telephone shows."""
    with requests.Session() as browser:
        browser.trust_env = False

        def does(deed: str, **typed: str) -> str:
            answer = browser.post(link, data={"deed": deed, **typed}, timeout=20)
            answer.raise_for_status()
            return answer.text

        does("sign_in", network="square", handle="@jess")
        does("number", phone=number, consent="yes")
        told = hers.sees("links @jess on the square with this number")
        assert "we call you now" in does("code", code=CODE.findall(told)[-1])
