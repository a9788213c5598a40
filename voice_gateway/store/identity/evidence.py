"""What somebody or something says of who belongs together: appended, and a link derived from it.

The newest proof of possession wins: the older link is superseded, both sides are told, and the new one waits
three days. Two proofs by two people within 45 days cannot come from a number that was passed on: it is shared.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from flows.facts import MINUTES
from flows.identity import (
    AFTER_A_CHANGE_OF_HANDS,
    NUMBER,
    NUMBERS_PER_ACCOUNT,
    POLICY,
    SITTING,
    SURELY_NOT_PASSED_ON,
    Kind,
    NotEvidence,
    kind_of,
)
from voice_gateway.store.identity import audit, hold, resting
from voice_gateway.store.identity.links import ACCOUNT, ACTIVE, IS_ACTIVE, IS_PROOF, OPEN, TEL
from voice_gateway.store.tables import AnyRow, ContactRow, EvidenceRow, IdentifierRow, LinkRow, NumberRow

CLOCKS_DIFFER_BY = 5 * MINUTES

# Built once: to build a statement takes longer than to run it.
_the_same = (
    select(EvidenceRow.id)
    .where(EvidenceRow.tel_id == bindparam("tel"), EvidenceRow.account_id == bindparam("account"),
           EvidenceRow.kind == bindparam("kind"), EvidenceRow.source == bindparam("source"),
           EvidenceRow.payload_sha256 == bindparam("digest"))
)
_other = aliased(LinkRow, name="other")
_numbers_proved = select(func.count(_other.id)).where(
    _other.account_id == bindparam("account"), _other.tel_id != bindparam("tel"), _other.state == literal_column(f"'{ACTIVE}'"),
    _other.tier == literal_column("'route'"), _other.expires_at > bindparam("now"))
_beside = (
    select(TEL.namespace.label("space"), ACCOUNT.namespace.label("network"), TEL.claimed_twice_until, TEL.swapped_at,
           exists().where(NumberRow.number == TEL.subject).label("is_ours"),
           _numbers_proved.scalar_subquery().label("numbers_proved"), _the_same.scalar_subquery().label("same_id"),
           LinkRow.id.label("proof_id"), LinkRow.account_id.label("proved_by"), LinkRow.verified_at, LinkRow.expires_at,
           LinkRow.covers_from, LinkRow.fresh_until, LinkRow.wait_until, *audit.END)
    .select_from(TEL).join(ACCOUNT, ACCOUNT.id == bindparam("account"))
    .outerjoin(LinkRow, and_(LinkRow.tel_id == TEL.id, LinkRow.network == ACCOUNT.namespace, IS_ACTIVE, IS_PROOF))
    .where(TEL.id == bindparam("tel"))
)
_link_of = select(LinkRow.id).where(LinkRow.evidence_id == bindparam("which"))
_proofs_of = select(LinkRow.id, LinkRow.account_id).where(LinkRow.tel_id == bindparam("tel"), IS_ACTIVE, IS_PROOF)
_claimed_twice = update(IdentifierRow).where(IdentifierRow.id == bindparam("which")).values(claimed_twice_until=bindparam("until"))
_end = update(LinkRow).where(LinkRow.id == bindparam("which")).values(
    state=bindparam("to"), reason=bindparam("why"), revoked_at=bindparam("at"), revoked_by=bindparam("by")).returning(*audit.LINK)
_insert_evidence, _insert_link = insert(EvidenceRow).returning(*audit.EVIDENCE), insert(LinkRow).returning(*audit.LINK)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation. `payload` is what was seen; only its digest is kept. `actor` is a colleague, or who said so.

    `alone`: whether the person said that the number is theirs alone; None when they were not asked.
    """

    tel_id: int
    account_id: int
    kind: str
    source: str
    payload: str
    observed_at: datetime
    actor: str = "house"
    channel_sid: str = ""
    reason: str = ""
    case_id: int | None = None
    alone: bool | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it. `is_new` is False for a repeat. `displaced`: accounts whose link to the number has ended by it;
    they and the new one are to be told."""

    evidence_id: int
    link_id: int | None
    is_new: bool = True
    displaced: tuple[int, ...] = ()


@dataclass(slots=True)
class _Table:
    """One piece of evidence on the table: what is known beside it, and what was done because of it."""

    connection: Connection
    evidence: Evidence
    kind: Kind
    now: datetime
    beside: AnyRow
    deeds: list[audit.Deed] = field(default_factory=list)
    displaced: list[int] = field(default_factory=list)

    def done(self, what: str, about: str, row: AnyRow, before: str = "", after: str = "") -> None:
        self.deeds.append(audit.Deed(what, self.evidence.actor, about, row.id, self.evidence.tel_id,
                                     self.evidence.account_id, before, after, row))


def add(connection: Connection, evidence: Evidence, now: datetime) -> Added:
    """Write it down, and derive what follows. The same again changes nothing.

    Raises NotEvidence when this kind is not kept, or something that it needs is missing.
    """
    kind = kind_of(evidence.kind)
    if evidence.observed_at > now + CLOCKS_DIFFER_BY:
        raise NotEvidence("it was observed in the future")
    hold(connection, evidence.tel_id, evidence.account_id, and_chain=True)
    digest = hashlib.sha256(evidence.payload.encode()).hexdigest()
    table = _Table(connection, evidence, kind, now, _look(connection, evidence, kind, digest, now))
    if table.beside.same_id:
        known: int = table.beside.same_id
        return Added(known, connection.scalar(_link_of, {"which": known}), is_new=False)
    evidence_id = _write(table, digest)
    link_id = None if kind.denies else _link(table, evidence_id)
    if kind.denies:
        _deny(table)
    audit.append(connection, table.deeds, now, after=table.beside)
    return Added(evidence_id, link_id, displaced=tuple(table.displaced))


def not_same(connection: Connection, tel_id: int, account_id: int, who: str, why: str, now: datetime) -> Added:
    """Somebody says that they are not the same person: it stops at once, until there is a newer proof."""
    said = Evidence(tel_id, account_id, "not_same", who, f"{why}|{now.isoformat()}", now, actor=who, reason=why)
    return add(connection, said, now)


def share(connection: Connection, tel_id: int, who: str, now: datetime) -> None:
    """Several people use this number: from now on nothing is automatic about it."""
    hold(connection, tel_id)
    connection.execute(update(IdentifierRow).where(IdentifierRow.id == tel_id).values(shared=True))
    audit.append(connection, [audit.Deed("shared", who, tel_id=tel_id)], now)
    _stop(connection, tel_id, now)


def theirs_alone(connection: Connection, tel_id: int, who: str, why: str, now: datetime) -> None:
    """A colleague has found out that one person alone uses this number now. Whatever was proved while several did counts no
    more: they show it anew, and say again whether it is theirs alone."""
    hold(connection, tel_id)
    connection.execute(update(IdentifierRow).where(IdentifierRow.id == tel_id).values(shared=False))
    deeds = [audit.Deed("theirs alone", who, tel_id=tel_id)]
    for row in connection.execute(_proofs_of, {"tel": tel_id}).all():
        ended = connection.execute(
            _end, {"which": row.id, "to": "superseded", "why": f"others used it too: {why}", "at": now, "by": who}).one()
        deeds.append(audit.Deed("superseded", who, "link", row.id, tel_id, row.account_id, ACTIVE, "superseded", ended))
    audit.append(connection, deeds, now)


def swapped(connection: Connection, tel_id: int, at: datetime, now: datetime) -> None:
    """The carrier says that the SIM of this number was changed then: what was proved before counts no more."""
    hold(connection, tel_id)
    connection.execute(
        update(IdentifierRow)
        .where(IdentifierRow.id == tel_id, or_(IdentifierRow.swapped_at.is_(None), IdentifierRow.swapped_at < at))
        .values(swapped_at=at)
    )
    audit.append(connection, [audit.Deed("swapped", "carrier", tel_id=tel_id)], now)
    _stop(connection, tel_id, now)


def _stop(connection: Connection, tel_id: int, now: datetime) -> None:
    """Nobody is rung at this number because of a link, until it is proved anew."""
    for row in connection.execute(_proofs_of, {"tel": tel_id}).all():
        resting.stop(connection, row.account_id, now)


def _look(connection: Connection, evidence: Evidence, kind: Kind, digest: str, now: datetime) -> AnyRow:
    """All that is known beside it, at one look. Raises NotEvidence."""
    beside = connection.execute(_beside, {
        "tel": evidence.tel_id, "account": evidence.account_id, "kind": evidence.kind, "source": evidence.source,
        "digest": digest, "now": now}).first()
    if beside is None or beside.space != NUMBER or beside.network == NUMBER:
        raise NotEvidence("evidence joins a number and an account, and both must be known")
    if kind.only_this_case and not (evidence.case_id and evidence.reason.strip()):
        raise NotEvidence("a colleague's word needs the case that it is about, and a reason")
    return beside


def _write(table: _Table, digest: str) -> int:
    said, kind = table.evidence, table.kind
    written = table.connection.execute(_insert_evidence, as_row(said, kind, digest)).one()
    table.done(kind.name, "evidence", written)
    evidence_id: int = written.id
    return evidence_id


def as_row(said: Evidence, kind: Kind, digest: str) -> dict[str, Any]:
    """A piece of evidence as it is kept, with a salt of its own."""
    return {
        "tel_id": said.tel_id, "account_id": said.account_id, "case_id": said.case_id, "kind": kind.name,
        "polarity": -1 if kind.denies else 1, "tier": kind.tier, "source": said.source, "actor": said.actor,
        "channel_sid": said.channel_sid, "reason": said.reason, "observed_at": said.observed_at,
        "expires_at": said.observed_at + kind.holds, "policy_version": POLICY, "payload_sha256": digest,
        "salt": secrets.token_hex(16),
    }


def as_link(said: Evidence, kind: Kind, network: str, evidence_id: int, covers_from: datetime) -> dict[str, Any]:
    """The link that follows from a piece of evidence, as long as nothing speaks against it."""
    return {
        "tel_id": said.tel_id, "account_id": said.account_id, "case_id": said.case_id if kind.only_this_case else None,
        "network": network, "kind": kind.name, "tier": kind.tier, "state": ACTIVE, "reason": "",
        "evidence_id": evidence_id, "verified_at": said.observed_at, "covers_from": covers_from,
        "fresh_until": said.observed_at + SURELY_NOT_PASSED_ON, "wait_until": None,
        "expires_at": said.observed_at + kind.holds, "revoked_by": "", "salt": secrets.token_hex(16),
    }


def _deny(table: _Table) -> None:
    """Every proof of this pair that is older has ended. Weaker links stay where they are, out of sight."""
    said = table.evidence
    for row in table.connection.execute(
        select(LinkRow.id).where(LinkRow.tel_id == said.tel_id, LinkRow.account_id == said.account_id,
                                 IS_ACTIVE, IS_PROOF, LinkRow.verified_at <= said.observed_at)
    ).all():
        _leave(table, row.id, said.account_id, "revoked", "not the same person")


def _link(table: _Table, evidence_id: int) -> int:
    said, kind = table.evidence, table.kind
    link = as_link(said, kind, table.beside.network, evidence_id, _covers_from(table))
    if kind.route:
        link |= _as_proof(table, link)
    elif kind.only_this_case and _waits_for_a_second(table):
        link |= {"state": "suspended", "reason": "a second colleague must agree"}
    written = table.connection.execute(_insert_link, link).one()
    table.done("linked", "link", written, after=written.state)
    link_id: int = written.id
    return link_id


def _as_proof(table: _Table, link: dict[str, Any]) -> dict[str, Any]:
    """What a new proof does to the one that was there, and what that does to it."""
    said = table.evidence
    if said.alone is False:
        _counts_for_nobody(table, "not theirs alone")
    if table.beside.is_ours:
        return {"tier": "show", "reason": "it is a number of the house"}
    then = _after(table, table.beside) if table.beside.proof_id else {}
    if table.beside.numbers_proved >= NUMBERS_PER_ACCOUNT:
        return then | {"tier": "show", "reason": f"the account has {NUMBERS_PER_ACCOUNT} numbers already"}
    return then


def _after(table: _Table, before: AnyRow) -> dict[str, Any]:
    """There is a proof of this number already, by the same account or by another."""
    said = table.evidence
    if before.expires_at <= table.now:
        _leave(table, before.proof_id, before.proved_by, "expired", "its time is over")
        return {}
    if before.proved_by == said.account_id:
        if before.verified_at > said.observed_at:
            return {"state": "superseded", "reason": "a newer proof was there"}
        _leave(table, before.proof_id, before.proved_by, "superseded", "proved anew")
        unbroken = said.observed_at < before.fresh_until and not _was_shared_since(table, before.verified_at)
        return {"covers_from": before.covers_from, "wait_until": before.wait_until} if unbroken else {}
    if said.observed_at < before.fresh_until and not (before.swapped_at and before.verified_at <= before.swapped_at):
        _counts_for_nobody(table, "claimed twice")
    if before.verified_at > said.observed_at:
        return {"state": "superseded", "reason": "a newer proof was there"}
    _leave(table, before.proof_id, before.proved_by, "superseded", "somebody else has proved this number since")
    table.displaced.append(before.proved_by)
    return {"wait_until": table.now + AFTER_A_CHANGE_OF_HANDS}


def _covers_from(table: _Table) -> datetime:
    """From when on what is asked is surely theirs: of a number that others used until just now, from this moment."""
    at = table.evidence.observed_at
    shared_until = table.beside.claimed_twice_until
    return at if shared_until and at < shared_until else at - SITTING


def _was_shared_since(table: _Table, at: datetime) -> bool:
    """Has anybody shown after `at` that several people use the number? What was asked there may be the others'."""
    shared_until = table.beside.claimed_twice_until
    return shared_until is not None and at <= shared_until - SURELY_NOT_PASSED_ON


def _counts_for_nobody(table: _Table, why: str) -> None:
    """Several people use the number. Until every proof of today is stale nobody is told anything because of one."""
    table.connection.execute(_claimed_twice, {"which": table.evidence.tel_id, "until": table.now + SURELY_NOT_PASSED_ON})
    table.deeds.append(audit.Deed(why, table.evidence.actor, tel_id=table.evidence.tel_id))


def _leave(table: _Table, link_id: int, account_id: int, state: str, why: str) -> None:
    ended = table.connection.execute(
        _end, {"which": link_id, "to": state, "why": why, "at": table.now, "by": table.evidence.actor}).one()
    table.done(state, "link", ended, before=ACTIVE, after=state)
    resting.stop(table.connection, account_id, table.now)


def _waits_for_a_second(table: _Table) -> bool:
    """Has the house marked one of them as an insider, and does no other colleague's word for this case stand?"""
    said = table.evidence
    marked = table.connection.scalar(
        select(func.count(ContactRow.id)).join(IdentifierRow, IdentifierRow.contact_id == ContactRow.id)
        .where(ContactRow.insider, IdentifierRow.id.in_((said.tel_id, said.account_id))))
    others = table.connection.scalar(
        select(func.count(LinkRow.id)).join(EvidenceRow, EvidenceRow.id == LinkRow.evidence_id).where(
            LinkRow.tel_id == said.tel_id, LinkRow.account_id == said.account_id, LinkRow.case_id == said.case_id,
            LinkRow.kind == said.kind, LinkRow.state.in_(OPEN), LinkRow.expires_at > table.now, EvidenceRow.actor != said.actor))
    return bool(marked) and not others
