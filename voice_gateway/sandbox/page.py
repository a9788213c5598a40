"""Telephones in the browser: one page, rendered here, with one style sheet and one small script."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from .geography import formatted
from .whatsapp import PREFIX, channel_of, is_whatsapp

if TYPE_CHECKING:
    from .exchange import Exchange
    from .numbers import OwnNumber

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
ALONE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HEADERS = {"Content-Type": "text/html; charset=utf-8", **ALONE}
KEYS = tuple(zip("123456789*0#", " ,ABC,DEF,GHI,JKL,MNO,PQRS,TUV,WXYZ, ,+, ".split(","), strict=True))
SPOKEN = {"*": "star", "#": "hash"}
SPEEDS = (1, 10, 60)


def _file(name: str) -> Template:
    return Template((FOLDER / name).read_text("utf-8"))


def static(name: str) -> tuple[bytes, dict[str, str]]:
    """A file of the page. Raises LookupError."""
    file = FOLDER / name
    if not re.fullmatch(r"[a-z]+\.[a-z]+", name) or file.suffix not in TYPES or not file.is_file():
        raise LookupError(name)
    return file.read_bytes(), {"Content-Type": TYPES[file.suffix], **ALONE}


def whole(x: Exchange) -> str:
    """The page with the telephones that have a name so far."""
    with x.clock.lock:
        people = list(x.people)
        houses = [(own.number, own.friendly_name) for own in _ours(x)]
        speed = getattr(x.clock, "speed", 1.0)
    return _file("telephones.html").substitute(
        telephones="\n".join(telephone(x, number) for number in people),
        houses="\n".join(_house(number, name) for number, name in houses),
        one_speed="hidden" if getattr(x.clock, "shared", False) else "",
        speeds="\n".join(_speed(each, speed) for each in SPEEDS),
        hidden="hidden" if people else "",
    )


def telephone(x: Exchange, number: str) -> str:
    """One telephone."""
    with x.clock.lock:
        houses = [own.number for own in _ours(x) if channel_of(own.number) == channel_of(number)]
        machine = number in x.handsets and x.handsets[number].machine
    name = x.people.get(number, "") or shown(number)
    return _file("telephone.html").substitute(
        id="phone-" + re.sub(r"\W", "-", number).strip("-"),
        number=escape(number),
        channel="whatsapp" if is_whatsapp(number) else "telephone",
        open="open" if is_whatsapp(number) else "",
        name=escape(name),
        shown=escape(shown(number)) if name != shown(number) else "",
        house=escape(houses[0]) if houses else "",
        keys="\n".join(_key(key, letters) for key, letters in KEYS),
        machine="checked" if machine else "",
    )


def shown(number: str) -> str:
    """A number as people write it, an address without its scheme."""
    if is_whatsapp(number):
        return f"WhatsApp {shown(number.removeprefix(PREFIX))}"
    american = formatted(number)
    return f"+1 {american}" if american != number else number.removeprefix("client:")


def picture(x: Exchange, message_sid: str, nth: int) -> tuple[bytes, str] | None:
    """A picture that went out with a message, as the carrier has fetched it, and its type. Raises LookupError."""
    with x.clock.lock:
        attached = x.messages[message_sid].media[nth].attachment
    if attached is None or attached.content_type not in PICTURES:
        return None
    return attached.content, attached.content_type


def _ours(x: Exchange) -> list[OwnNumber]:
    return [*x.own_numbers.values(), *x.whatsapp_senders.values()]


def _house(number: str, name: str) -> str:
    label = "" if name == number else escape(name)
    return f'<option value="{escape(number)}">{label}</option>'


def _speed(each: int, speed: float) -> str:
    checked = " checked" if each == speed else ""
    words = "as fast as life" if each == 1 else f"{each} times as fast as life"
    return (
        f'<label><input type="radio" name="speed" value="{each}" aria-label="{words}"{checked}>'
        f"<span>×{each}</span></label>"
    )


def _key(key: str, letters: str) -> str:
    return (
        f'<button type="button" data-key="{key}" aria-label="{SPOKEN.get(key, key)}" disabled>'
        f'<b>{key}</b><small aria-hidden="true">{letters.strip()}</small></button>'
    )
