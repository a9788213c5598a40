"""What was not taken on the page of proofs. It is told once, on the page to which the browser is sent for it, so that to go back sends nothing again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, request

from voice_gateway.doors import signed_cookie

COOKIE = "not_taken"
TYPED = ("phone", "consent", "others", "network", "handle")
LONGEST = 300
HOLDS = 60  # seconds


@dataclass(frozen=True, slots=True)
class Slip:
    """Why it was not taken, and what was typed and ticked, which nobody shall do twice. Without a `why` nothing was wrong."""

    why: str = ""
    status: int = 200
    typed: Mapping[str, str] = field(default_factory=dict)


def sent_back(page: str, why: str, status: int) -> Response:
    """To the page, which tells why. What is never told again, such as a code, is not kept."""
    response = Response(status=303, headers={"Location": page})
    typed = {name: request.form[name][:LONGEST] for name in TYPED if name in request.form}
    signed_cookie.put(response, COOKIE, [why, status, typed], page, HOLDS)
    return response


def held() -> Slip:
    """What this browser is still to be told."""
    kept = signed_cookie.read(COOKIE)
    return Slip(*kept) if kept else Slip()


def told(response: Response, page: str) -> Response:
    """It has been told."""
    response.delete_cookie(COOKIE, path=page)
    return response
