"""Codes on their way, each bound to a number, an account and a purpose: single use, five tries, ten minutes.

A code goes to the one and must come back from the other. To see it gives nothing: from anybody else it is no try,
and it counts only once. Who wins when it comes back twice is decided by one update.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, select, update

from flows.facts import HOURS, MINUTES
from flows.identity import DAYS
from voice_gateway import proof_codes
from voice_gateway.store.identity import audit, evidence, hold, invitations
from voice_gateway.store.identity.evidence import Added, Evidence
from voice_gateway.store.identity.links import IS_ACTIVE, IS_PROOF
from voice_gateway.store.tables import AnyRow, CaseRow, ChallengeRow, IdentifierRow, LinkRow

HOLDS = 10 * MINUTES
MOST_TRIES = 5
MOST_A_DAY = 5
MOST_FOR_BOTH = 3
LATELY = 1 * HOURS

LINK, AGREE = "link", "agree"
TO_NUMBER, TO_ACCOUNT, SIGNED_IN = "to_number", "to_account", "signed_in"
PURPOSES, WAYS = (LINK, AGREE), (TO_NUMBER, TO_ACCOUNT, SIGNED_IN)

_open_of = (
    select(ChallengeRow.id, ChallengeRow.tel_id, ChallengeRow.account_id, ChallengeRow.purpose, ChallengeRow.way,
           ChallengeRow.sitting, ChallengeRow.code_hash, ChallengeRow.salt, ChallengeRow.case_id, ChallengeRow.then_rings)
    .where(ChallengeRow.answerer_id == bindparam("answerer"), ChallengeRow.consumed_at.is_(None),
           ChallengeRow.expires_at > bindparam("now"), ChallengeRow.tries < MOST_TRIES)
    .order_by(ChallengeRow.id)
)
# Built once: to build a statement takes longer than to run it.
_insert = insert(ChallengeRow).returning(ChallengeRow.id)
_void_older = (
    update(ChallengeRow)
    .where(ChallengeRow.tel_id == bindparam("tel"), ChallengeRow.account_id == bindparam("account"),
           ChallengeRow.purpose == bindparam("for"), ChallengeRow.consumed_at.is_(None))
    .values(consumed_at=bindparam("consumed_at"), tries=MOST_TRIES)
)
_consume = (
    update(ChallengeRow)
    .where(ChallengeRow.id == bindparam("which"), ChallengeRow.consumed_at.is_(None), ChallengeRow.tries < MOST_TRIES,
           ChallengeRow.expires_at > bindparam("now"))
    .values(consumed_at=bindparam("now"))
)
_reached = (
    update(IdentifierRow).where(IdentifierRow.id == bindparam("which"), IdentifierRow.unreachable.is_not(None))
    .values(unreachable=None)
)
_sent_to_tel = (
    select(func.count(ChallengeRow.id).label("all"), func.count(case((ChallengeRow.account_id == bindparam("account"), 1))).label("for_both"))
    .where(ChallengeRow.tel_id == bindparam("tel"), ChallengeRow.issued_at > bindparam("since"))
)
# What whoever has a number asked to be sent there costs the account nothing: nothing goes to it, and anybody could ask.
_asked_by_the_number = exists().where(CaseRow.id == ChallengeRow.case_id, CaseRow.identifier_id == ChallengeRow.tel_id)
_sent_for_account = select(func.count(ChallengeRow.id)).where(
    ChallengeRow.account_id == bindparam("account"), ChallengeRow.issued_at > bindparam("since"),
    (ChallengeRow.way != TO_NUMBER) | ~_asked_by_the_number)
_hangs_on = select(CaseRow.identifier_id).where(CaseRow.id == bindparam("case"))
_lately_of = (
    select(ChallengeRow.consumed_at, ChallengeRow.expires_at, ChallengeRow.tries, ChallengeRow.code_hash, ChallengeRow.salt)
    .where(ChallengeRow.answerer_id == bindparam("answerer"), ChallengeRow.issued_at > bindparam("since"),
           ChallengeRow.sitting == "")
)


class TooMany(Exception):
    """Too many codes were sent within a day to this number, for this account, or for the two."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A code to be sent now. It is kept nowhere."""

    challenge_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a code that came back. `proved` is empty unless this very answer won; `purpose` is what for.

    `case_id` is the case that it was asked for, and `then_rings` that they want to be rung about it now.
    """

    was_right: bool
    purpose: str = ""
    proved: Added | None = None
    tel_id: int = 0
    account_id: int = 0
    case_id: int | None = None
    then_rings: bool = False
    challenge_id: int = 0


def issue(connection: Connection, secret_key: str, tel_id: int, account_id: int, way: str, now: datetime, *,
          purpose: str = LINK, sitting: str = "", case_id: int | None = None, then_rings: bool = False) -> Issued:
    """A new code for this number and this account; an older one for the same purpose is void.

    `way`: `to_number` is texted and comes back from the account; `to_account` is sent privately and typed on the
    telephone; `signed_in` is texted and typed on the page where they have just signed in, within this `sitting`.
    Raises TooMany.
    """
    if purpose not in PURPOSES or way not in WAYS or (way == SIGNED_IN) != bool(sitting):
        raise ValueError(f"no code goes {way} for {purpose}, sitting {sitting!r}")
    asked_by_the_number = way == TO_NUMBER and connection.scalar(_hangs_on, {"case": case_id}) == tel_id
    if were_enough(connection, tel_id, account_id, now, asked_by_the_number=asked_by_the_number):
        raise TooMany("enough codes were sent for today")
    connection.execute(_void_older, {"tel": tel_id, "account": account_id, "for": purpose, "consumed_at": now})
    salt = secrets.token_hex(16)
    code = code_of(secret_key, salt, way)
    challenge_id: int = connection.execute(_insert, {
        "tel_id": tel_id, "account_id": account_id, "answerer_id": tel_id if way == TO_ACCOUNT else account_id,
        "purpose": purpose, "way": way, "sitting": sitting, "case_id": case_id, "then_rings": then_rings,
        "salt": salt, "tries": 0, "issued_at": now,
        "code_hash": proof_codes.digest(secret_key, salt, code), "expires_at": now + HOLDS,
    }).scalar_one()
    return Issued(challenge_id, code)


def code_of(secret_key: str, salt: str, way: str) -> str:
    """The code of a challenge, made from its salt: the same whenever it is asked for."""
    return proof_codes.written(secret_key, salt) if way == TO_NUMBER else proof_codes.typed(secret_key, salt)


def answer(connection: Connection, secret_key: str, code: str, from_id: int, now: datetime, *,
           sitting: str = "", channel_sid: str = "", alone: bool | None = None) -> Answered:
    """A code came back from this number or account. At most one answer to each code ever wins.

    A wrong one costs a try of every code that is expected from there, one answer after the other. `alone`: whether they said that the number is
    theirs alone.
    """
    expected = _waiting(connection, from_id, sitting, now)
    if not expected or not code:
        return Answered(was_right=False)
    hold(connection, *(each for row in expected for each in (row.tel_id, row.account_id)))
    waiting = _waiting(connection, from_id, sitting, now)
    right = [row for row in waiting if hmac.compare_digest(row.code_hash, proof_codes.digest(secret_key, row.salt, code))]
    if len(right) != 1:
        connection.execute(update(ChallengeRow).where(ChallengeRow.id.in_([row.id for row in waiting]))
                           .values(tries=ChallengeRow.tries + 1))
        return Answered(was_right=False)
    return _won(connection, right[0], now, channel_sid, alone)


def lately(connection: Connection, from_id: int, now: datetime) -> list[AnyRow]:
    """The codes of the last hour that were to come back from this number or account, outside of a page."""
    return list(connection.execute(_lately_of, {"answerer": from_id, "since": now - LATELY}))


def holds(sent: AnyRow, now: datetime) -> bool:
    """Does this one still count?"""
    return sent.consumed_at is None and sent.expires_at > now and sent.tries < MOST_TRIES


def is_among(sent: list[AnyRow], secret_key: str, code: str) -> bool:
    """Is this one of the codes that were sent, whether it counts or not?"""
    return any(hmac.compare_digest(each.code_hash, proof_codes.digest(secret_key, each.salt, code)) for each in sent)


def pairs(connection: Connection, identifier_id: int, now: datetime) -> list[tuple[int, int]]:
    """The number and the account of each code that was sent for this number or account within the last hour."""
    whose = (ChallengeRow.tel_id == identifier_id) | (ChallengeRow.account_id == identifier_id)
    rows = connection.execute(select(ChallengeRow.tel_id, ChallengeRow.account_id).distinct().where(
        whose, ChallengeRow.issued_at > now - LATELY))
    return [(row.tel_id, row.account_id) for row in rows]


def void(connection: Connection, tel_id: int, account_id: int, now: datetime) -> None:
    """No code for these two counts any more."""
    connection.execute(update(ChallengeRow).where(
        ChallengeRow.tel_id == tel_id, ChallengeRow.account_id == account_id, ChallengeRow.consumed_at.is_(None))
        .values(consumed_at=now, tries=MOST_TRIES))


def forget(connection: Connection, before: datetime) -> int:
    """Codes that are so old that no limit counts them any more. The newest stays: SQLite would give its number to another."""
    newest = select(func.max(ChallengeRow.id)).scalar_subquery()
    return connection.execute(delete(ChallengeRow).where(ChallengeRow.issued_at < before, ChallengeRow.id < newest)).rowcount


def _waiting(connection: Connection, from_id: int, sitting: str, now: datetime) -> list[AnyRow]:
    found = connection.execute(_open_of, {"answerer": from_id, "now": now})
    return [row for row in found if row.sitting == sitting]


def _won(connection: Connection, row: AnyRow, now: datetime, channel_sid: str, alone: bool | None) -> Answered:
    """It counts now. Whoever has shown a number can be reached at it, whatever was wrong with it in other hands."""
    won = connection.execute(_consume, {"which": row.id, "now": now}).rowcount
    if not won:
        return Answered(was_right=False)
    about = (row.tel_id, row.account_id, row.case_id, row.then_rings, row.id)
    if row.purpose == AGREE:
        _agreed(connection, row, now)
        return Answered(True, AGREE, None, *about)
    connection.execute(_reached, {"which": row.tel_id})
    if not row.sitting:
        said = invitations.came_back(connection, row.case_id, row.tel_id, row.account_id, now)
        alone = said if alone is None else alone
    kind = "oauth_otp" if row.way == SIGNED_IN else "otp_roundtrip"
    proof = Evidence(row.tel_id, row.account_id, kind, "code", f"challenge {row.salt}", now, "customer", channel_sid, alone=alone)
    return Answered(True, LINK, evidence.add(connection, proof, now), *about)


def _agreed(connection: Connection, row: AnyRow, now: datetime) -> None:
    """Who had the number before says, from their account, that it is as it should be: nobody needs to wait."""
    was_theirs = connection.scalar(
        select(LinkRow.id).where(LinkRow.tel_id == row.tel_id, LinkRow.account_id == row.account_id,
                                 LinkRow.state == "superseded", IS_PROOF).limit(1))
    if was_theirs is None:
        return
    connection.execute(update(IdentifierRow).where(IdentifierRow.id == row.tel_id).values(claimed_twice_until=None))
    waiting: list[Any] = list(connection.scalars(
        select(LinkRow.id).where(LinkRow.tel_id == row.tel_id, IS_ACTIVE, LinkRow.wait_until > now)))
    connection.execute(update(LinkRow).where(LinkRow.id.in_(waiting)).values(wait_until=None))
    audit.append(connection, [
        audit.Deed("agreed", "customer", "link", link_id, row.tel_id, row.account_id) for link_id in waiting
    ] or [audit.Deed("agreed", "customer", tel_id=row.tel_id, account_id=row.account_id)], now)


def were_enough(connection: Connection, tel_id: int, account_id: int, now: datetime, *, asked_by_the_number: bool = False) -> bool:
    """Were as many codes sent to this number, for this account or for the two within a day as may be? Until this transaction ends that stays so.

    `asked_by_the_number`: whoever has it asks to be sent one there, which others cannot use up for them.
    """
    hold(connection, tel_id, account_id)
    about = {"tel": tel_id, "account": account_id, "since": now - 1 * DAYS}
    sent = connection.execute(_sent_to_tel, about).one()
    if sent.all >= MOST_A_DAY or sent.for_both >= MOST_FOR_BOTH:
        return True
    return not asked_by_the_number and (connection.scalar(_sent_for_account, about) or 0) >= MOST_A_DAY
