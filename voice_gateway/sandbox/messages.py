"""Text messages on their way: from accepted to delivered, or to why not.

https://www.twilio.com/docs/messaging/api/message-resource and
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from .calls import Callback
from .media import Media, collect
from .opt_out import is_blocked
from .whatsapp import about_status, is_whatsapp, may_write

if TYPE_CHECKING:
    from .exchange import Exchange

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
LONGEST = 1600
"""Characters in one message."""
SENDING, DELIVERING = 1.0, 2.0
"""Seconds from accepted to sent, and from sent to delivered."""


def segments(body: str) -> int:
    """How many text segments a body takes (160/153 in GSM-7, 70/67 otherwise)."""
    single, joined = (160, 153) if set(body) <= GSM else (70, 67)
    return 1 if len(body) <= single else math.ceil(len(body) / joined)


class Message:
    """One text message, in or out."""

    def __init__(
        self,
        x: Exchange,
        direction: str,
        from_: str,
        to: str,
        body: str,
        media: tuple[str, ...] = (),
        service: str | None = None,
    ) -> None:
        self.x = x
        self.sid = x.sid("MM" if media else "SM")
        self.direction, self.from_, self.to = direction, from_, to
        self.body, self.service = body, service
        self.media = [Media(self, given) for given in media]
        self.status = "accepted" if service else "queued"
        self.created = self.updated = x.clock.now()
        self.sent: datetime | None = None
        self.error: int | None = None
        self.template: str | None = None
        self.besides: dict[str, str] = {}
        self.callback = Callback()
        self.valid_seconds = x.unconfirmed.message_queue_seconds
        x.messages[self.sid] = self

    def move(self, status: str, error: int | None = None) -> None:
        """A new status, told to whoever asked."""
        self.status, self.error, self.updated = status, error, self.x.clock.now()
        if status == "sent":
            self.sent = self.updated
        if self.callback.url:
            self.x.postman.tell("message-status", self.callback.url, self._status_fields())

    def _status_fields(self) -> list[tuple[str, str]]:
        fields = [
            ("MessageSid", self.sid),
            ("MessageStatus", self.status),
            ("SmsSid", self.sid),
            ("SmsStatus", self.status),
            ("AccountSid", self.x.account_sid),
            ("From", self.from_),
            ("To", self.to),
            ("ApiVersion", "2010-04-01"),
        ]
        if self.service:
            fields.append(("MessagingServiceSid", self.service))
        if self.error:
            fields.append(("ErrorCode", str(self.error)))
        if is_whatsapp(self.to):
            return fields + about_status(self)
        if self.status in ("delivered", "undelivered"):
            fields.append(("RawDlrDoneDate", self.updated.strftime("%y%m%d%H%M")))
        return fields

    def send(self, after: float = 0.0) -> None:
        """Send it on its way."""
        if self.service:
            self.x.clock.after(after, lambda: self._go("queued"))
        if self.x.unconfirmed.sending_callback:
            self.x.clock.after(after + SENDING / 2, lambda: self._go("sending"))
        self.x.clock.after(after + SENDING, self._leave)

    def _go(self, status: str) -> None:
        if self.status not in ("canceled", "failed"):
            self.move(status)

    def _leave(self) -> None:
        if self.status in ("canceled", "failed"):
            return
        if is_blocked(self.x, self.to, self.from_):
            self.move("failed", 21610)
            return
        if is_whatsapp(self.to) and not may_write(self):
            self.move(self.x.unconfirmed.whatsapp_too_late_status, 63016)
            return
        collect(self, self._set_out)

    def _set_out(self, no_media: int | None) -> None:
        if no_media is not None:
            self.move("failed", no_media)
            return
        self.move("sent")
        self.x.clock.after(DELIVERING, self._arrive)

    def _arrive(self) -> None:
        handset = self.x.handset(self.to)
        if handset.text_trouble or not handset.textable:
            nobody = 63024 if is_whatsapp(self.to) else 30006
            self.move("undelivered", handset.text_trouble or nobody)
        elif handset.switched_off and is_whatsapp(self.to):
            handset.waiting.append(self)
        elif handset.switched_off:
            self.move("undelivered", 30003)
        else:
            self.deliver()

    def deliver(self) -> None:
        """It is on the telephone."""
        media = tuple(one.given for one in self.media)
        self.x.handset(self.to).receive(self.body, self.from_, self.sid, media)
        self.move("delivered")

    def read(self) -> None:
        """Somebody has looked at it; only WhatsApp tells."""
        if is_whatsapp(self.to) and self.status == "delivered":
            self.move("read")
