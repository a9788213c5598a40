"""Verify v2: codes that are texted to a telephone or spoken on it, and checked.

https://www.twilio.com/docs/verify/api: a code is good for ten minutes; five sendings and
five checks, then 60203 and 60202.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from .calls import Call, Inbox
from .handsets import speaking_time
from .lifecycle import outbound
from .process import Steps, first_of

if TYPE_CHECKING:
    from .exchange import Exchange

SENDER = "+18885550160"
"""The carrier's own number, not one of the account's."""
GOOD_FOR = 600.0
"""Seconds."""
MOST = 5
ARRIVES_AFTER = 2.0
PATIENCE = 10.0
"""Seconds to wait for the key before the code is spoken."""


@dataclass
class Service:
    """A verification service of the account."""

    sid: str
    friendly_name: str
    created: datetime
    updated: datetime
    code_length: int = 6
    lookup_enabled: bool = False
    skip_sms_to_landlines: bool = False
    dtmf_input_required: bool = True
    custom_code_enabled: bool = False
    do_not_share_warning_enabled: bool = False


@dataclass(frozen=True)
class Sending:
    """One attempt to bring the code to somebody."""

    sid: str
    at: datetime
    channel: str


@dataclass
class Verification:
    """One code for one person, until it is used, too old or cancelled."""

    x: Exchange
    service: Service
    to: str
    channel: str
    code: str
    sid: str
    created: datetime
    updated: datetime
    status: str = "pending"
    sendings: list[Sending] = field(default_factory=list)
    checks: int = 0

    @property
    def lives(self) -> bool:
        """Whether it can still be checked."""
        age = (self.x.clock.now() - self.created).total_seconds()
        return self.status == "pending" and age < GOOD_FOR

    def send(self, channel: str) -> None:
        """Bring the code to the telephone, once more."""
        x = self.x
        self.channel, self.updated = channel, x.clock.now()
        self.sendings.append(Sending(x.sid("VL"), self.updated, channel))
        if channel == "call":
            self._ring()
            return
        words = f"Your {self.service.friendly_name} verification code is: {self.code}"
        if self.service.do_not_share_warning_enabled:
            words += ". Don't share this code with anyone; our employees will never ask for the code."
        to, sender = (f"whatsapp:{self.to}", f"whatsapp:{SENDER}") if channel == "whatsapp" else (self.to, SENDER)
        sid = x.sid("SM")
        x.clock.after(ARRIVES_AFTER, lambda: self._arrive(to, words, sender, sid))

    def _arrive(self, to: str, words: str, sender: str, sid: str) -> None:
        handset = self.x.handset(to)
        if handset.textable and not handset.switched_off:
            handset.receive(words, sender, sid)

    def _ring(self) -> None:
        call = Call(self.x, "outbound-api", SENDER, self.to)
        del self.x.calls[call.sid]  # it is the carrier's call, and in no list of the account's
        call.run(outbound(call, 30.0, 120.0, 0.0, lambda: self._speak(call)))

    def _speak(self, call: Call) -> Steps[None]:
        if self.service.dtmf_input_required and not (yield from _key(call, self.service)):
            call.end("completed")
            return
        words = f"Your {self.service.friendly_name} verification code is: {', '.join(self.code)}."
        for _ in range(2):
            call.hear(words)
            yield call.x.clock.timer(speaking_time(words))
        call.end("completed")


def _key(call: Call, service: Service) -> Steps[bool]:
    words = f"You have requested a code for {service.friendly_name}. Press any key to hear it."
    inbox, clock = Inbox(call), call.x.clock
    call.hear(words)
    call.listen(inbox, "dtmf")
    key = inbox.arrival()
    first = yield first_of(clock, key, clock.timer(speaking_time(words) + PATIENCE))
    call.listen(None)
    return first is key


def new_code(x: Exchange, service: Service) -> str:
    """As many digits as the service wants."""
    return str(int(x.token(), 16))[-service.code_length :]


def digits_in(words: str) -> str:
    """The code in what was read or heard, for a scenario that has to type it."""
    found = re.search(r"code is: ([\d, ]+)", words)
    return re.sub(r"\D", "", found[1]) if found else ""
