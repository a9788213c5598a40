"""What a colleague asked for on their own line, written down: most of it belongs to other cases than theirs."""

from __future__ import annotations

from sqlalchemy import update

from flows.orders import Elsewhere, Recognise, RingOut
from voice_gateway.store import admit
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.tables import LegRow


@hand.register
def _elsewhere(order: Elsewhere, desk: Desk) -> None:
    desk.owe("follow_up", case_id=order.case_id, turn=order.turn.address, person_id=order.agent.id,
             voicemail_id=order.voicemail_id, words=order.words)


@hand.register
def _ring_out(order: RingOut, desk: Desk) -> None:
    whose = admit.caller(desk.connection, "tel", order.number, desk.call.now)
    case_id = admit.open_case(desk.connection, whose.id) or admit.new_case(
        desk.connection, desk.tickets, whose, whose, desk.call.now, our_number=desk.our_number)
    desk.owe("follow_up", case_id=case_id, turn=order.turn.address, person_id=order.agent.id)


@hand.register
def _recognise(_order: Recognise, desk: Desk) -> None:
    assert desk.call.leg is not None, "whoever shows a PIN is on a leg"
    desk.connection.execute(update(LegRow).where(LegRow.id == desk.call.leg.id).values(attested=True))
