"""The carrier's door: what Twilio's voice and messaging webhooks say, and what they hear.

Nobody else may knock: each request is signed, or it is refused and changes nothing.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from voice_gateway import wire
from voice_gateway.gateway import Gateway

log = logging.getLogger(__name__)
door = Blueprint("telephone", __name__)


def gateway() -> Gateway:
    return current_app.extensions["gateway"]  # type: ignore[no-any-return]


@door.before_request
def only_the_carrier() -> Response | None:
    """403 to strangers, 400 to what is signed and cannot be read."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return _refused(400, "webhooks are form-encoded")
    try:
        gateway().signatures.check(_path_as_sent(), request.form, request.headers.get("X-Twilio-Signature"))
    except wire.Forged as error:
        log.warning("a webhook was refused: %s", error, extra={"path": request.path})
        return _refused(403, "not signed by the carrier")
    except wire.Garbled as error:
        return _refused(400, str(error))
    return None


@door.errorhandler(wire.Garbled)
def _garbled(error: wire.Garbled) -> Response:
    return _refused(400, str(error))


@door.errorhandler(HTTPException)
def _refused_by_flask(error: HTTPException) -> Response:
    return _refused(error.code or 400, error.description or error.name)


@door.post("/voice/<flow>/<turn>")
def voice(flow: str, turn: str) -> Response:
    """The next turn of a leg."""
    heard = wire.heard(f"{flow}/{turn}", request.args, request.form, gateway().settings.public_base_url + _path_as_sent())
    return _twiml(gateway().turns.take_turn(heard))


@door.post("/voice/ended")
def ended() -> Response:
    """How a leg stands: it rings, or it is over."""
    heard = wire.heard("ended", request.args, request.form, request.path)
    if heard.is_over:
        gateway().turns.leg_ended(heard.case_id, heard.leg_id, heard.status, heard.call_sid)
    elif heard.status == "ringing":
        gateway().turns.leg_rings(heard.case_id, heard.leg_id, heard.call_sid)
    return Response(status=204)


@door.post("/sms/delivered")
def delivered() -> Response:
    """What became of a text. Reports come in any order; a state never goes backwards."""
    message_id = wire.number(request.args, "message")
    status = request.form.get("MessageStatus", "")
    rank = wire.DELIVERY_RANKS.get(status)
    if rank is None:
        raise wire.Garbled(f"MessageStatus {status[:20]!r} is not one we know")
    code = request.form.get("ErrorCode", "")
    gateway().turns.text_delivered(message_id, request.form.get("MessageSid"), status, rank,
                                   int(code) if code.isascii() and code.isdigit() else None)
    return Response(status=204)


@door.post("/voice/fallback")
def fallback() -> Response:
    """Asked by the carrier when another door failed. Needs neither database nor Redis."""
    if request.args.get("to") == "agent":
        return _twiml(wire.please_call_again())
    return _twiml(wire.please_leave_a_message(gateway().settings.public_base_url))


@door.post("/voice/fallback/thanks")
def fallback_thanks() -> Response:
    return _twiml(wire.thanks())


@door.post("/voice/fallback/recorded")
def fallback_recorded() -> Response:
    """A message was left while something did not work: somebody gets it as a case of theirs.

    While even that does not work the answer is an error, and the carrier tries again; the log keeps
    where the recording lies.
    """
    recording, call_sid = request.form.get("RecordingSid", ""), request.form.get("CallSid", "")
    log.warning("a message was left while something did not work", extra={"recording": recording, "call": call_sid})
    if not gateway().turns.message_left(call_sid, recording):
        log.error("a message was left on a call that belongs to no case", extra={"recording": recording})
    return Response(status=204)


def _path_as_sent() -> str:
    """Path and query as they stood on the wire, before any decoding."""
    sent = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if sent and sent.startswith("/"):
        return str(sent)
    return request.full_path if request.query_string else request.path


def _twiml(body: str) -> Response:
    return Response(body, content_type="text/xml; charset=utf-8")


def _refused(status: int, why: str) -> Response:
    return Response(f"{why}\n", status=status, content_type="text/plain; charset=utf-8")

