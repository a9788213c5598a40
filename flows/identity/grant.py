"""Leave to tell somebody something because of a link.

Nothing is told to, posted to, texted to or rung at anybody because of a link unless one of these is held. It
is made in one place (`store/identity/grants.py`), from exactly one proof, for exactly one case.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from datetime import datetime

SEAL = object()


@dataclass(frozen=True, slots=True)
class RouteGrant:
    """`to_id` may be told of the case `case_id`, because of the link `link_id`.

    `to_id` is the identifier that is reached, a number or an account; `address` where it is.
    """

    link_id: int
    evidence_id: int
    case_id: int
    to_id: int
    address: str
    granted_at: datetime
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("a RouteGrant is made by resolve_for_route() alone")


@dataclass(frozen=True, slots=True)
class NoGrant:
    """Nobody may be told, and why, in words for an agent. The case goes to the general queue.

    `number` (E.164, with its id `number_id`): all that is missing is that they agree to be rung there.
    """

    why: str
    number: str = ""
    number_id: int = 0
