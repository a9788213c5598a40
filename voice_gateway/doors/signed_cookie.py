"""What a browser keeps for us: it can neither be changed there nor read by a script, and no other site can send it along."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from itsdangerous import BadData, URLSafeSerializer

from voice_gateway.doors.customers import gateway


def read(name: str) -> Any:
    """What this browser was given under this name; None when it holds nothing of ours."""
    try:
        return _signer(name).loads(request.cookies.get(name, ""))
    except BadData:
        return None


def put(response: Response, name: str, kept: Any, path: str, seconds: int) -> None:
    """Give this along, for pages below `path`."""
    response.set_cookie(name, str(_signer(name).dumps(kept)), max_age=seconds, path=path, httponly=True, samesite="Lax",
                        secure=gateway().settings.public_base_url.startswith("https"))


def _signer(name: str) -> URLSafeSerializer:
    return URLSafeSerializer(gateway().settings.secret_key.get_secret_value(), salt=name)
