"""Lists of contacts as other programs write them: read row by row, so that the longest never sits in memory.

A list says who has which number, address and name on a network. Whatever is wrong with a row is told beside its number,
and the rest is taken in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

PAGE = "page"


class WrongList(ValueError):
    """The whole list cannot be read; the message says why, and what to do."""


class Address(NamedTuple):
    """Where somebody is found: a number, an e-mail address, an account, a page of their own (PAGE).

    `is_handle`: it is a name that its owner may give away, and `namespace` is then the network, or PAGE. Only the network
    can tell whose it is, or the page.
    """

    namespace: str
    subject: str
    is_handle: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact of a list. `row` is where it stands, counted as a spreadsheet does; `cells` is what stood there."""

    row: int
    name: str
    addresses: tuple[Address, ...]
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row, or one cell of it, that cannot be taken: why, and what to do about it."""

    row: int
    column: str
    why: str
    do: str
    cells: tuple[str, ...] = ()
