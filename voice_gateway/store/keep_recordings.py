"""What a turn decided about recording a talk, written down: what was agreed, and what the carrier must do."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from flows.orders import BeginRecording, EndRecording, MayRecord, PauseRecording, ResumeRecording
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.tables import ABOUT_RECORDING, ConsentRow, LegRow, RecordingRow

_of_leg = select(RecordingRow.id, RecordingRow.state).where(
    RecordingRow.leg_id == bindparam("leg"), RecordingRow.state != "ended")
_update = update(RecordingRow).where(RecordingRow.id == bindparam("which"))


@hand.register
def _may_record(order: MayRecord, desk: Desk) -> None:
    assert desk.call.leg is not None, "somebody said it on a leg"
    said = "yes" if order.agreed else "no"
    desk.changes["may_record"] = said
    desk.connection.execute(update(LegRow).where(LegRow.id == desk.call.leg.id).values(may_record=said))
    desk.connection.execute(insert(ConsentRow), {
        "identifier_id": desk.call.case.whose, "case_id": desk.case_id, "at": desk.call.now,
        "wording": f"{'agreed' if order.agreed else 'refused'}: {order.wording}", "source": ABOUT_RECORDING})
    if not order.agreed:
        desk.note("not recorded", "customer")


@hand.register
def _begin_recording(order: BeginRecording, desk: Desk) -> None:
    if desk.connection.execute(_of_leg, {"leg": order.leg.id}).first():
        return
    recording_id = desk.connection.execute(insert(RecordingRow).returning(RecordingRow.id), {
        "case_id": desk.case_id, "leg_id": order.leg.id, "begun_at": desk.call.now,
        "erase_at": desk.call.now + order.keep}).scalar_one()
    desk.owe("record", recording_id=recording_id)


@hand.register
def _end_recording(order: EndRecording, desk: Desk) -> None:
    """One that was only owed is over at once; what the carrier has begun, it must stop."""
    for row in desk.connection.execute(_of_leg, {"leg": order.leg.id}).all():
        if order.dropped:
            desk.connection.execute(_update, {"which": row.id, "erase_at": desk.call.now})
        desk.owe("stop", recording_id=row.id)


@hand.register
def _pause_recording(order: PauseRecording, desk: Desk) -> None:
    desk.owe("pause", recording_id=order.tape.id)


@hand.register
def _resume_recording(order: ResumeRecording, desk: Desk) -> None:
    desk.owe("resume", recording_id=order.tape.id)
