"""All contacts as a list that can be read in again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import TextIO

from flows.identity import NUMBER
from voice_gateway.lists import PAGE, Address, cards
from voice_gateway.lists.cells import EMAIL, account_written, escaped

HEADING = ("name", "phone", "email", "accounts", "page")

Contacts = Iterable[tuple[str, list[Address]]]


def as_table(contacts: Contacts, out: TextIO) -> int:
    """As CSV. No cell of it is ever worked out by a spreadsheet. Tells how many contacts that were."""
    rows = csv.writer(out)
    rows.writerow(HEADING)
    many = 0
    for name, addresses in contacts:
        numbers = [each.subject for each in addresses if each.namespace == NUMBER]
        emails = [each.subject for each in addresses if each.namespace == EMAIL]
        pages = [each.subject for each in addresses if each.namespace == PAGE]
        others = [account_written(each) for each in addresses if each.namespace not in (NUMBER, EMAIL, PAGE)]
        rows.writerow([escaped(name), *(escaped("; ".join(each)) for each in (numbers, emails, others, pages))])
        many += 1
    return many


def as_cards(contacts: Contacts, out: TextIO) -> int:
    """As vCards. Tells how many contacts that were."""
    many = 0
    for name, addresses in contacts:
        out.write(cards.written(name, addresses))
        many += 1
    return many


WAYS: dict[str, Callable[[Contacts, TextIO], int]] = {"csv": as_table, "vcard": as_cards}
