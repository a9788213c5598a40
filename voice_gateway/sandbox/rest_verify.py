"""Verify v2 by REST: services, verifications, checks. https://www.twilio.com/docs/verify/api"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .form import Form
from .geography import is_e164, normal
from .lookup import line_type
from .products import home_of, iso
from .rest_errors import RestError, bad, not_found
from .results import Created, Page, Result
from .verify import MOST, Service, Verification, new_code

if TYPE_CHECKING:
    from .exchange import Exchange

CHANNELS = ("sms", "call", "whatsapp")
PARTS = {
    "verification_checks": "VerificationCheck", "verifications": "Verifications", "rate_limits": "RateLimits",
    "messaging_configurations": "MessagingConfigurations", "entities": "Entities", "webhooks": "Webhooks",
    "access_tokens": "AccessTokens",
}  # fmt: skip
SWITCHES = (
    "LookupEnabled", "SkipSmsToLandlines", "DtmfInputRequired", "CustomCodeEnabled", "DoNotShareWarningEnabled",
)  # fmt: skip


def service_shape(x: Exchange, one: Service) -> dict[str, Any]:
    """A service, with the parts of it that are not played here left empty."""
    url = f"{home_of(x, 'verify')}/v2/Services/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": x.account_sid,
        "friendly_name": one.friendly_name,
        "code_length": one.code_length,
        "lookup_enabled": one.lookup_enabled,
        "psd2_enabled": False,
        "skip_sms_to_landlines": one.skip_sms_to_landlines,
        "dtmf_input_required": one.dtmf_input_required,
        "tts_name": None,
        "do_not_share_warning_enabled": one.do_not_share_warning_enabled,
        "custom_code_enabled": one.custom_code_enabled,
        "push": None,
        "totp": None,
        "default_template_sid": None,
        "whatsapp": None,
        "passkeys": None,
        "verify_event_subscription_enabled": False,
        "date_created": iso(one.created),
        "date_updated": iso(one.updated),
        "url": url,
        "links": {name: f"{url}/{path}" for name, path in PARTS.items()},
    }


def _facts(one: Verification) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "service_sid": one.service.sid,
        "account_sid": one.x.account_sid,
        "to": one.to,
        "channel": one.channel,
        "status": one.status,
        "valid": one.status == "approved",
        "amount": None,
        "payee": None,
        "date_created": iso(one.created),
        "date_updated": iso(one.updated),
    }


def verification_shape(one: Verification) -> dict[str, Any]:
    """A verification. Its code is told to nobody but the telephone."""
    base = f"{home_of(one.x, 'verify')}/v2/Services/{one.service.sid}"
    carrier = {"type": line_type(one.x, one.to), "error_code": None} if one.service.lookup_enabled else None
    return _facts(one) | {
        "lookup": {"carrier": carrier},
        "send_code_attempts": [
            {"attempt_sid": sent.sid, "channel": sent.channel, "time": iso(sent.at)} for sent in one.sendings
        ],
        "sna": None,
        "url": f"{base}/Verifications/{one.sid}",
    }


def _service(x: Exchange, sid: str) -> Service:
    if sid not in x.verify_services:
        raise not_found(f"/Services/{sid}")
    return x.verify_services[sid]


def create_service(x: Exchange, form: Form) -> Result:
    """A new service."""
    if not form.get("FriendlyName"):
        raise bad(60200, "Invalid parameter: FriendlyName")
    now = x.clock.now()
    one = Service(x.sid("VA"), "", now, now)
    _set(one, form)
    x.verify_services[one.sid] = one
    return Created(service_shape(x, one))


def _set(one: Service, form: Form) -> None:
    length = form.number("CodeLength", one.code_length, 4, 10, 60200)
    one.code_length, one.friendly_name = length, form.get("FriendlyName", one.friendly_name)
    for name in SWITCHES:
        field = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        setattr(one, field, form.truth(name, getattr(one, field)))


def services(x: Exchange, _form: Form) -> Result:
    """All of them."""
    return Page("services", [service_shape(x, one) for one in x.verify_services.values()], home_of(x, "verify"))


def service(x: Exchange, _form: Form, sid: str) -> Result:
    """One service."""
    return service_shape(x, _service(x, sid))


def change_service(x: Exchange, form: Form, sid: str) -> Result:
    """Change a service."""
    one = _service(x, sid)
    _set(one, form)
    one.updated = x.clock.now()
    return service_shape(x, one)


def delete_service(x: Exchange, _form: Form, sid: str) -> Result:
    """Give a service up."""
    del x.verify_services[_service(x, sid).sid]
    return None


def create(x: Exchange, form: Form, sid: str) -> Result:
    """Send somebody a code: a new one, or once more the one that is still good."""
    service = _service(x, sid)
    to, channel = normal(form.get("To")), form.get("Channel")
    if not is_e164(to):
        raise bad(60200, f"Invalid parameter `To`: {form.get('To')}")
    if channel not in CHANNELS:
        raise RestError(403, 60223, f"Delivery channel disabled: {channel}")
    if not to.startswith(x.permitted_text_prefixes):
        raise RestError(403, 60605, f"The destination {to} is not permitted")
    if channel == "sms" and service.skip_sms_to_landlines and line_type(x, to) == "landline":
        raise RestError(403, 60205, "SMS is not supported by landline phone number")
    custom = form.maybe("CustomCode")
    if custom is not None and not (service.custom_code_enabled and re.fullmatch(r"\d{4,10}", custom)):
        raise bad(60200, "Invalid parameter: CustomCode")
    one = _alive(x, service, to) or _new(x, service, to, channel)
    one.code = custom or one.code
    if len(one.sendings) >= MOST:
        raise RestError(429, 60203, "Max send attempts reached")
    one.send(channel)
    return Created(verification_shape(one))


def _alive(x: Exchange, service: Service, key: str) -> Verification | None:
    every = (v for v in x.verifications.values() if v.service is service and v.lives)
    return next((one for one in every if key in (one.sid, one.to)), None)


def _new(x: Exchange, service: Service, to: str, channel: str) -> Verification:
    now = x.clock.now()
    one = Verification(x, service, to, channel, new_code(x, service), x.sid("VE"), now, now)
    x.verifications[one.sid] = one
    return one


def _find(x: Exchange, sid: str, key: str) -> Verification:
    one = _alive(x, _service(x, sid), key)
    if one is None:
        raise not_found(f"/Services/{sid}/Verifications/{key}")
    return one


def fetch(x: Exchange, _form: Form, sid: str, key: str) -> Result:
    """A verification that is still open, by its sid or by whom it is for."""
    return verification_shape(_find(x, sid, key))


def update(x: Exchange, form: Form, sid: str, key: str) -> Result:
    """Cancel it, or approve it by hand."""
    one = _find(x, sid, key)
    if form.get("Status") not in ("canceled", "approved"):
        raise bad(60200, "Invalid parameter: Status")
    one.status, one.updated = form.get("Status"), x.clock.now()
    return verification_shape(one)


def check(x: Exchange, form: Form, sid: str) -> Result:
    """Is this the code? A wrong one leaves it pending; the right one uses it up."""
    key = form.get("VerificationSid") or normal(form.get("To"))
    if not key or not form.get("Code"):
        raise bad(60200, "Invalid parameter: To, VerificationSid or Code")
    service = _service(x, sid)
    one = _alive(x, service, key)
    if one is None or (one.checks >= MOST and x.unconfirmed.verify_gone_when_over_limit):
        raise not_found(f"/Services/{sid}/VerificationCheck")
    if one.checks >= MOST:
        raise RestError(429, 60202, "Max check attempts reached")
    one.checks += 1
    if form.get("Code") == one.code:
        one.status, one.updated = "approved", x.clock.now()
    return _facts(one) | {"sna_attempts_error_codes": []}
