"""Numbers that the account may show without owning them, and the call that verifies one.

https://www.twilio.com/docs/voice/api/outgoing-caller-ids
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .calls import Call, Callback, Inbox
from .form import Form
from .geography import formatted, is_e164, normal
from .handsets import speaking_time
from .lifecycle import outbound
from .process import Steps, first_of
from .rest_errors import bad, not_found
from .results import Page, Result
from .shapes import home
from .times import rfc2822

if TYPE_CHECKING:
    from .exchange import Exchange

SENDER = "+14155550123"
"""The carrier's own number, which rings to verify."""
PATIENCE = 10.0
"""Seconds to wait for each key."""


@dataclass
class CallerId:
    """An OutgoingCallerId."""

    sid: str
    number: str
    friendly_name: str
    created: datetime
    updated: datetime


def known(x: Exchange) -> dict[str, CallerId]:
    """By sid; also those that a scenario put into ``verified_callers`` by name of number alone."""
    for number in sorted(x.verified_callers - {one.number for one in x.caller_ids.values()}):
        _add(x, number, formatted(number))
    return {sid: one for sid, one in x.caller_ids.items() if one.number in x.verified_callers}


def _add(x: Exchange, number: str, name: str) -> CallerId:
    now = x.clock.now()
    one = CallerId(x.sid("PN"), number, name, now, now)
    x.caller_ids[one.sid] = one
    x.verified_callers.add(number)
    return one


def _shape(x: Exchange, one: CallerId) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.updated),
        "friendly_name": one.friendly_name,
        "account_sid": x.account_sid,
        "phone_number": one.number,
        "uri": f"{home(x)}/OutgoingCallerIds/{one.sid}.json",
    }


def _find(x: Exchange, sid: str) -> CallerId:
    every = known(x)
    if sid not in every:
        raise not_found(f"{home(x)}/OutgoingCallerIds/{sid}.json")
    return every[sid]


def every(x: Exchange, form: Form) -> Result:
    """The verified numbers."""
    number, name = normal(form.get("PhoneNumber")), form.maybe("FriendlyName")
    wanted = [one for one in known(x).values() if number in ("", one.number) and name in (None, one.friendly_name)]
    return Page("outgoing_caller_ids", [_shape(x, one) for one in wanted])


def fetch(x: Exchange, _form: Form, sid: str) -> Result:
    """One verified number."""
    return _shape(x, _find(x, sid))


def update(x: Exchange, form: Form, sid: str) -> Result:
    """Give it another name."""
    one = _find(x, sid)
    one.friendly_name, one.updated = form.get("FriendlyName", one.friendly_name), x.clock.now()
    return _shape(x, one)


def delete(x: Exchange, _form: Form, sid: str) -> Result:
    """It may be shown no longer."""
    one = _find(x, sid)
    del x.caller_ids[sid]
    x.verified_callers.discard(one.number)
    return None


def verify(x: Exchange, form: Form) -> Result:
    """Ring a number and ask for the six digits that are given here."""
    number = normal(form.get("PhoneNumber"))
    if not is_e164(number):
        raise bad(21401, f"Invalid phone number: {form.get('PhoneNumber')}")
    if number in x.verified_callers:
        raise bad(21450, f"Phone number already validated for your account: {number}")
    name = form.get("FriendlyName") or formatted(number)
    code = str(int(x.token(), 16))[-6:]
    delay = float(form.number("CallDelay", 0, 0, 60, 20001))
    callback = Callback(form.url("StatusCallback"), form.method("StatusCallbackMethod"))
    asking = Asking(Call(x, "outbound-api", SENDER, number), code, name, callback)
    asking.call.run(outbound(asking.call, 30.0, 120.0, delay, asking.ask))
    asking.call.ended.then(lambda _status: asking.tell())
    return {
        "account_sid": x.account_sid,
        "call_sid": asking.call.sid,
        "friendly_name": name,
        "phone_number": number,
        "validation_code": code,
    }


@dataclass
class Asking:
    """The call in which the digits are asked for."""

    call: Call
    code: str
    name: str
    callback: Callback
    keyed: str = ""

    @property
    def _right(self) -> bool:
        return self.keyed == self.code

    def ask(self) -> Steps[None]:
        """Say what is wanted, take six keys, say what came of it."""
        call, clock = self.call, self.call.x.clock
        words = "Please enter the six digits of your verification code."
        inbox = Inbox(call)
        call.listen(inbox, "dtmf")
        call.hear(words)
        patience = speaking_time(words) + PATIENCE
        while len(self.keyed) < len(self.code):
            thing = inbox.take()
            if thing is None:
                key = inbox.arrival()
                if (yield first_of(clock, key, clock.timer(patience))) is not key:
                    break
                patience = PATIENCE
            elif thing[0] == "key":
                self.keyed += thing[1]
        call.listen(None)
        answer = "Your number is verified. Goodbye." if self._right else "That was not the code. Goodbye."
        call.hear(answer)
        yield clock.timer(speaking_time(answer))
        call.end("completed")

    def tell(self) -> None:
        """The callback at the end, whatever the end was."""
        call = self.call
        fields = [*call.params(), ("VerificationStatus", "success" if self._right else "failed")]
        if self._right:
            fields.append(("OutgoingCallerIdSid", _add(call.x, call.to, self.name).sid))
        call.x.postman.tell("caller-id", self.callback.url, fields, self.callback.method, call.sid)
