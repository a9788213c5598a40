"""Text messages that come in, and what our webhook makes of them.

https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/messaging/twiml
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from . import opt_out
from .calls import Callback
from .geography import country
from .grammar import MESSAGE_VERBS
from .messages import LONGEST, Message, segments
from .twiml import Document, Element, TwimlTrouble, at, read
from .webhooks import WebhookAnswer
from .whatsapp import about_sender, is_whatsapp

if TYPE_CHECKING:
    from .numbers import OwnNumber

MOST_REDIRECTS = 20
MOST_REPLIES, LOOP_SECONDS = 15, 30.0
"""Replies between two numbers in so many seconds; one more is a loop (14107)."""


class Arrival:
    """A text from outside, and what our webhook makes of it."""

    def __init__(self, message: Message, number: OwnNumber) -> None:
        self.x, self.message, self.number = message.x, message, number
        message.status = "received"
        self.opt_out_type = ""
        self._redirects = 0

    def go(self) -> None:
        """STOP and its friends first, then the number's SmsUrl."""
        self.opt_out_type = opt_out.answer(self.message)
        self.x.last_heard[self.message.from_, self.message.to] = self.x.clock.time()
        url = self.number.sms_url
        if url:
            self._ask(url, self.number.sms_method, [], self.number.sms_fallback_url)

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
        service = opt_out.service_of(self.x, m.to)
        if service:
            fields.append(("MessagingServiceSid", service))
        if self.opt_out_type:
            fields.append(("OptOutType", self.opt_out_type))
        for side, number in (("From", m.from_), ("To", m.to)):
            if number.startswith("+"):
                fields.append((f"{side}Country", country(number)))
                fields += [(f"{side}{place}", "") for place in ("City", "State", "Zip")]
        if is_whatsapp(m.from_):
            fields += [*about_sender(self.x, m.from_), *m.besides.items()]
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
        if self._loops(sender, to):
            self.x.postman.problem(14107, f"Message loop between {sender} and {to}", document.url)
            return
        reply = Message(self.x, "outbound-reply", sender, to, body, media)
        callback = element.get("statusCallback") or element.get("action")
        if callback:
            reply.callback = Callback(self._resolve(document, callback))
        reply.send()

    def _loops(self, sender: str, to: str) -> bool:
        """More than so many replies between two numbers in so short a time."""
        now = self.x.clock.time()
        recent = [at for at in self.x.replies.get((sender, to), ()) if at > now - LOOP_SECONDS]
        self.x.replies[sender, to] = [*recent, now]
        return len(recent) >= MOST_REPLIES

    @staticmethod
    def _resolve(document: Document, address: str) -> str:
        return urljoin(document.url, address)
