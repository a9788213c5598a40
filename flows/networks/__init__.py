"""How one behaves on each social network: one file per network, and the folder is the list of them.

Nothing here posts twice: there is no function that says the same in two places.
"""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache


class NotAHandle(ValueError):
    """What somebody typed is no handle of this network; the message says what one looks like."""


LONGEST_TYPED = 200


def as_typed(typed: str, told: str) -> str:
    """What somebody typed as a handle on the network that people call `told`, without the spaces around it.

    Raises NotAHandle for what no handle consists of: a letter of another script looks like ours, and is somebody else's.
    """
    bare = typed.strip()
    if len(bare) > LONGEST_TYPED:
        raise NotAHandle(f"that is too long for a handle on {told}")
    strange = next((each for each in bare if not " " <= each <= "~"), None)
    if strange is not None:
        name = unicodedata.name(strange, "a mark that cannot be seen").lower()
        raise NotAHandle(f"a handle on {told} has plain letters only, and there is {name} in it: type it by hand")
    return bare


@dataclass(frozen=True, slots=True)
class Manners:
    """One network's ways.

    `name` is how house files and forms call it, `told` how people do; `namespace` is that of its accounts.
    `handle` brings what somebody typed into the one form that the network knows (it raises NotAHandle).
    `proofs`: the kinds of evidence by which an account there may be proved; none where the network tells no number of
    theirs that stays, so that nobody is ever told anything because of an account there. `code_in_public`: a code may be
    posted where all can read it; `hears_privately`: we read what is written to us alone, and a code may come so.
    `answers`: where we may answer, `public`, `private` or `nowhere`.
    `writes_privately`: there is a way to write so that nobody else reads it; `private_is_private` is false where
    those who run the network can. `answers_only_if_named`: only whoever has named us may be answered.
    `tells_reach`: it tells how many follow somebody, and `lets_follow`: a program may follow them. `quiet`: from which
    hour until which, on the house's clock, nothing is posted by itself. `examples`: what people type, and the handle that
    it means.
    `longest_answer`: how long an answer may be, where the network's server says nothing else, and `longest_message` a
    private one where that differs. Either is counted in `letters`, in `graphemes` (what people take for one letter),
    `weighted` or with `pictures in bytes`, with `link_counts` for each link if that is not its length; where it
    `names_them` an answer begins with the handle of whom it answers.
    """

    name: str
    told: str
    namespace: str
    handle: Callable[[str], str]
    proofs: frozenset[str]
    examples: tuple[tuple[str, str], ...]
    longest_answer: int
    code_in_public: bool = False
    hears_privately: bool = True
    answers: str = "public"
    writes_privately: bool = False
    private_is_private: bool = True
    answers_only_if_named: bool = False
    tells_reach: bool = False
    lets_follow: bool = False
    quiet: tuple[int, int] | None = None
    longest_message: int = 0
    counts: str = "letters"
    link_counts: int = 0
    names_them: bool = False

    @property
    def how_a_code_comes(self) -> str:
        """How somebody writes a code to us from their account there."""
        ways = ("privately" if self.hears_privately else "", "in a post that names us" if self.code_in_public else "")
        return " or ".join(filter(None, ways))


@cache
def all_manners() -> dict[str, Manners]:
    """Every network that has a file here, by name."""
    found = (importlib.import_module(f"{__name__}.{each.name}").manners for each in pkgutil.iter_modules(__path__))
    return {each.name: each for each in found}


def of(name: str) -> Manners:
    """The manners of this network. Raises KeyError when the house knows none of that name."""
    return all_manners()[name]


@cache
def of_namespace(namespace: str) -> Manners | None:
    """The manners of the network whose accounts these are; None when they are none of a network's."""
    return next((each for each in all_manners().values() if each.namespace == namespace), None)
