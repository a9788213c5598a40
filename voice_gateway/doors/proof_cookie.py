"""By what a browser is known again on the page of proofs: the links that it has open, and the key to where it sits at each."""

from __future__ import annotations

from flask import Response

from voice_gateway.doors import signed_cookie
from voice_gateway.store.identity import invitations

COOKIE = "proving"
MOST = 4


def held() -> dict[str, str]:
    """The key of each link that this browser has open, the newest last; empty when it holds none of ours."""
    try:
        return {str(token): str(key) for token, key in signed_cookie.read(COOKIE) or ()}
    except (ValueError, TypeError):
        return {}


def given(response: Response, token: str, key: str) -> Response:
    """This answer, by which the browser is known again. Of many links the oldest is let go."""
    beside = [each for each in held().items() if each[0] != token]
    signed_cookie.put(response, COOKIE, [*beside, (token, key)][-MOST:], "/prove", int(invitations.SITS.total_seconds()))
    return response
