"""Proving.

A number and an account are one person's once a code went to the one and came back from the other. Whoever
gets a code reads what it links and that nobody is to have it; whoever says that it was not them ends it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flows import Flow, Step, answering, listening, reaching, screened_callback, texting, voices
from flows.answers import Reply
from flows.codes import (
    AGREE,
    CODE,
    NEVER,
    OR_NOT,
    SIGNED_IN,
    TO_ACCOUNT,
    TO_NUMBER,
    CodeBack,
    NotSame,
    Proof,
    SendCode,
    Shared,
    TellAccount,
    TellNumber,
)
from flows.facts import HOURS, Call
from flows.orders import CallBack, Disband, HandOver, HangUp, Note, Release, StandDown, Text
from flows.promised import Assumes
from flows.routing import when_somebody_works
from flows.verbs import Say

flow = Flow(__name__)

LOOKED_INTO_WITHIN = 2 * HOURS
WRONG = "that is not the code that we sent, or it is too late for it. Nothing was linked. Ask us for a new one whenever you like."
OVER = "that code is over: it held ten minutes and counts once. Nothing was linked by it. Ask us for a new one whenever you like."
SHOWN_THERE = "Thank you, that is shown."
SHOWN_SHORTLY, WRONG_SHORTLY = "Shown, thank you.", "That code is wrong or over. Nothing was linked."
ENDED_SHORTLY = "It has ended."
ENDED = "thank you, and sorry. It has ended: we do not reach you because of it any more."
UNSURE = "your telephone company does not tell us that this is really your number. Please text us the code instead."


def words_with(call: Call, proof: Proof) -> str:
    """What stands beside a code: what it links, what to do with it, and what never to do."""
    pair, where = proof.pair, f"to {proof.pair.us} from there" if proof.pair.us else "to us from there"
    if proof.purpose == AGREE:
        told = (f"{CODE} says that {pair.account} is content with who has this number now. It counts when they write it {where}. Give it to "
                "them alone, and never to us on the telephone.")
    else:
        rings = " Then we ring you here." if proof.then_rings else ""
        told = {
            TO_NUMBER: f"{CODE} links {pair.account} with this number. If both are yours, write it {where}, {pair.how}.{rings} {NEVER}",
            TO_ACCOUNT: f"{CODE} links this account with the number that ends in {pair.ending}. If both are yours, text "
                        f"it to {call.case.our_number or 'us'} from that telephone. {NEVER}",
            SIGNED_IN: f"{CODE} links {pair.account} with this number. Type it on the page on which you have just "
                       f"signed in. {NEVER}",
        }[proof.way]
    return f"{call.house.name}: {told} Not you? Reply NOT ME."


@flow.turn
def code_is_wanted(call: Call) -> Iterator[Step]:
    """A colleague, or they themselves, want it shown: a code goes out, and nothing is linked yet."""
    assert isinstance(call.proof, Proof), "a proof is wanted"
    yield Note("sent a code", call.meant_for.first_name if call.meant_for else "customer", call.proof.pair.account)
    yield SendCode(call.proof, words_with(call, call.proof))


@flow.turn_recalling("place")
def code_comes_by_text(call: Call) -> Iterator[Step]:
    """It came back from where it was expected; or it is wrong, or over."""
    assert isinstance(call.proof, CodeBack), "a code came back"
    yield from is_taken_here(call, call.proof)
    yield from texting.nothing_is_left(call)


@flow.turn_recalling("readers", "place")
def code_and_more_by_text(call: Call) -> Iterator[Step]:
    """Beside the code, which was right, there is something for a human to read."""
    assert isinstance(call.proof, CodeBack), "a code came back"
    yield from is_taken_here(call, call.proof)
    yield from texting.customer_writes(call)


def is_taken_here(call: Call, back: CodeBack) -> Iterator[Step]:
    """They read what came of it where they wrote it; if that was from an account, it is read at the number as well."""
    yield from told_of(call, back)
    yield from texting.answer(call, words_for(back))
    if call.contact.address:
        yield from number_is_told(call, back)


@flow.turn_recalling("mention")
def code_comes_by_post(call: Call) -> Iterator[Step]:
    """It was written on a network."""
    yield from is_taken_there(call)
    yield from texting.nothing_is_left(call)


@flow.turn_recalling("mention", "colleagues", "owners", "acquaintance")
def code_and_more_by_post(call: Call) -> Iterator[Step]:
    """The same there: it is read like any other post. Whether they are rung is what the code was asked for."""
    assert call.mention is not None, "somebody wrote"
    yield from is_taken_there(call)
    yield from listening.is_heard(replace(call, mention=replace(call.mention, may_be_rung=False)))


def is_taken_there(call: Call) -> Iterator[Step]:
    """The answer stands where all may read it, so it names nobody's number."""
    assert isinstance(call.proof, CodeBack), "a code came back"
    yield from told_of(call, call.proof)
    if not answering.why_not(call):
        yield Reply(words_there(call, call.proof), assumes=Assumes(elsewhere=True))
    yield from number_is_told(call, call.proof)


@flow.turn
def code_is_typed(call: Call) -> Iterator[Step]:
    """On the page on which they have signed in, which tells them what came of it."""
    assert isinstance(call.proof, CodeBack), "a code came back"
    yield from told_of(call, call.proof)
    yield from number_is_told(call, call.proof)


def code_is_keyed(call: Call, back: CodeBack) -> Iterator[Step]:
    """On the telephone, by a number that is surely theirs."""
    yield from told_of(call, back)
    yield Say(sentence(UNSURE if back.came == "unsure" else words_for(back)))


def number_is_told(call: Call, back: CodeBack) -> Iterator[Step]:
    """Whoever has the number reads what was shown about it, wherever that was."""
    if back.came == "proved":
        yield TellNumber(back, f"{call.house.name}: {words_for(back)}")


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def told_of(call: Call, back: CodeBack) -> Iterator[Step]:
    """One line in the journal of the case on which it came."""
    who = back.pair.account if back.pair else ""
    yield Note({"proved": "showed who they are", "agreed": "agreed to who has the number", "unsure": "code not taken"}.get(back.came, "wrong code"),
               "customer", who)


def words_for(back: CodeBack) -> str:
    """What whoever gave it is told. How many tries are left is not told."""
    if back.came == "proved" and back.pair:
        before = " Until now it was another account's." if back.displaced else ""
        waits = f" For now we reach nobody because of it: {back.why_not}." if back.why_not else ""
        return (f"thank you. {back.pair.account} and the number that ends in {back.pair.ending} are yours, as you have "
                f"shown.{before}{waits} {OR_NOT}")
    if back.came == "agreed":
        return "thank you, then all is as it should be."
    return OVER if back.came == "over" else WRONG


def words_there(call: Call, back: CodeBack) -> str:
    """The same where all may read it, as whole or as short as the house speaks there."""
    if back.came == "proved":
        return voices.by_ourselves(call, SHOWN_THERE, SHOWN_SHORTLY)
    whole = sentence(words_for(back))
    return whole if back.came == "agreed" else voices.by_ourselves(call, whole, WRONG_SHORTLY)


@flow.turn_recalling("owners")
def not_me(call: Call) -> Iterator[Step]:
    """By text. Whoever they are taken for, they are not: it ends at once, and a colleague looks into it."""
    yield from ends(call)
    yield from texting.answer(call, ENDED)
    yield from is_looked_into(call)


@flow.turn
def others_use_it_too(call: Call) -> Iterator[Step]:
    """By text. Whoever picks up may be somebody else, so nobody is rung there because of an account any more."""
    yield Shared()
    yield from texting.answer(call, "thank you. We tell nobody anything at this number because of a post any more.")
    yield from texting.nothing_is_left(call)


@flow.turn_recalling("owners", "mention")
def not_me_by_post(call: Call) -> Iterator[Step]:
    """The same on a network, whoever may read it."""
    yield from ends(call)
    if not answering.why_not(call):
        yield Reply(voices.by_ourselves(call, sentence(ENDED), ENDED_SHORTLY), assumes=Assumes(elsewhere=True))
    yield from is_looked_into(call)


@flow.turn
def not_me_on_the_page(call: Call) -> Iterator[Step]:
    """The same on the page of their ticket."""
    yield from ends(call)


def not_me_on_the_telephone(call: Call) -> Iterator[Step]:
    """Their telephone rang because of what somebody else wrote. The colleague who waits is told in a moment."""
    yield from ends(call)
    yield Say("Sorry. We do not ring you because of it any more. Goodbye.")


def ends(call: Call) -> Iterator[Step]:
    yield NotSame("customer", "they say that it is not them")
    yield Note("not me", "customer")


def is_looked_into(call: Call) -> Iterator[Step]:
    owner = call.case.owner or next(iter(call.owners), None)
    if owner:
        yield Text(owner, f"{call.case.ticket} {answering.whom(call)} says that they are not whom we took them for.",
                   about_case=True)
    if owner and not (call.case.owner or call.is_in_line or call.case.taken_by):
        yield HandOver(owner, when_somebody_works(call.house, call.now + LOOKED_INTO_WITHIN))


@flow.turn
def was_taken_over(call: Call) -> Iterator[Step]:
    """Somebody else has shown that the number is theirs. Whoever had it before is told, and nothing of the other."""
    yield Note("their number was taken over")
    told = (f"{call.house.name}: somebody else has shown that they have the telephone number that was linked to this account, so it is "
            "not linked any more. Is the number still yours? Then tell us here.")
    yield Text(call.contact, told) if call.contact.address else TellAccount(told)


@flow.turn
def is_proved(call: Call) -> Iterator[Step]:
    """What a case waited for: whoever looks after it reads it."""
    yield Note("showed who they are", "customer")
    if call.case.owner and not call.case.is_over:
        yield Text(call.case.owner, f"{call.case.ticket} {call.contact.name} has shown who they are.", about_case=True)


@flow.turn
def is_proved_and_rung(call: Call) -> Iterator[Step]:
    """They have shown it, and want to be rung about it now."""
    yield Note("showed who they are", "customer")
    if call.contact.phone and not (call.case.taken_by or call.case.is_over or call.live("customer")):
        at = when_somebody_works(call.house, call.now)
        yield CallBack(at, then=screened_callback.ask_a_colleague, by=call.case.owner, wanted_at=call.now)


@flow.turn_recalling("owners", "leave")
def link_has_ended(call: Call) -> Iterator[Step]:
    """Nobody is rung because of it any more, from this moment on. The case stays, with somebody who looks after it.

    What stands on another link, which holds, goes on.
    Two who talk already may go on: a human is there.
    """
    if call.contact.phone or call.case.is_over or call.customer_waits_in_the_room:
        return
    owner = call.case.owner or call.case.taken_by or next(iter(call.owners), None)
    yield Note("reaches nobody any more")
    for leg in call.live("customer"):
        if not leg.settled:
            yield HangUp(leg)
    if not (call.is_in_line or call.case.taken_by):
        return
    yield StandDown(told=colleague_hears_why)
    if call.case.taken_by:
        yield Disband(call.case.room)
        yield Release()
    if owner:
        yield HandOver(owner, when_somebody_works(call.house, call.now + LOOKED_INTO_WITHIN))
        yield Text(owner, f"{call.case.ticket}: the number is not {call.contact.name}'s, so nobody is rung.",
                   about_case=True)


@flow.turn
def colleague_hears_why(call: Call) -> Iterator[Step]:
    """Whoever is just being asked to take it."""
    yield Say(f"{reaching.why_not_rung(call)} Thank you.")
