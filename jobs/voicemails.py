"""Bring the recordings of messages home, look for those that nobody told of, and have the carrier forget them.

A recording is fetched by its sid alone, from the carrier alone. One that never comes leaves its
message as it is: work, with a transcript perhaps, and without sound.
"""

from __future__ import annotations

import logging

from flows.facts import MINUTES, Recording
from flows.listening_in import message_room
from flows.voicemail import SHORTEST
from jobs.later import Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.carrier import CarrierError, NotAudio, NotYet, RecordingAtCarrier, Unknown, Unreached
from voice_gateway.recordings import key_of
from voice_gateway.store import messages_left, outbox

log = logging.getLogger(__name__)

QUICK_LOOKS = 6
MOST_LOOKS = 24
SLOWEST = 30  # minutes
FORGETS_WITHIN = 20
WRITTEN_WITHIN = 3 * MINUTES
GOES_ON = ("in-progress", "paused")


def fetch(shop: Workshop, order: outbox.Owed) -> str:
    """From the carrier into the vault; then, if the house wishes, it is erased at the carrier."""
    assert order.voicemail_id is not None, "a recording belongs to a message"
    store = shop.gateway.store
    with store.reading() as memory:
        message = messages_left.one(memory, order.voicemail_id)
    if message is None or message.kept_as or message.fetched == messages_left.FORGOTTEN:
        return "is here already"
    try:
        media = shop.carrier.recording(message.recording_sid)
        key = key_of(message.left_at, store.tickets.recording_name(order.voicemail_id), media.kind)
        shop.vault.keep(key, media.content, media.kind)
    except NotAudio as error:
        return gives_up(shop, order.voicemail_id, f"refused: {error}")
    except (NotYet, CarrierError, Unknown, Unreached, OSError) as error:
        if order.attempts < MOST_LOOKS:
            raise patiently(order, str(error)) from error
        return gives_up(shop, order.voicemail_id, f"never came: {error}")
    with store.transaction() as memory:
        messages_left.came_home(memory, order.voicemail_id, key, media.kind)
        rules = shop.gateway.turns.house(memory).messages
        if rules.erase_at_carrier:
            # What is erased cannot be written down any more, so the carrier gets the time for that first.
            at = clock.now() + WRITTEN_WITHIN if rules.transcribe and not message.transcript_sid else clock.now()
            outbox.owe(memory, order.case_id, "erase", at, voicemail_id=order.voicemail_id)
    return key


def patiently(order: outbox.Owed, why: str) -> Later:
    """Soon, at first; then more and more seldom, for some hours."""
    slower = min(max(order.attempts - QUICK_LOOKS, 0), SLOWEST) * MINUTES
    return Later(max(back_off(order), slower), why, surely_not_taken=False)


def gives_up(shop: Workshop, voicemail_id: int, why: str) -> str:
    log.error("a recording could not be brought home", extra={"voicemail": voicemail_id, "why": why})
    with shop.gateway.store.transaction() as memory:
        messages_left.stayed_away(memory, voicemail_id, why[:200])
    return why


def erase(shop: Workshop, order: outbox.Owed) -> str:
    """Ask the carrier to forget it, and look whether it has: only that is written down as erased."""
    assert order.voicemail_id is not None, "what is erased belongs to a message"
    with shop.gateway.store.reading() as memory:
        message = messages_left.one(memory, order.voicemail_id)
    assert message is not None, "messages are not thrown away"
    try:
        if message.transcript_sid:
            shop.carrier.erase_transcription(message.transcript_sid)
        shop.carrier.erase_recording(message.recording_sid)
        gone = shop.carrier.is_recording_gone(message.recording_sid)
    except (CarrierError, Unknown, Unreached) as error:
        return tries_again(order, str(error))
    if not gone:
        return tries_again(order, "the carrier still has it")
    with shop.gateway.store.transaction() as memory:
        messages_left.erased(memory, order.voicemail_id, clock.now())
    return "erased"


def tries_again(order: outbox.Owed, why: str) -> str:
    """The carrier may take days to forget (https://www.twilio.com/docs/voice/api/recording)."""
    if order.attempts < FORGETS_WITHIN:
        raise Later(max(back_off(order), min(order.attempts, 10) * MINUTES), why, surely_not_taken=False)
    log.error("the carrier does not erase a recording, an operator must look", extra={"order": order.id, "why": why})
    return f"not erased: {why}"


def find(shop: Workshop, order: outbox.Owed) -> str:
    """What did this leg record? For messages of which the carrier never told us."""
    assert order.leg_id is not None, "a recording was made on a leg"
    with shop.gateway.store.reading() as memory:
        leg = outbox.leg(memory, order.leg_id)
    if leg.call_sid is None:
        return "there was no call"
    try:
        found = shop.carrier.recordings_of(leg.call_sid)
        with shop.gateway.store.reading() as memory:
            listened_to = messages_left.was_listened_to(memory, leg.case_id)
        if listened_to:
            found += shop.carrier.recordings_in(message_room(leg.case_id), since=leg.ordered_at)
    except (CarrierError, Unknown, Unreached) as error:
        raise patiently(order, str(error)) from error
    found = [one for one in found if one.status != "absent" and not one.is_of_a_talk]
    ready = [one for one in found if is_ready(one, order)]
    worth_hearing = [one for one in ready if one.seconds is None or one.seconds >= SHORTEST]
    for one in worth_hearing:
        shop.gateway.turns.recorded(leg.case_id, leg.id, Recording(one.sid, one.seconds))
    forget(shop, [one.sid for one in ready if one not in worth_hearing])
    if len(ready) < len(found):
        raise patiently(order, "the carrier is not ready with it")
    if not worth_hearing:
        shop.gateway.turns.recorded(leg.case_id, leg.id, None)
    return f"{len(worth_hearing)} found"


def is_ready(one: RecordingAtCarrier, order: outbox.Owed) -> bool:
    """Is it known how long it is? One whose length is not told for minutes is kept as it is."""
    return one.status not in GOES_ON and (one.seconds is not None or order.attempts >= QUICK_LOOKS)


def forget(shop: Workshop, recording_sids: list[str]) -> None:
    """What is not worth hearing is not fetched; a house that erases has it erased all the same."""
    with shop.gateway.store.reading() as memory:
        erases = shop.gateway.turns.house(memory).messages.erase_at_carrier
    try:
        for sid in recording_sids if erases else []:
            shop.carrier.erase_recording(sid)
    except (CarrierError, Unknown, Unreached) as error:
        raise Later(MINUTES, str(error), surely_not_taken=False) from error
