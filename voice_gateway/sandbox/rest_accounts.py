"""Accounts and IncomingPhoneNumbers by REST.

https://www.twilio.com/docs/iam/api/account and
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import shapes
from .form import Form
from .geography import is_e164, normal
from .rest_errors import bad, not_found
from .results import Created, Page, Result

if TYPE_CHECKING:
    from .exchange import Exchange
    from .numbers import OwnNumber

URLS = ("VoiceUrl", "VoiceFallbackUrl", "SmsUrl", "SmsFallbackUrl", "StatusCallback")
METHODS = (
    "VoiceMethod", "VoiceFallbackMethod", "SmsMethod", "SmsFallbackMethod", "StatusCallbackMethod",
)  # fmt: skip
TEXTS = (
    "FriendlyName", "VoiceReceiveMode", "VoiceApplicationSid", "SmsApplicationSid", "TrunkSid",
    "IdentitySid", "AddressSid", "BundleSid", "EmergencyStatus", "EmergencyAddressSid",
)  # fmt: skip


def accounts(x: Exchange, form: Form) -> Result:
    """The one account, as a list."""
    shape = shapes.account(x)
    matches = all(
        form.get(name, shape[field]) == shape[field]
        for name, field in (("FriendlyName", "friendly_name"), ("Status", "status"))
    )
    return Page("accounts", [shape] if matches else [])


def account(x: Exchange) -> Result:
    """The one account."""
    return shapes.account(x)


def numbers(x: Exchange, form: Form) -> Result:
    """The account's numbers; PhoneNumber matches a part of the number."""
    part = re.sub(r"[^\d+]", "", form.get("PhoneNumber"))
    name = form.maybe("FriendlyName")
    return Page(
        "incoming_phone_numbers",
        [
            shapes.incoming_phone_number(x, own)
            for own in x.own_numbers.values()
            if part in own.number and name in (None, own.friendly_name)
        ],
    )


def _find(x: Exchange, sid: str) -> OwnNumber:
    if sid not in x.own_numbers:
        raise not_found(f"{shapes.home(x)}/IncomingPhoneNumbers/{sid}.json")
    return x.own_numbers[sid]


def buy(x: Exchange, form: Form) -> Result:
    """A new number, by name or by area code."""
    wanted = normal(form.get("PhoneNumber"))
    if not wanted and "AreaCode" in form:
        area = form.get("AreaCode")
        if not re.fullmatch(r"[2-9]\d\d", area):
            raise bad(21451, f"Invalid area code: {area}")
        taken = {own.number for own in x.own_numbers.values()}
        free = (f"+1{area}555{n:04d}" for n in range(100, 200))
        wanted = next((number for number in free if number not in taken), "")
    if not is_e164(wanted):
        raise bad(21421, f"PhoneNumber {form.get('PhoneNumber')} is invalid")
    if x.owned(wanted):
        raise bad(21422, f"PhoneNumber {wanted} is not available")
    own = x.own(wanted)
    _set(own, form)
    return Created(shapes.incoming_phone_number(x, own))


def number(x: Exchange, _form: Form, sid: str) -> Result:
    """One number."""
    return shapes.incoming_phone_number(x, _find(x, sid))


def set_number(x: Exchange, form: Form, sid: str) -> Result:
    """Change where a number sends its calls and texts."""
    own = _find(x, sid)
    _set(own, form)
    own.updated = x.clock.now()
    return shapes.incoming_phone_number(x, own)


def give_up(x: Exchange, _form: Form, sid: str) -> Result:
    """Release a number."""
    del x.own_numbers[_find(x, sid).sid]
    return None


def _set(own: OwnNumber, form: Form) -> None:
    changes: dict[str, Any] = {}
    for name in URLS:
        if name in form:
            changes[name] = form.url(name, 21502)
    for name in METHODS:
        if name in form:
            changes[name] = form.method(name)
    changes |= {name: form.get(name) or None for name in TEXTS if name in form}
    if "VoiceCallerIdLookup" in form:
        changes["VoiceCallerIdLookup"] = form.truth("VoiceCallerIdLookup")
    if changes.get("TrunkSid"):
        changes["VoiceApplicationSid"] = None
    elif changes.get("VoiceApplicationSid"):
        changes["TrunkSid"] = None
    for name, value in changes.items():
        setattr(own, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), value)
    own.friendly_name = own.friendly_name or own.number
