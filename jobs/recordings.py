"""Record talks at the carrier, pause them and go on, bring them home, and erase them here and there.

A talk is never disturbed by any of it: what cannot be begun is not begun. And nothing counts as paused,
stopped or erased because we asked for it: only what the carrier then says of it counts.
"""

from __future__ import annotations

import logging

from flows.facts import SECONDS, Recording
from jobs.later import Later, back_off
from jobs.voicemails import GOES_ON, patiently, tries_again
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.carrier import CarrierError, Do, NotAudio, NotYet, RecordingAtCarrier, Unknown, Unreached
from voice_gateway.recordings import key_of
from voice_gateway.store import outbox, talks
from voice_gateway.store.tables import AnyRow

log = logging.getLogger(__name__)

MOST_BEGINNINGS = 6
MOST_LOOKS = 24
MOST_REQUESTS = 8
SAYS_IT_IS = {"paused": "paused", "in-progress": "on"}


def begin(shop: Workshop, order: outbox.Owed) -> str:
    """Have the carrier record the customer's leg, unless they are gone, or it was taken back."""
    row = of(shop, order)
    if row.recording_sid or row.state == "ended":
        return "is begun already" if row.recording_sid else "not wanted any more"
    if row.leg_ended_at or row.call_sid is None or not row.leg_in_room:
        return never_began(shop, row, "they have left")
    try:
        sid = find_begun(shop, row) if order.attempts else None
        sid = sid or shop.carrier.begin_recording(
            row.call_sid, recorded_url=shop.gateway.addresses.talk_recorded(row.case_id, row.id))
    except (CarrierError, Unknown, Unreached) as error:
        if order.attempts >= MOST_BEGINNINGS or (isinstance(error, CarrierError) and error.do is not Do.LATER):
            return never_began(shop, row, str(error))
        raise Later(back_off(order), str(error), surely_not_taken=isinstance(error, Unreached)) from error
    with shop.gateway.store.transaction() as memory:
        talks.begun(memory, row, sid, clock.now())
    return sid


def find_begun(shop: Workshop, row: AnyRow) -> str | None:
    """The recording of an attempt whose outcome we missed."""
    made = shop.carrier.recordings_of(row.call_sid)
    return next((one.sid for one in made if one.is_of_a_talk and one.status in GOES_ON), None)


def never_began(shop: Workshop, row: AnyRow, why: str) -> str:
    """Nothing is recorded, and nobody on the line need know."""
    log.warning("a talk is not recorded", extra={"case": row.case_id, "why": why})
    with shop.gateway.store.transaction() as memory:
        talks.stands(memory, row, "ended", clock.now())
        talks.stayed_away(memory, row.id, f"never began: {why}")
    return why


def pause(shop: Workshop, order: outbox.Owed) -> str:
    """Leave a gap, and look whether there is one."""
    return let_it_be(shop, order, "paused", "recording paused")


def resume(shop: Workshop, order: outbox.Owed) -> str:
    """Go on after the gap."""
    return let_it_be(shop, order, "in-progress", "recording goes on")


def let_it_be(shop: Workshop, order: outbox.Owed, wanted: str, told: str) -> str:
    row = of(shop, order)
    if row.state == "ended":
        return "is over"
    stands = ask(shop, order, row, wanted)
    with shop.gateway.store.transaction() as memory:
        if stands.status == wanted:
            talks.stands(memory, row, SAYS_IT_IS[wanted], clock.now(), told)
            return wanted
    if stands.status not in GOES_ON:
        return f"is over: {stands.status}"
    raise Later(back_off(order), f"the carrier says that it is {stands.status}", surely_not_taken=False)


def stop(shop: Workshop, order: outbox.Owed) -> str:
    """No more of it. One of which the carrier knows nothing yet does not begin."""
    row = of(shop, order)
    if row.state == "ended":
        return "is over"
    if row.recording_sid is None and row.state == "owed" and not order.attempts:
        raise Later(2 * SECONDS, "its beginning is on the way to the carrier", surely_not_taken=False)
    stands = ask(shop, order, row, "stopped")
    if stands.status in GOES_ON:
        raise Later(back_off(order), f"the carrier says that it is {stands.status}", surely_not_taken=False)
    return stands.status


def ask(shop: Workshop, order: outbox.Owed, row: AnyRow, wanted: str) -> RecordingAtCarrier:
    """Ask the carrier, and tell how it stands then. Raises Later."""
    if row.recording_sid is None:
        raise Later(SECONDS, "its beginning is on the way to the carrier", surely_not_taken=False)
    try:
        return shop.carrier.set_recording(row.call_sid, row.recording_sid, wanted)
    except (CarrierError, Unknown, Unreached) as error:
        if order.attempts < MOST_REQUESTS and not row.leg_ended_at:
            raise Later(back_off(order), str(error), surely_not_taken=False) from error
        return RecordingAtCarrier(row.recording_sid, str(error), None)


def find(shop: Workshop, order: outbox.Owed) -> str:
    """The call is over, and nobody told us of its recording: ask the carrier how it stands."""
    row = of(shop, order)
    if row.state == "ended":
        return "is known"
    try:
        made = {one.sid: one for one in shop.carrier.recordings_of(row.call_sid)} if row.call_sid else {}
    except (CarrierError, Unknown, Unreached) as error:
        raise patiently(order, str(error)) from error
    one = made.get(row.recording_sid or "") or (None if row.recording_sid else next(
        (each for each in made.values() if each.is_of_a_talk), None))
    if one is None:
        return never_began(shop, row, "the carrier has none")
    if one.status in (*GOES_ON, "processing") and order.attempts < MOST_LOOKS:
        raise patiently(order, "the carrier is not ready with it")
    shop.gateway.turns.talk_recorded(row.case_id, row.id, Recording(one.sid, one.seconds))
    return one.status


def bring(shop: Workshop, order: outbox.Owed) -> str:
    """From the carrier into the vault, unless it is to be thrown away."""
    row = of(shop, order)
    if row.kept_as or row.erase_at <= clock.now() or not row.seconds:
        return "is here already" if row.kept_as else "not to be kept"
    try:
        media = shop.carrier.recording(row.recording_sid, small=True)
        key = key_of(row.begun_at, shop.gateway.store.tickets.talk_name(row.id), media.kind)
        shop.vault.keep(key, media.content, media.kind)
    except NotAudio as error:
        return gives_up(shop, row, f"refused: {error}")
    except (NotYet, CarrierError, Unknown, Unreached, OSError) as error:
        if order.attempts < MOST_LOOKS:
            raise patiently(order, str(error)) from error
        return gives_up(shop, row, f"never came: {error}")
    with shop.gateway.store.transaction() as memory:
        talks.came_home(memory, row.id, key, media.kind)
    return key


def gives_up(shop: Workshop, row: AnyRow, why: str) -> str:
    log.error("a recorded talk could not be brought home", extra={"recording": row.id, "why": why})
    with shop.gateway.store.transaction() as memory:
        talks.stayed_away(memory, row.id, why)
    return why


def wipe(shop: Workshop, order: outbox.Owed) -> str:
    """Out of the vault, then at the carrier; it is erased when the carrier itself says that there is none."""
    row = of(shop, order)
    try:
        if row.kept_as:
            shop.vault.forget(row.kept_as)
        with shop.gateway.store.transaction() as memory:
            talks.erased_here(memory, row, clock.now())
        if row.recording_sid:
            shop.carrier.erase_recording(row.recording_sid)
            if not shop.carrier.is_recording_gone(row.recording_sid):
                return tries_again(order, "the carrier still has it")
    except (CarrierError, Unknown, Unreached, OSError) as error:
        return tries_again(order, str(error))
    with shop.gateway.store.transaction() as memory:
        talks.erased_at_carrier(memory, row, clock.now())
    return "erased"


def of(shop: Workshop, order: outbox.Owed) -> AnyRow:
    """The recording that an order is about."""
    assert order.recording_id is not None, "the order is about a recording"
    with shop.gateway.store.reading() as memory:
        return talks.one(memory, order.recording_id)
