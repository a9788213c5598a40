"""Pictures that customers and colleagues send: kept, shown, sent on; and what is none, or hostile, is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from tests.house import BASE, OUR_NUMBER, Agent, Customer, House
from voice_gateway.sandbox import Attachment
from voice_gateway.store.tables import MessageRow

CALM = pytest.mark.weather("calm")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
LAMP = Attachment(PNG, "image/png")


@pytest.fixture(autouse=True)
def one_vault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors open the vault that the jobs fill."""
    monkeypatch.setitem(vars(house.gateway), "vault", house.vault)


def shows(house: House, *media: str | Attachment, words: str = "Look at this lamp") -> tuple[Customer, Agent]:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts(words, to=OUR_NUMBER, media=media)
    dana.phone.reads("a colleague reads it now", within=120)
    return dana, sam


def kept(house: House) -> list[dict[str, Any]]:
    """The pictures of the first text that came in, as they are kept."""
    found: list[dict[str, Any]] = house.rows(select(MessageRow.pictures).where(MessageRow.inbound).order_by(MessageRow.id))[0][0]
    return found


def seen(house: House, address: str) -> Any:
    return house.browser.get(address.removeprefix(BASE))


def page_of(house: House, sam: Agent) -> str:
    link = re.findall(r"/w/\S+", " ".join(sam.phone.received))[-1]
    return str(house.browser.get(link.rstrip("]")).get_data(as_text=True))


def test_a_picture_reaches_the_colleague_and_their_own_reaches_the_customer(house: House) -> None:
    dana, sam = shows(house, LAMP)
    sam.phone.reads("T1 Dana: Look at this lamp", "1 picture", "/w/", within=180)
    assert seen(house, sam.phone.pictures[0]).get_data() == PNG
    sam.phone.texts("Is it this one?", to=OUR_NUMBER, media=[Attachment(b"GIF89a" + bytes(20), "image/gif")])
    dana.phone.reads("Is it this one?", within=180)
    answer = seen(house, dana.phone.pictures[0])
    assert (answer.content_type, answer.get_data()[:6]) == ("image/gif", b"GIF89a")
    assert sam.phone.number[1:] not in dana.phone.pictures[0]


@CALM
def test_a_picture_without_a_word(house: House) -> None:
    dana, sam = shows(house, LAMP, LAMP, words="")
    sam.phone.reads("T1 Dana:", "2 pictures")
    assert len(sam.phone.pictures) == 2
    sam.phone.texts("", to=OUR_NUMBER, media=[LAMP])
    dana.phone.reads("")
    assert len(dana.phone.pictures) == 1


@CALM
@pytest.mark.parametrize("picture, why", [
    (Attachment(b"\xff\xd8\xff", size=100_000_000), "larger than 16 MB"),
    (Attachment(b"MZ\x90", "application/x-msdownload", called="image/jpeg"), "of a kind that we do not keep"),
    (Attachment(b"<html><script>alert(1)</script>", "image/jpeg"), "not what it says it is"),
    (Attachment(b"<svg onload=alert(1)>", "image/svg+xml"), "of a kind that we do not keep"),
    (Attachment(PNG, "image/png", leads_to="http://169.254.169.254/latest/meta-data/"), "not followed"),
    (Attachment(PNG, "image/png", leads_to="https://mms.twiliocdn.com/again"), "not followed"),
    ("http://169.254.169.254/latest/meta-data.png", "not at the carrier"),
], ids=["100 MB", "false label", "false bytes", "svg", "private address", "two redirects", "an address of their own"])
def test_what_may_not_be_kept_is_told(house: House, picture: str | Attachment, why: str) -> None:
    """Where a webhook says that a picture is, is never looked at."""
    _dana, sam = shows(house, picture)
    sam.phone.reads("Look at this lamp", "a picture that could not be kept", why, within=150)
    assert sam.phone.pictures == []
    assert why in page_of(house, sam)


@CALM
def test_a_picture_that_is_not_there_at_first_comes_later(house: House) -> None:
    _dana, sam = shows(house, Attachment(PNG, "image/png", missing=3))
    sam.phone.reads("Look at this lamp", within=90)
    assert len(sam.phone.pictures) == 1
    assert "kept_as" in kept(house)[0]


@CALM
def test_a_picture_that_never_comes_keeps_no_text_back(house: House) -> None:
    dana, sam = shows(house, Attachment(PNG, "image/png", missing=10**6))
    sam.phone.reads("Look at this lamp", "1 picture", within=150)
    sam.phone.texts("I do not see it", to=OUR_NUMBER)
    dana.phone.reads("I do not see it")
    assert "still on its way" in page_of(house, sam)
    house.passes(900)
    assert "it never came" in page_of(house, sam)


@CALM
def test_a_colleagues_picture_that_cannot_be_sent_on(house: House) -> None:
    dana, sam = shows(house, words="Hello")
    sam.phone.reads("Hello")
    sam.phone.texts("See here", to=OUR_NUMBER, media=[Attachment(b"MZ", "image/jpeg")])
    dana.phone.reads("See here")
    sam.phone.reads("a picture of yours could not be sent on", "not what it says")
    sam.phone.texts("", to=OUR_NUMBER, media=[Attachment(b"MZ", "image/jpeg")])
    sam.phone.reads("a picture of yours could not be sent on")
    house.passes(20)
    assert "Not delivered: none of its pictures could be sent" in page_of(house, sam)


@CALM
def test_pictures_too_large_for_a_text_are_linked(house: House) -> None:
    dana, sam = shows(house, words="Hello")
    sam.phone.reads("Hello")
    sam.phone.texts("See here", to=OUR_NUMBER, media=[Attachment(PNG, "image/png", size=6_000_000)])
    dana.phone.reads("See here", f"{BASE}/m/")
    assert len(seen(house, dana.phone.received[-1].split()[-1]).get_data()) == 6_000_000


@CALM
def test_what_is_no_picture_can_only_be_saved(house: House) -> None:
    _dana, sam = shows(house, Attachment(b"%PDF-1.7", "application/pdf"))
    sam.phone.reads("Look at this lamp")
    answer = seen(house, sam.phone.pictures[0])
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Save the file" in page_of(house, sam)


@CALM
def test_a_house_that_erases_at_the_carrier_and_sends_no_pictures_on(house: House) -> None:
    house.keeps(voicemail={"erase_at_carrier": True}, texts={"pictures": False})
    _dana, sam = shows(house, LAMP)
    sam.phone.reads("Look at this lamp", "1 picture")
    assert sam.phone.pictures == []
    assert "<img" in page_of(house, sam)
    assert not house.exchange.media
    with pytest.raises(ValueError, match="key"):
        house.vault.open("../../etc/passwd")
