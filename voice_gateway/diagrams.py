"""The stories as diagrams, drawn from their own source.

Nobody keeps these drawings: each turn is read, and whatever it can lead to
becomes an arrow. The text is Mermaid's stateDiagram-v2
(https://mermaid.js.org/syntax/stateDiagram.html).
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import flows
from flows import Flow, Turn

LABELS = {
    ("Ask", "then"): "a key",
    ("Ask", "otherwise"): "no key",
    ("Ask", "silent"): "silence",
    ("Listen", "then"): "their words",
    ("Listen", "otherwise"): "hangs up",
    ("Record", "then"): "the message is spoken",
    ("Record", "otherwise"): "hangs up",
    ("Join", "waits"): "every minute, meanwhile",
    ("Lead", "to"): "is led on",
    ("AskAgain", "then"): "all may be asked again",
    ("KeepVoicemail", "then"): "a little later",
    ("Ring", "opening"): "answered",
    ("Ring", "otherwise"): "not answered",
    ("Join", "then"): "the room closes",
    ("Join", "otherwise"): "hangs up",
    ("FollowUp", "turn"): "soon",
    ("CallBack", "then"): "when the call is due",
    ("StandDown", "told"): "to whoever else is asked",
}
STRANGERS_KNOCK = "[*]"
OVER = "[*]"
NOTE_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """A turn, or a plain function that turns go on in."""

    flow: str
    name: str
    decide: Callable[..., Any]
    is_turn: bool

    @property
    def id(self) -> str:
        return f"{self.flow}__{self.name}"

    @property
    def module(self) -> ModuleType:
        return sys.modules[self.decide.__module__]


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one passage to another, and on what."""

    start: Passage
    end: Passage
    label: str


def page() -> str:
    """All stories on one page, in Markdown."""
    pictures = (f"## {flow.name.replace('_', ' ')}\n\n```mermaid\n{draw(flow)}```\n" for flow in flows.flows().values())
    return "\n".join(["# The stories as pictures\n", "Made by `voice-gateway flows`; do not edit.\n", *pictures])


def draw(flow: Flow) -> str:
    """One story as a Mermaid diagram: its turns, the functions they go on in, and where else they lead."""
    arrows = [arrow for passage in _passages(flow) for arrow in leads_to(passage)]
    own = {passage.id: passage for passage in _passages(flow)}
    reached = _reached_anywhere()
    lines = ["stateDiagram-v2", "    direction TB"]
    shown = own | {arrow.end.id: arrow.end for arrow in arrows}
    lines += [f'    state "{_title(passage, flow)}" as {passage.id}' for passage in shown.values()]
    lines += [f"    {STRANGERS_KNOCK} --> {passage.id}" for passage in own.values() if passage.id not in reached]
    lines += dict.fromkeys(f"    {each.start.id} --> {each.end.id} : {_plain(each.label)}" for each in arrows)
    leading = {arrow.start.id for arrow in arrows}
    lines += [f"    {passage.id} --> {OVER}" for passage in own.values() if passage.id not in leading]
    for passage in own.values():
        lines += _note(passage)
    return "\n".join(lines) + "\n"


def leads_to(passage: Passage) -> Iterator[Arrow]:
    """Every way out of a passage, in the order in which its source names them."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(passage.decide)))
    for node, key in _with_keys(tree, ""):
        if isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.Call):
            end = _passage(_named(node.value.func, passage.module))
            if end:
                yield Arrow(passage, end, f"{key}goes on")
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Call):
            yield from _out_of_a_verb_made_elsewhere(passage, node.value)
        elif isinstance(node, ast.Call):
            yield from _out_of_step(passage, node, key)


def _out_of_a_verb_made_elsewhere(passage: Passage, call: ast.Call) -> Iterator[Arrow]:
    """A plain function that makes one verb is no passage of its own: its ways out are those of who says it."""
    maker = _passage(_named(call.func, passage.module))
    if maker and not maker.is_turn and not inspect.isgeneratorfunction(maker.decide):
        for arrow in leads_to(maker):
            yield Arrow(passage, arrow.end, arrow.label)


def _out_of_step(passage: Passage, call: ast.Call, key: str) -> Iterator[Arrow]:
    """The turns that a verb or an order names, by the field in which it names them."""
    step = _named(call.func, passage.module)
    if not (isinstance(step, type) and is_dataclass(step)):
        return
    names = [field.name for field in fields(step)]
    given = {**dict(zip(names, call.args, strict=False)), **{each.arg or "": each.value for each in call.keywords}}
    for name, value in given.items():
        for node in ast.walk(value):
            turn = _named(node, passage.module)
            if isinstance(turn, Turn):
                label = LABELS.get((step.__name__, name), f"{step.__name__} {name}")
                wait = _wait(given.get("after"), passage.module) if label == "soon" else ""
                yield Arrow(passage, _of_turn(turn), key + (wait or label))


def _with_keys(node: ast.AST, key: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node below, in reading order, with the key on the telephone under whose `if` it stands."""
    if not isinstance(node, ast.If):
        for child in ast.iter_child_nodes(node):
            yield child, key
            yield from _with_keys(child, key)
        return
    for child in (node.test, *node.body, *node.orelse):
        under = _key(node.test) or key if child in node.body else key
        yield child, under
        yield from _with_keys(child, under)


def _key(test: ast.expr) -> str:
    """`key 1, ` for a test like `call.digits == "1"`, wherever in the condition it stands."""
    for node in ast.walk(test):
        match node:
            case ast.Compare(
                left=ast.Attribute(attr="digits"), ops=[ast.Eq()], comparators=[ast.Constant(value=str(pressed))]
            ):
                return f"key {pressed}, "
    return ""


def _wait(after: ast.expr | None, module: ModuleType) -> str:
    """How long a follow-up waits, where the source says so by a name."""
    if after is None:
        return "at once"
    span = _named(after, module)
    if not isinstance(span, timedelta):
        return "later"
    seconds = round(span.total_seconds())
    return f"after {seconds} s" if seconds < 120 else f"after {seconds // 60} min"


def _named(node: ast.AST, module: ModuleType) -> Any:
    """What a plain or dotted name of this module's source means; None for anything else."""
    if isinstance(node, ast.Name):
        return vars(module).get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_named(node.value, module), node.attr, None)
    return None


def _passage(found: Any) -> Passage | None:
    if isinstance(found, Turn):
        return _of_turn(found)
    if isinstance(found, FunctionType) and found.__module__.startswith("flows."):
        return Passage(found.__module__.rsplit(".", 1)[-1], found.__name__, found, is_turn=False)
    return None


def _of_turn(turn: Turn) -> Passage:
    return Passage(turn.flow, turn.name, turn.decide, is_turn=True)


def _passages(flow: Flow) -> list[Passage]:
    """A story's turns, and those of its functions in which a turn goes on, in the order of the file."""
    found = {turn.name: _of_turn(turn) for turn in flow.turns.values()}
    module = next(iter(found.values())).module if found else None
    for value in vars(module).values() if module else ():
        passage = _passage(value)
        if passage and passage.flow == flow.name and inspect.isgeneratorfunction(passage.decide):
            found.setdefault(passage.name, passage)
    return sorted(found.values(), key=lambda each: each.decide.__code__.co_firstlineno)


@cache
def _reached_anywhere() -> frozenset[str]:
    """Whatever is led to by any story. The other turns begin one: a door, or a clock, takes them."""
    everywhere = (passage for flow in flows.flows().values() for passage in _passages(flow))
    return frozenset(arrow.end.id for passage in everywhere for arrow in leads_to(passage))


def _title(passage: Passage, flow: Flow) -> str:
    name = passage.name.replace("_", " ")
    return name if passage.flow == flow.name else f"{name} ({passage.flow.replace('_', ' ')})"


def _note(passage: Passage) -> list[str]:
    words = " ".join((passage.decide.__doc__ or "").split())
    if not words:
        return []
    lines = textwrap.wrap(_plain(words), NOTE_WIDTH)
    return [f"    note right of {passage.id}", *(f"        {line}" for line in lines), "    end note"]


def _plain(words: str) -> str:
    """Without the characters that mean something to Mermaid."""
    return words.replace(":", ",").replace(";", ",").replace("#", "no. ").replace('"', "'")
