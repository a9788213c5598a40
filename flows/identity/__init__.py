"""Who is it: what each kind of evidence is worth, and for how long.

A number and an account belong together only because somebody showed that both are in the same hands. All
else (a name, a list, a colleague's word) may help an agent to see who it might be; it never lets the house
tell anybody anything. There is one table of that, and it is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.facts import HOURS, MINUTES

DAYS = 24 * HOURS

POLICY = 1
NUMBER = "tel"
SITTING = 1 * HOURS
SURELY_NOT_PASSED_ON = 45 * DAYS
AFTER_A_CHANGE_OF_HANDS = 72 * HOURS
NUMBERS_PER_ACCOUNT = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence. `told` is how an agent reads it.

    `queue`: it may choose who is asked to help, which reveals nothing. `route`: because of it somebody may be told,
    rung or written to. `show`: an agent sees it, with where it comes from. `suggest`: one line that says "maybe".
    `holds`: how long after it was observed. `lifts`: it outweighs an older "not the same person".
    `only_this_case`: it says nothing about any other.
    """

    name: str
    told: str
    holds: timedelta
    queue: bool = False
    route: bool = False
    show: bool = False
    suggest: bool = False
    lifts: bool = False
    only_this_case: bool = False
    denies: bool = False

    @property
    def tier(self) -> str:
        """The most that it allows."""
        return next((tier for tier in ("route", "show", "suggest", "queue") if getattr(self, tier)), "none")


_ALL = {"queue": True, "route": True, "show": True, "suggest": True, "lifts": True}
_SHOWN = {"queue": True, "show": True, "suggest": True}

KINDS = {kind.name: kind for kind in (
    Kind("otp_roundtrip", "proved by a code that went to the one and came back from the other", 180 * DAYS, **_ALL),
    Kind("oauth_otp", "proved by signing in there and a code to the number, in one sitting", 180 * DAYS, **_ALL),
    Kind("wa_attested", "their WhatsApp vouched for the number", 180 * DAYS, **_ALL),
    Kind("wa_intrinsic", "wrote from the WhatsApp of this number", 30 * DAYS, **_SHOWN),
    Kind("agent_confirmed", "a colleague confirmed it for this case", 24 * HOURS, **_SHOWN, only_this_case=True),
    Kind("import_verified", "a list says so, and how it was verified", 90 * DAYS, **_SHOWN),
    Kind("import_bare", "a list says so", 90 * DAYS, **_SHOWN),
    Kind("customer_declared", "they say so themselves", 90 * DAYS, **_SHOWN),
    Kind("profile_link", "their profile says so", 7 * DAYS, show=True, suggest=True),
    Kind("time_coincidence", "wrote and rang within minutes", 15 * MINUTES, suggest=True),
    Kind("not_same", "not the same person", 3650 * DAYS, denies=True),
)}

NEVER_KEPT = {
    "fuzzy_name": "the names are alike",
    "cnam": "the carrier shows this name",
    "profile_name": "they call themselves so",
}


class NotEvidence(ValueError):
    """This is no kind of evidence that is kept, or something that it needs is missing. Nothing was written."""


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises NotEvidence, also for those that may be shown but never kept."""
    if name in KINDS:
        return KINDS[name]
    kept = f'"{name}" may help an agent ({NEVER_KEPT[name]}), and is never kept' if name in NEVER_KEPT else ""
    raise NotEvidence(kept or f'"{name}" is no kind of evidence; there are {", ".join(KINDS)}')
