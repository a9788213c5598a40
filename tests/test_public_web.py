"""What strangers name is asked for at public addresses only."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from voice_gateway.public_web import LARGEST_BYTES, NotPublic, PublicWeb, Unanswered

PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names, and the machines that they lead to."""
    known = {"public.example": PUBLIC, "inner.example": "10.0.0.7", "cloud.example": "169.254.169.254"}

    def looked_up(name: str, port: int, **_how: object) -> list[tuple[object, ...]]:
        if name not in known and not name.replace(".", "").isdigit() and ":" not in name:
            raise socket.gaierror
        return [(0, 0, 0, "", (known.get(name, name), port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return known


def web(answers: Callable[[httpx.Request], httpx.Response], *, near: bool = False) -> PublicWeb:
    return PublicWeb(near=near, transport=httpx.MockTransport(answers))


@pytest.mark.parametrize("address", [
    "https://inner.example/", "https://cloud.example/latest/meta-data", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/",
    "https://0.0.0.0/", "https://[::ffff:10.0.0.1]/", "https://100.64.0.1/", "http://public.example/", "ftp://public.example/",
    "https://user:word@public.example/", "https:///path", "file:///etc/passwd", "", "http://localhost/", "https://localhost/",
])
def test_nothing_is_said_to_what_is_not_public(names: dict[str, str], address: str) -> None:
    def answers(_request: httpx.Request) -> httpx.Response:
        raise AssertionError("it was asked")

    with pytest.raises((NotPublic, Unanswered)):
        web(answers).ask("GET", address)


def test_the_machine_that_was_looked_at_is_the_one_that_is_asked(names: dict[str, str]) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        names["public.example"] = "10.0.0.7"  # the name lies from now on
        assert (request.url.host, request.url.port) == (PUBLIC, None)
        assert (request.headers["host"], request.extensions["sni_hostname"]) == ("public.example", "public.example")
        return httpx.Response(302, headers={"location": "https://inner.example/"})

    public = web(answers)
    assert public.ask("GET", "https://public.example/a?b=c").status_code == 302
    with pytest.raises(NotPublic):
        public.ask("GET", "https://public.example/")
    with pytest.raises(Unanswered):
        public.ask("GET", "https://nowhere.example/")


def test_an_answer_has_an_end(names: dict[str, str]) -> None:
    with pytest.raises(Unanswered, match="more than"):
        web(lambda _: httpx.Response(200, content=b"x" * (LARGEST_BYTES + 1))).ask("GET", "https://public.example/")


def test_whoever_tries_things_on_this_machine_may(names: dict[str, str]) -> None:
    near = web(lambda _: httpx.Response(200, json={}), near=True)
    assert near.ask("GET", "http://localhost:2583/").json() == {}
    with pytest.raises(NotPublic):
        near.ask("GET", "https://inner.example/")


@pytest.mark.parametrize("address", ["https://[::1", "https://public.example/\x00", "https://public.example:99999/",
                                     f"https://public.example/{'a' * 70_000}", f"https://{'a' * 70}.example/"])
def test_what_is_no_address_is_refused_in_words(names: dict[str, str], address: str) -> None:
    with pytest.raises((NotPublic, Unanswered)):
        web(lambda _: httpx.Response(200)).ask("GET", address)


def test_a_name_in_letters_of_another_script_is_asked_by_its_plain_form(names: dict[str, str]) -> None:
    names["xn--bcher-kva.example"] = PUBLIC

    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f"{request.headers['host']} {request.extensions['sni_hostname']}")

    assert web(answers).ask("GET", "https://b\u00fccher.example:8443/a").text == "xn--bcher-kva.example:8443 xn--bcher-kva.example"


def test_what_comes_folded_is_not_unfolded(names: dict[str, str]) -> None:
    """A thousand times as much as comes could be in it; it was asked for as it is."""
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept-encoding"] == "identity"
        return httpx.Response(200, stream=httpx.ByteStream(gzip.compress(b"x" * 1_000_000)), headers={"content-encoding": "gzip"})

    with pytest.raises(Unanswered, match="folded"):
        web(answers).ask("GET", "https://public.example/")


DROPS = {"its headers": b"HTTP/1.1 200 OK\r\nx: ", "its body": b"HTTP/1.1 200 OK\r\n\r\n",
         "its pieces": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;"}


@contextmanager
def dripping(begins: bytes) -> Iterator[int]:
    """A server that begins so, and then goes on drop by drop; gives its port."""
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        def drip() -> None:
            line, _ = server.accept()
            with line, suppress(OSError):
                line.sendall(begins)
                while not stopped.wait(0.02):
                    line.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive(), "its line was cut"


@pytest.mark.parametrize("what", DROPS)
def test_the_whole_time_of_a_question_has_an_end(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice_gateway.public_web.LONGEST_SECONDS", 0.3)
    with dripping(DROPS[what]) as port, pytest.raises(Unanswered, match="takes too long"):
        PublicWeb(near=True).ask("GET", f"http://127.0.0.1:{port}/")
