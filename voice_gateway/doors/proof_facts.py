"""What the page on which somebody shows who they are tells them: how far they have come, and what is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows import networks
from flows.house import House
from flows.routing import when_somebody_works
from voice_gateway.doors.ticket_facts import clock_time
from voice_gateway.networks import Network
from voice_gateway.store.identity.invitations import Invitation, Sitting
from voice_gateway.store.tables import AnyRow


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """One look at it. `page` is its own address, wherever it is shown. `bound` is the account for which the link was made, `signed_in` who has signed in, as rows.

    `sent_to` is the number to which a code has gone. `why_not`: why nobody is rung although all is shown. `shown`: by
    this very browser. `ours` are the networks on which the house can sign people in.
    """

    page: str
    house: House
    invited: Invitation
    sitting: Sitting | None
    bound: AnyRow | None
    signed_in: AnyRow | None
    sent_to: str
    ours: Mapping[str, Network]
    ticket: str
    why_not: str
    now: datetime
    shown: bool

    @property
    def step(self) -> str:
        """`over`, `sign_in`, `post` (where nobody can sign in, or somebody cannot), `number` or `code`."""
        if self.invited.used_at or self.invited.closed:
            return "over"
        if self.signed_in is None:
            return "sign_in" if self.places and not self.rather_writes else "post"
        return "code" if self.sent_to else "number"

    @property
    def rung_at(self) -> str:
        """When their telephone rings, as they read it; empty while that is as soon as all is shown."""
        at = when_somebody_works(self.house, self.now)
        return "" if at == self.now else clock_time(self.house, at, self.now)

    @property
    def rather_writes(self) -> bool:
        """They cannot sign in there, or do not wish to."""
        return self.bound is not None and self.sitting is not None and "writes" in self.sitting.remembered

    @property
    def places(self) -> list[networks.Manners]:
        """The networks on which they can sign in; one, when it is known whose account it must be."""
        found = sign_in_places(self.ours)
        if self.bound is None:
            return found
        return [each for each in found if each.namespace == self.bound.namespace]

    @property
    def place(self) -> str:
        """What people call the network of the account for which the link was made."""
        known = networks.of_namespace(self.bound.namespace) if self.bound else None
        return known.told if known else ""

    @property
    def how_a_code_comes(self) -> str:
        """How they write the code to us, where nobody can sign in."""
        known = networks.of_namespace(self.bound.namespace) if self.bound else None
        return known.how_a_code_comes if known else ""

    @property
    def who(self) -> str:
        """Whose the account is that was signed in with, or must be."""
        known = self.signed_in or self.bound
        return known.display or known.subject if known else ""

    @property
    def ending(self) -> str:
        """The last digits of the number that this is about."""
        return (self.sent_to or self.invited.number)[-4:]


def sign_in_places(ours: Mapping[str, Network]) -> list[networks.Manners]:
    """Those of our networks on which somebody can show by signing in who they are."""
    return [networks.of(name) for name, each in ours.items() if hasattr(each, "begin") and "oauth_otp" in networks.of(name).proofs]
