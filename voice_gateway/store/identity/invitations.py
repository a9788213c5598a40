"""One-time links by which somebody may show who they are, and the browsers that have opened one.

The link is long and random, and only its digest is kept. Opening it does nothing; it is used up by the proof that comes
of it. A browser that has opened it sits there with a key of its own, so that nobody else goes on where it stands.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from flows.facts import HOURS, MINUTES
from voice_gateway.store.identity.links import IS_ACTIVE
from voice_gateway.store.tables import AnyRow, CaseRow, IdentifierRow, InvitationRow, LinkRow, SittingRow
from voice_gateway.tickets import digest

HOLDS = 24 * HOURS
SITS = 30 * MINUTES
BY_A_CODE = ("otp_roundtrip", "oauth_otp")

_invited = (
    select(InvitationRow.id, InvitationRow.case_id, InvitationRow.account_id, InvitationRow.expires_at,
           InvitationRow.used_at, CaseRow.identifier_id, CaseRow.closed_at, CaseRow.ticket_seed, IdentifierRow.namespace,
           IdentifierRow.subject)
    .join(CaseRow, CaseRow.id == InvitationRow.case_id).join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
    .where(InvitationRow.token_hash == bindparam("digest"))
)
_sitting = select(*SittingRow.__table__.columns).where(
    SittingRow.key_hash == bindparam("digest"), SittingRow.expires_at > bindparam("now"))
_asked_by = (
    select(SittingRow.invitation_id, SittingRow.remembered)
    .join(InvitationRow, InvitationRow.id == SittingRow.invitation_id).join(CaseRow, CaseRow.id == InvitationRow.case_id)
    .where(InvitationRow.case_id == bindparam("case"), InvitationRow.used_at.is_(None), SittingRow.tel_id == bindparam("tel"),
           func.coalesce(SittingRow.account_id, InvitationRow.account_id, CaseRow.identifier_id) == bindparam("account"))
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a one-time link is for. `account_id` is None while only the number of the case is known.

    `number` is the case's own (E.164), empty when it hangs on an account.
    """

    id: int
    case_id: int
    account_id: int | None
    expires_at: datetime
    used_at: datetime | None
    identifier_id: int
    number: str
    ticket_seed: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """How far a browser has come: who has signed in there, and to which number a code has gone."""

    id: int
    invitation_id: int
    network: str
    state_hash: str
    remembered: dict[str, str]
    account_id: int | None
    tel_id: int | None
    name: str

    @property
    def alone(self) -> bool:
        """Have they left it unsaid that others use the telephone too?"""
        return says_alone(self.remembered)


def invite(connection: Connection, case_id: int, account_id: int | None, now: datetime, person_id: int | None = None) -> str:
    """A new link for this case, and for this account if it is known; gives the token that only its owner will have."""
    token = secrets.token_urlsafe(16)
    connection.execute(insert(InvitationRow), {
        "token_hash": digest(token), "case_id": case_id, "account_id": account_id, "made_by_id": person_id,
        "made_at": now, "expires_at": now + HOLDS})
    return token


def invitation(connection: Connection, token: str) -> Invitation | None:
    """What this link is for; None when there is no such link."""
    row = connection.execute(_invited, {"digest": digest(token)}).first()
    if row is None:
        return None
    number = row.subject if row.namespace == "tel" else ""
    account_id = row.account_id or (None if number else row.identifier_id)
    return Invitation(row.id, row.case_id, account_id, row.expires_at, row.used_at, row.identifier_id, number,
                      row.ticket_seed, row.closed_at is not None)


def use_up(connection: Connection, invitation_id: int, now: datetime) -> bool:
    """The proof is there: the link has done its work. False when it had before."""
    return connection.execute(update(InvitationRow).where(InvitationRow.id == invitation_id, InvitationRow.used_at.is_(None))
                              .values(used_at=now)).rowcount == 1


def sit_down(connection: Connection, invitation_id: int, now: datetime) -> str:
    """A browser opens the link; gives the key that its cookie keeps."""
    key = secrets.token_urlsafe(16)
    connection.execute(insert(SittingRow), {
        "key_hash": digest(key), "invitation_id": invitation_id, "begun_at": now, "expires_at": now + SITS,
        "remembered": {}})
    return key


def sitting(connection: Connection, key: str, now: datetime) -> Sitting | None:
    """Where the browser with this key stands; None when it never sat down here, or too long ago."""
    row = connection.execute(_sitting, {"digest": digest(key), "now": now}).first()
    if row is None:
        return None
    return Sitting(row.id, row.invitation_id, row.network, row.state_hash, dict(row.remembered), row.account_id,
                   row.tel_id, f"sitting {row.id}")


def changes(connection: Connection, sitting_id: int, **what: Any) -> None:
    """It has come further, or back."""
    connection.execute(update(SittingRow).where(SittingRow.id == sitting_id).values(**what))


def came_back(connection: Connection, case_id: int | None, tel_id: int, account_id: int, now: datetime) -> bool | None:
    """The code that these pages had asked for came back from elsewhere: their links are used up. Tells whether they said there
    that the number is theirs alone; None when no page had asked for it."""
    pages = connection.execute(_asked_by, {"case": case_id, "tel": tel_id, "account": account_id}).all()
    for invitation_id in {page.invitation_id for page in pages}:
        use_up(connection, invitation_id, now)
    return all(says_alone(page.remembered) for page in pages) if pages else None


def says_alone(remembered: dict[str, str]) -> bool:
    """What was ticked, or not, beside the number."""
    return "others" not in remembered


def has_shown(connection: Connection, invited: Invitation, at: Sitting) -> bool:
    """Has whoever sits there shown it, with the number that they typed, and does it stand?"""
    account_id = at.account_id or invited.account_id
    return connection.scalar(select(LinkRow.id).where(
        LinkRow.tel_id == at.tel_id, LinkRow.account_id == account_id, IS_ACTIVE, LinkRow.kind.in_(BY_A_CODE)).limit(1)) is not None


def forget(connection: Connection, before: datetime) -> int:
    """Sittings that ended before then."""
    return connection.execute(delete(SittingRow).where(SittingRow.expires_at < before)).rowcount


def who(connection: Connection, identifier_id: int | None) -> AnyRow | None:
    """The number or account with this id."""
    if identifier_id is None:
        return None
    return connection.execute(select(IdentifierRow.id, IdentifierRow.namespace, IdentifierRow.subject, IdentifierRow.display,
                                     IdentifierRow.goes_by)
                              .where(IdentifierRow.id == identifier_id)).first()
