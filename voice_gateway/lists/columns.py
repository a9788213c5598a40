"""Which column of a list is what: guessed from its heading, or told by the operator."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows import networks
from voice_gateway.lists import WrongList
from voice_gateway.lists.cells import clean, network_called

MOST_COLUMNS = 500
FIELDS = ("name", "first", "last", "company", "phone", "email", "accounts", "page")

_HEADINGS = {
    "name": "name fullname displayname contact contactname customer nom nombre",
    "first": "firstname givenname forename vorname prenom",
    "last": "lastname surname familyname nachname",
    "company": "company organization organisation organizationname firma business",
    "phone": "phone phones telephone tel mobile cell number phonenumber phonenumbers mobilephone cellphone telefon handy homephone"
             " businessphone workphone phonevalue mobilenumber primaryphone otherphone telephonenumber",
    "email": "email emails emailaddress mail emailvalue",
    "accounts": "accounts account handles handle social socialprofile",
    "page": "page pages url urls website websites webpage homepage web site profile profiles profileurl profilelink link urlvalue websitevalue",
}
_FIELD_OF = {heading: field for field, headings in _HEADINGS.items() for heading in headings.split()}


@dataclass(frozen=True, slots=True)
class Columns:
    """The heading of a list, and per column the field it fills: one of FIELDS, a network's name, or nothing."""

    heading: tuple[str, ...]
    fields: tuple[str, ...]

    def told(self) -> str:
        """For the operator, in one line."""
        used = [f"{head} = {field}" for head, field in zip(self.heading, self.fields, strict=True) if field]
        unused = [head for head, field in zip(self.heading, self.fields, strict=True) if head and not field]
        return ", ".join(used) + (f"; not used: {', '.join(unused)}" if unused else "")


def columns(heading: Sequence[str], told: str = "", *, nameless: bool = False) -> Columns:
    """What each column is. `told` is what the operator says of it: "Phone=phone,Twitter=x". Raises WrongList.

    `nameless`: a list that names nobody is well, too.
    """
    heads = tuple(clean(each) for each in heading)
    if len(heads) > MOST_COLUMNS:
        raise WrongList(f"the heading has {len(heads):,} columns; a list of contacts has at most {MOST_COLUMNS}")
    twice = sorted({each for each in heads if each and heads.count(each) > 1})
    if twice:
        raise WrongList(f"two columns are called {twice[0]}; give one of them another heading")
    said = _said(told, heads)
    fields = tuple(said.get(each, "" if said else _guessed(each)) for each in heads)
    if not any(field not in ("", "name", "first", "last", "company", "page") for field in fields):
        raise WrongList(f"no column holds numbers, e-mail addresses or accounts; the columns are {', '.join(filter(None, heads))}. "
                        'Say which one does: --map "HEADING=phone"')
    if not nameless and not {"name", "first", "last", "company"}.intersection(fields):
        raise WrongList('no column holds names. Say which one does: --map "HEADING=name,HEADING=phone"')
    return Columns(heads, fields)


def _said(told: str, heads: tuple[str, ...]) -> dict[str, str]:
    said = {}
    for each in next(csv.reader([told], skipinitialspace=True)) if told.strip() else ():
        head, _, field = each.rpartition("=")
        head, field = clean(head), clean(field).casefold()
        if head not in heads:
            raise WrongList(f'--map names the column "{head}", which is not there; there are {", ".join(filter(None, heads))}')
        network = network_called(field)
        if field not in FIELDS and network is None:
            raise WrongList(f'--map leads "{head}" to "{field}"; it can be {", ".join((*FIELDS, *networks.all_manners()))}')
        said[head] = field if field in FIELDS else network.name if network else ""
    return said


def _guessed(head: str) -> str:
    """`Phone 1 - Value`, `Home Phone` and `E-mail Address 2` are what they sound like; what is their type is not."""
    plain = re.sub(r"[^a-z]", "", head.casefold())
    if plain in _FIELD_OF:
        return _FIELD_OF[plain]
    network = network_called(head)
    return network.name if network else ""
