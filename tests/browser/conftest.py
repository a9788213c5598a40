"""The demo as it runs, and a browser in which it is looked at with a critical eye."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests import chromium
from voice_gateway.demo.processes import HouseOfProcesses

SPEED = 2.0
MILLISECONDS = 1
PATIENCE = 20_000 * MILLISECONDS  # of a person who waits for a page, or for a telephone to ring

# It shall ask nobody but our own servers, neither for us nor for its maker.
KEEPS_TO_ITSELF = ("--disable-gpu", "--disable-background-networking", "--no-proxy-server",
                   "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


class Window:
    """A browser's window. All that went wrong in any of its pages is kept, in words."""

    def __init__(self, context: BrowserContext, hosts: frozenset[str]) -> None:
        self.complaints: list[str] = []
        self._context = context
        self._hosts = hosts
        context.set_default_timeout(PATIENCE)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"a script broke: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)

    def opens(self, address: str) -> Page:
        """One more page of it."""
        page = self._context.new_page()
        page.goto(address)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"the console says: {message.text} ({message.location})")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc not in self._hosts:
            self.complaints.append(f"something is loaded from elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.url} answered {response.status}")


class Visitor:
    """Opens windows, of any size and kind."""

    def __init__(self, browser: Browser, house: HouseOfProcesses) -> None:
        self.windows: list[Window] = []
        self._browser = browser
        self._hosts = frozenset(urlsplit(url).netloc for url in (house.url, house.carrier_url))

    def window(self, width: int = 1280, height: int = 900, *, dark: bool = False, scripts: bool = True) -> Window:
        """A window of its own, that knows nothing of the others."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
            java_script_enabled=scripts)
        self.windows.append(Window(context, self._hosts))
        return self.windows[-1]


def fills_in(website: Page, phone: str, name: str, about: str) -> None:
    """Fill the form in which a visitor asks for a call; the rest is for them to choose."""
    website.get_by_label("Your telephone number").fill(phone)
    website.get_by_label("Your name", exact=True).fill(name)
    website.get_by_label("What is it about?").fill(about)
    website.locator("#consent").check()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseOfProcesses]:
    """What `./run demo` starts, on ports of its own, and twice as fast as life."""
    with HouseOfProcesses(tmp_path_factory.mktemp("demo"), speed=SPEED, port=0, carrier_port=0) as house:
        yield house


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium.program(), args=KEEPS_TO_ITSELF)


@pytest.fixture
def visitor(browser: Browser, demo: HouseOfProcesses) -> Iterator[Visitor]:
    """Somebody at a browser. When the test is over, nothing may have gone wrong in any of the pages."""
    visitor = Visitor(browser, demo)
    yield visitor
    for context in browser.contexts:
        context.close()
    assert [each.complaints for each in visitor.windows if each.complaints] == []
