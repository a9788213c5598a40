"""By what a browser is known again on the page of proofs: the link that it has opened, and the key to where it sits."""

from __future__ import annotations

from flask import Response, request
from itsdangerous import BadData, URLSafeSerializer

from voice_gateway.doors.customers import gateway
from voice_gateway.store.identity import invitations

COOKIE = "proving"


def held() -> tuple[str, str]:
    """The link and the key that this browser holds; empty when it holds none of ours."""
    try:
        token, key = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadData, ValueError, TypeError):
        return "", ""
    return str(token), str(key)


def given(response: Response, token: str, key: str) -> Response:
    """This answer, by which the browser is known again. No other site can send it along (SameSite)."""
    response.set_cookie(COOKIE, str(_signer().dumps([token, key])), max_age=int(invitations.SITS.total_seconds()), path="/prove",
                        httponly=True, samesite="Lax", secure=gateway().settings.public_base_url.startswith("https"))
    return response


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(gateway().settings.secret_key.get_secret_value(), salt=COOKIE)
