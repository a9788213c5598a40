"""Where the stories are played: people with telephones, a website to click on, a ticket to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from voice_gateway.demo.processes import HouseOfProcesses
from voice_gateway.house_file import HouseFile
from voice_gateway.sandbox import Phone, RemoteExchange

SECONDS = 1.0
VISITORS = {"Eve": "+12025550126", "Gus": "+12025550127", "Hal": "+12025550128", "Ida": "+12025550129",
            "Jess": "+12025550132", "Joy": "+12025550130", "Max": "+12025550131"}
"""People who are in nobody's files."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, and their telephone."""

    name: str
    phone: Phone


class Ticket:
    """What a visitor got for their click."""

    def __init__(self, session: requests.Session, answer: dict[str, Any]) -> None:
        self.url = str(answer["url"])
        self._session = session

    def read(self) -> dict[str, Any]:
        """How it stands now."""
        answer = self._session.get(f"{self.url}.json", timeout=10 * SECONDS)
        answer.raise_for_status()
        facts: dict[str, Any] = answer.json()
        return facts

    @property
    def state(self) -> str:
        return str(self.read()["state"])

    @property
    def promised_at(self) -> datetime | None:
        """When the house said it would ring."""
        told = self.read()["promised_at"]
        return datetime.fromisoformat(told) if told else None

    @property
    def steps(self) -> list[str]:
        """What happened, in the journal's words."""
        return [str(step["what"]) for step in self.read()["steps"]]


class Citizen:
    """Somebody on the square: what they say there, and what the house says to them."""

    def __init__(self, stage: Stage, handle: str, name: str, followers: int) -> None:
        self._stage, self.handle = stage, handle
        self.subject = stage.asks_the_square("POST", "people", {"handle": handle, "name": name, "followers": followers})["subject"]

    def posts(self, words: str) -> None:
        """Where all can read it; `@house` in it names the house."""
        house = self._stage.asks_the_square("GET", "people", {"who": "us"})["handle"]
        self._stage.asks_the_square("POST", "said", {"by": self.handle, "words": words.replace("@house", f"@{house}")})

    def reads(self, *phrases: str, within: float = 300 * SECONDS) -> str:
        """Wait until the house has said all of this to them, and give the whole of it."""

        def found() -> str:
            told = self._stage.asks_the_square("GET", "heard", {"by": self.subject})["posts"]
            return next((each["words"] for each in told if all(phrase in each["words"] for phrase in phrases)), "")

        self._stage.exchange.run(lambda: bool(found()), within)
        words = found()
        assert words, f"the house has not said {phrases} to {self.handle} within {within:g} s"
        return words


class Stage:
    """The people of a house's file, at a carrier and a house that run."""

    def __init__(self, house: HouseOfProcesses) -> None:
        file: HouseFile = house.house
        self.url = house.url
        self.number = file.numbers[0].number
        self.exchange = RemoteExchange(house.carrier_url)
        self.agents = [Person(each.name, self.exchange.phone(each.phone)) for each in file.people if each.is_agent]
        known = {each.name: each.phones[0] for each in file.contacts if each.phones} | VISITORS
        known |= {f"{each.name}'s other telephone": each.phones[1] for each in file.contacts if each.phones[1:]}
        self.customers = {name: Person(name, self.exchange.phone(number)) for name, number in known.items()}
        self.staff = [Person(each.name, self.exchange.phone(each.phone)) for each in file.people]
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def names(self) -> dict[str, str]:
        """Who has which number."""
        return {each.phone.number: each.name for each in (*self.staff, *self.customers.values())}

    @property
    def now(self) -> datetime:
        """What the clock on the carrier's and the house's wall shows."""
        answer = self._session.get(f"{self.exchange.url}/sandbox/clock", timeout=10 * SECONDS)
        return datetime.fromtimestamp(answer.json()["now"], UTC)

    def click(self, customer: Person, about: str, **more: Any) -> requests.Response:
        """Ask for a call on the website."""
        typed: dict[str, Any] = {"phone": customer.phone.number, "name": customer.name, "about": about,
                                 "consent": True, "when": "now"} | more
        return self._session.post(f"{self.url}/click-to-call", json=typed, timeout=20 * SECONDS)

    def asks(self, customer: Person, about: str, **more: Any) -> Ticket:
        """Ask for a call; it must be promised."""
        answer = self.click(customer, about, **more)
        assert answer.status_code == 202, f"the website answered {answer.status_code}: {answer.text}"
        return Ticket(self._session, answer.json())

    def who_is_rung(self, but: Sequence[Person] = (), within: float = 60 * SECONDS) -> Person:
        """Wait until the telephone of an agent rings, and tell whose."""
        others = [each for each in self.agents if each not in but]

        def ringing() -> Person | None:
            return next((each for each in others if each.phone.is_ringing), None)

        self.exchange.run(lambda: ringing() is not None, within)
        found = ringing()
        names = ", ".join(each.name for each in others)
        assert found is not None, f"nobody was rung within {within:g} s: neither {names}"
        found.phone.rings()
        return found

    def who_reads(self, *phrases: str, within: float = 120 * SECONDS) -> Person:
        """Wait until somebody of the house has a text that says all of this, and tell who."""

        def reader() -> Person | None:
            return next((each for each in self.staff
                         if any(all(phrase in text for phrase in phrases) for text in each.phone.received)), None)

        self.exchange.run(lambda: reader() is not None, within)
        found = reader()
        assert found is not None, f"nobody got a text with {phrases} within {within:g} s"
        found.phone.reads(*phrases)
        return found

    def fetch(self, address: str) -> bytes:
        """What is at an address, as a browser would fetch it."""
        answer = self._session.get(address, timeout=10 * SECONDS)
        answer.raise_for_status()
        return answer.content

    def on_the_square(self, handle: str, name: str, followers: int) -> Citizen:
        """Somebody with an account on the pretended network."""
        return Citizen(self, handle, name, followers)

    def asks_the_square(self, method: str, what: str, told: dict[str, Any]) -> dict[str, Any]:
        """One request there."""
        how: Any = {"params": told} if method == "GET" else {"json": told}
        answer = self._session.request(method, f"{self.exchange.url}/square/square/{what}", timeout=10 * SECONDS, **how)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def presses_button(self, address: str, deed: str) -> None:
        """Press a button on the page of a message."""
        self._session.post(address, data={"deed": deed}, timeout=10 * SECONDS).raise_for_status()

    def longest_idle(self) -> Person:
        """Whoever has not been on the telephone, or been rung, for the longest time."""

        def idle_since(person: Person) -> float:
            ends = [each.at for each in self.exchange.diary(person.phone.number)
                    if each.kind in ("hung_up", "ring_stopped")]
            return max(ends, default=0.0)

        return min(self.agents, key=idle_since)
