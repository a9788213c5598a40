"""A list of contacts, written down in batches: each is taken in whole or not at all.

Whoever is known at one of the addresses under the same name is that contact. An address that people of different
names claim is shared from then on, and nobody's: who it is will never be guessed. A list merges nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from flows.identity import NUMBER, SITTING, kind_of
from voice_gateway.lists import PAGE, Address, Entry, Wrong
from voice_gateway.lists.cells import EMAIL, same_name
from voice_gateway.store import in_bulk
from voice_gateway.store.address_book import SHARED
from voice_gateway.store.identity import audit, hold, own_pages
from voice_gateway.store.identity.evidence import Evidence, as_link, as_row
from voice_gateway.store.tables import (
    ContactRow,
    DeclaredRow,
    EvidenceRow,
    IdentifierRow,
    LinkRow,
    NumberRow,
    Table,
)

ACTOR = "list"
THE_HOUSE = ""
KINDS_OF_LISTS = ("import_bare", "import_verified")
MOST_NAMES_TOLD = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Which list it is. `verified`: how its addresses were verified, and `observed_at` on which day; else the list only says so."""

    name: str
    observed_at: datetime
    verified: str = ""

    @property
    def kind(self) -> str:
        return "import_verified" if self.verified else "import_bare"


@dataclass(slots=True)
class Taken:
    """What came of a batch, counted in rows; `shared`: addresses that have turned out to be several people's."""

    new: int = 0
    changed: int = 0
    same: int = 0
    shared: int = 0
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Contact:
    name: str
    id: int = 0


@dataclass(slots=True, eq=False)
class _Place:
    """An address, who claims it, and what is known of it in the tables. `told_by`: (contact, source) of what is declared."""

    address: Address
    id: int = 0
    owner: _Contact | None = None
    shared: bool = False
    claimants: list[_Contact] = field(default_factory=list)
    told_by: set[tuple[_Contact, str]] = field(default_factory=set)
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Declared:
    contact: _Contact
    place: _Place
    source: str
    gave: bool
    shares: bool


class _Batch:
    """What is known around some entries, and what follows from them."""

    def __init__(self, connection: Connection, entries: Sequence[Entry], source: Source, now: datetime) -> None:
        self.connection, self.source, self.now = connection, source, now
        self.contacts: dict[int, _Contact] = {}
        self.places = {each: _Place(each) for entry in entries for each in entry.addresses}
        self.made: list[_Contact] = []
        self.declared: list[_Declared] = []
        self.pairs: dict[tuple[_Place, _Place], str] = {}
        self.known_pairs: dict[tuple[int, int, str], str] = {}
        self.newly_shared: list[_Place] = []
        self.ours = set(connection.scalars(select(NumberRow.number)))
        self._recall()

    def _contact(self, contact_id: int, name: str) -> _Contact:
        return self.contacts.setdefault(contact_id, _Contact(name, contact_id))

    def _recall(self) -> None:
        spaces: dict[str, list[str]] = {}
        for each in self.places:
            spaces.setdefault(each.namespace, []).append(each.subject)
        for namespace, subjects in spaces.items():
            self._recall_identifiers(namespace, namespace, subjects)
            self._recall_declared(namespace, subjects)
        if NUMBER in spaces:
            self._recall_identifiers(SHARED, NUMBER, spaces[NUMBER])
        tels = [each.id for each in self.places.values() if each.id and each.address.namespace == NUMBER]
        if tels and any(_is_account(each) for each in self.places):
            self.known_pairs = {(row.tel_id, row.account_id, row.payload_sha256): row.state for row in self.connection.execute(
                select(EvidenceRow.tel_id, EvidenceRow.account_id, EvidenceRow.payload_sha256, LinkRow.state)
                .join(LinkRow, LinkRow.evidence_id == EvidenceRow.id)
                .where(EvidenceRow.tel_id.in_(tels), EvidenceRow.source == self.source.name))}

    def _recall_identifiers(self, namespace: str, meant: str, subjects: list[str]) -> None:
        there = IdentifierRow.namespace == namespace, IdentifierRow.subject.in_(subjects)
        rows = self.connection.execute(
            select(IdentifierRow.id, IdentifierRow.subject, IdentifierRow.contact_id, IdentifierRow.shared, ContactRow.name)
            .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
            .where(*there, *([] if namespace == SHARED else [IdentifierRow.scope == ""])))
        for row in rows:
            place = self.places.get(Address(meant, row.subject))
            if place is None:
                continue
            owner = self._contact(row.contact_id, row.name) if row.contact_id else None
            if owner and owner not in place.claimants:
                place.claimants.append(owner)
            if namespace == meant:
                place.id, place.owner, place.shared = row.id, owner, row.shared

    def _recall_declared(self, namespace: str, subjects: list[str]) -> None:
        rows = self.connection.execute(
            select(DeclaredRow.subject, DeclaredRow.is_handle, DeclaredRow.source, DeclaredRow.contact_id, ContactRow.name)
            .join(ContactRow, ContactRow.id == DeclaredRow.contact_id)
            .where(DeclaredRow.namespace == namespace, DeclaredRow.subject.in_(subjects)).order_by(DeclaredRow.id))
        for row in rows:
            place = self.places.get(Address(namespace, row.subject, row.is_handle))
            if place is not None:
                contact = self._contact(row.contact_id, row.name)
                place.told_by.add((contact, row.source))
                if contact not in place.claimants:
                    place.claimants.append(contact)

    def take(self, entries: Iterable[Entry]) -> Taken:
        """Decide each entry, and write all of it."""
        taken = Taken()
        for entry in entries:
            outcome = self._entry(entry)
            if isinstance(outcome, Wrong):
                taken.wrong.append(outcome)
            else:
                setattr(taken, outcome, getattr(taken, outcome) + 1)
        self._write()
        taken.shared = len(self.newly_shared)
        return taken

    def _entry(self, entry: Entry) -> Wrong | str:
        places = [self.places[each] for each in entry.addresses]
        ours = next((each.address.subject for each in places if each.address.subject in self.ours), None)
        if ours:
            return Wrong(entry.row, "", f"{ours} is a number of the house", "take it out", entry.cells)
        called = same_name(entry.name)
        known = {each for place in places for each in place.claimants if same_name(each.name) == called}
        if len(known) > 1:
            return Wrong(entry.row, "", f"the house knows {len(known)} contacts of this name with these addresses, and merges nobody",
                         "give each of them a row of its own", entry.cells)
        was_known = bool(known)
        contact = known.pop() if was_known else self._made(entry.name)
        anew = {place for place in places if self._claim(contact, place)}
        paired = self._pair(places, anew)
        if not was_known:
            return "new"
        return "changed" if anew or paired else "same"

    def _made(self, name: str) -> _Contact:
        contact = _Contact(name)
        self.made.append(contact)
        return contact

    def _claim(self, contact: _Contact, place: _Place) -> bool:
        """This contact is found there, says the list. Tells whether that is news."""
        if (contact, self.source.name) in place.told_by:
            return False
        gave = shares = False
        if contact not in place.claimants:
            place.claimants.append(contact)
            if not place.address.is_handle:
                gave = not place.shared and len(place.claimants) == 1
                shares = len(place.claimants) > 1 and self._share(place)
                if gave:
                    place.owner, place.moved = contact, True
        self._declare(contact, place, self.source.name, gave, shares)
        return True

    def _share(self, place: _Place) -> bool:
        """Several people claim it: from now on it is nobody's alone. Who had it before is remembered. Tells whether it was theirs alone."""
        if place.owner and not any(contact is place.owner for contact, _ in place.told_by):
            self._declare(place.owner, place, THE_HOUSE, gave=True)
        newly = not place.shared
        if newly:
            self.newly_shared.append(place)
        place.owner, place.shared, place.moved = None, True, True
        return newly

    def _declare(self, contact: _Contact, place: _Place, source: str, gave: bool, shares: bool = False) -> None:
        place.told_by.add((contact, source))
        self.declared.append(_Declared(contact, place, source, gave, shares))

    def _pair(self, places: list[_Place], anew: set[_Place]) -> bool:
        """The number and the account are one person's, says the list. Tells whether that is news.

        It is once more when that has run out since, or when the list was undone as a whole; not when a colleague undid it.
        """
        before = len(self.pairs)
        source = self.source
        for tel in (each for each in places if each.address.namespace == NUMBER):
            for account in (each for each in places if _is_account(each.address)):
                said = "|".join((source.name, tel.address.subject, account.address.subject, source.verified,
                                 str(source.observed_at.date()) if source.verified else ""))
                digest = _digest(said)
                while (tel.id, account.id, _digest(digest)) in self.known_pairs:
                    digest = _digest(digest)  # it has said so before, once more after that, and so on
                came_of_it = self.known_pairs.get((tel.id, account.id, digest), "")
                if not came_of_it:
                    self.pairs[tel, account] = digest
                elif came_of_it == "expired" or (came_of_it == "revoked" and anew & {tel, account}):
                    self.pairs[tel, account] = _digest(digest)
        return len(self.pairs) > before

    def _write(self) -> None:
        """All rows of this batch."""
        self._write_contacts()
        self._write_identifiers()
        in_bulk.add(self.connection, DeclaredRow, ("contact_id", "namespace", "subject", "is_handle", "source", "gave", "shares"), [
            (each.contact.id, *_called(each.place), each.place.address.is_handle, each.source, each.gave, each.shares)
            for each in self.declared])
        own_pages.soon(self.connection, [each.contact.id for each in self.declared if each.place.address.namespace == PAGE], self.now)
        deeds = [_about(each) for each in self.newly_shared]
        audit.append(self.connection, [*deeds, *self._write_evidence()], self.now)

    def _write_contacts(self) -> None:
        for contact, which in zip(self.made, free_ids(self.connection, ContactRow, len(self.made)), strict=True):
            contact.id = which
        in_bulk.add(self.connection, ContactRow, ("id", "name", "blocked", "created_at"),
                    [(each.id, each.name, False, self.now) for each in self.made])

    def _write_identifiers(self) -> None:
        new = [each for each in self.places.values() if not each.id and not each.address.is_handle and each.claimants]
        for place, which in zip(new, free_ids(self.connection, IdentifierRow, len(new)), strict=True):
            place.id, place.moved = which, False
        in_bulk.add(self.connection, IdentifierRow, (
            "id", "scope", "blocked", "first_seen", "namespace", "subject", "contact_id", "shared", "display"),
            [(each.id, "", False, self.now, *_called(each), *_holder(each).values()) for each in new])
        moved = [each for each in self.places.values() if each.moved]
        if moved:
            self.connection.execute(
                update(IdentifierRow).where(IdentifierRow.id == bindparam("which")),
                [{"which": each.id, **_holder(each)} for each in moved])

    def _write_evidence(self) -> Iterator[audit.Deed]:
        """The pairs that were not known, and the links that follow; a line of the audit for each."""
        if not self.pairs:
            return
        kind = kind_of(self.source.kind)
        hold(self.connection, *(each.id for pair in self.pairs for each in pair))
        said = [Evidence(tel.id, account.id, kind.name, self.source.name, "", self.source.observed_at, ACTOR,
                         reason=self.source.verified) for tel, account in self.pairs]
        evidence_ids = free_ids(self.connection, EvidenceRow, len(said))
        link_ids = free_ids(self.connection, LinkRow, len(said))
        self.connection.execute(insert(EvidenceRow), [
            {"id": which, **as_row(each, kind, digest)}
            for which, each, digest in zip(evidence_ids, said, self.pairs.values(), strict=True)])
        self.connection.execute(insert(LinkRow), [
            {"id": which, **as_link(each, kind, account.address.namespace, because, each.observed_at - SITTING)}
            for which, each, (_, account), because in zip(link_ids, said, self.pairs, evidence_ids, strict=True)])
        for each, evidence_id, link_id in zip(said, evidence_ids, link_ids, strict=True):
            yield audit.Deed(kind.name, ACTOR, "evidence", evidence_id, each.tel_id, each.account_id)
            yield audit.Deed("linked", ACTOR, "link", link_id, each.tel_id, each.account_id, after="active")


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def take(connection: Connection, entries: Sequence[Entry], source: Source, now: datetime) -> Taken:
    """Write down what this part of a list says. The same again changes nothing."""
    return _Batch(connection, entries, source, now).take(entries)


def free_ids(connection: Connection, table: type[Table], many: int) -> list[int]:
    """Numbers for new rows of this table: to ask back the number of each row takes most of the time of a long list.

    On SQLite a writing transaction is alone, so nobody else can take them.
    """
    known = table.__table__.c.id
    if connection.dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(table.__tablename__, "id"))
        return list(connection.scalars(select(sequence).select_from(func.generate_series(1, many))))
    last = connection.scalar(select(func.max(known))) or 0
    return list(range(last + 1, last + many + 1))


def told_together(names: Sequence[str]) -> str:
    """Whose an address may be, for whoever looks at it."""
    few = list(dict.fromkeys(names))[:MOST_NAMES_TOLD]
    return f"{', '.join(few[:-1])} or {few[-1]}" if len(few) > 1 else "".join(few)


def _is_account(address: Address) -> bool:
    """Can evidence join it to a number?"""
    return not address.is_handle and address.namespace not in (NUMBER, EMAIL)


def _called(place: _Place) -> tuple[str, str]:
    return place.address.namespace, place.address.subject


def _holder(place: _Place) -> dict[str, Any]:
    """Whose it is now."""
    names = [each.name for each in place.claimants] if place.shared else []
    return {"contact_id": place.owner.id if place.owner else None, "shared": place.shared, "display": told_together(names)}


def _about(place: _Place) -> audit.Deed:
    """Several people use this address."""
    is_number = place.address.namespace == NUMBER
    return audit.Deed("shared", ACTOR, tel_id=place.id if is_number else None, account_id=None if is_number else place.id)
