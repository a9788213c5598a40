"""The numbers of the house at the carrier: whether they are there, and lead to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from voice_gateway.doctor.address import stands_in
from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.provision import has_own_fallback, shown, wanted
from voice_gateway.refusals import CarrierError, Unknown, Unreached

CALLS_DEPEND_ON = ("voice_url", "voice_method", "voice_application_sid", "trunk_sid")


def numbers(patient: Patient) -> Iterator[Finding]:
    """Is each number of the house on the account, and does it lead to us?"""
    try:
        there = patient.numbers_at_carrier
    except CarrierError as refused:
        yield error(f"the carrier does not tell us its numbers: {refused}", "correct TWILIO_API_KEY and TWILIO_API_SECRET")
        return
    except (Unknown, Unreached) as lost:
        yield error(f"the carrier cannot be asked: {lost}", "try again")
        return
    for number in patient.numbers:
        if number in there:
            yield _number(number, there[number].fields, patient.settings.public_base_url)
        else:
            yield error(f"{number} is not on this account", "buy it there, or take it out of the house file")


def fallback(patient: Patient) -> Iterator[Finding]:
    """Does whoever stands in for us on another machine still do so?"""
    base = patient.settings.public_base_url
    there = (patient.numbers_at_carrier[each].fields for each in patient.numbers if each in patient.numbers_at_carrier)
    spares = {each["voice_fallback_url"].partition("#")[0] for each in there if has_own_fallback(each, base)}
    for spare in sorted(spares):
        yield stands_in(patient, spare)
    if not spares:
        yield ok("none on another machine")


def _number(number: str, fields: Mapping[str, str], base: str) -> Finding:
    wrong = [name for name, address in wanted(base).items() if _bare(fields[name]) != _bare(address)]
    if "voice_fallback_url" in wrong and has_own_fallback(fields, base):
        wrong.remove("voice_fallback_url")
    told = ", ".join(f"{name} is {shown(fields[name])}" for name in wrong)
    mend = f"voice-gateway provision --number {number}"
    if any(name in CALLS_DEPEND_ON for name in wrong):
        return error(f"calls to {number} do not come to us: {told}", mend)
    return warning(f"{number} leads to us, but {told}", mend) if wrong else ok(f"{number} leads to us")


def _bare(address: str) -> str:
    """Without the part that only says how often to try."""
    return address.partition("#")[0] if urlsplit(address).netloc else address
