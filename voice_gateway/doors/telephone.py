"""The carrier's door: what Twilio's voice and messaging webhooks say, and what they hear.

Nobody else may knock: each request is signed, or it is refused and changes nothing.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from voice_gateway import wire
from voice_gateway.gateway import Gateway
from voice_gateway.text_turns import TextTurns

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


@door.post("/voice/reception")
def reception() -> Response:
    """Somebody rings one of our numbers."""
    return _twiml(gateway().turns.call_comes_in(_arrival()))


@door.post("/voice/<flow>/<turn>")
def voice(flow: str, turn: str) -> Response:
    """The next turn of a leg."""
    heard = wire.heard(f"{flow}/{turn}", request.args, request.form, gateway().settings.public_base_url + _path_as_sent())
    return _twiml(gateway().turns.take_turn(heard))


@door.post("/voice/ended")
def ended() -> Response:
    """How a leg stands: it rings, or it is over. A call that came in is known by its own sid alone."""
    if "leg" not in request.args:
        if request.form.get("CallStatus") in wire.ENDED:
            gateway().turns.call_is_over(_arrival().call_sid, request.form["CallStatus"])
        return Response(status=204)
    heard = wire.heard("ended", request.args, request.form, request.path)
    if heard.is_over:
        gateway().turns.leg_ended(heard.case_id, heard.leg_id, heard.status, heard.call_sid)
    elif heard.status == "ringing":
        gateway().turns.leg_rings(heard.case_id, heard.leg_id, heard.call_sid)
    return Response(status=204)


@door.post("/voice/recorded")
def recorded() -> Response:
    """The carrier has recorded something; it is fetched later, by its sid."""
    recording = wire.recording(request.form)
    if recording:
        gateway().turns.recorded(wire.number(request.args, "case"), wire.number(request.args, "leg"), recording)
    return Response(status=204)


@door.post("/voice/talk-recorded")
def talk_recorded() -> Response:
    """A talk has been recorded to its end; it is fetched later, by its sid."""
    recording = wire.recording(request.form)
    if recording:
        gateway().turns.talk_recorded(wire.number(request.args, "case"), wire.number(request.args, "recording"), recording)
    return Response(status=204)


@door.post("/voice/transcribed")
def transcribed() -> Response:
    """The carrier has written down what was said, or could not."""
    recording = wire.transcribed(request.form)
    gateway().turns.transcribed(wire.number(request.args, "case"), wire.number(request.args, "leg"), recording,
                                request.form.get("TranscriptionSid", "")[:64], wire.transcript(request.form))
    return Response(status=204)


@door.post("/sms")
def text() -> Response:
    """Somebody texts one of our numbers. Whatever we answer goes out by itself, later."""
    TextTurns(gateway().turns).text_comes_in(wire.texted(request.form))
    return _twiml(wire.silence())


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
    if request.args.get("to") in ("agent", "manager", "guest"):
        return _twiml(wire.please_call_again())
    return _twiml(wire.please_leave_a_message(gateway().settings.public_base_url))


@door.post("/voice/fallback/thanks")
def fallback_thanks() -> Response:
    """They have spoken. This is the last time that their number is told: if we can, we keep it now."""
    try:
        gateway().turns.caller_left_word(_arrival())
    except Exception:
        log.exception("a caller at the fallback door could not be written down")
    return _twiml(wire.thanks())


@door.post("/voice/fallback/recorded")
def fallback_recorded() -> Response:
    """A message was left while something did not work: it is kept like any other.

    While even that does not work the answer is an error, and the carrier tries again; the log keeps
    which recording it is.
    """
    recording = wire.recording(request.form)
    log.warning("a message was left while something did not work", extra={"recording": request.form["RecordingSid"]})
    if recording:
        gateway().turns.message_left(_arrival(), recording)
    return Response(status=204)


def _arrival() -> wire.Arrival:
    return wire.arrival(request.args, request.form, gateway().settings.public_base_url + _path_as_sent())


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

