"""The line to the carrier: what an answer means, and when nobody can say."""

from __future__ import annotations

import base64
import io
import re
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from socketserver import StreamRequestHandler, TCPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.house import BASE, OUR_NUMBER, house_settings
from voice_gateway.carrier import Carrier, CarrierError, Do, Media, NotAudio, NotYet, Unknown, Unreached
from voice_gateway.carrier import media as the_line
from voice_gateway.carrier.sim import changed_at
from voice_gateway.sandbox import weather
from voice_gateway.sandbox.exchange import Exchange
from voice_gateway.sandbox.posting import wsgi_post

DANA = "+12025550121"


def nobody(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("404 Not Found", [])
    return []


def line(sky: Any = None, house: Any = nobody, **settings: Any) -> tuple[Exchange, Carrier]:
    given = house_settings("sqlite://").model_copy(update=settings)
    exchange = Exchange(given.twilio_account_sid, house_settings("sqlite://").twilio_auth_token.get_secret_value(),
                        weather=sky, post=wsgi_post(house, BASE))
    exchange.own(OUR_NUMBER, voice_url=f"{BASE}/voice")
    return exchange, Carrier(given, exchange.http_client())


def ring(carrier: Carrier, to: str = DANA) -> str:
    return carrier.ring(to=to, ours=OUR_NUMBER, url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback",
                        ended_url=f"{BASE}/ended", seconds=20)


def test_a_ring_lasts_as_long_as_it_was_asked_for() -> None:
    """The carrier adds five seconds to every timeout; they are taken off before."""
    exchange, carrier = line()
    ring(carrier)
    assert ("Timeout", "15") in exchange.rest_log[-1].params


def test_what_never_reached_the_carrier_is_told_apart_from_what_nobody_knows() -> None:
    with pytest.raises(Unreached):
        ring(line(weather.rest_fails_before())[1])
    with pytest.raises(Unknown):
        ring(line(weather.rest_fails_after())[1])


def test_a_lost_answer_is_found_by_looking_it_up() -> None:
    exchange, carrier = line(weather.rest_fails_after())
    since = exchange.now()
    with pytest.raises(Unknown):
        ring(carrier)
    found = carrier.find_calls(to=DANA, ours=OUR_NUMBER, since=since)
    assert [call.sid for call in found] == list(exchange.calls)
    assert carrier.find_calls(to=DANA, ours=OUR_NUMBER, since=since + timedelta(minutes=1)) == []
    assert carrier.find_text(to=DANA, ours=OUR_NUMBER, body="hello", since=since) is None


def test_too_many_at_once_is_for_later() -> None:
    with pytest.raises(CarrierError) as refused:
        ring(line(weather.rest_429())[1])
    assert refused.value.do is Do.LATER


def test_a_wrong_token_is_for_an_operator_also_when_looking_up() -> None:
    wrong = house_settings("sqlite://").twilio_auth_token.__class__("wrong")
    exchange, carrier = line(twilio_auth_token=wrong)
    for ask in (lambda: ring(carrier), lambda: carrier.find_calls(to=DANA, ours=OUR_NUMBER, since=exchange.now())):
        with pytest.raises(CarrierError) as refused:
            ask()
        assert refused.value.do is Do.ALERT


def test_a_call_that_is_over_cannot_be_moved() -> None:
    exchange, carrier = line()
    sid = ring(carrier)
    carrier.hang_up(sid)
    exchange.pass_time(5)
    with pytest.raises(CarrierError) as refused:
        carrier.move(sid, f"{BASE}/voice")
    assert refused.value.do is Do.GONE
    assert carrier.state_of(sid) in ("canceled", "completed")


# ---- recordings ----


RECORD = b"<Response><Record action='/after' transcribe='true' transcribeCallback='/written'/></Response>"


def takes_messages(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/xml")])
    return [RECORD if environ["PATH_INFO"] == "/voice" else b"<Response/>"]


def recorded(**settings: Any) -> tuple[Exchange, Carrier, str, str]:
    """Dana has left a message: the sids of her call and of its recording."""
    exchange, carrier = line(house=takes_messages, **settings)
    dana = exchange.phone(DANA).dials(OUR_NUMBER).hears("[beep]")
    dana.says("My lift is stuck between two floors.").hangs_up()
    return exchange, carrier, next(iter(exchange.calls)), next(iter(exchange.recordings))


def test_a_recording_comes_home_when_it_is_ready() -> None:
    exchange, carrier, call, sid = recorded()
    with pytest.raises(NotYet):
        carrier.recording(sid)
    assert carrier.recordings_of(call)[0].status in ("in-progress", "processing")
    exchange.pass_time(5)
    sound = carrier.recording(sid)
    assert sound.kind == "audio/wav"
    [known] = carrier.recordings_of(call)
    assert (known.sid, known.status) == (sid, "completed")
    with wave.open(io.BytesIO(sound.content)) as heard:
        assert heard.getnframes() // heard.getframerate() == known.seconds
    assert carrier.recordings_of("CA" + "0" * 32) == []


def test_a_recording_that_is_erased_is_gone_for_good() -> None:
    exchange, carrier, _, sid = recorded()
    with pytest.raises(CarrierError):
        carrier.erase_recording(sid)  # it is still being made
    exchange.pass_time(5)
    assert not carrier.is_recording_gone(sid)
    for _ in ("once", "and again, after an answer that was lost"):
        carrier.erase_recording(sid)
        assert carrier.is_recording_gone(sid)
    with pytest.raises(NotYet):
        carrier.recording(sid)


def test_the_written_words_can_be_erased_as_well() -> None:
    exchange, carrier, _, _ = recorded()
    exchange.pass_time(30)
    [written] = exchange.transcriptions
    carrier.erase_transcription(written)
    carrier.erase_transcription(written)
    assert not exchange.transcriptions


def test_a_wrong_token_brings_no_recording_and_confirms_no_erasure() -> None:
    wrong = house_settings("sqlite://").twilio_auth_token.__class__("wrong")
    exchange, carrier, _, sid = recorded(twilio_auth_token=wrong)
    exchange.pass_time(5)
    for ask in (carrier.recording, carrier.is_recording_gone, carrier.erase_recording, carrier.recordings_of):
        with pytest.raises(CarrierError) as refused:
            ask(sid)
        assert refused.value.do is Do.ALERT


@given(st.text().filter(lambda sid: not re.fullmatch(r"[A-Za-z0-9-]{1,64}", sid)))
def test_what_is_no_sid_never_becomes_an_address(sid: str) -> None:
    exchange, carrier = line()
    for ask in (carrier.recording, carrier.erase_recording, carrier.is_recording_gone, carrier.erase_transcription,
                carrier.recordings_of):
        with pytest.raises(ValueError, match="no sid"):
            ask(sid)
    assert not exchange.rest_log


# A carrier of which every byte is written down here, on loopback, so that the real client is tried.
SID = "RE" + "5" * 32
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20)
Scripted = Callable[..., tuple[Carrier, list[str]]]


def answer(head: str, body: bytes = b"", kind: str = "audio/x-wav", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {head}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n".encode() + body


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Give it an answer; it gives the line to a carrier that says just that, and the list of what it was asked."""
    with ExitStack() as until_the_end:
        def say(said: bytes, **settings: Any) -> tuple[Carrier, list[str]]:
            asked: list[str] = []

            class Says(StreamRequestHandler):
                def handle(self) -> None:
                    asked.append("".join(iter(lambda: self.rfile.readline().decode().replace("\r\n", "\n"), "\n")))
                    self.wfile.write(said)

            server = until_the_end.enter_context(TCPServer(("127.0.0.1", 0), Says))
            thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            until_the_end.callback(thread.join)
            until_the_end.callback(server.shutdown)
            address = f"http://127.0.0.1:{server.server_address[1]}"
            house = house_settings("sqlite://").model_copy(update={"twilio_api_base_url": address, **settings})
            return Carrier(house), asked

        yield say


def test_only_our_own_address_is_asked_and_with_our_key(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    secret = house_settings("sqlite://").twilio_auth_token.__class__("of the key")
    carrier, asked = scripted(answer("200 OK", WAV), twilio_api_key="SK1", twilio_api_secret=secret)
    assert carrier.recording(SID) == Media(WAV, "audio/wav")
    account = house_settings("sqlite://").twilio_account_sid
    assert asked[0].startswith(f"GET /2010-04-01/Accounts/{account}/Recordings/{SID} HTTP/1.1\n")
    assert f"Authorization: Basic {base64.b64encode(b'SK1:of the key').decode()}\n" in asked[0]


@pytest.mark.parametrize("sound", [b"ID3\x04" + bytes(40), b"\xff\xfb\x90\x64" + bytes(40), b"\xff\xe3\x18\xc4"])
def test_an_mp3_is_a_recording_too(scripted: Scripted, sound: bytes) -> None:
    said = answer("200 OK", sound, "Audio/MPEG; charset=binary")
    assert scripted(said)[0].recording(SID) == Media(sound, "audio/mpeg")


@pytest.mark.parametrize("said, why", [
    (answer("200 OK", b"<html>Log in</html>"), "first bytes"),
    (answer("200 OK", b"<html>Log in</html>", "audio/mpeg"), "first bytes"),
    (answer("200 OK", WAV, "audio/mpeg"), "first bytes"),
    (answer("200 OK", b""), "first bytes"),
    (answer("200 OK", WAV, "text/html"), "content type"),
    (answer("200 OK", WAV, "audio/ogg"), "content type"),
    (answer("206 Partial Content", WAV), "206"),
    (answer("200 OK", WAV, length=2**40), "larger"),
    (b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\n\r\n" + WAV * 100, "larger"),
])
def test_what_is_no_recording_is_refused(
    scripted: Scripted, said: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_line, "LARGEST_RECORDING_BYTES", 50 * len(WAV))
    with pytest.raises(NotAudio, match=why):
        scripted(said)[0].recording(SID)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(scripted: Scripted, status: int) -> None:
    _, elsewhere = private = scripted(answer("200 OK", WAV))
    home = private[0]._wire._base
    for place in (home, "http://169.254.169.254/latest/meta-data/"):
        said = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()
        carrier, asked = scripted(said)
        with pytest.raises(NotAudio, match=str(status)):
            carrier.recording(SID)
        assert len(asked) == 1
    assert elsewhere == []


@pytest.mark.parametrize("said", [
    answer("500 Oops", b"<html>"), answer("503 Later"),
    answer("200 OK", WAV[:20], length=len(WAV)),
    b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + WAV[:10],
    b"HTTP/1.1 200 O", b"", b"how do you do?\r\n",
], ids=["500", "503", "cut short", "cut in a chunk", "cut in the head", "silence", "no HTTP"])
def test_a_line_that_breaks_says_nothing_of_the_recording(scripted: Scripted, said: bytes) -> None:
    with pytest.raises(Unknown):
        scripted(said)[0].recording(SID)


def test_nobody_waits_for_ever(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(the_line, "LONGEST_FETCH_SECONDS", -1)
    with pytest.raises(Unknown, match="within"):
        scripted(answer("200 OK", WAV))[0].recording(SID)


def test_where_nobody_listens_nothing_was_taken() -> None:
    with TCPServer(("127.0.0.1", 0), StreamRequestHandler) as server:
        gone = f"http://127.0.0.1:{server.server_address[1]}"
    house = house_settings("sqlite://").model_copy(update={"twilio_api_base_url": gone})
    with pytest.raises(Unreached):
        Carrier(house).recording(SID)


@pytest.mark.parametrize("status, do", [(401, Do.ALERT), (403, Do.ALERT), (429, Do.LATER), (410, Do.GIVE_UP)])
def test_a_refusal_says_what_follows_from_it(scripted: Scripted, status: int, do: Do) -> None:
    told = b'{"code": 20003, "message": "Authenticate"}' if do is Do.ALERT else b"no JSON"
    with pytest.raises(CarrierError) as refused:
        scripted(answer(f"{status} No", told, "application/json"))[0].recording(SID)
    assert refused.value.do is do


@pytest.mark.parametrize("told", [
    None, {}, "x", {"last_sim_swap": None}, {"last_sim_swap": {}}, {"last_sim_swap": {"last_sim_swap_date": None}},
    {"last_sim_swap": {"last_sim_swap_date": "yesterday"}}, {"last_sim_swap": {"last_sim_swap_date": "2026-03-04T10:00:00"}}, [1],
])
def test_a_sim_of_which_nothing_plain_is_told(told: object) -> None:
    assert changed_at(told) is None


def test_when_a_sim_was_changed() -> None:
    told = {"last_sim_swap": {"last_sim_swap_date": "2026-03-04T10:00:00Z", "swapped_in_period": True}}
    assert changed_at(told) == datetime(2026, 3, 4, 10, tzinfo=UTC)
