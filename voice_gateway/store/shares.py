"""The share of escalations that managers take personally: who gets one instead of them, and what came of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from flows.climbing import SetShare
from flows.share import LOOKED_AT, Brought, Share, is_for_them
from voice_gateway.house_file import Person
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.tables import AnyRow, BroughtRow, ClimbRow, PersonRow, ShareRow
from voice_gateway.store.van import Van

EVERYTHING = 100

_target = func.coalesce(ShareRow.own, ShareRow.target)
_delegate = PersonRow.__table__.alias()
_sharing = (
    select(ShareRow.person_id, _target.label("target"), PersonRow.delegate_id, ShareRow.since)
    .join(PersonRow, PersonRow.id == ShareRow.person_id).where(~PersonRow.gone)
)
_lately = (
    select(BroughtRow.personally).where(BroughtRow.person_id == bindparam("person"), BroughtRow.at >= bindparam("since"))
    .order_by(BroughtRow.id.desc()).limit(LOOKED_AT - 1)
)
_decided = select(BroughtRow.climb_id, BroughtRow.person_id, BroughtRow.personally).where(
    BroughtRow.climb_id.in_(bindparam("climbs", expanding=True)))
_theirs_after_all = (
    update(BroughtRow).where(BroughtRow.climb_id == bindparam("which"), BroughtRow.person_id == bindparam("who"))
    .values(personally=True, urgent=True)
)
_everybody = (
    select(PersonRow.id, PersonRow.name, _target.label("target"), _delegate.c.name.label("delegate"), ShareRow.since)
    .join(ShareRow, ShareRow.person_id == PersonRow.id)
    .outerjoin(_delegate, _delegate.c.id == PersonRow.delegate_id)
    .where(~PersonRow.gone)
    .order_by(PersonRow.name)
)
_has_delegate = select(_delegate.c.id).join(PersonRow, PersonRow.delegate_id == _delegate.c.id).where(
    PersonRow.id == bindparam("person"), ~_delegate.c.gone)
_brought = (
    select(BroughtRow.at, BroughtRow.case_id, BroughtRow.rule, BroughtRow.personally, BroughtRow.urgent, ClimbRow.acknowledged_by_id, ClimbRow.reason)
    .join(ClimbRow, ClimbRow.id == BroughtRow.climb_id).where(BroughtRow.person_id == bindparam("person")).order_by(BroughtRow.id.desc()).limit(LOOKED_AT)
)


@dataclass(slots=True)
class Sharing:
    """Decides for all climbs that are due now; what was decided for a climb stays so."""

    connection: Connection
    now: datetime
    there: frozenset[int]
    rows: dict[int, AnyRow] = field(default_factory=dict)
    decided: dict[tuple[int, int], bool] = field(default_factory=dict)
    _lately: dict[int, list[bool]] = field(default_factory=dict)
    _kept: list[dict[str, Any]] = field(default_factory=list)
    _hurried: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, connection: Connection, now: datetime, there: Sequence[int], climbs: Sequence[int]) -> Sharing:
        """`there`: who can be told at this moment; `climbs`: those that are due."""
        rows = {row.person_id: row for row in connection.execute(_sharing)
                if row.target < EVERYTHING and row.delegate_id is not None}
        decided = {(row.climb_id, row.person_id): row.personally
                   for row in connection.execute(_decided, {"climbs": list(climbs)})} if rows else {}
        return cls(connection, now, frozenset(there), rows, decided)

    def instead(self, climb: AnyRow, people: Sequence[int]) -> list[int]:
        """Who is told: they, or their delegates. A ladder that begins again reaches everybody who stands on it.

        What has become urgent is brought to those as well who were spared it before.
        """
        if climb.round:
            return list(people)
        spared = self._no_longer_spared(climb) if climb.urgent else []
        return list(dict.fromkeys(self._whom(climb, person) for person in (*people, *spared)))

    def _no_longer_spared(self, climb: AnyRow) -> list[int]:
        spared = [who for (which, who), theirs in self.decided.items() if which == climb.id and not theirs and who in self.there]
        self.decided |= {(climb.id, who): True for who in spared}
        self._hurried += [{"which": climb.id, "who": who} for who in spared]
        return spared

    def _whom(self, climb: AnyRow, person: int) -> int:
        row = self.rows.get(person)
        if row is None or self._personally(climb, row):
            return person
        return self._whom(climb, row.delegate_id)

    def _personally(self, climb: AnyRow, row: AnyRow) -> bool:
        """Nothing waits for a delegate who is not there."""
        known = self.decided.get((climb.id, row.person_id))
        if known is not None:
            return known
        lately = self._lately_of(row)
        answer = row.delegate_id not in self.there or is_for_them(row.target, lately, urgent=climb.urgent)
        lately.append(answer)
        self.decided[climb.id, row.person_id] = answer
        self._kept.append({"person_id": row.person_id, "climb_id": climb.id, "case_id": climb.case_id, "at": self.now,
                           "rule": climb.rule, "personally": answer, "urgent": climb.urgent})
        return answer

    def _lately_of(self, row: AnyRow) -> list[bool]:
        if row.person_id not in self._lately:
            found = self.connection.scalars(_lately, {"person": row.person_id, "since": row.since})
            self._lately[row.person_id] = list(found)[::-1]
        return self._lately[row.person_id]

    def keep(self) -> None:
        """Write down what was decided."""
        if self._kept:
            self.connection.execute(insert(BroughtRow), self._kept)
        if self._hurried:
            self.connection.execute(_theirs_after_all, self._hurried)


def report(connection: Connection, person_id: int | None = None) -> list[tuple[str, Share, list[Brought]]]:
    """Everybody who shares, or this one alone: what they want, and what was brought to them lately, oldest first."""
    found = []
    for row in connection.execute(_everybody if person_id is None else _everybody.where(PersonRow.id == person_id)):
        rows = connection.execute(_brought, {"person": row.id}).all()[::-1]
        brought = [Brought(each.at, each.case_id, f"{each.rule} ({each.reason})" if each.reason else each.rule, each.acknowledged_by_id == row.id, each.urgent) for each in rows]
        lately = tuple(each.personally for each in rows if each.at >= row.since)
        found.append((row.name, Share(row.target, row.delegate or "", lately), brought))
    return found


def furnish(van: Van, people: Sequence[Person]) -> None:
    """What the house file says. Whoever has set another share themselves keeps it, until the file says something new."""
    known = {row.name: row for row in van.run(
        select(PersonRow.id, PersonRow.name, ShareRow.target).outerjoin(ShareRow, ShareRow.person_id == PersonRow.id))}
    for each in people:
        row = known[each.name]
        if each.share is not None and row.target is None:
            van.run(insert(ShareRow), {"person_id": row.id, "target": each.share, "since": van.now})
        elif each.share is not None and row.target != each.share:
            van.run(update(ShareRow).where(ShareRow.person_id == row.id).values(target=each.share, own=None, since=van.now))
        elif each.share is None and row.target not in (None, EVERYTHING):
            van.run(update(ShareRow).where(ShareRow.person_id == row.id).values(target=EVERYTHING, since=van.now))
        if each.share is not None and row.target != each.share:
            van.tell("change", f"person {each.name}: takes {each.share} % of what climbs to them personally")


def may_take(connection: Connection, person_id: int, target: int) -> bool:
    """Is there somebody of the house for what this share leaves?"""
    return target == EVERYTHING or connection.scalar(_has_delegate, {"person": person_id}) is not None


@hand.register
def _set_share(order: SetShare, desk: Desk) -> None:
    changed = desk.connection.execute(
        update(ShareRow).where(ShareRow.person_id == order.agent.id).values(own=order.target, since=desk.call.now))
    if not changed.rowcount:
        desk.connection.execute(insert(ShareRow), {
            "person_id": order.agent.id, "target": EVERYTHING, "own": order.target, "since": desk.call.now})
