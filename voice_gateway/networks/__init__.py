"""Social networks: one file each, behind one small interface. What may be said where stands in `flows/networks/`.

A network's file is imported only where the environment has credentials for it, for some of their libraries take a
second to load.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar, runtime_checkable

from flows.posts import Author, Post

log = logging.getLogger(__name__)

Told = TypeVar("Told")
SHAPE = (LookupError, AttributeError, TypeError, ValueError)
"""What Python raises over an answer that is not what its documentation shows."""


class Trouble(Exception):
    """The network did not do what was asked. `lasting`: to ask again is of no use; else `again_after`, if it said so.

    `maybe_done`: it may have done it nevertheless, so it must be looked up before it is asked for again.
    `theirs`: it lies in somebody's own account or its server and not in ours, so they may read it as it is.
    """

    def __init__(self, what: str, *, lasting: bool = False, again_after: timedelta | None = None,
                 maybe_done: bool = False, theirs: bool = False) -> None:
        super().__init__(what)
        self.lasting, self.again_after, self.maybe_done, self.theirs = lasting, again_after, maybe_done, theirs


LONGEST_REST_SECONDS, SHORTEST_REST_SECONDS = 24 * 3600.0, 1.0


def rest(seconds: float) -> timedelta:
    """For how long a network wants to be left alone, as far as we believe it: its clock may be wrong by years."""
    return timedelta(seconds=min(max(seconds, SHORTEST_REST_SECONDS), LONGEST_REST_SECONDS))


def those_legible(found: Iterable[Told], read: Callable[[Told], Post | None], odd: type[Exception] | tuple[type[Exception], ...]) -> list[Post]:
    """These as posts; what `read` makes nothing of is none. One that is in another shape does not hide the others; if all are, the network's shape has changed.

    `odd`: what `read` raises then; it is raised here where nothing at all could be read.
    """
    legible: list[Post | None] = []
    illegible: list[Exception] = []
    for each in found:
        try:
            legible.append(read(each))
        except odd as error:
            illegible.append(error)
    if illegible and not legible:
        raise illegible[0]
    for why in illegible:
        log.warning("a post in another shape than we know was left out: %r", why)
    return [each for each in legible if each]


def for_them(trouble: Trouble, told: str) -> str:
    """What somebody whom we serve may read of it; `told` is how people call the network. How our own account fares is none of theirs."""
    if trouble.theirs:
        return str(trouble)
    return f"{told} does not let us look, until somebody here mends it" if trouble.lasting else f"{told} does not answer us now"


@dataclass(frozen=True, slots=True)
class News:
    """What was written to us or about us, oldest first, and where to go on from the next time."""

    posts: tuple[Post, ...]
    cursor: str


class Network(Protocol):
    """A network on which the house has an account. Every method may raise Trouble, and none waits for ever.

    Those that the network has no such thing for raise a lasting Trouble.
    """

    @property
    def name(self) -> str:
        """Its name in `flows/networks`."""

    @property
    def us(self) -> Author:
        """The house's own account."""

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """What was written since this cursor (empty: from now on): mentions, replies, private messages. The truth.

        `also`: the subjects of colleagues; whoever names one of them has written about us too. Asking twice with
        one cursor gives the same posts again; nothing is ever skipped.
        """

    def read(self, post_id: str) -> Post | None:
        """This post as it is now, with its author's reach; None when it is gone."""

    def who_is(self, handle: str) -> Author | None:
        """Whose handle this is now; None if nobody's. Given a subject, it tells the same of that."""

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer where all can read it, and give the id of the answer. The same `key` answers once.

        Raises Trouble with `maybe_done` when the outcome is unknown; then `answered` finds it.
        """

    def answered(self, post: Post, words: str, key: str) -> str:
        """The id of our answer of this key, if it is there; else empty."""

    def write(self, to: Author, words: str, key: str) -> str:
        """Write to somebody privately, and give the id of the message."""

    def follow(self, whom: Author) -> None:
        """Follow somebody; following them twice is following them once."""


class Wakes(Protocol):
    """A network that tells by itself when there is something new. That is for speed; `Network.listen` is the truth."""

    def wake(self, ring: Callable[[], None]) -> None:
        """Ring whenever it may be worth reading, until the line ends. Raises Trouble when it breaks."""


class Overhears(Protocol):
    """A network on which another line than `wake` tells who names a colleague and not us. It is a bell as well."""

    def overhear(self, ring: Callable[[], None]) -> None:
        """Ring whenever it may be worth reading, until the line ends; at once where there is nobody to hear of. Raises Trouble."""


class TellsItsLimit(Protocol):
    """A network whose servers differ in how long an answer may be."""

    @property
    def longest_answer(self) -> int:
        """As its server tells. Raises Trouble."""


@runtime_checkable
class FindsItsWords(Protocol):
    """A network that writes privately as often as it is asked to: whoever is unsure whether it did looks there first."""

    def written(self, to: Author, words: str, since: datetime) -> str:
        """The id of what we have written to them in these words since then; empty when there is nothing. Raises Trouble."""


@runtime_checkable
class HearsElsewhere(Protocol):
    """A network whose private messages are a service of their own, which may be missing, or closed to us."""

    def unheard(self) -> str:
        """Why what people write to us privately is not heard; empty when it is."""


@runtime_checkable
class HearsOfColleagues(Protocol):
    """A network on which posts that name colleagues and not us are looked for; its server may not let us."""

    def why_deaf(self) -> str:
        """Why nobody is heard who names a colleague alone; empty when they are."""


@runtime_checkable
class TellsWhoLeft(Protocol):
    """A network that says plainly that an account is closed or suspended, and not only that it cannot be found."""

    def has_left(self, whom: Author) -> bool:
        """Is their account closed or suspended? Raises Trouble."""


@runtime_checkable
class EndsByItself(Protocol):
    """A network whose leave for us runs out, unless somebody renews it before."""

    def lets_in_until(self) -> datetime | None:
        """When it ends; None where that is not told. Raises Trouble."""


class ProvesPages(Protocol):
    """A network that looks itself whether a profile and a page on the web name each other."""

    def proves_page(self, whom: Author, page: str) -> bool:
        """Has it seen that their profile names this page, and the page their profile? Raises Trouble."""


class SignsIn(Protocol):
    """A network on which people may show who they are by signing in there (OAuth)."""

    def begin(self, handle: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Where to send their browser, and what must be remembered until it comes back. Raises Trouble."""

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> Author:
        """Who has signed in, from the `answer` in the address with which the browser came back. Raises Trouble.

        `came_back_to` in it is that address itself, without the answer. A network may lengthen `back_to` by one more part.
        """
