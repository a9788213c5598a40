"""Text messages: what we send, what comes in, who has said STOP.

https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .calls import Callback
from .geography import country
from .grammar import MESSAGE_VERBS
from .media import Media, collect
from .twiml import Document, Element, TwimlTrouble, at, read
from .webhooks import WebhookAnswer

if TYPE_CHECKING:
    from .exchange import Exchange
    from .numbers import OwnNumber

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP", "YES"})
HELP = frozenset({"HELP", "INFO"})
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
LONGEST = 1600
"""Characters in one message."""
MOST_REDIRECTS = 20
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
        if (self.to, self.from_) in self.x.opted_out:
            self.move("failed", 21610)
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
        if not handset.textable:
            self.move("undelivered", 30006)
        elif handset.switched_off:
            self.move("undelivered", 30003)
        else:
            handset.receive(self.body, self.from_, self.sid, tuple(one.given for one in self.media))
            self.move("delivered")


class Arrival:
    """A text from outside, and what our webhook makes of it."""

    def __init__(self, message: Message, number: OwnNumber) -> None:
        self.x, self.message, self.number = message.x, message, number
        message.status = "received"
        self._redirects = 0

    def go(self) -> None:
        """STOP and its friends first, then the number's SmsUrl."""
        self._keywords()
        url = self.number.sms_url
        if url:
            self._ask(url, self.number.sms_method, [], self.number.sms_fallback_url)

    def _keywords(self) -> None:
        word = self.message.body.strip().upper()
        pair = (self.message.from_, self.message.to)
        if word in STOP:
            self.x.opted_out.add(pair)
            self._auto(
                "You have successfully been unsubscribed. You will not receive any more "
                "messages from this number. Reply START to resubscribe."
            )
        elif word in START and pair in self.x.opted_out:
            self.x.opted_out.discard(pair)
            self._auto(
                "You have successfully been re-subscribed to messages from this number. "
                "Reply HELP for help. Reply STOP to unsubscribe."
            )
        elif word in HELP and pair not in self.x.opted_out:
            self._auto("Reply STOP to unsubscribe. Msg&Data Rates May Apply.")

    def _auto(self, text: str) -> None:
        sender, sid = self.message.to, self.message.sid
        handset = self.x.handset(self.message.from_)
        self.x.clock.after(SENDING, lambda: handset.note("auto_text", text, sender, sid))

    def fields(self) -> list[tuple[str, str]]:
        """The parameters of the SmsUrl request."""
        m = self.message
        fields = [
            ("MessageSid", m.sid),
            ("SmsSid", m.sid),
            ("SmsMessageSid", m.sid),
            ("SmsStatus", "received"),
            ("ApiVersion", "2010-04-01"),
            ("AccountSid", self.x.account_sid),
            ("From", m.from_),
            ("To", m.to),
            ("Body", m.body),
            ("NumMedia", str(len(m.media))),
            ("NumSegments", str(segments(m.body))),
        ]
        for side, number in (("From", m.from_), ("To", m.to)):
            if number.startswith("+"):
                fields.append((f"{side}Country", country(number)))
                fields += [(f"{side}{place}", "") for place in ("City", "State", "Zip")]
        for n, one in enumerate(m.media):
            fields += [(f"MediaUrl{n}", one.url), (f"MediaContentType{n}", one.content_type)]
        return fields

    def _ask(self, url: str, method: str, extra: list[tuple[str, str]], fallback: str) -> None:
        self.x.postman.ask(
            "message",
            url,
            self.fields() + extra,
            method,
            lambda answer, code: self._answered(answer, code, url, fallback),
        )

    def _answered(self, answer: WebhookAnswer, code: int | None, url: str, fallback: str) -> None:
        try:
            if code is not None:
                raise TwimlTrouble(code, f"HTTP retrieval failure: {answer.status}", url)
            if answer.status == 204 or not answer.body.strip():
                return
            self._perform(self._read(answer, url), fallback)
        except TwimlTrouble as trouble:
            self.x.postman.problem(trouble.code, trouble.message, trouble.url or url)
            if fallback:
                told = [("ErrorCode", str(trouble.code)), ("ErrorUrl", trouble.url or url)]
                self._ask(fallback, self.number.sms_fallback_method, told, "")

    def _read(self, answer: WebhookAnswer, url: str) -> Document:
        if answer.content_type.startswith("text/plain"):
            text = answer.body.decode("utf-8", "replace")
            return Document((Element("Message", text=text),), url)
        strict = self.x.unconfirmed.schema_error_stops
        document = read(answer.body, answer.content_type, MESSAGE_VERBS, strict=strict)
        for code, message in document.warnings:
            self.x.postman.problem(code, message, url)
        return at(document, url.partition("#")[0], "POST")

    def _perform(self, document: Document, fallback: str) -> None:
        for element in document.verbs:
            if element.name == "Redirect":
                method = element.get("method", "POST").upper()
                self._redirects += 1
                if self._redirects > MOST_REDIRECTS:
                    raise TwimlTrouble(14106, "TwiML document retrieval limit reached", document.url)
                self._ask(self._resolve(document, element.text), method, [], fallback)
                return
            self._reply(element, document)

    def _reply(self, element: Element, document: Document) -> None:
        bodies = [child.text for child in element.children if child.name == "Body"]
        media = tuple(
            self._resolve(document, child.text) for child in element.children if child.name == "Media"
        )
        body = "\n".join(bodies) if bodies else element.text
        if not body and not media:
            raise TwimlTrouble(14103, "Invalid Body", document.url)
        if len(body) > LONGEST:
            message = f"The concatenated message body exceeds the {LONGEST} character limit"
            self.x.postman.problem(21617, message, document.url)
            return
        sender = element.get("from", self.message.to)
        to = element.get("to", self.message.from_)
        reply = Message(self.x, "outbound-reply", sender, to, body, media)
        callback = element.get("statusCallback") or element.get("action")
        if callback:
            reply.callback = Callback(self._resolve(document, callback))
        reply.send()

    @staticmethod
    def _resolve(document: Document, address: str) -> str:
        return urljoin(document.url, address)
