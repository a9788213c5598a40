"""One knock at a door, as the carrier knocks: a signed form, from outside, once."""

from __future__ import annotations

import base64
import hmac
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

PATIENCE_SECONDS = 15
"""As long as the carrier would wait."""
READ_BYTES = 4096


class NobodyOpened(Exception):
    """No answer came; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, where it sends us if it does, and how the body begins."""

    status: int
    body: str = ""
    location: str = ""


class _NoRedirects(HTTPRedirectHandler):
    """A signature holds for one address only, so nobody is followed to another."""

    def redirect_request(self, *_given: Any) -> None:
        return None


_opener = build_opener(ProxyHandler({}), _NoRedirects)


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """What the carrier writes beside a webhook: the address, then the form's sorted pairs, under our token.

    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def knock(url: str, form: Mapping[str, str], token: str) -> Answer:
    """Post this form to this address, signed with this token. Raises NobodyOpened."""
    request = Request(url, urlencode(form).encode(), {"X-Twilio-Signature": signature(token, url, form)})  # noqa: S310 - http and https only: settings.py
    try:
        with _opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return Answer(answer.status, answer.read(READ_BYTES).decode(errors="replace"))
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(READ_BYTES).decode(errors="replace"), refused.headers.get("Location", ""))
    except URLError as lost:
        raise NobodyOpened(_why(lost.reason)) from lost
    except (OSError, HTTPException) as lost:
        raise NobodyOpened(_why(lost)) from lost


def _why(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {reason.verify_message}"
    if isinstance(reason, TimeoutError):
        return f"no answer within {PATIENCE_SECONDS} s"
    if isinstance(reason, OSError):
        return reason.strerror or type(reason).__name__
    return f"it does not speak HTTP ({type(reason).__name__})"
