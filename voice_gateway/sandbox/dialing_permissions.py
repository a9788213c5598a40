"""Which countries the account may call. https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource

On the wire it is voice.twilio.com; here it answers on the same port under its own path. The carrier publishes
no OpenAPI of it with ours: its answer has the fields that its own client reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .form import Form
from .geography import PREFIXES
from .products import home_of
from .rest_errors import not_found
from .results import Result

if TYPE_CHECKING:
    from .exchange import Exchange

CODES = {country: f"+{code}" for code, country in PREFIXES.items()} | {"CA": "+1"}


def fetch(x: Exchange, _form: Form, written: str) -> Result:
    """One country, by its two letters: may its ordinary numbers be called?"""
    iso = written.upper()
    where = f"/v1/DialingPermissions/Countries/{iso}"
    if iso not in CODES:
        raise not_found(where)
    home = home_of(x, "voice")
    return {
        "iso_code": iso,
        "name": iso,
        "continent": "",
        "country_codes": [CODES[iso]],
        "low_risk_numbers_enabled": CODES[iso].startswith(x.permitted_call_prefixes),
        "high_risk_special_numbers_enabled": False,
        "high_risk_tollfraud_numbers_enabled": False,
        "url": f"{home}{where}",
        "links": {"highrisk_special_prefixes": f"{home}{where}/HighRiskSpecialPrefixes"},
    }
