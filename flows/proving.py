"""Proving.

A number and an account are one person's once a code went to the one and came back from the other. Whoever
gets a code reads what it links and that nobody is to have it; whoever says that it was not them ends it at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, texting
from flows.codes import AGREE, SIGNED_IN, TO_ACCOUNT, TO_NUMBER, CodeBack, Proof
from flows.facts import HOURS, Call
from flows.orders import HandOver, NotSame, Note, SendCode, Text
from flows.routing import when_somebody_works

flow = Flow(__name__)

CODE = "{code}"
LOOKED_INTO_WITHIN = 2 * HOURS
WRONG = "that is not the code that we sent, or it is too late for it. Nothing was linked. Ask us for a new one whenever you like."
OVER = "that code is over: it held ten minutes and counts once. Nothing was linked by it. Ask us for a new one whenever you like."
NEVER = "Never give it to anybody, not even to us on the telephone."


def words_with(call: Call, proof: Proof) -> str:
    """What stands beside a code: what it links, what to do with it, and what never to do."""
    pair, where = proof.pair, f"to {proof.pair.us} from there" if proof.pair.us else "to us from there"
    if proof.purpose == AGREE:
        told = f"{CODE} says that {pair.account} is content with who has this number now. Write it {where}. {NEVER}"
    else:
        told = {
            TO_NUMBER: f"{CODE} links {pair.account} with this number. If both are yours, write it {where}, privately "
                       f"or in a post that names us. {NEVER}",
            TO_ACCOUNT: f"{CODE} links this account with the number that ends in {pair.ending}. If both are yours, text "
                        f"it to {call.case.our_number or 'us'} from that telephone. {NEVER}",
            SIGNED_IN: f"{CODE} links {pair.account} with this number. Type it on the page on which you have just "
                       f"signed in. {NEVER}",
        }[proof.way]
    return f"{call.house.name}: {told} Not you? Reply NOT ME."


@flow.turn
def code_is_wanted(call: Call) -> Iterator[Step]:
    """A colleague, or they themselves, want it shown: a code goes out, and nothing is linked yet."""
    assert call.proof is not None, "a proof is wanted"
    yield Note("sent a code", call.meant_for.first_name if call.meant_for else "customer", call.proof.pair.account)
    yield SendCode(call.proof, words_with(call, call.proof))


@flow.turn_recalling("place")
def code_comes_by_text(call: Call) -> Iterator[Step]:
    """It came back from where it was expected; or it is wrong, or over."""
    assert call.back is not None, "a code came back"
    yield from told_of(call, call.back)
    yield from texting.answer(call, words_for(call.back))
    yield from texting.nothing_is_left(call)


def told_of(call: Call, back: CodeBack) -> Iterator[Step]:
    """One line in the journal of the case on which it came."""
    who = back.pair.account if back.pair else ""
    yield Note({"proved": "showed who they are", "agreed": "agreed to who has the number"}.get(back.came, "wrong code"),
               "customer", who)


def words_for(back: CodeBack) -> str:
    """What whoever gave it is told. How many tries are left is not told."""
    if back.came == "proved" and back.pair:
        waits = f" For now we reach nobody because of it: {back.why_not}." if back.why_not else ""
        return (f"thank you. {back.pair.account} and the number that ends in {back.pair.ending} are yours, as you have "
                f"shown.{waits} Not you? Reply NOT ME.")
    if back.came == "agreed":
        return "thank you, then all is as it should be."
    return OVER if back.came == "over" else WRONG


@flow.turn_recalling("owners")
def not_me(call: Call) -> Iterator[Step]:
    """Whoever they are taken for, they are not: it ends at once, and a colleague looks into it."""
    yield NotSame("customer", "they say that it is not them")
    yield Note("not me", "customer")
    yield from texting.answer(call, "thank you, and sorry. It has ended: we do not reach you because of it any more.")
    owner = call.case.owner or next(iter(call.owners), None)
    if owner:
        yield Text(owner, f"{call.case.ticket} {call.contact.name} says that they are not whom we took them for.",
                   about_case=True)
    if owner and not (call.case.owner or call.is_in_line or call.case.taken_by):
        yield HandOver(owner, when_somebody_works(call.house, call.now + LOOKED_INTO_WITHIN))
