"""Our public address: whether the carrier can reach it, is let in, and strangers are not."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.knock import Answer, NobodyOpened
from voice_gateway.doctor.patient import Patient

HARMLESS = "/voice/fallback?to=agent"
"""It apologises to a colleague, and changes nothing."""
NOT_OUR_TOKEN = "somebody who does not know the token"  # noqa: S105 - that is the point
TWIML = "<Response"


def public_name(patient: Patient) -> Iterator[Finding]:
    """Is it an address that the carrier can use?"""
    base = patient.settings.public_base_url
    if patient.settings.twilio_api_base_url is None and not _is_public(base):
        yield error(f"{base} leads nowhere outside this machine or network", "set PUBLIC_BASE_URL to a public name")
    elif base.startswith("http:") and _is_public(base):
        yield warning(f"{base} is not encrypted: whoever is on the way reads along", "use an address with https")
    else:
        yield ok(base)


def signed(patient: Patient) -> Iterator[Finding]:
    """Is a webhook that the carrier signed let in, through the public address?"""
    url = patient.settings.public_base_url + HARMLESS
    try:
        answer = _knock(patient, url, patient.settings.twilio_auth_token.get_secret_value())
    except NobodyOpened as lost:
        yield error(f"{url} cannot be reached: {lost}", "start the web process; look at the name, the proxy and its certificate")
        return
    if answer.status == 200 and TWIML in answer.body:
        yield ok(f"let in at {url}")
    elif answer.status == 403:
        yield error(f"our own signature is refused; what was signed is {url}",
                    "the web process must have the same PUBLIC_BASE_URL and token, and the proxy must not change the path")
    elif 300 <= answer.status < 400:
        yield error(f"{url} sends us on to {answer.location or 'nowhere'}; a signature holds for one address only",
                    "set PUBLIC_BASE_URL to the address at which it ends")
    else:
        yield error(f"what answered {answer.status} at {url} is not the house", "look where the proxy leads, and at the web process's log")


def forged(patient: Patient) -> Iterator[Finding]:
    """Is a stranger refused?"""
    url = patient.settings.public_base_url + HARMLESS
    try:
        answer = _knock(patient, url, NOT_OUR_TOKEN)
    except NobodyOpened as lost:
        yield error(f"{url} cannot be reached any more: {lost}", "try again")
        return
    if answer.status == 403:
        yield ok("a stranger is refused")
    else:
        yield error(f"a forged webhook got {answer.status} instead of 403", "something before the house answers for it: take it out of the way")


def stands_in(patient: Patient, url: str) -> Finding:
    """Does the fallback on another machine answer as it must?"""
    mend = "start this version there, with the same token and its own PUBLIC_BASE_URL, or voice-gateway provision --force"
    try:
        answer = _knock(patient, url, patient.settings.twilio_auth_token.get_secret_value())
    except NobodyOpened as lost:
        return warning(f"the fallback {url} cannot be reached: {lost}", mend)
    if answer.status == 200 and TWIML in answer.body:
        return ok(f"{url} stands in for us")
    return warning(f"the fallback {url} answers {answer.status}, and callers would hear nothing of us", mend)


def _knock(patient: Patient, url: str, token: str) -> Answer:
    return patient.seams.knock(url, {"AccountSid": patient.settings.twilio_account_sid}, token)


def _is_public(base: str) -> bool:
    host = urlsplit(base).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))
