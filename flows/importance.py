"""What counts as important: the rules by which somebody is put through before the others.

Each rule is a sentence that is kept in the case's journal, and a test of the facts. A rule that
trusts a number asks for one that is surely theirs; whoever hides or borrows a number has the
code. Whoever takes the call hears that it goes before others.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.facts import MINUTES, Call

SOON = 3 * MINUTES

Rule = Callable[[Call], bool]


def is_marked(call: Call) -> bool:
    """The house has marked this contact, and the carrier vouches that it is their telephone."""
    return call.contact.insider and call.leg is not None and call.leg.attested


def rings_again_soon(call: Call) -> bool:
    """Nobody rings twice within three minutes about something small."""
    last = call.history.last_rang_at
    return bool(call.contact.phone) and last is not None and call.now - last <= SOON


RULES: dict[str, Rule] = {
    "the house has marked them": is_marked,
    "they rang twice within three minutes": rings_again_soon,
}


def why_important(call: Call) -> str:
    """The first rule that holds, in words; empty when none does."""
    return next((why for why, holds in RULES.items() if holds(call)), "")
