"""Have the carrier forget what it keeps of a person, and look whether it has: only that counts, and is written down."""

from __future__ import annotations

from collections.abc import Callable

from jobs import recordings, voicemails
from jobs.voicemails import tries_again
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.carrier import CarrierError, Unknown, Unreached
from voice_gateway.store import outbox
from voice_gateway.store.identity import at_carrier

ERASED = "erased"


def forget(shop: Workshop, order: outbox.Owed) -> str:
    """One text, call or recording."""
    carrier, store = shop.carrier, shop.gateway.store
    with store.reading() as memory:
        text = at_carrier.sid_of_text(memory, order.message_id) if order.message_id else None
        call = at_carrier.sid_of_call(memory, order.leg_id) if order.leg_id else None
        sound = at_carrier.sid_of_recording(memory, order.recording_id, order.voicemail_id)
    if text:
        result = until_gone(order, text, carrier.erase_text, carrier.is_text_gone)
    elif call:
        result = until_gone(order, call, carrier.erase_call, carrier.is_call_gone)
    elif sound:
        result = recordings.wipe(shop, order) if order.recording_id else voicemails.erase(shop, order)
    else:
        return "is gone"
    if result == ERASED:
        with store.transaction() as memory:
            at_carrier.confirmed(memory, text or call or sound or "", clock.now())
    return result


def until_gone(order: outbox.Owed, sid: str, erase: Callable[[str], None], is_gone: Callable[[str], bool]) -> str:
    """Ask, look, and try again later while it is still there."""
    try:
        erase(sid)
        gone = is_gone(sid)
    except (CarrierError, Unknown, Unreached) as error:
        return tries_again(order, str(error))
    return ERASED if gone else tries_again(order, "the carrier still has it")
