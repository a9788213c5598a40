"""Calls by REST: create, look up, change.

https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from . import shapes
from .calls import Call, Callback, Detection, Program
from .dates import within_dates
from .form import Form
from .geography import is_e164, normal
from .lifecycle import converse, outbound
from .process import Steps
from .recordings import Recording
from .rest_errors import bad, not_found
from .results import Created, Page, Result

if TYPE_CHECKING:
    from .exchange import Exchange

EVENTS = ("initiated", "ringing", "answered", "completed")
NOT_NUMBERS = ("client:", "sip:", "sips:", "app:")


def check_numbers(x: Exchange, form: Form) -> tuple[str, str]:
    """From and To as Twilio takes them; raises its complaint."""
    to, from_ = normal(form.get("To")), normal(form.get("From"))
    if not to:
        raise bad(21201, "No 'To' number is specified")
    if not from_:
        raise bad(21213, "No 'From' number is specified")
    if not to.startswith(NOT_NUMBERS):
        _check_to(x, to)
        if not is_e164(from_) and not from_.startswith(NOT_NUMBERS):
            raise bad(21212, f"The phone number provided {from_} is not a valid caller ID")
        if not x.owned(from_) and from_ not in x.verified_callers:
            raise bad(
                21210,
                f"The source phone number provided, {from_}, is not yet verified for your account",
            )
    if to == from_:
        raise bad(21211, "The phone numbers of caller and called are the same")
    if refusal := x.too_many_calls():
        x.postman.problem(*refusal)
        raise bad(*refusal)
    return from_, to


def _check_to(x: Exchange, to: str) -> None:
    if not to.lstrip("+").isdigit():
        raise bad(21211, f"The phone number you are attempting to call, {to}, is not valid.")
    if not is_e164(to):
        raise bad(21217, f"Phone number {to} does not appear to be valid")
    if to in x.blocked_numbers:
        raise bad(21216, f"Account not allowed to call {to}")
    if not to.startswith(x.permitted_call_prefixes):
        raise bad(21215, f"Account not authorized to call {to}: geographic permissions")
    if x.trial and to not in x.verified_callers:
        raise bad(21219, f"The number {to} is unverified. Trial accounts may only call verified")


def detection(form: Form, prefix: str) -> Detection:
    """Machine detection as asked for; ``prefix`` names the asynchronous callback."""
    mode = form.get("MachineDetection")
    if mode not in ("", "Enable", "DetectMessageEnd"):
        raise bad(21234, f"Invalid MachineDetection: {mode}")
    wait = form.number("MachineDetectionTimeout", 30, 3, 59, 21263)
    form.number("MachineDetectionSpeechThreshold", 2400, 1000, 6000, 21263)
    form.number("MachineDetectionSpeechEndThreshold", 1200, 500, 5000, 21263)
    form.number("MachineDetectionSilenceTimeout", 5000, 2000, 10000, 21263)
    url = form.url(f"{prefix}AmdStatusCallback")
    if "SendDigits" in form:
        mode = ""
    callback = Callback(url, form.method(f"{prefix}AmdStatusCallbackMethod"))
    return Detection(mode, float(wait), callback, bool(not prefix) or form.truth("AsyncAmd"))


def recording_callback(form: Form, prefix: str = "") -> Callback:
    """Where recordings are told of."""
    return Callback(
        form.url(f"{prefix}RecordingStatusCallback"),
        form.method(f"{prefix}RecordingStatusCallbackMethod"),
        form.words(
            f"{prefix}RecordingStatusCallbackEvent",
            ("in-progress", "completed", "absent"),
            "completed",
        ),
    )


def _program(x: Exchange, form: Form) -> Program:
    url, twiml = form.url("Url"), form.get("Twiml")
    if len(twiml) > 4000:
        raise bad(32018, "Twiml size exceeded maximum allowed value")
    if url and twiml:
        url, twiml = (url, "") if x.unconfirmed.create_prefers_url else ("", twiml)
    return Program(url, form.method("Method"), form.url("FallbackUrl"), form.method("FallbackMethod"), twiml)


def create(x: Exchange, form: Form) -> Result:
    """A call goes into the queue."""
    from_, to = check_numbers(x, form)
    if not any(form.get(name) for name in ("Url", "Twiml", "ApplicationSid")):
        raise bad(21205, "Url parameter is required.")
    if form.get("SendDigits") and set(form.get("SendDigits")) - set("0123456789*#wW"):
        raise bad(21206, "Invalid SendDigits")
    timeout = form.number("Timeout", 60, 1, 600, 21208)
    limit = form.number("TimeLimit", 14400, 1, 86400, 21208)
    program = _program(x, form)
    callback = Callback(
        form.url("StatusCallback"),
        form.method("StatusCallbackMethod"),
        form.words("StatusCallbackEvent", EVENTS, "completed"),
    )
    detecting, recorded = detection(form, "Async"), recording_callback(form)
    call = Call(x, "outbound-api", from_, to, program)
    own = x.owned(from_)
    call.number_sid = own.sid if own else None
    call.callback, call.detection = callback, detecting

    def then() -> Steps[None]:
        if form.truth("Record"):
            dual = form.get("RecordingChannels") == "dual"
            Recording(x, "OutboundAPI", call, None, recorded, 2 if dual else 1)
        yield from converse(call, program)

    call.run(outbound(call, float(timeout), float(limit), x.turn_to_dial(), then))
    return Created(shapes.call(call))


def find(x: Exchange, sid: str) -> Call:
    """The call, or a 404."""
    call = x.calls.get(sid)
    if call is None or call.deleted:
        raise not_found(f"{shapes.home(x)}/Calls/{sid}.json")
    return call


def every(x: Exchange, form: Form) -> Result:
    """The calls, newest first."""

    def wanted(call: Call) -> bool:
        asked = {
            "To": call.to,
            "From": call.from_,
            "ParentCallSid": call.parent.sid if call.parent else "",
            "Status": call.status,
        }
        times: list[tuple[str, datetime | None]] = [
            ("StartTime", call.started or call.created),
            ("EndTime", call.finished),
        ]
        return all(form.get(k, v) in (v, normal(v)) for k, v in asked.items()) and all(
            within_dates(form, name, moment, before_is_exclusive=True) for name, moment in times
        )

    calls = [c for c in reversed(x.calls.values()) if not c.deleted and wanted(c)]
    return Page("calls", [shapes.call(c) for c in calls])


def fetch(x: Exchange, _form: Form, sid: str) -> Result:
    """One call."""
    return shapes.call(find(x, sid))


def update(x: Exchange, form: Form, sid: str) -> Result:
    """End a call, or give it other instructions while it is going on."""
    call = find(x, sid)
    status, url, twiml = form.get("Status"), form.url("Url"), form.get("Twiml")
    if status not in ("", "canceled", "completed"):
        raise bad(20001, f"Invalid Status: {status}")
    if url and twiml:
        raise bad(21205, "Url and Twiml exclude each other")
    if len(twiml) > 4000:
        raise bad(32018, "Twiml size exceeded maximum allowed value")
    if (status or url or twiml) and call.over:
        raise bad(21220, "Call is not in-progress. Cannot redirect.")
    if "StatusCallback" in form:
        call.callback = Callback(
            form.url("StatusCallback"), form.method("StatusCallbackMethod"), call.callback.events
        )
    if "TimeLimit" in form:
        limit = float(form.number("TimeLimit", 14400, 1, 86400, 21208))
        x.clock.after(limit, lambda: call.end("completed", "time limit"))
    if status:
        _end(call, status)
    elif url or twiml:
        if call.status != "in-progress":
            raise bad(21220, "Call is not in-progress. Cannot redirect.")
        program = _program(x, form)
        call.program = program
        call.replace(converse(call, program))
    return shapes.call(call)


def _end(call: Call, status: str) -> None:
    if call.status == "in-progress":
        if status == "canceled":
            raise bad(21220, "Call is in-progress. Cannot cancel.")
        call.end("completed", "ended by REST", "participant_updated_via_api")
        return
    if not call.set_out:
        call.callback = Callback()
    call.end("canceled", "canceled by REST")


def delete(x: Exchange, _form: Form, sid: str) -> Result:
    """Forget a call that is over."""
    call = find(x, sid)
    if not call.over:
        raise bad(20009, "Cannot delete this resource before it is complete")
    call.deleted = True
    return None
