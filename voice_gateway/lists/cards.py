"""A list as vCards of version 3 or 4, one after the other: read card by card, and written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vobject
from vobject.base import ParseError

from flows import networks
from flows.identity import NUMBER
from voice_gateway.lists import PAGE, Address, Entry, Wrong, WrongList, cells, opening, profiles
from voice_gateway.lists.cells import EMAIL, WrongCell
from voice_gateway.lists.table import checked

BEGIN, END = "BEGIN:VCARD", "END:VCARD"
OF_A_VERSION = re.compile(r"^VERSION:\s*[34]\.0\s*$", re.IGNORECASE | re.MULTILINE)
LONGEST_CARD = 1 << 20
PROFILES = ("x-socialprofile", "socialprofile", "impp")


class Cards:
    """One list of this kind, opened. To go through it reads it card by card."""

    heading = ("card",)

    def __init__(self, path: Path, region: str) -> None:
        self.path, self.region = path, region
        self.encoding = opening.encoding_of(path)
        self.read_as = f"vCards in {opening.CALLED[self.encoding]}"

    def count(self) -> int:
        """How many cards there are. Raises WrongList when they cannot all be read, before any is taken in."""
        return sum(1 for _ in self._cards())

    def __iter__(self) -> Iterator[Entry | list[Wrong]]:
        for number, text in enumerate(self._cards(), 1):
            yield self._entry(number, text)

    def _cards(self) -> Iterator[str]:
        card: list[str] = []
        size = 0
        for line in opening.lines(self.path, self.encoding):
            word = line.strip().upper()
            if word == BEGIN and card:
                raise WrongList(f"{self.path}: a card begins within another; each ends with {END}")
            if card or word == BEGIN:
                card.append(line)
                size += len(line)
            if size > LONGEST_CARD:
                raise WrongList(f"{self.path}: a card has more than {LONGEST_CARD:,} letters, or never ends")
            if word == END:
                yield "".join(card)
                card, size = [], 0
        if card:
            raise WrongList(f"{self.path}: the last card never ends; the file was perhaps cut off")

    def _entry(self, number: int, text: str) -> Entry | list[Wrong]:
        if not OF_A_VERSION.search(text):
            return [Wrong(number, "VERSION", "it is a vCard of another version", "write the list as vCard 3 or 4", (text,))]
        try:
            card = vobject.readOne(text)
        except (ParseError, ValueError, IndexError) as error:
            return [Wrong(number, "", f"it is no vCard: {cells.clean(str(error))[:200]}", "write it again with the program it is from", (text,))]
        wrong, found = [], []
        for line in card.getChildren():
            try:
                found += self._addresses(line)
            except WrongCell as error:
                wrong.append(Wrong(number, line.name, f'"{cells.clean(str(line.value))[:60]}" {error}', error.do, (text,)))
        name = ""
        try:
            name = cells.name(_first(card, "fn") or _first(card, "org"))
        except WrongCell as error:
            wrong.append(Wrong(number, "FN", f"it {error}", error.do, (text,)))
        return wrong or checked(Entry(number, name, tuple(dict.fromkeys(found)), (text,)))

    def _addresses(self, line: Any) -> list[Address]:
        kind, value = line.name.lower(), str(line.value).strip()
        if not value:
            return []
        if kind == "tel":
            return cells.numbers(value.partition(";ext=")[0] if value.startswith("tel:") else value, self.region)
        if kind == "email":
            return cells.emails(value)
        if kind == "url":
            return profiles.pages(value)
        return _profile(value, line.params) if kind in PROFILES else []


def written(name: str, addresses: Sequence[Address]) -> str:
    """One contact as a vCard 3."""
    card = vobject.vCard()
    card.add("fn").value = name
    card.add("n").value = vobject.vcard.Name(given=name)
    for each in addresses:
        if each.namespace == NUMBER:
            card.add("tel").value = each.subject
        elif each.namespace == EMAIL:
            card.add("email").value = each.subject
        elif each.namespace == PAGE:
            card.add("url").value = each.subject
        else:
            card.add("x-socialprofile").value = cells.account_written(each)
    return str(card.serialize())


def _profile(value: str, params: dict[str, list[str]]) -> list[Address]:
    """An account, if it is on a network that the house knows; a card is full of others, and they are nothing wrong."""
    before = value.partition(":")[0]
    if cells.network_called(before.removesuffix(cells.ID)):
        return cells.accounts(value)
    host = urlsplit(value).hostname or "" if "://" in value else ""
    network = profiles.HOSTS.get(host.removeprefix("www.")) or next(
        (known.name for names in params.values() for each in names if (known := cells.network_called(each))), "")
    if not network:
        return []
    return [cells.account_on(value.partition(":")[2] if before.startswith("x-") else value, networks.of(network))]


def _first(card: Any, what: str) -> str:
    value = getattr(card, what).value if what in card.contents else ""
    return " ".join(value) if isinstance(value, list) else str(value).strip()
