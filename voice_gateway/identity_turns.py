"""What a colleague says of who somebody is, on the page of a case: written down at once, with their name and their reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flows.codes import AGREE, TO_NUMBER
from flows.facts import Agent
from flows.identity import NUMBER
from voice_gateway import clock
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.store import journal, recall
from voice_gateway.store.identity import belonging, denials, evidence, invitations, links
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.turn import Turns


class NotTheirs(Exception):
    """That link or that account has nothing to do with this case."""


@dataclass(frozen=True, slots=True)
class IdentityTurns:
    """Writes down what `person` says of case `case_id`, which hangs on `whose`.

    `offered`: the numbers and accounts that the page has put beside it; of any other nothing can be said there.
    """

    turns: Turns
    case_id: int
    whose: int
    person: Agent
    offered: frozenset[int]

    def undoes(self, link_id: int, why: str) -> None:
        """The link ends; whatever was known without it is known as before."""
        self._does("undid a link", why, lambda memory: links.unlink(memory, link_id, self.person.name, why, clock.now()), link_id)

    def denies(self, link_id: int, why: str) -> None:
        """They are not the same person: it ends at once, and only a newer proof outweighs that."""
        def deny(memory: Any) -> None:
            tel_id, account_id = self._pair(memory, link_id)
            denials.deny(memory, tel_id, account_id, self.person.name, why, clock.now())
        self._does("not the same person", why, deny, link_id)

    def confirms(self, tel_id: int, account_id: int, why: str) -> bool:
        """A colleague's word, for this case and this day. Of insiders it takes two colleagues' words: tells whether it counts now."""
        counts = False

        def confirm(memory: Any) -> None:
            nonlocal counts
            now = clock.now()
            said = Evidence(tel_id, account_id, "agent_confirmed", f"T{self.case_id}", f"{self.person.id}|{now.isoformat()}",
                            now, actor=self.person.name, reason=why, case_id=self.case_id)
            counts = links.held(memory, evidence.add(memory, said, now).link_id or 0) is not None
        self._does("confirmed who it is", why, confirm)
        return counts

    def says_it_is_shared(self) -> None:
        """Several people use this number: nothing is automatic about it any more."""
        self._does("several people use it", "", lambda memory: evidence.share(memory, self.whose, self.person.name, clock.now()))

    def says_it_is_theirs_alone(self, why: str) -> None:
        """Nobody else uses it any more: it may be proved again."""
        self._does("theirs alone again", why, lambda memory: evidence.theirs_alone(memory, self.whose, self.person.name, why, clock.now()))

    def asks_for_a_code(self, other_id: int, way: str = TO_NUMBER, us: str = "") -> None:
        """A code goes out for the two. Raises TooMany."""
        with self.turns.store.reading() as memory:
            tel_id, account_id = self.beside(memory, other_id)
        ProofTurns(self.turns).asks(self.case_id, tel_id, account_id, way, us=us, person_id=self.person.id)

    def hears_who_they_are(self, other_id: int, us: str = "") -> None:
        """They say it to a colleague: their word is kept as that, and a code goes to the number. Raises TooMany."""
        heard = replace(self, offered=self.offered | {other_id})
        heard.asks_for_a_code(other_id, us=us)

        def keep(memory: Any) -> None:
            now, (tel_id, account_id) = clock.now(), heard.beside(memory, other_id)
            said = Evidence(tel_id, account_id, "customer_declared", f"T{self.case_id}", f"{self.person.id}|{now.isoformat()}",
                            now, actor=self.person.name, case_id=self.case_id)
            evidence.add(memory, said, now)
        self._does("heard who they say they are", "", keep)

    def asks_whoever_had_it(self, link_id: int, us: str = "") -> None:
        """Whoever had the number before may say that it is as it should be. Raises TooMany."""
        with self.turns.store.reading() as memory:
            tel_id, account_id = self._pair(memory, link_id)
        ProofTurns(self.turns).asks(self.case_id, tel_id, account_id, TO_NUMBER, us=us, purpose=AGREE, person_id=self.person.id)

    def invites(self) -> str:
        """A one-time link for this case; gives its token."""
        token = ""

        def make(memory: Any) -> None:
            nonlocal token
            token = invitations.invite(memory, self.case_id, None, clock.now(), self.person.id)
        self._does("made a link", "", make)
        return token

    def beside(self, memory: Any, other_id: int) -> tuple[int, int]:
        """The number and the account, when the case's own is put beside this one."""
        if other_id not in self.offered:
            raise NotTheirs
        own, other = invitations.who(memory, self.whose), invitations.who(memory, other_id)
        if own is None or other is None or (own.namespace == NUMBER) == (other.namespace == NUMBER):
            raise NotTheirs
        return (own.id, other.id) if own.namespace == NUMBER else (other.id, own.id)

    def _pair(self, memory: Any, link_id: int) -> tuple[int, int]:
        pair = belonging.link_of(memory, link_id, self.whose)
        if pair is None:
            raise NotTheirs
        return pair

    def _does(self, what: str, why: str, do: Callable[[Any], Any], link_id: int = 0) -> None:
        def take() -> None:
            with self.turns.deciding() as (memory, _line):
                recall.lock(memory, self.case_id)
                if link_id:
                    self._pair(memory, link_id)
                do(memory)
                journal.note(memory, self.case_id, what, self.person.first_name, why, clock.now())
        self.turns.until_nobody_was_faster(take)
