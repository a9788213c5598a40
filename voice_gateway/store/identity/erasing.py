"""To forget a person: every word about them goes, and what the house did stays countable.

Rows are kept, emptied. Evidence and links lose their salt, so that the fingerprints in the audit name nobody any more,
and a new line of the audit holds the fingerprint of what is left: the chain goes on being valid.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Table, delete, select, update

from voice_gateway.store.identity import at_carrier, audit, hold, persons, unlisting
from voice_gateway.store.identity.persons import Keys
from voice_gateway.store.messages_left import FORGOTTEN
from voice_gateway.store.tables import (
    CaseRow,
    ChallengeRow,
    ContactRow,
    DeclaredRow,
    EvidenceRow,
    IdentifierRow,
    LegRow,
    LinkRow,
    MessageRow,
    RecordingRow,
    VoicemailRow,
)

NAME = "Erased"
TAKEN_AWAY = ("challenges", "declared")

# Per table: the columns that may hold something of a person, and what stands there afterwards.
PERSONAL: dict[str, dict[str, Any]] = {
    "contacts": {"name": NAME, "page": "", "look_at": None},
    "identifiers": {"scope": "", "display": "", "goes_by": "", "blocked_why": "", "unreachable": None},
    "cases": {"caller_name": NAME, "phone": None, "about": "", "impact": "", "declared_handle": None, "ticket_seed": ""},
    "legs": {"phone": "", "typed": "", "verstat": ""},
    "answers": {"reply": ""},
    "journal": {"detail": ""},
    "messages": {"phone": "", "body": "", "pictures": [], "assumes": {}},
    "voicemails": {"transcript": ""},
    "recordings": {},
    "orders": {"result": None, "words": ""},
    "climbs": {"why": "", "also": []},
    "consents": {"source": ""},
    "amends": {"apology": "", "next_step": ""},
    "posts": {"post_id": None, "thread": "", "handle": "", "words": "", "url": "", "mentions": [], "repeats": "", "problem": "", "assumes": {}},
    "evidence": {"reason": "", "source": "", "channel_sid": "", "salt": ""},
    "links": {"reason": "", "salt": ""},
    "sittings": {"state_hash": "", "remembered": {}},
}

# Columns of text that name no person: words of the house, states, kinds, the names of colleagues, and the carrier's own names,
# which stay until it has confirmed that it forgot.
HARMLESS: dict[str, frozenset[str]] = {
    "identifiers": frozenset({"namespace", "subject"}),
    "cases": frozenset({"our_number", "language", "skill", "state", "token_hash", "disposition", "may_record"}),
    "legs": frozenset({"call_sid", "role", "may_record", "our_number", "opening", "otherwise", "after_room", "outcome"}),
    "journal": frozenset({"what", "who"}),
    "messages": frozenset({"message_sid", "role", "our_number", "status", "not_sent"}),
    "voicemails": frozenset({"recording_sid", "transcript_sid", "state", "kept_as", "kind", "fetched"}),
    "recordings": frozenset({"recording_sid", "state", "kept_as", "kind", "fetched"}),
    "orders": frozenset({"kind", "turn", "claimed_by"}),
    "consents": frozenset({"wording", "what"}),
    "climbs": frozenset({"rule", "ladder", "reason", "ended_with"}),
    "pages": frozenset({"how"}),
    "alarms": frozenset({"why"}),
    "brought": frozenset({"rule"}),
    "posts": frozenset({"network", "state"}),
    "evidence": frozenset({"kind", "tier", "actor", "payload_sha256"}),
    "invitations": frozenset({"token_hash"}),
    "sittings": frozenset({"key_hash", "network"}),
    "links": frozenset({"network", "kind", "tier", "state", "revoked_by"}),
    "identity_events": frozenset({"what", "who", "before", "after", "fingerprint", "prev_hash", "hash"}),
}


class NotNow(Exception):
    """Something is still going on with this person. The message says what."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was emptied, how much of it, and the recordings that are to be thrown out of the vault now.

    `at_carrier`: how much is owed to be erased there.
    """

    rows: dict[str, int]
    vault_keys: tuple[str, ...]
    at_carrier: int


def sound(connection: Connection, keys: Keys) -> tuple[str, ...]:
    """What is kept of this person's messages and pictures in the vault. Raises NotNow as `erase` does."""
    _nothing_goes_on(connection, keys)
    cases = select(CaseRow.id).where(persons.cases(keys))
    found = connection.scalars(select(VoicemailRow.kept_as).where(VoicemailRow.case_id.in_(cases), VoicemailRow.kept_as != "")).all()
    pictures = connection.scalars(select(MessageRow.pictures).where(MessageRow.case_id.in_(cases))).all()
    return (*found, *(each["kept_as"] for several in pictures for each in several if "kept_as" in each))


def erase(connection: Connection, keys: Keys, who: str, now: datetime) -> Erased:
    """Forget this person. Raises NotNow while a case of theirs is open, or a telephone of theirs is on the line."""
    hold(connection, *keys["identifiers"])
    tables = [(table, which) for table, which in persons.everything(connection, keys) if table.name not in TAKEN_AWAY]
    vault_keys = sound(connection, keys)
    _no_sound(connection, keys)
    _let_go(connection, keys)
    ids = keys["identifiers"]
    connection.execute(delete(ChallengeRow).where(ChallengeRow.tel_id.in_(ids) | ChallengeRow.account_id.in_(ids)))
    claimed = unlisting.claims_of(connection, keys["contacts"])
    connection.execute(delete(DeclaredRow).where(DeclaredRow.contact_id.in_(keys["contacts"])))
    counted = {}
    for table, which in tables:
        values = dict(PERSONAL.get(table.name, {}))
        if values:
            counted[table.name] = connection.execute(update(table).where(which).values(**values)).rowcount
    _nameless(connection, keys)
    unshared = unlisting.as_before(connection, claimed, who)
    audit.append(connection, [*_sealed_anew(connection, keys, who, now), *unshared], now)
    return Erased(counted, vault_keys, at_carrier.owe(connection, persons.cases(keys), now))


def undecided(tables: list[Table]) -> list[str]:
    """Columns of text that belong to people and of which nobody has said whether they are personal. For a test."""
    return [f"{table.name}.{column.name}" for table in tables if table.name not in TAKEN_AWAY for column in table.columns
            if (isinstance(column.type, JSON) or column.type.python_type is str)
            and column.name not in PERSONAL.get(table.name, {}) and column.name not in HARMLESS.get(table.name, ())]


def _nothing_goes_on(connection: Connection, keys: Keys) -> None:
    theirs = persons.cases(keys)
    open_ones = connection.scalars(select(CaseRow.id).where(theirs, CaseRow.closed_at.is_(None)).order_by(CaseRow.id)).all()
    if open_ones:
        raise NotNow(f"T{', T'.join(map(str, open_ones))}: still open; close what is open first")
    if connection.scalar(select(LegRow.id).join(CaseRow, CaseRow.id == LegRow.case_id)
                         .where(theirs, LegRow.ended_at.is_(None)).limit(1)):
        raise NotNow("a telephone is still on the line")


def _no_sound(connection: Connection, keys: Keys) -> None:
    """Messages and pictures leave the vault now, so that nobody is asked to hear one; talks are erased by their own job."""
    cases = select(CaseRow.id).where(persons.cases(keys))
    connection.execute(update(RecordingRow).where(RecordingRow.case_id.in_(cases)).values(erase_at=RecordingRow.begun_at))
    connection.execute(update(VoicemailRow).where(VoicemailRow.case_id.in_(cases)).values(kept_as="", kind="", fetched=FORGOTTEN, state="done"))


def _nameless(connection: Connection, keys: Keys) -> None:
    """Each number and account gets a random name, and each piece of evidence a random digest."""
    for table, column, rows in (("identifiers", "subject", keys["identifiers"]), ("evidence", "payload_sha256", _of(connection, EvidenceRow, keys))):
        known = EvidenceRow.metadata.tables[table]
        for each in rows:
            connection.execute(update(known).where(known.columns["id"] == each)
                               .values({column: f"erased {secrets.token_hex(16)}"}))


def _let_go(connection: Connection, keys: Keys) -> None:
    """What may be another's stays, and leads to this person no more; nor does their name stay in a case there."""
    names = select(ContactRow.name).where(ContactRow.id.in_(keys["contacts"]))
    there = CaseRow.identifier_id.in_(keys["left_out"]) & CaseRow.contact_id.in_(keys["contacts"])
    connection.execute(update(CaseRow).where(there, CaseRow.caller_name.in_(names)).values(caller_name=NAME))
    connection.execute(update(CaseRow).where(there).values(contact_id=None))
    connection.execute(update(IdentifierRow).where(IdentifierRow.id.in_(keys["left_out"]),
                                                   IdentifierRow.contact_id.in_(keys["contacts"])).values(contact_id=None))


def _sealed_anew(connection: Connection, keys: Keys, who: str, now: datetime) -> list[audit.Deed]:
    evidence, links = _of(connection, EvidenceRow, keys), _of(connection, LinkRow, keys)
    connection.execute(update(EvidenceRow).where(EvidenceRow.id.in_(evidence)).values(erased_at=now))
    connection.execute(update(LinkRow).where(LinkRow.id.in_(links), LinkRow.state.in_(("active", "suspended")))
                       .values(state="revoked", revoked_at=now, revoked_by=who))
    return [audit.Deed("erased", who, "evidence", each) for each in evidence] + [
        audit.Deed("erased", who, "link", each, after="revoked") for each in links]


def _of(connection: Connection, table: type[EvidenceRow] | type[LinkRow], keys: Keys) -> list[int]:
    ids = keys["identifiers"]
    return list(connection.scalars(select(table.id).where(table.tel_id.in_(ids) | table.account_id.in_(ids)).order_by(table.id)))
