"""What Twilio says of itself, as a judge of everything a played scenario said and heard.

`check_log(exchange)` at the end of a scenario asserts that every REST request and answer keeps to
Twilio's OpenAPI, every document to its schema, every webhook to the handbook's table, and that each
is signed. Without the oracles' folder the last two are still judged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tests.honesty import openapi, twiml_schema, webhook_table
from tests.honesty.folder import ARE_HERE, FOLDER, with_oracles

if TYPE_CHECKING:
    from voice_gateway.sandbox import Exchange, Webhook
    from voice_gateway.sandbox.rest import RestExchangeLog

__all__ = ["ARE_HERE", "FOLDER", "check_log", "complaints", "signature", "with_oracles"]

ASK_FOR_DOCUMENTS = frozenset(
    {"voice", "screening", "conference-wait", "queue-wait", "queue-whisper", "message"}
)
ABOUT = {"call-status": "CallSid", "conference-status": "ConferenceSid", "message-status": "MessageSid"}


def check_log(exchange: Exchange) -> None:
    """Everything that went over the wire is as Twilio would have it."""
    found = complaints(exchange)
    assert not found, "\n".join(["the wire was not Twilio's:", *found])


def complaints(exchange: Exchange) -> list[str]:
    """What is wrong with the log of a played scenario, in words."""
    found = list(_of_webhooks(exchange))
    if ARE_HERE:
        found += [words for entry in exchange.rest_log for words in of_rest(entry)]
        found += [words for hook in exchange.webhooks for words in of_document(hook)]
    return found


def of_rest(entry: RestExchangeLog) -> Iterator[str]:
    """What is wrong with a REST request and its answer."""
    where = f"{entry.method} {entry.path}"
    for words in openapi.of_request(entry.method, entry.path, entry.params):
        yield f"{where}: request: {words}"
    if entry.status:
        for words in openapi.of_answer(entry.method, entry.path, entry.status, entry.body):
            yield f"{where}: answer: {words}"


def of_document(hook: Webhook) -> Iterator[str]:
    """What is wrong with the TwiML that a webhook was answered with."""
    if hook.kind in ASK_FOR_DOCUMENTS and hook.status == 200 and hook.body.lstrip().startswith(b"<"):
        for words in twiml_schema.of_document(hook.body, hook.kind):
            yield f"{hook.kind} {hook.url}: document: {words}"


def _of_webhooks(exchange: Exchange) -> Iterator[str]:
    stories: defaultdict[tuple[str, str], list[Mapping[str, str]]] = defaultdict(list)
    deliveries: dict[str, Webhook] = {}
    algorithm = "sha256" if exchange.unconfirmed.hmac_sha256 else "sha1"
    for hook in exchange.webhooks:
        where = f"{hook.kind} {hook.url}"
        wrong = webhook_table.of_webhook(hook.kind, hook.params)
        form = {} if hook.method == "GET" else hook.params
        if hook.signature != signature(exchange.auth_token, hook.url, form.items(), algorithm):
            wrong.append("the signature does not fit")
        if "#" in hook.url:
            wrong.append("the fragment was sent along")
        if hook.params.get("AccountSid", exchange.account_sid) != exchange.account_sid:
            wrong.append("AccountSid is not the account's")
        first = deliveries.setdefault(hook.token, hook)
        if first is hook:
            about = hook.params.get(ABOUT.get(hook.kind, ""))
            if about and not wrong:
                stories[hook.kind, about].append(hook.params)
        elif (first.kind, first.params) != (hook.kind, hook.params):
            wrong.append("another webhook had the same idempotency token")
        yield from (f"{where}: {words}" for words in wrong)
    in_order = not exchange.weather.callback_delay
    for (kind, about), events in stories.items():
        for words in webhook_table.of_story(kind, events, in_order=in_order):
            yield f"{about}: {words}"


def signature(token: str, url: str, form: Iterable[tuple[str, str]] = (), algorithm: str = "sha1") -> str:
    """X-Twilio-Signature by the handbook's own words (2): the address, then the form's sorted pairs."""
    signed = url.partition("#")[0] + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), getattr(hashlib, algorithm))).decode()
