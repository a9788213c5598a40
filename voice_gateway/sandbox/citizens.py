"""People on the square, as scenarios tell of them: they post, write, read, and take back what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .square import Said, Town

if TYPE_CHECKING:
    from .exchange import Exchange


class Person:
    """Somebody with an account on one network. What the house says to them must be read."""

    def __init__(self, line: Exchange, network: str, handle: str, name: str = "", followers: int = 0) -> None:
        self._line, self.network = line, network
        self.subject = line.square.town(network).join(handle, name, followers).subject
        line.square.watched.setdefault((network, self.subject), set())

    @property
    def handle(self) -> str:
        """The handle that they have now, with its @."""
        return f"@{self._town.people[self.subject].handle}"

    @property
    def _town(self) -> Town:
        return self._line.square.town(self.network)

    def posts(self, words: str, *, answers: str = "", repeats: str = "") -> Said:
        """Say something where all can read it. ``@house`` in it names the house."""
        house = self._town.people[self._town.house].handle
        return self._town.post(self.subject, words.replace("@house", f"@{house}"), answers=answers, repeats=repeats)

    def writes(self, words: str) -> Said:
        """Write to the house so that nobody else reads it."""
        return self._town.write(self.subject, self._town.house, words)

    def reads(self, *phrases: str, private: bool | None = None, within: float = 60.0) -> str:
        """Wait until the house has said all of this to them, and give the whole of it."""

        def wanted() -> Said | None:
            return next((each for each in self._line.square.unread(self.network, self.subject)
                         if all(phrase.casefold() in each.words.casefold() for phrase in phrases)
                         and private in (None, bool(each.to))), None)

        self._line.run(lambda: wanted() is not None, within)
        found = wanted()
        if found is None:
            fresh = [each.words for each in self._line.square.unread(self.network, self.subject)]
            raise AssertionError(f"{self.handle} did not read {phrases} within {within:g} s, only {fresh!r}")
        self._line.square.watched[self.network, self.subject].add(found.n)
        return found.words

    def takes_back(self, said: Said) -> None:
        """Delete a post."""
        self._town.take_back(said.id)

    def leaves(self) -> None:
        """Close the account."""
        self._town.leave(self.subject)

    def becomes(self, **ways: object) -> None:
        """Another ``handle``, another ``name``, other ``followers``."""
        self._town.becomes(self.subject, **ways)

    @property
    def is_followed(self) -> bool:
        """Does the house follow them?"""
        return (self._town.house, self.subject) in self._town.follows
