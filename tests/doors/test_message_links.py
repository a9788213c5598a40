"""Who may open the page of a message: whoever holds the link, for as long as it holds, and nobody else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.doors.desk import KIM, SAM, Desk, desk_with_a_message
from tests.doors.front import BASE, MORNING
from voice_gateway.store.tables import PersonRow, VoicemailRow
from voice_gateway.tickets import Tickets


@pytest.fixture
def desk(tmp_path):
    with desk_with_a_message(tmp_path) as built:
        yield built


def test_every_answer_leaves_under_strict_headers(desk):
    for answer in (desk.browser.get(desk.link()), desk.browser.get("/v/x"), desk.browser.post(desk.link(), data={"deed": "heard"}),
                   desk.browser.post(desk.link(), data={"deed": "?"}), desk.browser.get("/v/x/sound"), desk.browser.post("/v/x")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "media-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def every_answer(desk: Desk, link: str) -> set[tuple[int, bytes]]:
    answers = (desk.browser.get(link), desk.browser.get(f"{link}/sound"), desk.browser.post(link, data={"deed": "done"}))
    return {(answer.status_code, answer.get_data()) for answer in answers}


def test_every_miss_looks_the_same(desk):
    link, gone = desk.link(), desk.link(KIM)
    nobodys, nothing = desk.link(99), desk.link(which=99)
    with desk.store.transaction() as memory:
        memory.execute(update(PersonRow).where(PersonRow.id == KIM).values(gone=True))
    other_house = Tickets("another secret key", BASE).voicemail_page(1, SAM, desk.now).removeprefix(BASE)
    misses = [gone, nobodys, nothing, other_house, "/v/x", link[:-4], f"{link}x", link.replace(".", ""), f"{link}/x", f"{link}/sound/x", "/v/" + "a" * 5000, "/v/%00", "/v/%F0%9F%9B%AB", "/v/.."]
    looks = set().union(*(every_answer(desk, each) for each in misses))
    desk.passes(days=14, seconds=1)
    looks |= every_answer(desk, link)
    for cut in ("/v/", f"{link}/"):
        answer = desk.browser.get(cut)
        looks.add((answer.status_code, answer.get_data()))
    assert len(looks) == 1
    assert next(iter(looks))[0] == 404
    assert desk.row(VoicemailRow).state == "new"


def test_a_link_holds_for_fourteen_days(desk):
    link = desk.link()
    desk.passes(days=14)
    assert "Dana left a message" in desk.words(link)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_edited_link_reaches_another_message(desk, data):
    """Whatever is done to a link: it leads nowhere, or to the very message that it led to."""
    token = desk.link().removeprefix("/v/")
    at = data.draw(st.integers(0, len(token)))
    edited = token[:at] + data.draw(st.text(max_size=8)) + token[at + data.draw(st.integers(0, 8)):]
    assert desk.store.tickets.read_voicemail_link(edited, desk.now) in (None, (1, SAM))


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_no_invented_link_is_read(token):
    assert Tickets("sixteen letters or more", BASE).read_voicemail_link(token, MORNING) is None
