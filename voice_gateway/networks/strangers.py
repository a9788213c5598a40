"""Servers that a stranger's account leads us to: asked with care, and whatever they answer is told as Trouble in plain words."""

from __future__ import annotations

import hashlib
import logging
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flows.facts import MINUTES
from voice_gateway.networks import Trouble
from voice_gateway.public_web import NotPublic, PublicWeb, Unanswered

log = logging.getLogger(__name__)

REDIRECTS, REFUSALS, TOO_OFTEN, SERVER_ERRORS = 300, 400, 429, 500
A_WHILE = 5 * MINUTES
LONGEST_WORD = 8000


def ask(web: PublicWeb, method: str, address: str, **how: Any) -> tuple[int, dict[str, Any], Mapping[str, str]]:
    """The status, what was told as JSON, and what stood above it. Raises Trouble; a refusal is none, but for "too often"."""
    host = urlsplit(address).hostname
    try:
        answer = web.ask(method, address, **how)
    except NotPublic as error:
        raise Trouble(f"we do not go where this account leads us: {error}", lasting=True, theirs=True) from None
    except Unanswered as error:
        raise Trouble(str(error), theirs=True) from None
    if answer.status_code == TOO_OFTEN:
        raise Trouble(f"{host} was asked too often, and wants to be left alone for a while", again_after=A_WHILE, theirs=True)
    if answer.status_code >= SERVER_ERRORS:
        raise Trouble(f"{host} has trouble of its own ({answer.status_code})", theirs=True)
    try:
        told = answer.json() if answer.content else {}
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Trouble(f"{host} answered in a shape that we do not know", lasting=True, theirs=True)
    return answer.status_code, told, answer.headers


def told_by(web: PublicWeb, method: str, address: str, **how: Any) -> dict[str, Any]:
    """What they tell, where they do as we ask: neither refuse, nor send us elsewhere. Raises Trouble."""
    status, told, _ = ask(web, method, address, **how)
    if REDIRECTS <= status < REFUSALS:
        raise Trouble("the server of this account leads us elsewhere", lasting=True, theirs=True)
    if status >= REFUSALS:
        raise refused(status, told)
    return told


def challenge(verifier: str) -> str:
    """What is shown of a secret word beforehand, so that only who has it can use what comes back (PKCE, RFC 7636)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def refused(status: int, told: dict[str, Any]) -> Trouble:
    """They do not do what we asked. Their own words are for the log alone."""
    log.warning("signing in was refused: %s %s", status, str(told.get("error_description") or told.get("error"))[:200])
    return Trouble("the server of this account does not take our question", lasting=True, theirs=True)


def word(told: dict[str, Any], name: str) -> str:
    """What must be there, and be one plain word. Raises Trouble."""
    found = told.get(name)
    if not isinstance(found, str) or not found or len(found) > LONGEST_WORD or not (found.isascii() and found.isprintable()):
        raise Trouble(f"the server of this account did not tell its {name.replace('_', ' ')}", lasting=True, theirs=True)
    return found
