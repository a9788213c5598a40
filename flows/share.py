"""The share.

Some managers take hard cases themselves, to stay in touch; some should be managing. Each sets the share of
escalations that they take personally; the others go to their delegate. Over any twenty the house is within one case
of it. What is urgent is never weighed: it rings them at once, and counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

LOOKED_AT = 20
SET = re.compile(r"share\s*:?\s*(\d{1,3})\s*(?:%|percent)?")


@dataclass(frozen=True, slots=True)
class Share:
    """What a manager wants to take personally, 0 to 100 in a hundred, and who gets the rest.

    `lately`: of the last escalations brought to them, oldest first, which were for them personally.
    """

    target: int = 100
    delegate: str = ""
    lately: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """One escalation that was for a manager: what brought it, and whether they took it themselves in the end."""

    at: datetime
    case_id: int
    why: str
    personally: bool
    urgent: bool = False


def is_for_them(target: int, lately: Sequence[bool], *, urgent: bool = False) -> bool:
    """Is the next escalation for the manager personally? `lately` are the last decisions, oldest first.

    The answer with which the last twenty are within one case of the target; if both answers are, the one with
    which the worst of all shorter stretches is nearest to it, so that theirs are spread evenly.
    """
    if urgent:
        return True
    taken, left = (_astray(target, (*lately[-(LOOKED_AT - 1):], answer)) for answer in (True, False))
    return taken < left or (taken == left and target >= 50)


def _astray(target: int, answers: Sequence[bool]) -> tuple[float, float]:
    """How far these answers are beyond one case of the target, and how far the worst stretch at their end is from it."""
    taken, worst, over_all = 0, 0.0, 0.0
    for length, answer in enumerate(reversed(answers), 1):
        taken += answer
        over_all = abs(taken - length * target / 100)
        worst = max(worst, over_all)
    return max(0.0, over_all - 1), worst


def target_in(text: str) -> int | None:
    """The share that a manager texts, as in `share 30` or `Share: 30 %`; None if that is no share."""
    told = SET.fullmatch(" ".join(text.casefold().split()).strip(" .!"))
    return int(told[1]) if told and int(told[1]) <= 100 else None


def leaves_to_nobody() -> str:
    """Why a share is refused of whoever has no delegate."""
    return "That leaves some to nobody: you have no delegate. Ask whoever keeps the house file to name one. Nothing was changed."


def in_words(name: str, share: Share, brought: Iterable[Brought]) -> str:
    """Target and truth, and what it was about: for the report and for their page."""
    lately = list(brought)[-LOOKED_AT:]
    theirs = [each for each in lately if each.personally]
    if not lately:
        return f"{name}: {share.target} % wanted, nothing was brought yet."
    percent = round(100 * len(theirs) / len(lately))
    urgent = sum(each.urgent for each in theirs)
    why = Counter(each.why for each in lately)
    mine = Counter(each.why for each in theirs)
    topics = "; ".join(f"{what}: {mine[what]} of {times}" for what, times in why.most_common())
    rushed = f", {urgent} of them urgent" if urgent else ""
    return (f"{name}: {share.target} % wanted, {percent} % taken personally "
            f"({len(theirs)} of the last {len(lately)}{rushed}). {topics}.")
