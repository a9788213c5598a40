"""The contacts of a house file, written into the tables.

Contacts are known by their numbers, and none of them, and none of their
numbers, is ever taken away. A number that several of them share is nobody's:
who rings from there is never guessed. That it is theirs too is remembered
beside it, under their name, so that the same file finds the same contacts again. Their handles are what this file says of
them, as lists say it: shown to a colleague once the network has told whose they are, and nobody's proof.
"""

from __future__ import annotations

from sqlalchemy import and_, delete, insert, or_, select, update

from voice_gateway.house_file import Customer
from voice_gateway.store.tables import AnyRow, ContactRow, DeclaredRow, IdentifierRow
from voice_gateway.store.van import Van

SHARED = "tel_shared"
HOUSE_FILE = "house file"


def write(van: Van, contacts: tuple[Customer, ...]) -> None:
    """Every contact, and then the numbers that are nobody's alone."""
    sharers: dict[str, list[str]] = {}
    for contact in contacts:
        for phone in contact.phones:
            sharers.setdefault(phone, []).append(contact.name)
    shared = {phone: names for phone, names in sharers.items() if len(names) > 1}
    taken: set[int] = set()
    for contact in contacts:
        taken.add(_contact(van, contact, frozenset(shared), taken))
    for phone, names in shared.items():
        _nobodys_own(van, phone, names)


def _contact(van: Van, contact: Customer, shared: frozenset[str], taken: set[int]) -> int:
    """The contact behind these numbers; made, renamed, marked or given numbers where the file says so."""
    marks = {"insider": contact.insider, "blocked": contact.blocked, "page": contact.page}
    row = _known(van, contact, shared, taken)
    if row is None:
        given = {"name": contact.name, "created_at": van.now, **marks}
        contact_id: int = van.run(insert(ContactRow).returning(ContactRow.id), given).scalar_one()
        van.tell("add", f"contact {contact.name}")
    else:
        contact_id = row.id
        if row.name != contact.name:
            van.run(update(ContactRow).where(ContactRow.id == contact_id).values(name=contact.name))
            van.tell("rename", f"contact {row.name} to {contact.name}")
        van.change(row, ContactRow.id, marks, f"contact {contact.name}")
    if contact.page != (row.page if row else ""):
        van.run(update(ContactRow).where(ContactRow.id == contact_id).values(look_at=van.now))
    for phone in contact.phones:
        if phone in shared:
            _theirs_too(van, phone, contact_id, contact.name)
        else:
            _their_own(van, phone, contact_id, contact.name)
    _said_to_be(van, contact, contact_id)
    return contact_id


def _said_to_be(van: Van, contact: Customer, contact_id: int) -> None:
    """What they are called on networks; what the file does not say any more is not said."""
    said = {(row.namespace, row.subject): row.id for row in van.run(
        select(DeclaredRow.id, DeclaredRow.namespace, DeclaredRow.subject)
        .where(DeclaredRow.contact_id == contact_id, DeclaredRow.source == HOUSE_FILE))}
    for network, handle in contact.handles:
        if said.pop((network, handle), None) is None:
            van.run(insert(DeclaredRow), {"contact_id": contact_id, "namespace": network, "subject": handle, "is_handle": True,
                                          "source": HOUSE_FILE})
            van.tell("add", f"handle {handle} on {network} of contact {contact.name}")
    for (network, handle), which in said.items():
        van.run(delete(DeclaredRow).where(DeclaredRow.id == which))
        van.tell("remove", f"handle {handle} on {network} of contact {contact.name}")


def _known(van: Van, contact: Customer, shared: frozenset[str], taken: set[int]) -> AnyRow | None:
    """Who was known at these numbers; at a shared one only who had this name there."""
    number, beside = IdentifierRow.namespace == "tel", IdentifierRow.namespace == SHARED
    rows = van.run(
        select(ContactRow.id, ContactRow.name, ContactRow.insider, ContactRow.blocked, ContactRow.page,
               IdentifierRow.subject)
        .join(IdentifierRow, IdentifierRow.contact_id == ContactRow.id)
        .where(IdentifierRow.subject.in_(contact.phones))
        .where(or_(and_(number, IdentifierRow.scope == ""), and_(beside, IdentifierRow.scope == contact.name)))
    )
    theirs = [row for row in rows if row.id not in taken and (row.subject not in shared or row.name == contact.name)]
    return min(theirs, key=lambda row: (row.name != contact.name, row.id), default=None)


def _their_own(van: Van, phone: str, contact_id: int, name: str) -> None:
    row = _number(van, phone)
    if row is None:
        van.run(insert(IdentifierRow), {"namespace": "tel", "subject": phone, "contact_id": contact_id,
                                        "first_seen": van.now})
        van.tell("add", f"number {phone} of contact {name}")
    elif row.contact_id != contact_id:
        van.run(update(IdentifierRow).where(IdentifierRow.id == row.id).values(contact_id=contact_id, display=""))
        van.tell("link", f"number {phone} to contact {name}")


def _theirs_too(van: Van, phone: str, contact_id: int, name: str) -> None:
    beside = {"namespace": SHARED, "scope": name, "subject": phone}
    row = van.run(select(IdentifierRow.id, IdentifierRow.contact_id).filter_by(**beside)).first()
    if row is None:
        van.run(insert(IdentifierRow), {**beside, "contact_id": contact_id, "first_seen": van.now})
    elif row.contact_id != contact_id:
        van.run(update(IdentifierRow).where(IdentifierRow.id == row.id).values(contact_id=contact_id))


def _nobodys_own(van: Van, phone: str, names: list[str]) -> None:
    """The number stands for all of them, and for none of them."""
    wanted = {"contact_id": None, "display": f"{', '.join(names[:-1])} or {names[-1]}"}
    row = _number(van, phone)
    if row is None:
        van.run(insert(IdentifierRow), {"namespace": "tel", "subject": phone, "first_seen": van.now, **wanted})
    elif (row.contact_id, row.display) != (None, wanted["display"]):
        van.run(update(IdentifierRow).where(IdentifierRow.id == row.id).values(**wanted))
    else:
        return
    van.tell("share", f"number {phone} between contacts {' and '.join(names)}")


def _number(van: Van, phone: str) -> AnyRow | None:
    row: AnyRow | None = van.run(
        select(IdentifierRow.id, IdentifierRow.contact_id, IdentifierRow.display)
        .where(IdentifierRow.namespace == "tel", IdentifierRow.scope == "", IdentifierRow.subject == phone)
    ).first()
    return row
