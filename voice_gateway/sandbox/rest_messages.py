"""Text messages by REST. https://www.twilio.com/docs/messaging/api/message-resource"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from . import shapes
from .calls import Callback
from .dates import within_dates
from .form import Form
from .geography import is_e164, normal
from .messages import LONGEST, Message, segments
from .opt_out import is_blocked
from .rest_errors import RestError, bad, not_found
from .results import Created, Page, Result
from .webhooks import is_url
from .whatsapp import ADDRESS, filled, is_whatsapp

if TYPE_CHECKING:
    from .exchange import Exchange

CHANNELS = ("whatsapp:", "messenger:")


def _channel(address: str) -> str:
    return next((channel for channel in CHANNELS if address.startswith(channel)), "")


def create(x: Exchange, form: Form) -> Result:
    """A text goes out."""
    to, body, media = normal(form.get("To")), form.get("Body"), tuple(form.all("MediaUrl"))
    if not to:
        raise bad(21604, "A 'To' phone number is required.")
    template = form.get("ContentSid") or None
    if template:
        body = _filled(x, template, form)
    if not body and not media:
        raise bad(21602, "Message body is required.")
    if len(body) > LONGEST:
        raise bad(21617, f"The concatenated message body exceeds the {LONGEST} character limit.")
    if len(media) > x.unconfirmed.max_media:
        raise bad(21623, "Number of media files exceeds allowed limit")
    if any(not is_url(url) for url in media):
        raise bad(21620, "Invalid media URL(s)")
    service = form.maybe("MessagingServiceSid")
    from_ = _sender(x, form, service, to)
    if _channel(to) != _channel(from_):
        raise bad(21910, "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel")
    if is_whatsapp(to):
        _check_whatsapp(from_, to)
    elif not _channel(to):
        _check_to(x, from_, to, service)
    callback = Callback(form.url("StatusCallback", 21609))
    valid = form.number("ValidityPeriod", 36000, 1, 36000, 20001)
    at = _send_at(x, form, service)
    message = Message(x, "outbound-api", from_, to, body, media, service)
    message.callback, message.valid_seconds, message.template = callback, valid, template
    if at is not None:
        message.status = "scheduled"
    message.send(at or 0.0)
    return Created(_shape(message))


def _filled(x: Exchange, template: str, form: Form) -> str:
    if template not in x.templates:
        raise bad(21655, f"The ContentSid {template} is invalid")
    try:
        return filled(x.templates[template], form.get("ContentVariables"))
    except ValueError:
        raise bad(21656, "The ContentVariables parameter is invalid") from None


def _check_whatsapp(from_: str, to: str) -> None:
    if not ADDRESS.fullmatch(to):
        raise bad(21211, f"The 'To' number {to} is not a valid phone number.")
    if to == from_:
        raise bad(63031, "Channels message cannot have same 'From' and 'To'")


def _sender(x: Exchange, form: Form, service: str | None, to: str) -> str:
    from_ = normal(form.get("From"))
    if service is not None:
        senders = x.messaging_services.get(service)
        if not senders:
            raise RestError(404, 20404, f"The Messaging Service {service} was not found")
        fitting = [sender for sender in senders if _channel(sender) == _channel(to)]
        return from_ or (fitting or list(senders))[0]
    if not from_:
        raise bad(21603, "A 'From' or 'MessagingServiceSid' parameter is required")
    if not is_e164(from_) and not from_.startswith(CHANNELS):
        raise bad(21212, f"The 'From' number {from_} is not a valid phone number")
    own = x.owned(from_)
    if from_.startswith(CHANNELS) and own is None:
        raise bad(63007, "Twilio could not find a Channel with the specified 'From' address")
    if (own is None or not own.sms) and not from_.startswith(CHANNELS):
        raise bad(21606, f"The 'From' phone number {from_} is not a message-capable number of ours")
    return from_


def _check_to(x: Exchange, from_: str, to: str, service: str | None) -> None:
    if not is_e164(to) or to == from_:
        raise bad(21211, f"The 'To' number {to} is not a valid phone number.")
    if not to.startswith(x.permitted_text_prefixes):
        raise bad(21408, f"Permission to send an SMS has not been enabled for {to}")
    if x.trial and to not in x.verified_callers:
        raise bad(21608, f"The number {to} is unverified.")
    if to in x.unreachable_numbers:
        raise bad(21612, f"The 'To' phone number {to} is not currently reachable via SMS")
    at_once = service is None or (
        service not in x.advanced_opt_outs and x.unconfirmed.service_opt_out_at_create
    )
    if at_once and is_blocked(x, to, from_):
        raise bad(21610, "Attempt to send to unsubscribed recipient")


def _send_at(x: Exchange, form: Form, service: str | None) -> float | None:
    if form.get("ScheduleType") != "fixed":
        return None
    if service is None:
        raise bad(35118, "MessagingServiceSid is required to schedule a message")
    try:
        moment = datetime.fromisoformat(form.get("SendAt"))
    except ValueError:
        raise bad(35111, "SendAt is invalid") from None
    ahead = moment.astimezone(UTC) - x.clock.now()
    if not timedelta(minutes=5) <= ahead <= timedelta(days=35):
        raise bad(35114, "SendAt must be between 300 seconds and 35 days in the future")
    return ahead.total_seconds()


def _shape(message: Message) -> dict[str, object]:
    return shapes.message(message, segments(message.body))


def _find(x: Exchange, sid: str) -> Message:
    if sid not in x.messages:
        raise not_found(f"{shapes.home(x)}/Messages/{sid}.json")
    return x.messages[sid]


def every(x: Exchange, form: Form) -> Result:
    """The messages, newest first."""
    return Page(
        "messages",
        [
            _shape(m)
            for m in reversed(x.messages.values())
            if normal(form.get("To", m.to)) == m.to
            and normal(form.get("From", m.from_)) == m.from_
            and within_dates(form, "DateSent", m.sent or m.created)
        ],
    )


def fetch(x: Exchange, _form: Form, sid: str) -> Result:
    """One message."""
    return _shape(_find(x, sid))


def update(x: Exchange, form: Form, sid: str) -> Result:
    """Blank the body, or cancel a scheduled message."""
    message = _find(x, sid)
    if form.get("Status"):
        if form.get("Status") != "canceled":
            raise bad(20001, f"Invalid Status: {form.get('Status')}")
        if message.status not in ("scheduled", "accepted"):
            raise bad(30409, "Message is not in a cancelable state")
        message.move("canceled")
    if "Body" in form:
        if form.get("Body"):
            raise bad(20001, "Body can only be blanked")
        message.body = ""
    return _shape(message)


def delete(x: Exchange, _form: Form, sid: str) -> Result:
    """Forget a message."""
    message = _find(x, sid)
    if message.status in ("queued", "sending", "accepted"):
        raise bad(20009, "Cannot delete this resource before it is complete")
    del x.messages[sid]
    for media in message.media:
        x.media.pop(media.sid, None)
    return None
