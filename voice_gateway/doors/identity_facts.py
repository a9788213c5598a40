"""What a colleague reads of who a case is of: every link with where it comes from, and who else it might be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows import networks
from flows.facts import Call
from flows.identity import KINDS
from flows.identity.suggestions import Suggestion
from flows.networks import Manners
from voice_gateway.doors.ticket_facts import clock_time
from voice_gateway.store.identity.belonging import Belonging
from voice_gateway.store.tables import AnyRow

SOURCES = {"code": "a code", "customer": "what they say", "house": "the house", "whatsapp": "WhatsApp"}

WITHOUT_PROOF = "{} tells nobody’s number, only a handle that may be another’s tomorrow: nothing can be proved of an account there."


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """One look at it. `own` is the number or account that the case hangs on, `called` how people call it. `there`: the
    networks on which the accounts beside it can be written to privately.
    """

    call: Call
    reader: AnyRow
    own: AnyRow
    called: str
    belongings: Sequence[Belonging]
    suggestions: Sequence[tuple[Suggestion, str]]
    is_shared: bool
    ours: Collection[str]
    there: Mapping[int, Manners] = field(default_factory=dict)

    @property
    def is_number(self) -> bool:
        return bool(self.own.namespace == "tel")

    @property
    def without_proof(self) -> str:
        """Why nobody can prove that the account of this case is theirs; empty when they can."""
        ways = networks.of_namespace(self.own.namespace)
        return "" if ways is None or ways.proofs else WITHOUT_PROOF.format(ways.told)

    @property
    def standing(self) -> list[Belonging]:
        return [each for each in self.belongings if each.stands]

    @property
    def proved(self) -> set[int]:
        """The others of whom it is proved: nobody need be asked about them."""
        return {each.other_id for each in self.standing if each.is_proof}

    def besides(self, each: Belonging) -> str:
        """Why else it might be they: told once, beside the first that is believed of them, and nothing that stands there anyhow."""
        of_them = [one for one in self.standing if one.other_id == each.other_id]
        if each is not of_them[0]:
            return ""
        told = {KINDS[one.kind].told for one in of_them}
        return "; ".join(why for found, _called in self.suggestions if found.identifier_id == each.other_id
                         for why in found.reasons if why not in told)

    @property
    def might_be(self) -> list[tuple[Suggestion, str]]:
        """Of whom nothing is believed yet."""
        believed = {each.other_id for each in self.standing}
        return [(each, called) for each, called in self.suggestions if each.identifier_id not in believed]

    @property
    def to_be_asked(self) -> list[int]:
        """The others of whom a code would tell."""
        less = [each.other_id for each in self.standing if not each.is_proof and each.other_id not in self.proved]
        return list(dict.fromkeys([*less, *(each.identifier_id for each, _ in self.suggestions)]))

    @property
    def waiting(self) -> list[Belonging]:
        """What one colleague has said of an insider, as long as a second one may agree and none has."""
        said = {each.other_id for each in self.standing if each.kind == "agent_confirmed"}
        return [each for each in self.belongings
                if each.waits_for_a_second and each.until > self.call.now and each.other_id not in said]

    @property
    def before(self) -> list[Belonging]:
        """What was, or is out of sight: the history."""
        return [each for each in self.belongings if not each.stands and each not in self.waiting]

    @property
    def offered(self) -> frozenset[int]:
        """Of whom a colleague may say on this page that it is they, or have them asked."""
        return frozenset([*(each.other_id for each in self.belongings if each.stands or each.waits_for_a_second),
                          *(each.identifier_id for each, _called in self.suggestions)])

    @property
    def places(self) -> list[Manners]:
        """The networks on which we have an account, and somebody can prove one."""
        return [each for each in networks.all_manners().values() if each.proofs and each.name in self.ours]

    @property
    def taken_over(self) -> list[Belonging]:
        """Proofs whose number has passed to somebody else: they may agree to that."""
        return [each for each in self.before if each.ended == "taken over" and "somebody else" in each.why]

    def clock_time(self, at: datetime) -> str:
        """An instant on the house's wall clock, with its day."""
        return clock_time(self.call.house, at, self.call.now)

    def source(self, each: Belonging) -> str:
        """Where it comes from, as people say it."""
        return SOURCES.get(each.source, each.source)
