"""Our account at the carrier: whether it lets us in, how it stands, and whether our clocks agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from voice_gateway import clock
from voice_gateway.doctor.finding import Finding, error, not_checked, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.refusals import CarrierError, Unknown, Unreached

CLOCKS_MAY_DIFFER = timedelta(seconds=5)
"""As much is allowed for when a call whose answer was lost is looked up."""
WHERE_COUNTRIES_ARE = "look at Voice, Settings, Geo permissions in the carrier's console"
HALF_A_SECOND = timedelta(seconds=0.5)
"""The carrier tells whole seconds."""


def account(patient: Patient) -> Iterator[Finding]:
    """Does the carrier let us in, and is the account active?"""
    where = f" at {patient.settings.twilio_api_base_url}" if patient.settings.twilio_api_base_url else ""
    try:
        there = patient.account
    except CarrierError as refused:
        yield error(f"the carrier{where} does not let us in: {refused}", "correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    except (Unknown, Unreached) as lost:
        yield error(f"the carrier{where} cannot be asked: {lost}", "look at the network, and at TWILIO_API_BASE_URL if it is set")
    else:
        if there.status == "active":
            yield ok(f"active{where}")
        else:
            yield error(f"the account is {there.status}", "ask the carrier why")


def trial(patient: Patient) -> Iterator[Finding]:
    """May the account call anybody?"""
    if patient.account.is_trial:
        yield warning("a trial account: it calls and texts only verified numbers, and callers hear a notice",
                      "verify everybody's number in the carrier's console, or upgrade the account")
    else:
        yield ok("a full account")


def clocks_agree(patient: Patient) -> Iterator[Finding]:
    """How far is our clock from the carrier's?"""
    before = clock.now()
    try:
        at = patient.carrier.account().at
    except (CarrierError, Unknown, Unreached) as lost:
        yield not_checked(f"the carrier cannot be asked any more: {lost}")
        return
    after = clock.now()
    if at is None:
        yield not_checked("the carrier did not say what time it is")
        return
    doubt = HALF_A_SECOND + (after - before) / 2
    apart = abs(at + HALF_A_SECOND - (before + (after - before) / 2))
    if apart - doubt > CLOCKS_MAY_DIFFER * patient.settings.clock_speed:
        yield error(f"our clock is {apart.total_seconds():.0f} s from the carrier's", "set this machine's clock by NTP")
    else:
        yield ok("our clock and the carrier's agree" if apart <= doubt else f"{apart.total_seconds():.1f} s from the carrier's")


def countries(patient: Patient) -> Iterator[Finding]:
    """May the account call the countries of the house?"""
    there = patient.inventory
    asked = list(there.countries) if there else []
    try:
        closed = [each for each in asked if not patient.carrier.may_call(each)]
    except (CarrierError, Unknown, Unreached) as lost:
        yield not_checked(f"the carrier did not say which countries may be called: {lost}", WHERE_COUNTRIES_ARE)
        return
    if closed:
        yield error(f"the account may not call {', '.join(closed)}", f"allow them: {WHERE_COUNTRIES_ARE}")
    else:
        yield ok(f"it may call {', '.join(asked)}")
