"""Before it is sent.

What the house says by itself was true when it was decided; minutes or a night may lie between. So each text carries
what it takes for granted, and is looked at once more in the transaction that takes it in hand. One that is
contradicted by what we know by now is not sent, and is kept with the reason. What a colleague wrote is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.promised import NOTHING, Assumes


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known, at the moment in which it leaves, of a message and of the case that it is about.

    `to_customer`, or else to a colleague; `automatic`: nobody of ours wrote it; `round`: that in which it was ordered.
    `is_theirs`: it goes to an address of this case. `by_leave`: it goes elsewhere because of a link, and `has_leave`
    tells whether that still holds. `talked_at`: when they talked with one of us last. `is_here`: the colleague to
    whom it goes is still of the house. `is_doubtful`: nobody has said yet that the telephone is theirs. `still_climbs`:
    something of which they are told with it. Of an answer on a network: `taken_back`: what it answers is gone; `newer`: one of
    ours goes out by itself after it; `denied_at`: when they said last that they are not whom we took them for.
    """

    to_customer: bool
    automatic: bool
    ordered_at: datetime
    assumes: Assumes = NOTHING
    round: int = 0
    round_now: int = 0
    closed_at: datetime | None = None
    owner_id: int | None = None
    next_at: datetime | None = None
    taken: bool = False
    talked_at: datetime | None = None
    is_unanswered: bool = False
    opted_out_at: datetime | None = None
    is_theirs: bool = True
    by_leave: bool = False
    has_leave: bool = False
    is_here: bool = True
    is_doubtful: bool = False
    still_climbs: bool = False
    taken_back: bool = False
    newer: bool = False
    denied_at: datetime | None = None


def why_not(known: Known) -> str:
    """Why it must not leave, in words for a colleague; empty when nothing that we know is against it."""
    if known.by_leave and not known.has_leave:
        return "the link because of which they were to be told holds no more"
    if known.is_doubtful:
        return "nobody has said yet that this telephone is theirs"
    if not known.automatic:
        return ""
    return _whose(known) or _overtaken(known)


def _whose(known: Known) -> str:
    """Is it still for whoever has that address?"""
    if not known.to_customer:
        return "" if known.is_here else "they have left the house"
    if not (known.is_theirs or known.by_leave or known.assumes.elsewhere):
        return "that is not their address any more"
    if known.opted_out_at is not None and known.opted_out_at != known.ordered_at:  # ordered with it: it confirms that
        return "they want no more texts"
    if known.denied_at is not None and known.denied_at > known.ordered_at:
        return "they have said meanwhile that it is not them"
    return ""


def _overtaken(known: Known) -> str:
    """Has happened meanwhile what makes it untrue?"""
    assumes, closed_since = known.assumes, known.closed_at is not None and known.closed_at > known.ordered_at
    if known.taken_back:
        return "they have taken back what it answers"
    if known.newer:
        return "something newer is said in its place"
    if assumes.climbs:
        return "" if known.still_climbs else "nothing of it climbs any more"
    if closed_since and not assumes.elsewhere and (known.to_customer or assumes != NOTHING):
        return "the case was closed meanwhile"
    if assumes.arranged and known.round != known.round_now:
        return "something else was arranged meanwhile"
    if assumes.arranged and (known.taken or (known.talked_at is not None and known.talked_at > known.ordered_at)):
        return "the call was made meanwhile"
    if assumes.owner is not None and known.owner_id != assumes.owner:
        return "somebody else looks after it by now"
    if assumes.due is not None and known.next_at != assumes.due:
        return "another time was promised meanwhile"
    if assumes.unanswered and not known.is_unanswered:
        return "they were answered meanwhile"
    return ""
