"""Who it might be: a short ranked list for an agent, each with its reason in words.

Taking one up begins a proof. It never makes a link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.how_many import how_many
from flows.identity import KINDS

ALIKE = 0.86
CLEARLY_AHEAD = 0.05
MOST = 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody who might be the same. `name_score` is 0 to 1; `minutes_apart` between writing and ringing; `rang`: it is they who
    rang or texted, and what was written is looked at."""

    identifier_id: int
    name: str
    name_score: float = 0.0
    compared: str = ""
    minutes_apart: float | None = None
    rang: bool = False
    declared: bool = False
    profile: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line for an agent: who it may be, and why we think so."""

    identifier_id: int
    name: str
    score: float
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        return "; ".join(self.reasons)


def rank(candidates: Iterable[Likeness]) -> list[Suggestion]:
    """The likeliest first; none that somebody said is not the same; names alone only when one is clearly ahead."""
    weighed = [_weigh(each) for each in candidates if not each.denied]
    found = sorted((each for each in weighed if each.reasons), key=lambda each: (-each.score, each.identifier_id))
    by_name_only = [each for each in found if each.score < 1]
    if len(by_name_only) > 1 and by_name_only[0].score - by_name_only[1].score < CLEARLY_AHEAD:
        found = [each for each in found if each.score >= 1]
    return found[:MOST]


def _weigh(each: Likeness) -> Suggestion:
    reasons = []
    if each.declared:
        reasons.append((4.0, KINDS["customer_declared"].told))
    if each.profile:
        reasons.append((3.0, KINDS["profile_link"].told))
    if each.minutes_apart is not None:
        minutes = round(each.minutes_apart)
        ago = how_many(minutes, "minute")
        told = f"rang or texted {ago} ago" if each.rang else f"wrote {ago} before they rang"
        reasons.append((2.0, f"{told}: ask whether it was they"))
    if each.name_score >= ALIKE:
        alike = "the same name" if each.name_score >= 1 else f"names alike ({each.name_score:.0%})"
        reasons.append((each.name_score - 0.001, f"{alike}: {each.name} and {each.compared}; many people share a name"))
    best = max((score for score, _ in reasons), default=0.0)
    return Suggestion(each.identifier_id, each.name, best, tuple(words for _, words in reasons))
