"""The first story as a newcomer plays it: the website, the telephones and the ticket, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Visitor, fills_in
from voice_gateway.demo.processes import HouseOfProcesses

expect.set_options(timeout=PATIENCE)


class Telephone:
    """One telephone on the page of telephones, used as people do."""

    def __init__(self, page: Page, name: str) -> None:
        self.name = name
        self.card = page.locator(".phone").filter(has=page.get_by_role("heading", name=name, exact=True))

    def answers(self) -> None:
        self._button("Answer").click()

    def hears(self, words: str) -> None:
        expect(self._heard.filter(has_text=words).first).to_be_visible()

    def presses(self, key: str) -> None:
        self._button(key).click()

    def says(self, words: str) -> None:
        self.card.get_by_placeholder("Speak by typing").fill(words)
        self._button("Say").click()

    def hangs_up(self) -> None:
        self._button("Hang up").click()

    def is_on_the_hook(self) -> None:
        expect(self.card.locator("[data-part=state]")).to_have_text("on the hook")

    @property
    def _heard(self) -> Locator:
        return self.card.get_by_role("log", name="What is heard").get_by_role("listitem")

    def _button(self, name: str) -> Locator:
        return self.card.get_by_role("button", name=name, exact=True)


def test_dana_asks_for_a_call_and_talks_with_sam(visitor: Visitor, demo: HouseOfProcesses) -> None:
    window = visitor.window()
    telephones = window.opens(demo.carrier_url)
    sam, dana = Telephone(telephones, "Sam"), Telephone(telephones, "Dana")
    website = window.opens(f"{demo.url}/click-to-call")
    fills_in(website, "+12025550121", "Dana", "a refund")
    website.get_by_role("button", name="Call me").click()
    expect(website.get_by_role("heading", name="Your ticket T1")).to_be_visible()

    sam.answers()
    sam.hears("Dana is waiting for a call about a refund")
    sam.hears("Press 1 to call now")
    sam.presses("1")

    dana.answers()
    dana.hears("You asked us to call. Sam is on the line. Press 1 to talk")
    dana.presses("1")
    sam.hears("Talking with Dana")
    expect(website.get_by_role("heading", name="You are talking with Sam.")).to_be_visible()

    dana.says("Hello Sam, where is my money?")
    sam.hears("Hello Sam, where is my money?")
    sam.says("It is on its way to you.")
    dana.hears("It is on its way to you.")

    dana.hangs_up()
    sam.hears("How did it go?")
    sam.presses("1")
    sam.hears("Solved. Thank you, goodbye.")
    sam.is_on_the_hook()
    dana.is_on_the_hook()
    expect(website.get_by_role("heading", name="Solved.")).to_be_visible()
    expect(website.get_by_role("listitem").filter(has_text="You talk with Sam.")).to_be_visible()
    expect(telephones.locator("#log .problem, #log .bad")).to_have_count(0)
