"""Lookup v2: what the network knows of a number. https://www.twilio.com/docs/lookup/v2-api

On the wire it is lookups.twilio.com; here it answers on the same port under its own path.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .form import Form
from .geography import PREFIXES, country, formatted, normal
from .products import home_of
from .rest_errors import bad
from .results import Result

if TYPE_CHECKING:
    from .exchange import Exchange

TOLL_FREE = re.compile(r"\+18(00|33|44|55|66|77|88)\d{7}")
PACKAGES = (
    "caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence",
    "identity_match", "reassigned_number", "sms_pumping_risk", "phone_number_quality_score", "pre_fill",
)  # fmt: skip
PLAYED = frozenset(PACKAGES) - {"identity_match", "phone_number_quality_score", "pre_fill"} | {"validation"}


def fetch(x: Exchange, form: Form, written: str) -> Result:
    """One number: whether it can exist, and each package that was asked for."""
    asked = [field.strip() for field in form.get("Fields").split(",") if field.strip()]
    strange = sorted(set(asked) - PLAYED)
    if strange:
        raise bad(20001, f"Fields: there is no {', '.join(strange)} here")
    number = normal(written) if form.get("CountryCode", "US") == "US" else re.sub(r"[\s().-]", "", written)
    wrong = _wrong(number)
    told: dict[str, Any] = dict.fromkeys(PACKAGES)
    for package in asked if not wrong else []:
        if package != "validation":
            told[package] = _told(x, number, package, form) | x.lookups.get(number, {}).get(package, {})
    return {
        "calling_country_code": None if wrong else _calling_code(number),
        "country_code": None if wrong else country(number) or None,
        "phone_number": number,
        "national_format": None if wrong else formatted(number),
        "valid": not wrong,
        "validation_errors": wrong,
        **told,
        "url": f"{home_of(x, 'lookups')}/v2/PhoneNumbers/{number}",
    }


def _wrong(number: str) -> list[str]:
    if not re.fullmatch(r"\+?\d+", number):
        return ["NOT_A_NUMBER"]
    if not number.startswith("+") or number.startswith("+0"):
        return ["INVALID_COUNTRY_CODE"]
    least, most = (11, 11) if number.startswith("+1") else (7, 15)
    digits = len(number) - 1
    if digits < least:
        return ["TOO_SHORT"]
    if digits > most:
        return ["TOO_LONG"]
    return ["INVALID_BUT_POSSIBLE"] if re.match(r"\+1(0|1)", number) else []


def _calling_code(number: str) -> str | None:
    return next((number[1:n] for n in (4, 3, 2) if number[1:n] in PREFIXES), None)


def line_type(x: Exchange, number: str) -> str:
    """mobile, landline, tollFree ...: as the telephone is, unless the scenario says otherwise."""
    said = x.lookups.get(number, {}).get("line_type_intelligence", {}).get("type")
    if said or TOLL_FREE.fullmatch(number):
        return said or "tollFree"
    known = x.handsets.get(number)
    return "landline" if known and not known.textable else "mobile"


def _told(x: Exchange, number: str, package: str, form: Form) -> dict[str, Any]:
    known = x.handsets.get(number)
    mobile = line_type(x, number) == "mobile"
    codes = {
        "mobile_country_code": "310" if mobile else None,
        "mobile_network_code": "160" if mobile else None,
    }
    told: dict[str, dict[str, Any]] = {
        "caller_name": {"caller_name": x.people.get(number, "").upper()[:15] or None, "caller_type": "UNDETERMINED"},
        "sim_swap": {
            **codes,
            "carrier_name": "Sandbox",
            "last_sim_swap": {"last_sim_swap_date": None, "swapped_period": "PT24H", "swapped_in_period": False},
        },
        "call_forwarding": {"call_forwarding_enabled": False},
        "line_status": {"status": "unreachable" if known and known.switched_off else "active"},
        "line_type_intelligence": {**codes, "carrier_name": "Sandbox", "type": line_type(x, number)},
        "reassigned_number": {
            "last_verified_date": form.get("LastVerifiedDate") or None,
            "is_number_reassigned": "no" if form.get("LastVerifiedDate") else "no_data_available",
        },
        "sms_pumping_risk": {
            "carrier_risk_category": "low",
            "number_blocked": False,
            "number_blocked_date": None,
            "number_blocked_last_3_months": False,
            "sms_pumping_risk_score": 0,
        },
    }
    return told[package] | {"error_code": None}
