"""Of what kind each part of a condition is: a whole number, a decimal number, a text, a list, or true or false.

Whoever only tries a condition sees the parts that were looked at: of `a && b` never b, while a is not so. The library that
answers conditions has no look at all of it beforehand. So a condition is read here once more, part by part, and what does
not belong together is refused wherever it stands. What is not known here is no part of the language: there is no `[ ]`
behind a value, nothing in `{ }`, and no remark behind `//`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

WHOLE, DECIMAL, TEXT, TRUTH = "a whole number", "a decimal number", "a text", "true or false"
LIST = "a list with "
KINDS = {int: WHOLE, str: TEXT, bool: TRUTH}
NUMBERS = (WHOLE, DECIMAL)
LEVELS = {"||": 1, "&&": 2, **dict.fromkeys(["<", "<=", ">", ">=", "==", "!=", "in"], 3), "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}
METHODS = frozenset({"contains", "startsWith", "endsWith"})
NAME = "the name of something"
END = "its end"

_PART = re.compile(
    r"\s*(?:(?P<decimal>\d*\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)|(?P<whole>(?:0[xX][0-9a-fA-F]+|\d+)(?!\w))"
    r"|(?P<text>'[^'\n]*'|\"[^\"\n]*\")|(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||[=!<>]=|\S)|(?P<end>$))")


class DoNotFit(ValueError):
    """What does not belong together, in words for whoever wrote it."""


def of_condition(when: str, known: Mapping[str, type]) -> str:
    """The kind of the whole: `TRUTH`, if it is a condition. `known` is what stands behind `case.`; raises DoNotFit."""
    return _Reader(when, {name: KINDS[kind] for name, kind in known.items()}).whole()


class _Reader:
    """Reads from left to right, and says of each part of what kind it is."""

    def __init__(self, when: str, known: Mapping[str, str]) -> None:
        self._parts = [(found.lastgroup or "", found[0].strip()) for found in _PART.finditer(when)]
        self._known = known
        self._at = 0

    def whole(self) -> str:
        kind = self._choice()
        self._takes("", END)
        return kind

    def _choice(self) -> str:
        """`a ? b : c ? d : e`, or what has no question in it."""
        kind, answers = self._operation(), list[str]()
        while self._next == "?":
            self._takes("?")
            if kind != TRUTH:
                raise DoNotFit(f'asks "?" about {kind}, which is neither true nor false')
            answers.append(self._operation())
            self._takes(":")
            kind = self._operation()
        for other in answers:
            if other != kind:
                raise DoNotFit(f"is {other} or {kind}, which do not belong together")
        return kind

    def _operation(self, above: int = 0) -> str:
        left = self._single()
        while (level := LEVELS.get(self._next, 0)) > above:
            sign = self._takes(self._next)
            left = _together(left, sign, self._operation(level))
        return left

    def _single(self) -> str:
        signs = []
        while self._next in ("!", "-"):
            signs.append(self._takes(self._next))
        kind = self._value()
        while self._next == ".":
            kind = self._method(kind)
        for sign in reversed(signs):
            if kind not in ((TRUTH,) if sign == "!" else NUMBERS):
                raise DoNotFit(f'has "{sign}" before {kind}, and they do not belong together')
        return kind

    def _value(self) -> str:
        what, word = self._parts[self._at]
        self._at += 1
        simple = {"decimal": DECIMAL, "whole": WHOLE, "text": TEXT}.get(what) or {"true": TRUTH, "false": TRUTH}.get(word)
        if simple:
            return simple
        if word == "case":
            return self._fact()
        if word == "size":
            return self._size()
        if word == "(":
            return self._closed(self._choice(), ")")
        if word == "[":
            return self._list()
        raise DoNotFit(f'has {_quoted(word)} where a value is to be')

    def _fact(self) -> str:
        if self._next != ".":
            raise DoNotFit('has "case" alone; write what of it, such as case.times')
        self._takes(".")
        return self._known[self._takes(self._next if self._next in self._known else NAME)]

    def _size(self) -> str:
        self._takes("(")
        return _sized(self._closed(self._choice(), ")"))

    def _method(self, of: str) -> str:
        self._takes(".")
        name = self._takes(self._next)
        self._takes("(")
        if name == "size":
            self._takes(")")
            return _sized(of)
        what = self._closed(self._choice(), ")")
        if name not in METHODS or (of, what) != (TEXT, TEXT):
            raise DoNotFit(f'asks whether {of} "{name}" {what}, and they do not belong together')
        return TRUTH

    def _list(self) -> str:
        """All of one kind; what is in an empty one is nothing."""
        kinds = [] if self._next == "]" else [self._choice()]
        while self._next == ",":
            self._takes(",")
            kinds.append(self._choice())
        if len(set(kinds)) > 1 or any(each.startswith(LIST) for each in kinds):
            raise DoNotFit(f"has a list with {' and '.join(dict.fromkeys(kinds))}, which do not belong together")
        return self._closed(LIST + (kinds[0] if kinds else "nothing"), "]")

    def _closed(self, kind: str, sign: str) -> str:
        self._takes(sign)
        return kind

    @property
    def _next(self) -> str:
        return self._parts[self._at][1]

    def _takes(self, word: str, called: str = "") -> str:
        if self._next != word:
            raise DoNotFit(f"has {_quoted(self._next)} where {called or _quoted(word)} is to be")
        self._at += 1
        return word


def _together(left: str, sign: str, right: str) -> str:
    """The kind of what comes out."""
    numbers, alike = left in NUMBERS and right in NUMBERS, left == right
    if sign in ("&&", "||") and left == right == TRUTH:
        return TRUTH
    if sign in ("==", "!=") and (numbers or (alike and not left.startswith(LIST))):
        return TRUTH
    if sign in ("<", "<=", ">", ">=") and (numbers or left == right == TEXT):
        return TRUTH
    if sign == "in" and right == LIST + left:
        return TRUTH
    if (sign == "+" and left == right == TEXT) or (sign == "%" and left == right == WHOLE):
        return left
    if sign in ("+", "-", "*", "/") and numbers and alike:
        return left
    raise DoNotFit(f'has "{sign}" between {left} and {right}, and they do not belong together')


def _sized(kind: str) -> str:
    if kind != TEXT and not kind.startswith(LIST):
        raise DoNotFit(f'asks for the size of {kind}, and they do not belong together')
    return WHOLE


def _quoted(word: str) -> str:
    return f'"{word}"' if word else END
