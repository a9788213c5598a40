"""The one place where leave is given to tell somebody something because of a link.

Exactly one proof, live and fresh and unconflicted, an authentic number, and a case that hangs on the number or the
account of that proof. Anything else is no leave, with the reason in words, and the case goes to the general queue.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows.identity import NUMBER
from flows.identity.claims import Claim, why_not
from flows.identity.grant import SEAL, NoGrant, RouteGrant
from voice_gateway.store.identity import links
from voice_gateway.store.tables import AnyRow, CaseRow, IdentifierRow

_case = (
    select(CaseRow.id, CaseRow.identifier_id, CaseRow.opened_at, IdentifierRow.namespace)
    .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id).where(CaseRow.id == bindparam("which"))
)


def resolve_for_route(connection: Connection, case_id: int, towards: str, now: datetime, *,
                      authentic: bool, only: int | None = None) -> RouteGrant | NoGrant:
    """May somebody be told of this case because of a link, and who is it?

    `towards` is the namespace in which they are to be reached: `tel`, or a network's. `authentic`: the number is
    really the one on the line; the carrier vouches in full for who rings, or we ring it ourselves. `only`: the
    identifier that must be the one, such as that of a caller on the line.
    """
    if not authentic:
        return NoGrant("the number on the line is only claimed")
    case = connection.execute(_case, {"which": case_id}).first()
    if case is None:
        return NoGrant("there is no such case")
    return _of_exactly_one(_candidates(connection, case, towards, only), case, towards, now)


def recheck(connection: Connection, grant: RouteGrant, now: datetime) -> bool:
    """Does it still hold? Asked in the transaction that sends; the link cannot be undone until that has ended."""
    claim = links.held(connection, grant.link_id)
    case = connection.execute(_case, {"which": grant.case_id}).first()
    if claim is None or case is None or claim.evidence_id != grant.evidence_id:
        return False
    towards = NUMBER if grant.to_id == claim.tel_id else claim.network
    again = _of_exactly_one(_candidates(connection, case, towards, grant.to_id), case, towards, now)
    return isinstance(again, RouteGrant) and (again.link_id, again.to_id) == (grant.link_id, grant.to_id)


def _candidates(connection: Connection, case: AnyRow, towards: str, only: int | None) -> list[Claim]:
    """The proofs that lead from where the case hangs to where somebody is to be reached."""
    from_number = case.namespace == NUMBER
    if from_number == (towards == NUMBER):
        return []
    known = (links.of_tel if from_number else links.of_account)(connection, case.identifier_id)
    return [claim for claim in known if claim.is_proof and (towards in (NUMBER, claim.network))
            and only in (None, _reached(claim, towards))]


def _of_exactly_one(candidates: list[Claim], case: AnyRow, towards: str, now: datetime) -> RouteGrant | NoGrant:
    holding = [claim for claim in candidates if not why_not(claim, now)]
    if len(holding) != 1:
        doubts = [why_not(claim, now) for claim in candidates]
        return NoGrant("there are several" if holding else next(iter(doubts), "nothing is proved"))
    claim = holding[0]
    if case.namespace == NUMBER and case.opened_at < max(claim.covers_from, claim.swapped_at or claim.covers_from):
        return NoGrant("it was asked for before this number was proved as theirs")
    to_number = towards == NUMBER
    return RouteGrant(claim.link_id, claim.evidence_id, case.id, _reached(claim, towards),
                      claim.number if to_number else claim.account, now, SEAL)


def _reached(claim: Claim, towards: str) -> int:
    return claim.tel_id if towards == NUMBER else claim.account_id
