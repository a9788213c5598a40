"""Codes that show who somebody is, what came of one, and what a turn may order about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows import Turn

TO_NUMBER, TO_ACCOUNT, SIGNED_IN = "to_number", "to_account", "signed_in"
LINK, AGREE = "link", "agree"

CODE = "{code}"
NEVER = "Never give it to anybody, not even to us on the telephone."
OR_NOT = "Not you? Reply NOT ME. Others use it too? Reply SHARED."

@dataclass(frozen=True, slots=True)
class Pair:
    """A number (E.164) and an account that may be one person's. `account` is how people call it: `@dana on Bluesky`.

    `us` is our own name on that network, empty where we have none; `how` a code is written to us there.
    """

    tel_id: int
    account_id: int
    number: str
    account: str
    us: str = ""
    how: str = ""

    @property
    def ending(self) -> str:
        """The last digits of the number: enough for whoever has it, and of no use to anybody else."""
        return self.number[-4:]


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that is to be shown by a code. `way`: where the code goes, and from where it must come back.

    `purpose`: that they belong together, or that whoever had the number before agrees. `sitting`: the page on which
    it must be typed. `then_rings`: they want to be rung as soon as it has come back.
    """

    pair: Pair
    way: str
    purpose: str = LINK
    sitting: str = ""
    then_rings: bool = False


@dataclass(frozen=True, slots=True)
class CodeBack:
    """A code was given to us. `came` is `proved`, `agreed`, `wrong`, `over` (too late, or used before), `unsure` (nobody
    vouches for the number from which it was keyed in), or `vouched` (WhatsApp does, and no code was needed).

    `pair` is empty unless it was right. `why_not`: it is proved, and yet nobody is reached because of it, for this
    reason. `displaced`: somebody else had shown before that the number is theirs. `challenge`: which code it was. `asked`: just
    before it they had asked to be rung.
    """

    came: str
    pair: Pair | None = None
    why_not: str = ""
    displaced: bool = False
    challenge: int = 0
    asked: bool = False


@dataclass(frozen=True, slots=True)
class SendCode:
    """Send the code of this proof; `words` has a place for it. It is put there only when it is sent."""

    proof: Proof
    words: str


@dataclass(frozen=True, slots=True)
class AskForNumber:
    """Send them by WhatsApp what the house has had approved for that: `content` (HX...), with the button by which they share their
    number. What stands in it is WhatsApp's to show; `words` are for the thread."""

    content: str
    words: str


@dataclass(frozen=True, slots=True)
class TellNumber:
    """Text whoever has this number what was shown about it, and nothing else of the case."""

    back: CodeBack
    words: str


@dataclass(frozen=True, slots=True)
class TellAccount:
    """Write privately to the account that this case is of, as far as its network has such a thing."""

    words: str


@dataclass(frozen=True, slots=True)
class NotSame:
    """Whoever has this case's number or account is not whom they are taken for: `who` says so, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class LookUpHandle:
    """They have told a name of theirs on a network: find out whose it is, and have them show it.

    It stands in their request, or here. `otherwise`: the turn that tells them why nothing comes of it.
    """

    network: str = ""
    handle: str = ""
    otherwise: Turn | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """Several people use the number of this case: nothing is automatic about it any more."""
