"""Send the texts that the outbox owes: to whom wants them, by day unless they asked, and each once."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from flows.codes import CODE
from flows.facts import SECONDS
from jobs import pictures
from jobs.later import GIVES_UP_AFTER, Later, back_off, unclear
from jobs.workshop import Workshop
from voice_gateway import callers, clock
from voice_gateway.carrier import CarrierError, Do, Unknown, Unreached
from voice_gateway.store import outbox, sending
from voice_gateway.store.identity import challenges

log = logging.getLogger(__name__)

NOTHING_LEFT = 21619  # the carrier's code for a text with neither words nor pictures


def text(shop: Workshop, order: outbox.Owed) -> str:
    """Send a text, unless what we know by now is against it. In doubt it is rather not repeated."""
    assert order.message_id is not None, "a text has a message"
    with shop.gateway.store.transaction() as memory:
        why_not = sending.why_not(memory, order, clock.now())
        message = outbox.text(memory, order.message_id)
    if message.message_sid:
        return "sent already"
    if message.opted_out_at and not message.automatic:
        return refused(shop, message, "blocked: opted out", outbox.OPTED_OUT)
    if CODE in message.body and message.automatic and message.role == "customer":
        if not (message.code_salt and message.code_holds_until and clock.now() < message.code_holds_until):
            return contradicted(shop, message, "its code holds no more")
        message = with_its_code(shop, message)
    message = pictures.ready(shop, message)
    if not (message.body or message.pictures):
        return refused(shop, message, "nothing of it can be sent", NOTHING_LEFT)
    if order.attempts and (sid := find(shop, order, message)):
        return remember(shop, order, sid)
    if why_not:
        return contradicted(shop, message, why_not) if message.automatic else refused(shop, message, why_not, 0)
    waits_for_the_day(shop, message)
    try:
        sid = shop.carrier.text(to=message.phone, ours=message.our_number, body=message.body, content=order.words,
                                delivered_url=shop.gateway.addresses.delivered(message.id),
                                media_urls=pictures.addresses(shop, message))
    except CarrierError as error:
        return not_taken(shop, order, message, error)
    except (Unknown, Unreached) as error:
        raise unclear(order, error) from error
    return remember(shop, order, sid)


def with_its_code(shop: Workshop, message: outbox.TextToCarry) -> outbox.TextToCarry:
    """The code is put in only now, and kept nowhere: the same each time, so that an unsure text can be looked up."""
    key = shop.gateway.settings.secret_key.get_secret_value()
    code = challenges.code_of(key, message.code_salt or "", message.code_way or "")
    return replace(message, body=message.body.replace(CODE, code))


def waits_for_the_day(shop: Workshop, message: outbox.TextToCarry) -> None:
    """Raises Later while it is night; a colleague is told that their words wait, what is automatic waits silently."""
    now = clock.now()
    day = quiet_until(shop, message, now)
    if day > now:
        shop.gateway.turns.text_waits(message.id, day)
        raise Later(day - now, "it is night where they may be")


def quiet_until(shop: Workshop, message: outbox.TextToCarry, at: datetime) -> datetime:
    """When it is day wherever they may be: at night nobody is woken by what they did not just ask for."""
    if message.role == "agent" or message.code_salt or message.was_asked_for(at):
        return at
    return callers.daytime(message.phone.removeprefix(outbox.WHATSAPP), at, shop.gateway.turns.time_zone())


def not_taken(shop: Workshop, order: outbox.Owed, message: outbox.TextToCarry, error: CarrierError) -> str:
    """The carrier refuses it: for now, or for good."""
    if error.do is Do.LATER and clock.now() - order.due_at < GIVES_UP_AFTER:
        raise Later(back_off(order), str(error)) from error
    if error.do is Do.ALERT:
        log.error("the carrier refuses our texts, an operator must look: %s", error)
    if error.do is Do.INVALID:
        with shop.gateway.store.transaction() as memory:
            outbox.unreachable(memory, message.phone, f"carrier error {error.code}")
    return refused(shop, message, str(error), error.code)


def find(shop: Workshop, order: outbox.Owed, message: outbox.TextToCarry) -> str | None:
    """The carrier's message for this text, if an attempt whose outcome we missed got through.

    What a content template says is known to the carrier alone: that one is none of those whose words are ours.
    """
    try:
        if order.words:
            there = shop.carrier.find_texts(to=message.phone, ours=message.our_number, since=message.ordered_at)
            with shop.gateway.store.reading() as memory:
                said = outbox.words_to(memory, message.phone, [sid for sid, _ in there], message.ordered_at)
            return next((sid for sid, words in there if not {sid, words} & said), None)
        return shop.carrier.find_text(to=message.phone, ours=message.our_number, body=message.body,
                                      since=message.ordered_at)
    except (Unknown, Unreached, CarrierError) as error:
        raise Later(5 * SECONDS, f"could not look it up: {error}", surely_not_taken=False) from error


def remember(shop: Workshop, order: outbox.Owed, sid: str) -> str:
    """The carrier has it, under this sid, and it is crossed off: one commit for both, for texts are many."""
    assert order.message_id is not None, "a text has a message"
    with shop.gateway.store.transaction() as memory:
        outbox.sent(memory, order.message_id, sid, "queued", 1, None, clock.now())
        outbox.done(memory, order.id, clock.now(), sid)
    return sid


def refused(shop: Workshop, message: outbox.TextToCarry, why: str, code: int) -> str:
    """It will not be sent; a colleague who wrote it is told."""
    shop.gateway.turns.text_delivered(message.id, None, "failed", 8, code)
    return why


def contradicted(shop: Workshop, message: outbox.TextToCarry, why: str) -> str:
    """What we know by now is against it: nobody reads a promise that has been kept, or of what is over."""
    with shop.gateway.store.transaction() as memory:
        outbox.not_sent(memory, message.id, why, clock.now())
    return f"not sent: {why}"
