"""The square on a port: a page with one form that needs no script, and JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from .conftest import App
from .test_browser_page import Served


@pytest.fixture
def served(app: App) -> Iterator[Served]:
    sandbox = Served(app)
    yield sandbox
    sandbox.close()


def says(served: Served, **typed: str) -> requests.Response:
    return requests.post(f"{served.url}/square/square", data=typed, timeout=5)


def test_what_is_said_there_stands_on_the_page(served: Served) -> None:
    assert "Nobody has said anything yet" in served.get("/square/square").text
    page = says(served, by="@jess", words="@acme.example <b>my bag</b>")
    assert (page.status_code, page.url) == (200, f"{served.url}/square/square")
    assert "<strong>@jess</strong>" in page.text
    assert "@acme.example &lt;b&gt;my bag&lt;/b&gt;" in page.text
    assert "privately to @acme.example" in says(served, by="jess", words="a secret", private="yes").text


@pytest.mark.parametrize("by, words, why", [
    ("", "hello", "Who says it?"), ("@", "hello", "Who says it?"), ("@jess", " ", "there is nothing in it"),
    ("@jess", "x" * 3001, "longer than 3000 letters")])
def test_what_cannot_be_said_stays_in_the_form(served: Served, by: str, words: str, why: str) -> None:
    page = says(served, by=by, words=words)
    assert (page.status_code, why in page.text, 'role="alert"' in page.text) == (422, True, True)
    assert words[:100] in page.text


def test_a_page_elsewhere_says_nothing(served: Served) -> None:
    refused = requests.post(f"{served.url}/square/square", data={"by": "@jess", "words": "hello"}, timeout=5,
                            headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403


@pytest.mark.parametrize("body", ["by=@jess&words=hello", "[]"])
def test_what_is_no_json_is_said_to_be_none(served: Served, body: str) -> None:
    refused = requests.post(f"{served.url}/square/square/said", data=body, timeout=5)
    assert (refused.status_code, "must be" in refused.json()["message"]) == (409, True)


def test_answers_are_found_by_handle_and_by_subject(served: Served) -> None:
    """As the demo says it: one line to post, one to read the answers."""
    told = requests.post(f"{served.url}/square/square/said", timeout=5, data='{"by": "@jess", "words": "@acme.example hello"}').json()
    town = served.exchange.square.town("square")
    town.post(town.house, "How can we help?", answers=told["id"])
    for who in ("@jess", "jess", told["by"]):
        found = served.get(f"/square/square/heard?by={who}").json()
        assert [each["words"] for each in found["posts"]] == ["How can we help?"]
    assert served.get("/square/square/heard?by=@nobody").status_code == 404
