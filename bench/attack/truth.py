"""Who everybody truly is. The house never sees this.

What the simulator takes for granted, and the house cannot know by itself:

* a number that was given up is given to somebody else after 45 days at the earliest (the rule in the US); who leaves it
  to one of their own before that says so, from every account of theirs;
* who proves a number and shares it with others says so when asked: where they type it, or with SHARED, a minute later;
* WhatsApp vouches for a number only to whoever has it, and tells when they take their account to another one;
* the carrier says that a SIM was changed (the house asks it: `ASK_SIM_CHANGES`), and nobody rings with a fully attested number that they do not hold;
* nobody posts or reads out a code that they did not ask for; accounts stay with their owners;
* the owner of a stolen SIM, who is told, says "not me" nine times in ten;
* more than an hour lies between a call from a number and the first code of a thief, or of whoever keeps a shared number.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AGEING = timedelta(days=45)
MISTYPED = 0.05


@dataclass(eq=False)
class Account:
    """An account that stays the same whatever its handle is."""

    id: int
    network: str
    owner: Person
    handle: str


@dataclass(eq=False)
class Number:
    """A telephone number, and in whose hands it is now. `thief` holds a copy of its SIM."""

    id: int
    subject: str
    holders: list[Person] = field(default_factory=list)
    thief: Person | None = None
    free_since: datetime | None = None
    last_owned_use: datetime | None = None

    def in_hands_of(self) -> set[Person]:
        return {self.thief} if self.thief else set(self.holders)


@dataclass(eq=False)
class Person:
    """Somebody. A crook has a number and accounts as everybody has."""

    name: str
    crook: bool
    number: Number | None = None
    accounts: list[Account] = field(default_factory=list)
    proved: set[int] = field(default_factory=set)

    def account(self, chance: random.Random) -> Account:
        return chance.choice(self.accounts)


@dataclass(frozen=True)
class Matter:
    """A case, whose it truly is, and where it hangs."""

    id: int
    whose: Person
    hangs_on: Number | Account


@dataclass
class Truth:
    """Everybody and everything, by the ids under which the house knows them."""

    people: list[Person] = field(default_factory=list)
    numbers: dict[int, Number] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    handles: dict[str, Account] = field(default_factory=dict)
    matters: list[Matter] = field(default_factory=list)

    def hears(self, identifier_id: int) -> set[Person]:
        """Who truly hears or reads what is sent there now."""
        if identifier_id in self.numbers:
            return self.numbers[identifier_id].in_hands_of()
        return {self.accounts[identifier_id].owner}

    def is_false(self, matter: Matter, identifier_id: int) -> bool:
        """Would this tell it to anybody who is not its person? A number that nobody has now tells nobody."""
        return bool(self.hears(identifier_id) - {matter.whose})


@dataclass
class Score:
    """What came of it all."""

    asked: int = 0
    granted: int = 0
    false: int = 0
    held: int = 0
    attacks: int = 0
    honest: int = 0
    honest_granted: int = 0
    why_not: dict[str, int] = field(default_factory=dict)
    falsities: list[str] = field(default_factory=list)
    deeds: dict[str, int] = field(default_factory=dict)

    @property
    def honest_share(self) -> float:
        return self.honest_granted / self.honest if self.honest else 1.0
