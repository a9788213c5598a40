"""The square in a browser: what was said there, and a form to say something. It needs no script."""

from __future__ import annotations

from html import escape
from string import Template
from urllib.parse import parse_qsl

from .page import FOLDER
from .square import NotDone, Said, Town

SHOWN = 50


def whole(town: Town, handle: str = "@jess", words: str = "", wrong: str = "") -> str:
    """The page; what was typed stays in the form when something was ``wrong`` with it."""
    house = town.people[town.house].handle
    return Template((FOLDER / "square.html").read_text("utf-8")).substitute(
        network=escape(town.name), house=escape(house), handle=escape(handle), words=escape(words or f"@{house} "),
        wrong=f'<p class="trouble" role="alert" id="wrong">{escape(wrong)}</p>' if wrong else "",
        described='aria-invalid="true" aria-describedby="wrong"' if wrong else "",
        posts="\n".join(_post(town, each) for each in reversed(town.said[-SHOWN:]) if not each.gone)
              or "<li>Nobody has said anything yet.</li>",
    )


def says(town: Town, body: bytes) -> str:
    """Say what the form holds; gives the page again where that could not be done, else nothing."""
    typed = dict(parse_qsl(body.decode("utf-8", "replace")))
    handle, words = typed.get("by", "").strip(), typed.get("words", "")
    try:
        if not handle.removeprefix("@"):
            raise NotDone("Who says it? Any handle will do, such as @jess.")
        who = town.join(handle).subject
        if typed.get("private"):
            town.write(who, town.house, words)
        else:
            town.post(who, words)
    except NotDone as why:
        return whole(town, handle, words, str(why))
    return ""


def _post(town: Town, said: Said) -> str:
    who = town.people[said.by].handle
    to = f" privately to @{town.people[said.to].handle}" if said.to else ""
    above = town.get(said.answers) if said.answers else None
    to = f" to @{town.people[above.by].handle}" if above else to
    return (f'<li><strong>@{escape(who)}</strong>{escape(to)} <time datetime="{said.at.isoformat()}">{said.at:%H:%M:%S}</time>'
            f'<p dir="auto">{escape(said.words)}</p></li>')
