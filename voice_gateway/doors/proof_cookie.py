"""By what a browser is known again on the page of proofs: the links that it has open, and the key to where it sits at each."""

from __future__ import annotations

from flask import Response, request
from itsdangerous import BadData, URLSafeSerializer

from voice_gateway.doors.customers import gateway
from voice_gateway.store.identity import invitations

COOKIE = "proving"
MOST = 4


def held() -> dict[str, str]:
    """The key of each link that this browser has open, the newest last; empty when it holds none of ours."""
    try:
        return {str(token): str(key) for token, key in _signer().loads(request.cookies.get(COOKIE, ""))}
    except (BadData, ValueError, TypeError):
        return {}


def given(response: Response, token: str, key: str) -> Response:
    """This answer, by which the browser is known again. No other site can send it along (SameSite). Of many links the oldest is let go."""
    beside = [each for each in held().items() if each[0] != token]
    kept = [*beside, (token, key)][-MOST:]
    response.set_cookie(COOKIE, str(_signer().dumps(kept)), max_age=int(invitations.SITS.total_seconds()), path="/prove",
                        httponly=True, samesite="Lax", secure=gateway().settings.public_base_url.startswith("https"))
    return response


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(gateway().settings.secret_key.get_secret_value(), salt=COOKIE)
