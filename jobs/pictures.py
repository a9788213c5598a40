"""Bring pictures home that came with texts, and make those ready that go along with ours.

A picture is fetched by its sids alone, from the carrier alone. One that may not be kept is told in words wherever
it would have been shown; the text that it came with is read all the same.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from flows.facts import SECONDS
from jobs.later import Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.carrier import CarrierError, NotAPicture, NotYet, Unknown, Unreached
from voice_gateway.recordings import key_of
from voice_gateway.store import correspondence, outbox
from voice_gateway.text_turns import TextTurns

log = logging.getLogger(__name__)

MOST_LOOKS = 12
WAITED_FOR = 90 * SECONDS  # by a text that a picture goes along with
LARGEST_TOGETHER = 5_000_000  # bytes in one message; https://www.twilio.com/docs/api/errors/11751
SHOWS_PICTURES = ("+1", "whatsapp:")


def fetch(shop: Workshop, order: outbox.Owed) -> str:
    """From the carrier into the vault, each of them."""
    assert order.message_id is not None, "pictures belong to a text"
    store = shop.gateway.store
    with store.reading() as memory:
        message = correspondence.one(memory, order.message_id)
    assert message is not None, "texts are not thrown away"
    pictures, late = list(message.pictures), ""
    for n, picture in enumerate(pictures):
        if "kept_as" in picture or "why" in picture:
            continue
        try:
            pictures[n] = picture | brought_home(shop, message, n, picture["sid"])
        except (NotYet, CarrierError, Unknown, Unreached, OSError) as error:
            late = str(error)
            if order.attempts >= MOST_LOOKS:
                pictures[n] = picture | {"why": "it never came"}
    with store.transaction() as memory:
        correspondence.keep_pictures(memory, message.id, pictures)
    if late and order.attempts < MOST_LOOKS:
        raise Later(back_off(order), late, surely_not_taken=False)
    refused = [each["why"] for each in pictures if "why" in each]
    if refused:
        log.warning("pictures could not be kept", extra={"text": message.id, "why": refused})
        if message.person_id:
            TextTurns(shop.gateway.turns).picture_was_refused(message.case_id, message.person_id, refused[0])
    with store.reading() as memory:
        erased_there = shop.gateway.turns.house(memory).messages.erase_at_carrier
    if erased_there:
        erases(shop, message.message_sid, pictures)
    return f"{len(pictures) - len(refused)} of {len(pictures)} kept"


def brought_home(shop: Workshop, message: Any, n: int, media_sid: str) -> dict[str, Any]:
    """Where it is kept now, or why it is not."""
    try:
        found = shop.carrier.picture(message.message_sid, media_sid)
    except ValueError as error:
        return {"why": str(error) if isinstance(error, NotAPicture) else "it is not at the carrier"}
    key = key_of(message.ordered_at, shop.gateway.store.tickets.picture_name(message.id, n), found.kind)
    shop.vault.keep(key, found.content, found.kind)
    return {"kept_as": key, "kind": found.kind, "size": len(found.content)}


def erases(shop: Workshop, message_sid: str, pictures: list[dict[str, Any]]) -> None:
    """What is here need not be there. One that stays is told to the operators; it is no reason to fetch again."""
    for each in pictures:
        if "kept_as" in each:
            try:
                shop.carrier.erase_picture(message_sid, each["sid"])
            except (CarrierError, Unknown, Unreached) as error:
                log.error("a picture could not be erased at the carrier: %s", error, extra={"media": each["sid"]})


def ready(shop: Workshop, message: outbox.TextToCarry) -> outbox.TextToCarry:
    """The text with the pictures that go along, as soon as they are here. What is sent is written down first."""
    if not any("of" in each for each in message.pictures):
        return message
    store = shop.gateway.store
    with store.reading() as memory:
        found = correspondence.pictures_of(memory, message.pictures)
    if clock.now() - message.ordered_at < WAITED_FOR and not all("kept_as" in each or "why" in each for each in found):
        raise Later(2 * SECONDS, "the pictures that go along are on their way")
    body, pictures = made_up(shop, message, found)
    with store.transaction() as memory:
        correspondence.settle(memory, message.id, body, pictures)
    return replace(message, body=body, pictures=pictures)


def made_up(shop: Workshop, message: outbox.TextToCarry, found: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """With pictures where they can be shown, else with links to them; colleagues have the page of the thread."""
    here = [each for each in found if "kept_as" in each]
    body = message.body
    if message.role == "agent" and (refused := [each["why"] for each in found if "why" in each]):
        body = f"{body} [a picture that could not be kept: {refused[0]}]"
    if message.phone.startswith(SHOWS_PICTURES) and sum(each["size"] for each in here) <= LARGEST_TOGETHER:
        return body, [{name: each[name] for name in ("kept_as", "kind", "size")} for each in here]
    if message.role == "customer":
        links = [shop.gateway.store.tickets.picture_address(each["of"], each["n"], clock.now())
                 for each, picture in zip(message.pictures, found, strict=True) if "kept_as" in picture]
        body = " ".join([body, *links]).strip()
    return body, []


def addresses(shop: Workshop, message: outbox.TextToCarry) -> list[str]:
    """Where the carrier fetches the pictures of a text of ours."""
    tickets = shop.gateway.store.tickets
    return [tickets.picture_address(message.id, n, message.ordered_at) for n in range(len(message.pictures))]
