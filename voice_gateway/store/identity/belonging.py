"""Who a case may be of, for a colleague's eyes: every link that its number or account has or had, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, or_, select
from sqlalchemy.orm import aliased

from flows.identity import KINDS
from flows.identity.claims import Claim, badge, shown
from voice_gateway.store.identity import links
from voice_gateway.store.identity.pairs import called
from voice_gateway.store.tables import EvidenceRow, IdentifierRow, LinkRow

MOST = 200
ENDS = {"revoked": "undone", "superseded": "taken over", "suspended": "waits", "expired": "over", "active": ""}

_other = aliased(IdentifierRow, name="other")
_of = (
    select(LinkRow.id, LinkRow.tel_id, LinkRow.account_id, LinkRow.kind, LinkRow.state, LinkRow.reason, LinkRow.verified_at,
           LinkRow.expires_at, LinkRow.revoked_at, LinkRow.revoked_by, LinkRow.case_id, EvidenceRow.source,
           EvidenceRow.actor, EvidenceRow.reason.label("because"), _other.namespace, _other.subject, _other.display,
           _other.id.label("other_id"))
    .join(EvidenceRow, EvidenceRow.id == LinkRow.evidence_id)
    .join(_other, _other.id == case((LinkRow.tel_id == bindparam("which"), LinkRow.account_id), else_=LinkRow.tel_id))
    .where(or_(LinkRow.tel_id == bindparam("which"), LinkRow.account_id == bindparam("which")))
    .order_by(LinkRow.id.desc()).limit(MOST)
)
_is_shared = select(IdentifierRow.shared).where(IdentifierRow.id == bindparam("which"))


@dataclass(frozen=True, slots=True)
class Belonging:
    """One link: to whom or what, how sure, from where, by whom, since when and until when; and how it ended, if it did.

    `stands`: it is shown as holding. `may_be_asked`: it is less than a proof, so a code would tell.
    """

    link_id: int
    tel_id: int
    account_id: int
    other_id: int
    other: str
    badge: str
    kind: str
    source: str
    actor: str
    because: str
    since: datetime
    until: datetime
    stands: bool
    is_proof: bool
    ended: str
    ended_by: str
    ended_at: datetime | None
    why: str

    @property
    def waits_for_a_second(self) -> bool:
        return self.ended == "waits" and self.kind == "agent_confirmed"


def of(connection: Connection, identifier_id: int, case_id: int, now: datetime) -> list[Belonging]:
    """Every link of this number or account, those that stand first, then the newest."""
    claims = [*links.of_tel(connection, identifier_id), *links.of_account(connection, identifier_id)]
    standing = {claim.link_id: claim for claim in shown(claims, now, case_id)}
    rows = connection.execute(_of, {"which": identifier_id}).all()
    found = []
    for row in rows:
        claim: Claim | None = standing.get(row.id)
        ended = "" if claim else ENDS[row.state] or ("over" if row.expires_at <= now else "out of sight")
        found.append(Belonging(
            row.id, row.tel_id, row.account_id, row.other_id, called(row.namespace, row.subject, row.display),
            badge(claim, now) if claim else KINDS[row.kind].told, row.kind, row.source, row.actor, row.because,
            row.verified_at, row.expires_at, claim is not None, claim is not None and claim.is_proof, ended,
            row.revoked_by, row.revoked_at, row.reason))
    return sorted(found, key=lambda each: not each.stands)


def link_of(connection: Connection, link_id: int, identifier_id: int) -> tuple[int, int] | None:
    """The number and the account of this link, if it is one of this number or account; else nothing."""
    row = connection.execute(select(LinkRow.tel_id, LinkRow.account_id).where(
        LinkRow.id == link_id, or_(LinkRow.tel_id == identifier_id, LinkRow.account_id == identifier_id))).first()
    return (row.tel_id, row.account_id) if row else None


def is_shared(connection: Connection, identifier_id: int) -> bool:
    """Has somebody said that several people use it?"""
    return bool(connection.scalar(_is_shared, {"which": identifier_id}))
