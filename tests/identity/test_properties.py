"""What must hold whatever happens, in whatever order: played at random against a model of our own.

The model knows when a pair was proved and what has happened since, and nothing of how the house keeps it.
"""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from flows.identity import KINDS
from flows.identity.grant import RouteGrant
from tests.house import MORNING, empty
from tests.identity.graph import DAY, Town
from voice_gateway.store.identity import audit, evidence, grants, links

WEAK = sorted(name for name, kind in KINDS.items() if not kind.route and not kind.denies)
NETWORKS = {"a": "atproto", "b": "atproto", "c": "mastodon"}
TELS = st.sampled_from([1, 2])
NAMES = st.sampled_from(sorted(NETWORKS))
WAITS = st.sampled_from([timedelta(minutes=5), timedelta(hours=30), 20 * DAY, 50 * DAY])


class Life(RuleBasedStateMachine):
    """Anything that can happen to two numbers and three accounts on two networks."""

    memory: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(self.memory)
        self.pairs = [(n, name) for n in (1, 2) for name in NETWORKS]
        self.proved: dict[tuple[int, str], Any] = {}
        self.links: list[Any] = []
        self.spoiled: set[int] = set()
        self.grants: list[RouteGrant] = []
        self.cases = {name: self.town.case(self.at(name)) for name in NETWORKS}

    def at(self, name):
        return self.town.account(name, NETWORKS[name])

    def teardown(self):
        assert audit.verify(self.memory).broken == ()

    @rule(n=TELS, name=NAMES, kind=st.sampled_from(WEAK))
    def something_weaker_is_said(self, n, name, kind):
        case = self.cases[name]
        said = self.town.says(self.town.tel(n), self.at(name), kind, actor="Sam", reason="so", case_id=case)
        self.links.append((said.link_id, None))

    @rule(n=TELS, name=NAMES)
    def a_code_goes_round(self, n, name):
        self.town.now += DAY
        added = self.town.proves(self.town.tel(n), self.at(name))
        rivals = [pair for pair in self.proved if pair[0] == n and NETWORKS[pair[1]] == NETWORKS[name]]
        for pair in rivals:
            if pair[1] != name:
                self.spoiled.add(n)  # shared, or just passed on: the model asks no more of it
            del self.proved[pair]
        if sum(pair[1] == name for pair in self.proved) < 3:
            self.proved[n, name] = self.town.now
        self.links.append((added.link_id, (n, name)))

    @rule(n=TELS, name=NAMES, code=st.sampled_from(["2222-2222", "123456", ""]))
    def a_code_is_guessed(self, n, name, code):
        self.town.now += DAY
        self.town.code(self.town.tel(n), self.at(name))
        assert not self.town.answers(code, self.at(name)).was_right

    @rule(n=TELS, name=NAMES, thief=NAMES)
    def a_code_is_stolen(self, n, name, thief):
        self.town.now += DAY
        code = self.town.code(self.town.tel(n), self.at(name)).code
        if thief != name:
            assert not self.town.answers(code, self.at(thief)).was_right

    @precondition(lambda self: self.links)
    @rule(data=st.data())
    def a_link_is_undone(self, data):
        link_id, pair = data.draw(st.sampled_from(self.links))
        latest = pair and max((each for each, whose in self.links if whose == pair), default=None)
        links.unlink(self.memory, link_id, "Kim", "wrong", self.town.now)
        if pair and link_id == latest:
            self.proved.pop(pair, None)

    @rule(n=TELS, name=NAMES)
    def somebody_says_no(self, n, name):
        evidence.not_same(self.memory, self.town.tel(n), self.at(name), "Kim", "no", self.town.now)
        self.proved.pop((n, name), None)

    @rule(n=TELS)
    def a_sim_is_changed(self, n):
        evidence.swapped(self.memory, self.town.tel(n), self.town.now, self.town.now)
        for pair in [pair for pair in self.proved if pair[0] == n]:
            self.proved[pair] = self.town.now - 1000 * DAY

    @rule(span=WAITS)
    def time_passes(self, span):
        self.town.now += span

    @invariant()
    def only_a_proof_gives_a_grant(self):
        for name, case in self.cases.items():
            given = self.town.grant(case)
            fresh = [n for n, whose in self.proved
                     if whose == name and self.town.now < self.proved[n, whose] + 45 * DAY]
            if isinstance(given, RouteGrant):
                assert given.to_id in {self.town.tel(n) for n in fresh}
                assert grants.recheck(self.memory, given, self.town.now)
                self.grants.append(given)
            elif len(fresh) == 1:
                assert fresh[0] in self.spoiled, given

    @invariant()
    def an_old_grant_holds_only_where_a_new_one_would(self):
        for given in self.grants[-5:]:
            now = self.town.grant(given.case_id, only=given.to_id)
            same = isinstance(now, RouteGrant) and now.link_id == given.link_id
            assert grants.recheck(self.memory, given, self.town.now) == same

    @invariant()
    def one_proof_is_active_for_a_number_and_a_network(self):
        for n in (1, 2):
            known = [each.network for each in links.of_tel(self.memory, self.town.tel(n)) if each.is_proof]
            assert len(known) == len(set(known))


@pytest.fixture
def played(store):
    """Plays a machine on this database; nothing of it stays."""
    empty(store)

    def play(machine, examples, steps):
        def anew():
            connection.rollback()
            return machine()

        with store.engine.connect() as connection:
            machine.memory = connection
            run_state_machine_as_test(anew, settings=settings(  # type: ignore[arg-type]
                max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
                suppress_health_check=list(HealthCheck)))
            connection.rollback()

    return play


def test_no_sequence_without_a_proof_gives_a_grant(played):
    played(Life, 8, 20)


SAID = ("import_bare", "customer_declared", "not_same", "time_coincidence")


def test_the_order_of_weaker_evidence_does_not_matter(town):
    """Each order in its own part of town: what is seen is the same."""
    seen = set()
    for n, order in enumerate(itertools.permutations(SAID)):
        tel, one = town.tel(n), town.account(f"a{n}")
        for kind in order:
            town.says(tel, one, kind)
        seen.add(tuple(sorted(str(each[2:]) for each in town.view(tel))))
        town.now = MORNING
    assert seen == {()}


def test_nor_does_it_without_a_no_and_beside_a_proof(town):
    seen = set()
    for n, order in enumerate(itertools.permutations(["import_bare", "profile_link", "proof"])):
        tel, one = town.tel(n), town.account(f"a{n}")
        for kind in order:
            if kind == "proof":
                town.proves(tel, one)
            else:
                town.says(tel, one, kind)
        seen.add(tuple(sorted(str(each[2:]) for each in town.view(tel))))
    assert len(seen) == 1


@pytest.mark.parametrize("kind", [*WEAK, "proof"])
@pytest.mark.parametrize("before", [(), ("import_bare",), ("proof",), ("not_same",), ("not_same", "proof"), ("customer_declared", "proof", "not_same")])
def test_to_unlink_restores(town, before, kind):
    """Whatever was known before: to link and to unlink is as if nothing had been."""
    tel, alice, other = town.tel(1), town.account("alice"), town.account("alice", "mastodon")
    case = town.case(tel)

    def happens(what, whose):
        town.now += timedelta(seconds=1)
        if what == "proof":
            return town.proves(tel, whose)
        return town.says(tel, whose, what, case_id=case, reason="so", actor="Sam")

    for what in before:
        happens(what, alice)
    town.now += timedelta(seconds=2)
    at, seen = town.now, town.view(tel, case)
    added = happens(kind, other if kind == "proof" else alice)
    links.unlink(town.memory, added.link_id, "Kim", "wrong", town.now)
    town.now = at
    assert town.view(tel, case) == seen
