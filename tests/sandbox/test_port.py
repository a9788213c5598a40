"""The face on a port: real sockets, real time made fast, the same sentences."""

from __future__ import annotations

import io
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from voice_gateway.sandbox import Exchange, RealClock, RemoteExchange, http_post
from voice_gateway.sandbox.server import SandboxServer
from voice_gateway.sandbox.terminal import Terminal

from .conftest import HOUSE, App, response

DANA, SAM = "+12025550111", "+12025550122"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        pass


class Mapped(TwilioHttpClient):
    """Twilio's own client, pointed at the port."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5)
        self.url = url

    def request(self, method, url, **how):
        return super().request(method, url.replace("https://api.twilio.com", self.url), **how)


@pytest.fixture
def port(app: App):
    web = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    clock = RealClock(speed=100)
    exchange = Exchange(clock=clock, post=http_post(), calls_per_second=100)
    base = f"http://127.0.0.1:{web.server_port}"
    exchange.own(HOUSE, voice_url=f"{base}/voice")
    server = SandboxServer(("127.0.0.1", 0), exchange)
    exchange.public_base_url = server.url
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.url, base, exchange
    server.shutdown()
    server.server_close()
    clock.stop()
    web.shutdown()
    web.server_close()
    assert clock.mishaps == []


def test_every_answer_has_one_date(port):
    url, _, _ = port
    for path in ("/2010-04-01/Accounts.json", "/sandbox/clock"):
        assert requests.get(f"{url}{path}", timeout=5).headers["Date"].count("GMT") == 1


def test_the_same_sentences_over_a_port(port, app):
    url, base, _ = port
    app["/voice"] = response("<Dial><Conference beep='false'>blue</Conference></Dial>")
    app["/ring"] = response("<Gather numDigits='1' action='/voice'><Say>Press 1 to join.</Say></Gather>")
    remote = RemoteExchange(url)
    dana, sam = remote.phone(DANA), remote.phone(SAM)
    dana.dials(HOUSE).hears("[music]")
    client = Client("AC" + "0" * 32, "12345", http_client=Mapped(url))
    call = client.calls.create(to=SAM, from_=HOUSE, url=f"{base}/ring")
    sam.rings().hears("Press 1").presses("1")
    assert sam.talks_with(dana)
    dana.says("Good morning")
    sam.hears("Good morning").hangs_up()
    dana.hangs_up()
    assert remote.run(lambda: client.calls(call.sid).fetch().status == "completed", within=30)
    assert remote.run(lambda: remote.loose_ends() == [], within=30)
    assert "presses('1')" in remote.repro()
    assert remote.log()["problems"] == []


def test_strangers_are_refused(port):
    url, _, _ = port
    path = f"{url}/2010-04-01/Accounts/AC{'0' * 32}/Calls.json"
    refused = requests.get(path, auth=("AC" + "0" * 32, "wrong"), timeout=5)
    assert refused.status_code == 401
    assert refused.json()["code"] == 20003
    assert requests.get(f"{url}/sandbox/nothing", timeout=5).status_code == 404
    wrong = requests.post(f"{url}/sandbox/phones/{DANA}/press", json={"keys": "1"}, timeout=5)
    assert wrong.status_code == 409
    assert "not on the telephone" in wrong.json()["message"]


class Screen(io.StringIO):
    """What a terminal shows, and when whoever sits there has been asked for a key."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def write(self, text: str) -> int:
        if "Press 1." in text:
            self.asked.set()
        return super().write(text)


def test_a_telephone_in_the_terminal(port, app):
    url, _, _ = port
    app["/voice"] = response("<Gather numDigits='1' action='/more'><Say>Press 1.</Say></Gather>")
    app["/more"] = response("<Say>Thank you.</Say>")
    shown = Screen()

    def typed():
        yield f"d {HOUSE}\n"
        assert shown.asked.wait(60), shown.getvalue()  # a key that comes sooner cuts the words short
        yield "1\n"

    Terminal(RemoteExchange(url), DANA, shown).run(typed())
    assert "line: Press 1." in shown.getvalue()
    assert "line: Thank you." in shown.getvalue()
    assert "(the line is dead)" in shown.getvalue()
