"""Who belongs together, as far as we know: looked up in one step, and undone by one update."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from flows.identity import NUMBER
from flows.identity.claims import Claim
from voice_gateway.store.identity import audit, hold, resting
from voice_gateway.store.tables import AnyRow, EvidenceRow, IdentifierRow, LinkRow

ACTIVE = "active"
OPEN = (ACTIVE, "suspended")

# Written into the statement, since an index on a part of a table is found by words and not by parameters.
IS_ACTIVE = LinkRow.state == literal_column(f"'{ACTIVE}'")
IS_PROOF = LinkRow.tier == literal_column("'route'")
_DENIES = EvidenceRow.polarity < literal_column("0")

TEL, ACCOUNT = aliased(IdentifierRow, name="tel"), aliased(IdentifierRow, name="account")
_denied = (
    select(func.max(EvidenceRow.observed_at))
    .where(EvidenceRow.tel_id == LinkRow.tel_id, EvidenceRow.account_id == LinkRow.account_id, _DENIES)
    .correlate(LinkRow).scalar_subquery().label("denied_at")
)
CLAIMS = (
    select(LinkRow.id, LinkRow.evidence_id, LinkRow.tel_id, LinkRow.account_id, LinkRow.network, LinkRow.kind,
           LinkRow.tier, LinkRow.verified_at, LinkRow.covers_from, LinkRow.fresh_until, LinkRow.wait_until,
           LinkRow.expires_at, LinkRow.case_id, LinkRow.reason, TEL.subject, ACCOUNT.subject.label("account"),
           TEL.shared, TEL.claimed_twice_until, TEL.swapped_at,
           or_(TEL.blocked, ACCOUNT.blocked).label("refused"), _denied)
    .join(TEL, TEL.id == LinkRow.tel_id).join(ACCOUNT, ACCOUNT.id == LinkRow.account_id)
    .where(IS_ACTIVE)
)
_of_tel_id = CLAIMS.where(LinkRow.tel_id == bindparam("which"))
_of_account_id = CLAIMS.where(LinkRow.account_id == bindparam("which"))
_of_number = CLAIMS.where(TEL.namespace == bindparam("space"), TEL.scope == bindparam("scope"), TEL.subject == bindparam("subject"))
_of_name = CLAIMS.where(
    ACCOUNT.namespace == bindparam("space"), ACCOUNT.scope == bindparam("scope"), ACCOUNT.subject == bindparam("subject"))
_by_id = CLAIMS.where(LinkRow.id == bindparam("which"))
_by_id_held = _by_id.with_for_update(of=LinkRow)
_state = select(LinkRow.tel_id, LinkRow.account_id, LinkRow.state).where(LinkRow.id == bindparam("which"))
_undo = (
    update(LinkRow).where(LinkRow.id == bindparam("which"), LinkRow.state.in_(OPEN), LinkRow.state != bindparam("to"))
    .values(state=bindparam("to"), reason=bindparam("why"), revoked_at=bindparam("at"), revoked_by=bindparam("who"))
    .returning(*audit.LINK)
)


def of_tel(connection: Connection, tel_id: int) -> list[Claim]:
    """What is claimed about the number with this id."""
    return [claim_of(row) for row in connection.execute(_of_tel_id, {"which": tel_id})]


def of_account(connection: Connection, account_id: int) -> list[Claim]:
    """What is claimed about the account with this id."""
    return [claim_of(row) for row in connection.execute(_of_account_id, {"which": account_id})]


def of_number(connection: Connection, number: str) -> list[Claim]:
    """What is claimed about this number (E.164): one look, also when nobody has ever heard of it."""
    return [claim_of(row) for row in connection.execute(_of_number, {"space": NUMBER, "scope": "", "subject": number})]


def of_subject(connection: Connection, namespace: str, subject: str, scope: str = "") -> list[Claim]:
    """What is claimed about the account with this immutable name on its network: one look, as above."""
    return [claim_of(row) for row in connection.execute(_of_name, {"space": namespace, "scope": scope, "subject": subject})]


def held(connection: Connection, link_id: int) -> Claim | None:
    """This link, if it is active; nobody can undo it until this transaction has ended."""
    row = connection.execute(_by_id_held, {"which": link_id}).first()
    return claim_of(row) if row else None


def claim_of(row: AnyRow) -> Claim:
    """The facts of one row of ours. They come in the order in which Claim names them."""
    return Claim(*row)


def unlink(connection: Connection, link_id: int, who: str, why: str, now: datetime) -> bool:
    """Undo one link. Whatever was known without it is known as before. Tells whether there was one to undo.

    A link that this one has taken the place of does not come back: its number had passed to other hands.
    """
    return _end(connection, link_id, "revoked", who, why, now)


def suspend(connection: Connection, link_id: int, why: str, now: datetime) -> bool:
    """Something makes this link doubtful: it holds no more until there is a new proof."""
    return _end(connection, link_id, "suspended", "house", why, now)


def unlink_source(connection: Connection, source: str, who: str, why: str, now: datetime) -> int:
    """Undo all that came from one source, such as a list that lied. Tells how many links that were."""
    ids = connection.scalars(
        select(LinkRow.id).join(EvidenceRow, EvidenceRow.id == LinkRow.evidence_id)
        .where(EvidenceRow.source == source, LinkRow.state.in_(OPEN)).order_by(LinkRow.id)
    ).all()
    return sum(unlink(connection, link_id, who, why, now) for link_id in ids)


def history(connection: Connection, identifier_id: int) -> list[AnyRow]:
    """Every link that a number or an account ever had, with the evidence, the oldest first."""
    return list(connection.execute(
        select(LinkRow.id, LinkRow.tel_id, LinkRow.account_id, LinkRow.kind, LinkRow.tier, LinkRow.state, LinkRow.reason,
               LinkRow.verified_at, LinkRow.expires_at, LinkRow.revoked_at, LinkRow.revoked_by, EvidenceRow.source,
               EvidenceRow.actor, EvidenceRow.channel_sid, EvidenceRow.reason.label("because"))
        .join(EvidenceRow, EvidenceRow.id == LinkRow.evidence_id)
        .where(or_(LinkRow.tel_id == identifier_id, LinkRow.account_id == identifier_id)).order_by(LinkRow.id)
    ))


def _end(connection: Connection, link_id: int, state: str, who: str, why: str, now: datetime) -> bool:
    row = connection.execute(_state, {"which": link_id}).first()
    if row is None:
        return False
    hold(connection, row.tel_id, row.account_id)
    ended = connection.execute(_undo, {"which": link_id, "to": state, "why": why, "at": now, "who": who}).first()
    if ended:
        audit.append(connection, [audit.Deed(state, who, "link", link_id, row.tel_id, row.account_id,
                                             before=row.state, after=state, row=ended)], now)
        resting.stop(connection, row.account_id, now)
    return ended is not None
