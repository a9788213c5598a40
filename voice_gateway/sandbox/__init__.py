"""A telephone company that fits in a folder: a loopback Twilio to develop and test against.

It knows Twilio's wire and nothing of the product that is tested on it. One core, two
faces: in one process on a clock whose hands are turned, or on a port in real time.

    exchange = Exchange(account_sid=..., auth_token=..., post=wsgi_post(app, "https://house.test"))
    exchange.own("+12025550100", voice_url="https://house.test/voice/reception")
    dana = exchange.phone("+12025550111")
    dana.dials("+12025550100").hears("Welcome").presses("1")
    assert exchange.loose_ends() == []

Habits of this sandbox that are not the carrier's:

- ``phone.presses`` waits (at most 30 s) until something listens for keys, and
  ``phone.says`` (at most 5 s) until somebody or something listens; ``at_once=True``
  does not wait.
- What is said is heard in whole at the moment it begins; it still takes its time.
- Two telephones outside cannot call each other; a call to one of our own numbers by
  REST rings a telephone of that number, not its VoiceUrl.
- An unknown verb or attribute (12200) fails the document, unless
  ``Unconfirmed(schema_error_stops=False)``.
- A code of Verify's and the digits of a validation come from a number that is nobody's; only sms,
  call and whatsapp are played. A Messaging Service has no webhook of its own: its senders' is asked.
- WhatsApp's templates are those in ``exchange.templates``; a template that is not there is refused.
- Media at an address where nobody answers are taken as they are; a picture that a scenario gives as
  an address on the web is told as that address (the carrier always tells its own).
- TaskRouter's side of queues (workflowSid, Task, reservationSid) is not there and is refused as unknown.
- The page of telephones, and with it the control API, is for this computer (guard.py).
- A transcription is what was spoken, word for word.
"""

from __future__ import annotations

from .clock import Clock, RealClock, VirtualClock
from .exchange import Exchange
from .media import Attachment
from .opt_out import OptOutWords
from .phones import Phone
from .posting import http_post, wsgi_post
from .remote import RemoteExchange
from .repro import repro
from .rest import RestAnswer
from .unconfirmed import Unconfirmed
from .weather import Weather
from .webhooks import Problem, Webhook, WebhookAnswer, WebhookRequest

__all__ = [
    "Attachment",
    "Clock",
    "Exchange",
    "OptOutWords",
    "Phone",
    "Problem",
    "RealClock",
    "RemoteExchange",
    "RestAnswer",
    "Unconfirmed",
    "VirtualClock",
    "Weather",
    "Webhook",
    "WebhookAnswer",
    "WebhookRequest",
    "http_post",
    "repro",
    "wsgi_post",
]
