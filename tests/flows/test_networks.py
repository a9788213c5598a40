"""Each network's manners: its own examples, and whatever else somebody may type as a handle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import networks
from flows.identity import KINDS
from flows.networks import Manners, NotAHandle

ALL = sorted(networks.all_manners())
TYPED = st.one_of(
    st.text(max_size=40),
    st.text("@./:-_ +()abcXYZ019\u0430\u200b\u202e", max_size=40),
    st.from_regex(r"\A@?[a-z0-9._]{1,20}(@[a-z0-9.-]{1,20})?\Z"),
    st.from_regex(r"\A(https://)?[a-z.]{1,20}/@?[A-Za-z0-9._]{1,20}/?\Z"),
)
OFFENCES = {
    "look-alike letters": "@j\u0435ss", "zero-width marks": "@je\u200bss", "turned around": "@\u202ejess",
    "a display name": "Jess Lambert ✓", "300 characters": "@" + "j" * 300, "a DID": "did:plc:abcdefghijklmnopqrstuvwx",
    "an address of a post": "https://x.com/jess/status/1", "another site": "https://example.com/jess",
    "nothing": "", "two": "@jess @kim", "a script": "javascript:alert(1)", "a new line": "@je\nss",
}


@pytest.mark.parametrize("name", ALL)
def test_its_examples_mean_what_they_say(name: str) -> None:
    manners = networks.of(name)
    assert manners.name == name
    assert manners.examples, "show how people type it"
    for typed, meant in manners.examples:
        assert manners.handle(typed) == meant == manners.handle(meant)


@pytest.mark.parametrize("name", ALL)
def test_it_proves_by_evidence_that_proves(name: str) -> None:
    manners = networks.of(name)
    assert all(KINDS[each].route for each in manners.proofs)
    assert manners.answers in ("public", "private", "nowhere")
    assert manners.code_in_public <= (manners.answers == "public"), "where nothing is public, no code is"


@pytest.mark.parametrize("name, how", [
    ("bluesky", "privately or in a post that names us"), ("instagram", "privately"), ("mastodon", "privately or in a post that names us"),
    ("messenger", "privately"), ("threads", ""), ("whatsapp", "privately"), ("x", "privately or in a post that names us"),
])
def test_people_are_told_to_write_a_code_only_where_it_is_read(name: str, how: str) -> None:
    assert networks.of(name).how_a_code_comes == how
    assert bool(how) == bool(networks.of(name).proofs)


@pytest.mark.parametrize("name", ALL)
@given(typed=TYPED)
@settings(max_examples=25, deadline=None)
def test_a_handle_has_one_form_or_is_none(name: str, typed: str) -> None:
    found = canonical(networks.of(name), typed)
    assert found is None or (found.isascii() and " " not in found and networks.of(name).handle(found) == found)


@pytest.mark.parametrize("name", [name for name in ALL if name != "bluesky"])
@pytest.mark.parametrize("what", OFFENCES)
def test_what_is_no_handle_is_refused_in_words(name: str, what: str) -> None:
    with pytest.raises(NotAHandle) as refused:
        networks.of(name).handle(OFFENCES[what])
    assert networks.of(name).told in str(refused.value)


def test_somebody_elses_letters_are_named() -> None:
    with pytest.raises(NotAHandle, match="cyrillic small letter ie"):
        networks.of("x").handle("@j\u0435ss")


def canonical(manners: Manners, typed: str) -> str | None:
    try:
        return manners.handle(typed)
    except NotAHandle:
        return None
