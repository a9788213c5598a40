"""The drawings of the stories show what the stories do, for they are drawn from their source."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import fields

import pytest

import flows
from flows import Flow, Step, after_call, screened_callback
from flows.facts import SECONDS, Call
from flows.orders import CallBack, FollowUp, Ring, StandDown
from flows.verbs import Ask, Join, Say
from voice_gateway import diagrams
from voice_gateway.diagrams import draw, leads_to

flow = Flow("a_story")
SOON = 5 * SECONDS


@flow.turn
def begins(call: Call) -> Iterator[Step]:
    """It says: "begin"; then #1 follows."""
    yield Say("Hello.")
    if call.digits == "1" and call.they_talked:
        yield Ask("?", chooses, otherwise=over)
    elif call.digits == "2":
        if call.colleagues:
            yield Join("room", then=over, otherwise=chooses)
    else:
        yield from screened_callback.agent_passes(call)


@flow.turn
def chooses(call: Call) -> Iterator[Step]:
    yield Ring(call.contact, opening=over if call.they_talked else chooses, otherwise=over, seconds=20)
    yield CallBack(call.now, then=over)
    yield StandDown(told=over)
    yield FollowUp(over)
    yield FollowUp(over, after=SOON)
    yield FollowUp(chooses, after=call.waiting)


@flow.turn
def over(call: Call) -> Iterator[Step]:
    yield Say("Goodbye.")


def ways_out(name):
    turn = flow.turns[name]
    return [(arrow.label, arrow.end.id) for arrow in leads_to(diagrams._of_turn(turn))]


def test_keys_silence_rooms_and_passages_are_arrows():
    assert ways_out("begins") == [
        ("key 1, a key", "a_story__chooses"),
        ("key 1, no key", "a_story__over"),
        ("key 2, the room closes", "a_story__over"),
        ("key 2, hangs up", "a_story__chooses"),
        ("goes on", "screened_callback__agent_passes"),
    ]


def test_orders_that_name_a_turn_are_arrows():
    assert ways_out("chooses") == [
        ("answered", "a_story__over"),
        ("answered", "a_story__chooses"),
        ("not answered", "a_story__over"),
        ("when the call is due", "a_story__over"),
        ("to whoever else is asked", "a_story__over"),
        ("at once", "a_story__over"),
        ("after 5 s", "a_story__over"),
        ("later", "a_story__chooses"),
    ]


def test_a_drawing_begins_ends_and_has_notes():
    drawn = draw(flow)
    assert drawn.startswith("stateDiagram-v2\n")
    assert "    [*] --> a_story__begins\n" in drawn
    assert "    a_story__over --> [*]\n" in drawn
    assert '    state "agent passes (screened callback)" as screened_callback__agent_passes\n' in drawn
    assert "    note right of a_story__begins\n        It says, 'begin', then no. 1 follows.\n    end note\n" in drawn


@pytest.mark.parametrize("name", sorted(flows.flows()))
def test_every_story_is_drawn_with_all_its_turns(name):
    story = flows.flows()[name]
    drawn = draw(story)
    for turn in story.turns.values():
        assert f" as {name}__{turn.name}\n" in drawn
    for line in drawn.splitlines():
        assert re.fullmatch(
            r"stateDiagram-v2|    direction TB|    state \"[^\"]+\" as \w+|    (\w+|\[\*\]) --> (\w+|\[\*\])( : [^:;#]+)?"
            r"|    note right of \w+|        [^:;#\"]+|    end note", line
        ), line
    known = set(re.findall(r" as (\w+)", drawn))
    assert set(re.findall(r"(?:-->|    note right of) (\w+)", drawn)) <= known


def test_a_turn_that_another_story_leads_to_does_not_begin_one():
    assert "[*] --> after_call__how_did_it_go" not in draw(after_call.flow)
    assert "[*] --> click_to_call__visitor_asks\n" in draw(flows.flows()["click_to_call"])


def test_plain_functions_that_a_story_goes_on_in_are_drawn():
    assert "screened_callback__ask_a_colleague --> screened_callback__ring : goes on" in draw(screened_callback.flow)
    assert "after_call__nothing_told --> second_try__hand_over : goes on" in draw(after_call.flow)


def test_every_label_names_a_field_that_there_is():
    steps = {each.__name__: each for module in ("flows.verbs", "flows.orders")
             for each in vars(sys.modules[module]).values() if isinstance(each, type)}
    for step, field in diagrams.LABELS:
        assert field in {each.name for each in fields(steps[step])}


