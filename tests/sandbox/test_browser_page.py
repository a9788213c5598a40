"""Telephones in the browser, as far as HTTP goes: the page, its API, and who may use them."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
import requests

from voice_gateway.sandbox import Attachment, Exchange, RealClock, RemoteExchange, news, wsgi_post
from voice_gateway.sandbox.__main__ import arguments, exchange_for, main
from voice_gateway.sandbox.guard import Guard, is_loopback
from voice_gateway.sandbox.news import pretty
from voice_gateway.sandbox.page import FOLDER
from voice_gateway.sandbox.server import SandboxServer

from .conftest import BASE, HOUSE, App, response

DANA, SAM = "+12025550111", "+12025550122"


class Served:
    """A sandbox on a port, and a browser of few words."""

    def __init__(self, app: App, token: str = "", bound_to: str = "127.0.0.1") -> None:
        self.clock = RealClock(speed=1)
        self.exchange = Exchange(clock=self.clock, post=wsgi_post(app, BASE))
        self.exchange.own(HOUSE, voice_url=f"{BASE}/voice", sms_url=f"{BASE}/sms")
        self.server = SandboxServer((bound_to, 0), self.exchange, token)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers=headers, timeout=20)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        return requests.post(f"{self.url}/sandbox/{path}", json=body, headers=headers, timeout=5)

    def news(self, since: int = 0, wait: float = 0) -> Any:
        return self.get(f"/sandbox/news?since={since}&wait={wait}").json()

    def until(self, found: Any) -> Any:
        def got() -> list[Any]:
            return [item for item in news.since(self.exchange, 0) if found(item)]

        assert self.clock.watch(lambda: bool(got()), 5), self.news()
        return got()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.clock.stop()
        assert self.clock.mishaps == []


@pytest.fixture
def served(app: App) -> Iterator[Served]:
    one = Served(app)
    yield one
    one.close()


class Tags:
    """Every tag of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        self.found = [(str(one.tag), dict(one.attrib)) for one in lxml.html.document_fromstring(page).iter()]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


# ---- the page ----


@pytest.mark.parametrize("path", ["/", "/sandbox/telephones"])
def test_the_page_has_the_telephones_that_have_a_name(served, path):
    served.exchange.people |= {DANA: "Dana", "client:sam": "Sam"}
    answer = served.get(path)
    assert answer.headers["Content-Type"].startswith("text/html")
    page = Tags(answer.text)
    cards = page.all("article")
    assert [(card["data-number"], card["data-name"]) for card in cards] == [(DANA, "Dana"), ("client:sam", "Sam")]
    assert [key["data-key"] for key in page.all("button") if "data-key" in key] == list("123456789*0#") * 2
    assert {one["value"] for one in page.all("input") if one.get("name") == "speed"} == {"1", "10", "60"}


def test_nothing_on_it_is_inline_or_from_elsewhere(served):
    served.exchange.people[DANA] = "Dana"
    answer = served.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Tags(answer.text)
    assert all(script.get("src", "").startswith("/sandbox/static/") for script in page.all("script"))
    for tag, attributes in page.found:
        assert tag != "style"
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        for name in ("src", "href"):
            assert (attributes.get(name) or "/").startswith(("/", "#")), (tag, attributes)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", (FOLDER / "telephones.js").read_text())


def test_whoever_cannot_see_or_point_can_use_it(served):
    served.exchange.people[DANA] = "Dana"
    page = Tags(served.get("/").text)
    labelled = {label.get("for") for label in page.all("label")}
    text = served.get("/").text
    for field in page.all("input") + page.all("textarea"):
        inside = re.search(rf"<label[^>]*>[^<]*(<(?!/label)[^>]*>[^<]*)*name=\"{field.get('name')}\"", text)
        assert field.get("id") in labelled or field.get("aria-label") or inside or field.get("role") == "switch", field
    assert all(button.get("type") in (None, "button") for button in page.all("button"))
    assert [one["aria-live"] for one in page.all("ol") if one.get("role") == "log"] == ["off", "off"], "until it is filled"
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {key["aria-label"] for key in page.all("button") if "data-key" in key} >= {"star", "hash", "0"}


def test_what_somebody_is_called_is_no_html(served):
    name = "<img src=x onerror=alert(1)>\"'&"
    assert served.post("people", {"number": DANA, "name": name}).json() == {"number": DANA, "name": name}
    for path in ("/", f"/sandbox/telephones/{DANA}"):
        page = Tags(served.get(path).text)
        assert [card["data-name"] for card in page.all("article")] == [name]
        assert not [image for image in page.all("img") if image.get("src") == "x"]


@pytest.mark.parametrize(
    "name, kind", [("telephones.css", "text/css"), ("telephones.js", "text/javascript"),
     ("pictures.js", "text/javascript"), ("voice.js", "text/javascript"), ("telephone.svg", "image/svg+xml")]
)
def test_its_files(served, name, kind):
    answer = served.get(f"/sandbox/static/{name}")
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.text.splitlines()) <= 400


@pytest.mark.parametrize("name", ["../page.py", "..%2Fpage.py", "telephone.html", "none.js", "%00.js", ""])
def test_no_other_files(served, name):
    assert served.get(f"/sandbox/static/{name}").status_code == 404


# ---- what it does ----


def test_a_telephone_is_added_by_number(served):
    assert served.post("people", {"number": "(202) 555-0111", "name": " Dana  Reed "}).json() == {
        "number": DANA, "name": "Dana Reed"}  # fmt: skip
    assert 'data-name="Dana Reed"' in served.get("/").text
    assert served.post("people", {"number": "client:sam"}).json()["name"] == ""
    for number, name in (("nobody", "x"), ("", "x"), ("+12", "x"), (DANA, "x" * 41), (HOUSE, "x"), ("client:a b", "x")):
        refused = served.post("people", {"number": number, "name": name})
        assert refused.status_code == 409, number
        assert refused.json()["message"]
    assert served.get("/sandbox/telephones/nobody").status_code == 409


def test_a_call_is_played_by_the_api_alone(served, app):
    app["/voice"] = response("<Gather numDigits='1' action='/key'><Say>Press 1.</Say></Gather>")
    app["/key"] = response("<Say>Thank you.</Say>")
    assert served.post(f"phones/{DANA}/dial", {"number": HOUSE}).status_code == 200
    served.until(lambda item: item.get("event", {}).get("text") == "Press 1.")
    assert served.post(f"phones/{DANA}/press", {"keys": "1"}).status_code == 200
    served.until(lambda item: item.get("event", {}).get("text") == "Thank you.")
    hooks = [item for item in served.news()["items"] if item["about"] == "webhook"]
    assert [(hook["path"], hook["status"], hook["signature"]) for hook in hooks] == [
        ("/voice", 200, "accepted"), ("/key", 200, "accepted")]  # fmt: skip
    assert hooks[0]["milliseconds"] >= 0
    assert hooks[0]["document"].splitlines()[:3] == [
        "<Response>", '  <Gather numDigits="1" action="/key">', "    <Say>Press 1.</Say>"]  # fmt: skip
    assert "presses('1')" in served.get("/sandbox/repro").text
    wrong = served.post(f"phones/{SAM}/press", {"keys": "1"})
    assert (wrong.status_code, "not on the telephone" in wrong.json()["message"]) == (409, True)


def test_news_come_once_and_as_soon_as_there_are_any(served, app):
    app["/voice"] = response("<Say>Hello.</Say>")
    first = served.news()
    assert first["items"] == []
    threading.Timer(0.2, served.exchange.act, (DANA, "dial", {"number": HOUSE})).start()
    began = time.monotonic()
    fresh = served.news(first["next"], wait=10)
    assert 0.1 < time.monotonic() - began < 5
    assert {item["number"] for item in fresh["items"] if item["about"] == "phone"} == {DANA}
    told = served.news()
    for _each_that_the_call_still_brings in range(100):
        told, later = served.news(told["next"]), told
        if not told["items"]:
            break
        assert told["next"] > later["next"]
    assert told["items"] == []


def test_a_poll_does_not_outlast_its_wall_time_when_time_slows_down(served):
    served.post("clock", {"speed": 60})
    threading.Timer(0.1, served.clock.change_speed, (0.5,)).start()
    began = time.monotonic()
    served.news(0, wait=0.5)
    assert time.monotonic() - began < 3


def test_a_refused_signature_and_a_problem_are_told(served, app):
    app["/voice"] = 403
    served.post(f"phones/{DANA}/dial", {"number": HOUSE})
    served.until(lambda item: item["about"] == "problem" and item["code"] == 11200)
    (hook,) = served.until(lambda item: item["about"] == "webhook" and item["status"])
    assert (hook["signature"], hook["verdict"]) == ("refused", 11200)


def test_texts_and_pictures(served, app):
    picture = "https://media.example.test/1.jpg"
    app["/sms"] = response(f"<Message><Body>Look</Body><Media>{picture}</Media></Message>")
    served.post("clock", {"speed": 60})
    served.post(f"phones/{DANA}/text", {"body": "Hello", "to": HOUSE, "media": [picture]})
    (text,) = served.until(lambda item: item.get("event", {}).get("kind") == "text")
    assert (text["event"]["text"], text["event"]["media"]) == ("Look", (picture,))
    assert f"media=['{picture}']" in served.get("/sandbox/repro").text
    assert RemoteExchange(served.url).diary(DANA)[-1].media == (picture,)


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class Gallery(App):
    """An application that has a picture to send."""

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] != "/ours.gif":
            return super().__call__(environ, start)
        start("200 OK", [("Content-Type", "image/gif")])
        return [GIF]


def test_pictures_are_shown(tmp_path):
    app = Gallery()
    app["/sms"] = response("<Message><Body>Ours</Body><Media>/ours.gif</Media></Message>")
    served = Served(app)
    mine = f"data:image/gif;base64,{base64.b64encode(GIF).decode()}"
    try:
        served.post("clock", {"speed": 60})
        served.post(f"phones/{DANA}/text", {"body": "Mine", "to": HOUSE, "media": [mine]})
        (text,) = served.until(lambda item: item.get("event", {}).get("kind") == "text")
        shown = served.get(f"/sandbox/media/{text['event']['call']}/0")
        assert (shown.content, shown.headers["Content-Type"]) == (GIF, "image/gif")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        fetched = served.until(lambda item: item.get("kind") == "media" and item["status"])
        assert (fetched[0]["body"], fetched[0]["document"]) == ("", "")
        told = app.to("/sms")[0]
        auth = (served.exchange.account_sid, served.exchange.auth_token)
        served.exchange.public_base_url = served.url
        answer = requests.get(told["MediaUrl0"].replace("https://api.twilio.com", served.url), auth=auth, timeout=5)
        assert (answer.history[0].status_code, answer.content) == (307, GIF)
        for nothing in ("MM" + "0" * 32 + "/0", f"{text['event']['call']}/7"):
            assert served.get(f"/sandbox/media/{nothing}").status_code == 404
        document = Attachment(b"%PDF", "application/pdf")
        RemoteExchange(served.url).phone(DANA).texts("Read this", to=HOUSE, media=[document])
        sid = next(reversed(served.exchange.media.values())).message.sid
        assert served.get(f"/sandbox/media/{sid}/0").status_code == 204, "only pictures are shown"
    finally:
        served.close()


def test_a_telephone_on_whatsapp(served, app):
    ours, hers = f"whatsapp:{HOUSE}", f"whatsapp:{DANA}"
    served.exchange.own(ours, sms_url=f"{BASE}/sms")
    app["/sms"] = response("<Message action='/told'>Hello Dana</Message>")
    assert served.post("people", {"number": hers, "name": "Dana"}).json()["number"] == hers
    card = lxml.html.fromstring(served.get(f"/sandbox/telephones/{hers}").text)
    assert (card.get("data-channel"), card.get("data-name")) == ("whatsapp", "Dana")
    assert card.findtext(".//p[@class='number']") == "WhatsApp +1 (202) 555-0111"
    to = card.find(".//input[@name='to']")
    assert to is not None
    assert to.get("value") == ours
    served.post("clock", {"speed": 60})
    served.post(f"phones/{hers}/text", {"body": "Hi", "to": ours})
    (text,) = served.until(lambda item: item.get("event", {}).get("kind") == "text")
    served.post(f"phones/{hers}/read", {"message": text["event"]["call"]})
    served.until(lambda item: item.get("params", {}).get("MessageStatus") == "read")
    assert app.to("/sms")[0]["ProfileName"] == "Dana"
    assert served.post("people", {"number": "whatsapp:nobody", "name": ""}).status_code == 409


def test_another_speed(served):
    before = served.get("/sandbox/clock").json()
    assert served.post("clock", {"speed": 60}).json()["speed"] == 60
    after = served.get("/sandbox/clock").json()
    assert (after["speed"], 0 <= after["now"] - before["now"] < 120) == (60, True)
    assert 'aria-label="60 times as fast as life" checked' in served.get("/").text
    for wrong in (0, -1, "fast", None, True, 1e9):
        assert served.post("clock", {"speed": wrong}).status_code == 409


def test_an_answering_machine(served):
    served.post(f"phones/{DANA}/machine", {"greeting": "This is Dana.", "after": 1})
    assert 'data-part="machine" checked' in served.get(f"/sandbox/telephones/{DANA}").text
    served.post(f"phones/{DANA}/person", {})
    assert 'data-part="machine" checked' not in served.get(f"/sandbox/telephones/{DANA}").text


def test_what_is_not_there(served):
    for path in ("/sandbox/nothing", "/sandbox/phones", "/sandbox/a/b/c/d"):
        assert served.get(path).status_code == 404
    assert served.post("nothing", {}).status_code == 404
    assert served.post("people", ["x"]).status_code == 409
    assert served.get("/sandbox/news?since=x").status_code == 409
    assert requests.delete(f"{served.url}/sandbox/people", timeout=5).status_code == 405


@pytest.mark.parametrize(
    "body, words",
    [(b"hello", "hello"), (b"<Response/>", "<Response />"), (b"<Response><Say", "<Response><Say"), (b"", ""),
     (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")],
)  # fmt: skip
def test_documents_are_written_in_lines(body, words):
    assert pretty(body) == words


# ---- who may ----


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
     {"Host": "elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_a_page_elsewhere_cannot_press_keys(served, headers):
    refused = served.post(f"phones/{DANA}/dial", {"number": HOUSE}, **headers)
    assert refused.status_code == 403
    assert served.exchange.calls == {}
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_a_name_that_was_pointed_here_reads_nothing(served):
    for path in ("/", "/sandbox/log", "/sandbox/news", f"/sandbox/phones/{DANA}/events"):
        assert served.get(path, Host="elsewhere.example:80").status_code == 403


def test_our_own_page_may(served):
    for name in ("127.0.0.1", "localhost"):
        host = served.url.removeprefix("http://").replace("127.0.0.1", name)
        own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert served.post("people", {"number": DANA}, **own).status_code == 200


def test_beyond_this_computer_a_token_is_needed(app):
    with pytest.raises(ValueError, match="token"):
        Guard("0.0.0.0")
    one = Served(app, token="a-token", bound_to="0.0.0.0")
    try:
        for path in ("/", "/sandbox/log", "/?token=wrong"):
            assert one.get(path).status_code == 401
        assert one.get("/sandbox/log", Authorization="Bearer wrong").status_code == 401
        assert one.get("/sandbox/log", Authorization="Bearer a-token").status_code == 200
        page = one.get("/?token=a-token")
        cookie = page.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict"))
        assert one.get("/sandbox/log", Cookie=cookie.split(";")[0]).status_code == 200
        stolen = {"Cookie": cookie.split(";")[0], "Origin": "https://elsewhere.example"}
        assert one.post("people", {"number": DANA}, **stolen).status_code == 403
        assert RemoteExchange(one.url, "a-token").log()["webhooks"] == []
        assert RemoteExchange(f"{one.url}/?token=a-token").url == one.url
        account = one.exchange.account_sid
        rest = requests.get(f"{one.url}/2010-04-01/Accounts/{account}.json", auth=(account, "12345"), timeout=5)
        assert rest.status_code == 200, "Twilio's own door has its own key"
    finally:
        one.close()


@pytest.mark.parametrize(
    "host, is_ours",
    [("127.0.0.1", True), ("localhost", True), ("[::1]", True), ("::1", True), ("app.localhost", True), ("127.8.8.8", True),
     ("0.0.0.0", False), ("", False), ("localhost.example", False), ("10.0.0.1", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_names_of_this_computer(host, is_ours):
    assert is_loopback(host) is is_ours


# ---- the command ----


def test_people_are_named_on_the_command_line():
    told = arguments().parse_args(["--port", "1", "--people", f"Sam={SAM},Dana Reed=(202) 555-0111,client:kim"])
    exchange = exchange_for(told)
    exchange.clock.stop()
    assert exchange.people == {SAM: "Sam", DANA: "Dana Reed", "client:kim": ""}


@pytest.mark.parametrize(
    "words, said", [(["--people", "Sam=nobody"], "'nobody' is no telephone number"), (["--host", "0.0.0.0"], "give --token")]
)
def test_the_command_says_what_is_wrong(words, said, capsys):
    with pytest.raises(SystemExit) as left:
        main(["--port", "0", *words])
    assert left.value.code == 2
    assert said in capsys.readouterr().err
