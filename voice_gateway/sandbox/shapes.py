"""Resources as Twilio's REST API shows them: every field of its OpenAPI, no other.

https://www.twilio.com/docs/voice/api, https://www.twilio.com/docs/messaging/api
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .geography import formatted
from .times import rfc2822, rfc2822_or_none

if TYPE_CHECKING:
    from .calls import Call
    from .exchange import Exchange
    from .media import Media
    from .messages import Message
    from .numbers import OwnNumber
    from .queues import Place, Queue
    from .recordings import Recording
    from .rooms import Participant, Room
    from .transcriptions import Transcription

VERSION = "2010-04-01"
CALL_PARTS = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}
ACCOUNT_PARTS = {
    "addresses": "Addresses",
    "applications": "Applications",
    "authorized_connect_apps": "AuthorizedConnectApps",
    "available_phone_numbers": "AvailablePhoneNumbers",
    "balance": "Balance",
    "calls": "Calls",
    "conferences": "Conferences",
    "connect_apps": "ConnectApps",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "keys": "Keys",
    "messages": "Messages",
    "notifications": "Notifications",
    "outgoing_caller_ids": "OutgoingCallerIds",
    "queues": "Queues",
    "recordings": "Recordings",
    "short_codes": "SMS/ShortCodes",
    "signing_keys": "SigningKeys",
    "sip": "SIP",
    "tokens": "Tokens",
    "transcriptions": "Transcriptions",
    "usage": "Usage",
}


def home(x: Exchange) -> str:
    """The account's path."""
    return f"/{VERSION}/Accounts/{x.account_sid}"


def _parts(base: str, parts: dict[str, str]) -> dict[str, str]:
    return {name: f"{base}/{path}.json" for name, path in parts.items()}


def account(x: Exchange) -> dict[str, Any]:
    """The one account."""
    return {
        "auth_token": x.auth_token,
        "date_created": rfc2822(x.created),
        "date_updated": rfc2822(x.created),
        "friendly_name": "Sandbox",
        "owner_account_sid": x.account_sid,
        "sid": x.account_sid,
        "status": x.account_status,
        "subresource_uris": _parts(home(x), ACCOUNT_PARTS),
        "type": "Trial" if x.trial else "Full",
        "uri": f"{home(x)}.json",
    }


def call(call: Call) -> dict[str, Any]:
    """A call."""
    base = f"{home(call.x)}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "parent_call_sid": call.parent.sid if call.parent else None,
        "account_sid": call.x.account_sid,
        "to": call.to,
        "to_formatted": formatted(call.to),
        "from": call.from_,
        "from_formatted": formatted(call.from_),
        "phone_number_sid": call.number_sid,
        "status": call.status,
        "start_time": rfc2822_or_none(call.started),
        "end_time": rfc2822_or_none(call.finished),
        "duration": str(call.duration) if call.over and call.started else None,
        "price": None,
        "price_unit": "USD",
        "direction": call.direction,
        "answered_by": call.answered_by,
        "api_version": VERSION,
        "forwarded_from": call.forwarded_from,
        "group_sid": None,
        "caller_name": call.caller_name,
        "queue_time": str(call.queue_time),
        "trunk_sid": None,
        "uri": f"{base}.json",
        "subresource_uris": _parts(base, CALL_PARTS),
    }


def message(message: Message, segments: int) -> dict[str, Any]:
    """A text message."""
    base = f"{home(message.x)}/Messages/{message.sid}"
    waiting = message.service is not None and message.status in ("accepted", "scheduled")
    return {
        "body": message.body,
        "num_segments": "0" if waiting else str(segments),
        "direction": message.direction,
        "from": None if waiting else message.from_,
        "to": message.to,
        "date_updated": rfc2822(message.updated),
        "price": None,
        "error_message": None if message.error is None else f"Error {message.error}",
        "uri": f"{base}.json",
        "account_sid": message.x.account_sid,
        "num_media": str(len(message.media)),
        "status": message.status,
        "messaging_service_sid": message.service,
        "sid": message.sid,
        "date_sent": rfc2822_or_none(message.sent),
        "date_created": rfc2822(message.created),
        "error_code": message.error,
        "price_unit": "USD",
        "api_version": VERSION,
        "subresource_uris": {"media": f"{base}/Media.json"},
    }


def media(one: Media) -> dict[str, Any]:
    """A piece of media of a message."""
    message = one.message
    return {
        "account_sid": message.x.account_sid,
        "content_type": one.content_type,
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.updated),
        "parent_sid": message.sid,
        "sid": one.sid,
        "uri": f"{home(message.x)}/Messages/{message.sid}/Media/{one.sid}.json",
    }


def conference(room: Room) -> dict[str, Any]:
    """A conference."""
    base = f"{home(room.x)}/Conferences/{room.sid}"
    return {
        "account_sid": room.x.account_sid,
        "date_created": rfc2822(room.created),
        "date_updated": rfc2822(room.updated),
        "api_version": VERSION,
        "friendly_name": room.name,
        "region": room.region,
        "sid": room.sid,
        "status": room.status,
        "uri": f"{base}.json",
        "subresource_uris": {
            "participants": f"{base}/Participants.json",
            "recordings": f"{base}/Recordings.json",
        },
        "reason_conference_ended": room.reason,
        "call_sid_ending_conference": room.ended_by.sid if room.ended_by else None,
    }


def participant(seat: Participant) -> dict[str, Any]:
    """Somebody in a conference."""
    base = f"{home(seat.room.x)}/Conferences/{seat.room.sid}/Participants/{seat.call.sid}"
    return {
        "account_sid": seat.room.x.account_sid,
        "call_sid": seat.call.sid,
        "label": seat.label,
        "call_sid_to_coach": seat.coach or None,
        "coaching": seat.coaching,
        "conference_sid": seat.room.sid,
        "date_created": rfc2822(seat.created),
        "date_updated": rfc2822(seat.updated),
        "end_conference_on_exit": seat.ends,
        "muted": seat.muted,
        "hold": seat.hold,
        "start_conference_on_enter": seat.starts,
        "status": seat.status,
        "queue_time": str(seat.call.queue_time),
        "uri": f"{base}.json",
    }


def queue(queue: Queue) -> dict[str, Any]:
    """A queue."""
    return {
        "sid": queue.sid,
        "account_sid": queue.x.account_sid,
        "friendly_name": queue.name,
        "current_size": len(queue.places),
        "max_size": queue.most,
        "average_wait_time": queue.average,
        "date_created": rfc2822(queue.created),
        "date_updated": rfc2822(queue.updated),
        "uri": f"{home(queue.x)}/Queues/{queue.sid}.json",
    }


def member(place: Place) -> dict[str, Any]:
    """Somebody in a queue."""
    queue = place.queue
    return {
        "queue_sid": queue.sid,
        "call_sid": place.call.sid,
        "date_enqueued": rfc2822(place.since),
        "position": place.position,
        "wait_time": place.seconds,
        "uri": f"{home(queue.x)}/Queues/{queue.sid}/Members/{place.call.sid}.json",
    }


def transcription(made: Transcription) -> dict[str, Any]:
    """The written words of a recording."""
    recording = made.recording
    return {
        "account_sid": recording.x.account_sid,
        "api_version": VERSION,
        "date_created": rfc2822(made.created),
        "date_updated": rfc2822(made.updated),
        "duration": str(recording.duration),
        "price": None,
        "price_unit": "USD",
        "recording_sid": recording.sid,
        "sid": made.sid,
        "status": made.status,
        "transcription_text": made.text or None,
        "type": "fast",
        "uri": f"{home(recording.x)}/Transcriptions/{made.sid}.json",
    }


def _any_recording(recording: Recording) -> dict[str, Any]:
    return {
        "account_sid": recording.x.account_sid,
        "api_version": VERSION,
        "call_sid": recording.call.sid if recording.call else None,
        "conference_sid": recording.conference_sid,
        "date_created": rfc2822(recording.created),
        "date_updated": rfc2822(recording.updated),
        "start_time": rfc2822(recording.started),
        "duration": None if recording.duration < 0 else str(recording.duration),
        "sid": recording.sid,
        "price": None,
        "price_unit": "USD",
        "status": recording.status,
        "channels": recording.channels,
        "source": recording.source,
        "error_code": None,
        "encryption_details": None,
    }


def recording(recording: Recording) -> dict[str, Any]:
    """A recording as the account's list has it."""
    base = f"{home(recording.x)}/Recordings/{recording.sid}"
    return _any_recording(recording) | {
        "uri": f"{base}.json",
        "subresource_uris": {
            "add_on_results": f"{base}/AddOnResults.json",
            "transcriptions": f"{base}/Transcriptions.json",
        },
        "media_url": recording.url,
    }


def call_recording(recording: Recording) -> dict[str, Any]:
    """A recording as a call's list has it."""
    sid = recording.call.sid if recording.call else ""
    uri = f"{home(recording.x)}/Calls/{sid}/Recordings/{recording.sid}.json"
    return _any_recording(recording) | {"uri": uri, "track": recording.track}


def conference_recording(recording: Recording) -> dict[str, Any]:
    """A recording as a conference's list has it."""
    base = f"{home(recording.x)}/Conferences/{recording.conference_sid}"
    return _any_recording(recording) | {"uri": f"{base}/Recordings/{recording.sid}.json"}


def incoming_phone_number(x: Exchange, own: OwnNumber) -> dict[str, Any]:
    """One of the account's numbers."""
    return {
        "account_sid": x.account_sid,
        "address_sid": own.address_sid,
        "address_requirements": "none",
        "api_version": VERSION,
        "beta": False,
        "capabilities": {"voice": own.voice, "sms": own.sms, "mms": own.sms, "fax": False},
        "date_created": rfc2822(own.created),
        "date_updated": rfc2822(own.updated),
        "friendly_name": own.friendly_name,
        "identity_sid": own.identity_sid,
        "phone_number": own.number,
        "origin": "twilio",
        "sid": own.sid,
        "sms_application_sid": own.sms_application_sid,
        "sms_fallback_method": own.sms_fallback_method,
        "sms_fallback_url": own.sms_fallback_url,
        "sms_method": own.sms_method,
        "sms_url": own.sms_url,
        "status_callback": own.status_callback,
        "status_callback_method": own.status_callback_method,
        "trunk_sid": own.trunk_sid,
        "uri": f"{home(x)}/IncomingPhoneNumbers/{own.sid}.json",
        "voice_receive_mode": own.voice_receive_mode,
        "voice_application_sid": own.voice_application_sid,
        "voice_caller_id_lookup": own.voice_caller_id_lookup,
        "voice_fallback_method": own.voice_fallback_method,
        "voice_fallback_url": own.voice_fallback_url,
        "voice_method": own.voice_method,
        "voice_url": own.voice_url,
        "emergency_status": own.emergency_status,
        "emergency_address_sid": own.emergency_address_sid,
        "emergency_address_status": "unregistered",
        "bundle_sid": own.bundle_sid,
        "status": "in-use",
        "type": "local",
    }
