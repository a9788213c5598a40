"""The pages as a browser shows them: small and large, in light and dark, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, fills_in
from voice_gateway.demo.processes import HouseOfProcesses

WIDTH, HEIGHT = 390, 844  # of a telephone
READABLE = 4.5  # the least contrast of text, by WCAG

# How wide the page is beyond its window, the contrast of its text, and whether its ground is dark.
LOOKS = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255)
      .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    const colour = getComputedStyle(one).backgroundColor;
    return /, 0\\)$/.test(colour) && one.parentElement ? ground(one.parentElement) : colour;
  };
  const title = document.querySelector("h1");
  const [ink, paper] = [light(getComputedStyle(title).color), light(ground(title))];
  return { beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
           contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), dark: paper < 0.2 };
}"""


def looks_well(page: Page, *, dark: bool) -> None:
    looks = page.evaluate(LOOKS)
    assert looks["beyond"] <= 0, f"{page.url} is {looks['beyond']} px wider than the window"
    assert looks["contrast"] >= READABLE, page.url
    assert looks["dark"] == dark, page.url


def asks_for_later(visitor: Visitor, demo: HouseOfProcesses, phone: str, *, dark: bool = False,
                   scripts: bool = True) -> Page:
    """The ticket of somebody who wants to be called in a day: nobody's telephone rings for it."""
    website = visitor.window(WIDTH, HEIGHT, dark=dark, scripts=scripts).opens(f"{demo.url}/click-to-call")
    looks_well(website, dark=dark)
    fills_in(website, phone, "Eve", "an order")
    website.get_by_label("When shall we call?").select_option(index=50)
    website.get_by_role("button", name="Call me").click()
    expect(website.get_by_role("heading", name="We will ring you.")).to_be_visible()
    return website


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_website_is_at_home_on_a_telephone(visitor: Visitor, demo: HouseOfProcesses, dark: bool) -> None:
    """And whoever has a name of three hundred letters is at home there too."""
    page = asks_for_later(visitor, demo, "+12025550126", dark=dark)
    looks_well(page, dark=dark)
    assert page.evaluate("""() => { const line = document.querySelector(".slip .lead"); line.textContent = "@" + "a".repeat(300);
                                    return line.scrollWidth <= line.clientWidth; }""")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_of_telephones_is_at_home_on_a_telephone(visitor: Visitor, demo: HouseOfProcesses, dark: bool) -> None:
    page = visitor.window(WIDTH, HEIGHT, dark=dark).opens(demo.carrier_url)
    expect(page.get_by_role("heading", name="Dana", exact=True)).to_be_visible()
    looks_well(page, dark=dark)


def test_the_form_and_the_ticket_need_no_scripts(visitor: Visitor, demo: HouseOfProcesses) -> None:
    ticket = asks_for_later(visitor, demo, "+12025550127", scripts=False)
    expect(ticket.get_by_role("listitem").filter(has_text="You asked for a call.")).to_be_visible()
    ticket.reload()
    expect(ticket.locator("meta[http-equiv=refresh]")).to_have_count(1)


def test_what_goes_wrong_in_a_page_would_be_noticed(visitor: Visitor, demo: HouseOfProcesses) -> None:
    window = visitor.window()
    page = window.opens(f"{demo.url}/click-to-call")
    page.evaluate("console.error('a planted error')")
    page.evaluate("setTimeout(() => { throw new Error('a planted exception') })")
    page.evaluate("fetch('/nowhere')")
    page.goto(f"data:text/html,<img src='{demo.url}/healthz'><img src='http://elsewhere.example/pixel.gif'>")
    page.goto(f"{demo.url}/click-to-call")
    found = "\n".join(window.complaints)
    window.complaints.clear()
    for planted in ("a planted error", "a planted exception", "/nowhere answered 404", "elsewhere.example/pixel.gif"):
        assert planted in found
