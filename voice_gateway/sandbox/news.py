"""What happened, as plain data for the page and the log: webhooks with their documents, problems, telephones."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from .exchange import Exchange
from .handsets import PhoneEvent
from .webhooks import Problem, Webhook


def hook(entry: Webhook) -> dict[str, Any]:
    """One delivery and what became of it."""
    return {
        "n": entry.n,
        "kind": entry.kind,
        "method": entry.method,
        "url": entry.url,
        "params": entry.params,
        "at": entry.at.isoformat(),
        "attempt": entry.attempt,
        "copy": entry.copy,
        "status": entry.status,
        "failure": entry.failure,
        "verdict": entry.verdict,
        "milliseconds": None if entry.milliseconds is None else round(entry.milliseconds, 1),
        "signature": signature_verdict(entry),
        "body": "" if entry.kind == "media" else entry.body.decode("utf-8", "replace"),
    }


def problem(one: Problem) -> dict[str, Any]:
    """A line of the debugger."""
    return {
        "code": one.code,
        "message": one.message,
        "url": one.url,
        "at": one.at.isoformat() if one.at else None,
        "call_sid": one.call_sid,
    }


def signature_verdict(entry: Webhook) -> str:
    """What the application made of our signature, as far as its answer tells."""
    if entry.status is None:
        return "unanswered" if entry.failure else "pending"
    return "refused" if entry.status in (401, 403) else "accepted"


def pretty(body: bytes) -> str:
    """TwiML with one verb a line; anything else as it is."""
    text = body.decode("utf-8", "replace")
    plain = body.replace(b"\0", b"")
    if not text.lstrip("\ufeff \n\r\t").startswith("<") or b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        return text
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return text
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def since(x: Exchange, seen: int) -> list[dict[str, Any]]:
    """All that is new to somebody who has read so many."""
    return [_told(x, item) for item in x.feed.since(seen)]


def _told(x: Exchange, item: tuple[str, PhoneEvent] | Webhook | Problem) -> dict[str, Any]:
    if isinstance(item, tuple):
        number, event = item
        return {"about": "phone", "number": number, "name": x.people.get(number, ""), "event": event.as_dict()}
    if isinstance(item, Problem):
        return {"about": "problem", **problem(item)}
    path = urlsplit(item.url)
    return {
        "about": "webhook",
        **hook(item),
        "path": path.path + (f"?{path.query}" if path.query else ""),
        "document": "" if item.kind == "media" else pretty(item.body),
    }
