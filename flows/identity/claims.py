"""What a link claims, and whether that holds now: pure, from the facts of its row.

Nothing is added up. A link either is a proof that holds, or it is not, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.identity import KINDS
from flows.networks import of_namespace


@dataclass(frozen=True, slots=True)
class Claim:
    """A number and an account are one person's: who says so, since when and until when.

    `covers_from`: what was asked for before this may be another's. `fresh_until`: until then the number cannot have
    been passed on. `wait_until`: the number has just changed hands. `shared`: several use the number.
    `swapped_at`: when its SIM was changed last. `denied_at`: when somebody last said that they are not the same.
    """

    link_id: int
    evidence_id: int
    tel_id: int
    account_id: int
    network: str
    kind: str
    tier: str
    verified_at: datetime
    covers_from: datetime
    fresh_until: datetime
    wait_until: datetime | None
    expires_at: datetime
    case_id: int | None = None
    reason: str = ""
    number: str = ""
    account: str = ""
    shared: bool = False
    claimed_twice_until: datetime | None = None
    swapped_at: datetime | None = None
    refused: bool = False
    denied_at: datetime | None = None

    @property
    def is_proof(self) -> bool:
        return self.tier == "route"


def why_not(claim: Claim, now: datetime) -> str:
    """Why nobody may be told anything because of this link now; empty when they may."""
    shared = claim.shared or bool(claim.claimed_twice_until and now < claim.claimed_twice_until)
    swapped = claim.swapped_at is not None and claim.verified_at <= claim.swapped_at
    waits = claim.wait_until is not None and now < claim.wait_until
    reasons = {
        "it is no proof": not claim.is_proof,
        "nobody can prove an account there": (ways := of_namespace(claim.network)) is not None and not ways.proofs,
        "its time is over": now >= claim.expires_at,
        "somebody said that they are not the same person": _is_denied(claim),
        "the house refuses one of them": claim.refused,
        "several people use this number": shared,
        "the SIM of this number was changed after the proof": swapped,
        "the number has just changed hands": waits,
        "the number may have been passed on since: a new code is needed": now >= claim.fresh_until,
    }
    return next((why for why, holds in reasons.items() if holds), "")


def shown(claims: Iterable[Claim], now: datetime, case_id: int | None = None) -> list[Claim]:
    """What an agent may see, proofs first, then the newest; nothing of a pair that was denied and not proved since."""
    live = [each for each in claims if now < each.expires_at and not each.refused]
    lifted = {(each.tel_id, each.account_id) for each in live if KINDS[each.kind].lifts and not _is_denied(each)}
    seen = [each for each in live if _may_be_seen(each, case_id)
            and (each.denied_at is None or (each.tel_id, each.account_id) in lifted)]
    return sorted(seen, key=lambda each: (not each.is_proof, -each.verified_at.timestamp(), each.kind, each.account_id))


def badge(claim: Claim, now: datetime) -> str:
    """How sure it is, and since when, for an agent."""
    told, days = KINDS[claim.kind].told, (now - claim.verified_at) // timedelta(days=1)
    since = "today" if days < 1 else "1 day ago" if days == 1 else f"{days} days ago"
    certain = "" if claim.is_proof else "not proved: "
    doubt = why_not(claim, now) if claim.is_proof else ""
    return f"{certain}{told}, {since}" + (f"; {doubt}" if doubt else "")


def _may_be_seen(claim: Claim, case_id: int | None) -> bool:
    kind = KINDS[claim.kind]
    return (kind.show or kind.suggest) and (claim.case_id is None or claim.case_id == case_id)


def _is_denied(claim: Claim) -> bool:
    return claim.denied_at is not None and claim.verified_at <= claim.denied_at
