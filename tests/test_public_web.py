"""What strangers name is asked for at public addresses only."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

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


def test_who_answers_drop_by_drop_is_not_listened_to_for_ever(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    passed = iter(range(0, 1000, 9))
    monkeypatch.setattr("voice_gateway.public_web.time.monotonic", lambda: next(passed))

    class Drops(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x"

    with pytest.raises(Unanswered, match="more than 20 seconds"):
        web(lambda _: httpx.Response(200, stream=Drops())).ask("GET", "https://public.example/")


def test_whoever_tries_things_on_this_machine_may(names: dict[str, str]) -> None:
    near = web(lambda _: httpx.Response(200, json={}), near=True)
    assert near.ask("GET", "http://localhost:2583/").json() == {}
    with pytest.raises(NotPublic):
        near.ask("GET", "https://inner.example/")
