"""The staff directory.

Our people have handles beside their telephones. What the house file says of them counts only once its owner has shown it:
they text HANDLES, a code comes to their telephone for each, and goes back from the account. From then on whoever names
them has written about us, and it reaches them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from flows import Flow, Step
from flows.answers import ProveHandles
from flows.codes import NotSame
from flows.facts import Agent, Call
from flows.orders import Text

flow = Flow(__name__)
LETTERS = re.compile(r"\w+")


def says_whose(words: str, who: Agent) -> bool | None:
    """Does whoever has this telephone say that they are this colleague, or that they are not? None: neither.

    A plain yes would be an answer to anything else that the house has asked whoever has that number.
    """
    said, name = (" ".join(LETTERS.findall(_plain(each))) for each in (words, who.first_name))
    return {f"i am {name}": True, f"im {name}": True, f"i m {name}": True, f"not {name}": False,
            f"i am not {name}": False}.get(said)


def _plain(words: str) -> str:
    """Without accents, which not every keyboard has."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


@flow.turn
def telephone_is_asked(call: Call) -> Iterator[Step]:
    """The house file tells a number anew: whoever has it says whose it is. Nothing of any customer's is in it."""
    assert call.meant_for is not None, "it is about a colleague"
    name = call.meant_for.first_name
    yield Text(call.meant_for, f"{call.house.name}: is this the work telephone of {call.meant_for.name}? Reply I AM {name.upper()}, "
                               f"and customers' calls and texts come here. Reply NOT {name.upper()} if it is not.")


@flow.turn
def telephone_is_theirs(call: Call) -> Iterator[Step]:
    assert call.meant_for is not None, "a colleague says it"
    yield Text(call.meant_for, f"Thank you, {call.meant_for.first_name}. Customers' calls and texts come to this telephone now.")


@flow.turn
def telephone_is_not_theirs(call: Call) -> Iterator[Step]:
    assert call.meant_for is not None, "it is about a colleague"
    yield Text(call.meant_for, "Thank you, and sorry. We correct the number.")


def proves_handles(who: Agent) -> Iterator[Step]:
    """Looked up first, so that nobody gets a code for an account that is not there."""
    yield ProveHandles(who)
    yield Text(who, "We look your handles up. For each that is not proved yet you get a code: post it from there, or write "
                    "it to us.")


@flow.turn
def no_code_for_a_handle(call: Call) -> Iterator[Step]:
    assert call.meant_for is not None, "it is about a colleague"
    assert call.words is not None, "something is wrong"
    yield Text(call.meant_for, f"{call.words.text} Once the house file is right, text HANDLES again.")


@flow.turn
def not_me(call: Call) -> Iterator[Step]:
    """From their own telephone: the account that it was linked with is not theirs. It ends at once."""
    assert call.meant_for is not None, "a colleague says it"
    yield NotSame(call.meant_for.name, "they say that it is not them")
    yield Text(call.meant_for, "Thank you. It has ended: that account counts as yours no more.")
