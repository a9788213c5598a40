"""What the carrier's errors mean, and what follows from each.

The codes are explained at https://www.twilio.com/docs/api/errors.
"""

from __future__ import annotations

from enum import Enum


class Do(Enum):
    """What to do about an error of the carrier's (handbook: the map of error codes)."""

    GIVE_UP = "the carrier refuses this for good"
    OPTED_OUT = "the person has opted out of texts"
    INVALID = "the number cannot be reached in this way"
    ALERT = "our account or configuration is at fault: an operator must look"
    LATER = "try again later"
    GONE = "the call is over"


_ACTIONS: dict[Do, tuple[int, ...]] = {
    Do.OPTED_OUT: (21610,),
    Do.INVALID: (21211, 21217, 21614, 21612, 13223, 13224, 30005, 30006, 63003, 63024),
    Do.ALERT: (20003, 21201, 21205, 21210, 21212, 21606, 21219, 21608, 21215, 13227, 21203, 21408, 30002, 30032,
               30034, 30035, 21617, 21602, 32018, 13214),
    Do.LATER: (20429, 21611, 30001, 22005, 10004, 30003, 30022, 30023, 30008, 21214, 63018, 63038),
    Do.GONE: (20404, 21220),
    Do.GIVE_UP: (21216, 13225, 30004, 30007, 30450, 60410, 30036, 63016),
}
ACTIONS = {code: action for action, codes in _ACTIONS.items() for code in codes}


class CarrierError(Exception):
    """The carrier answered with an error. `do` says what follows from it."""

    def __init__(self, code: int, status: int, message: str) -> None:
        super().__init__(f"carrier error {code} (HTTP {status}): {message}")
        self.code = code
        self.do = ACTIONS.get(code, Do.LATER if status == 429 else Do.GIVE_UP)


class Unknown(Exception):
    """Nobody can say whether the carrier took it. Look it up before repeating it."""


class Unreached(Exception):
    """The carrier surely did not take it: no connection came about."""
