"""What the house knows: the database, its shape, and what was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.store import MemoryLost, schema

HOUR = 60
SQLITE = "sqlite:///"
RELEASE = "voice-gateway release"
LOAD = "voice-gateway load FILE.toml"


def database(patient: Patient) -> Iterator[Finding]:
    """Does the database answer?"""
    file = Path(patient.settings.database.removeprefix(SQLITE))
    if patient.settings.database.startswith(SQLITE) and not file.exists():
        yield error(f"there is no {file.name} in {file.parent}", RELEASE)
        return
    try:
        schema.found(patient.store)
    except (MemoryLost, OSError) as lost:
        yield error(str(lost), "start it, or correct DATABASE_URL (without it, DATA_DIR must be a folder that we may write)")
    else:
        yield ok(patient.store.engine.dialect.name)


def shape(patient: Patient) -> Iterator[Finding]:
    """Has it the shape that this version needs?"""
    found = schema.found(patient.store)
    if found == schema.head():
        yield ok(f"at {found}, the newest")
    else:
        yield error(f"it is at {found or 'nothing'}, this version needs {schema.head()}", RELEASE)


def house(patient: Patient) -> Iterator[Finding]:
    """Was a house loaded?"""
    there = patient.inventory
    if there is None:
        yield error("no house was loaded", LOAD)
    else:
        yield ok(f"{there.name}, with contacts in {', '.join(there.countries)}")


def numbers(patient: Patient) -> Iterator[Finding]:
    """Has it numbers?"""
    if patient.numbers:
        yield ok(", ".join(patient.numbers))
    else:
        yield error("the house has no numbers", f"write [[numbers]] into the house file, then {LOAD}")


def people(patient: Patient) -> Iterator[Finding]:
    """Is there anybody who answers, and somebody to turn to when nobody does?"""
    there = patient.inventory
    if there is None or not there.agents:
        yield error("nobody of the house is an agent", f'give somebody roles = ["agent"] in the house file, then {LOAD}')
    elif not there.managers:
        yield warning(f"agents: {there.agents}, managers: none", "name a manager, for what no agent takes")
    else:
        yield ok(f"agents: {there.agents}, managers: {there.managers}")
    if there and there.doubtful:
        yield warning(f"whose telephones have not said that they are theirs: {', '.join(there.doubtful)}. No customer's call or"
                      " text goes there", "they answer our text as it asks; else correct the number in the house file")


def hours(patient: Patient) -> Iterator[Finding]:
    """When is the house open?"""
    minutes = patient.inventory.open_minutes if patient.inventory else None
    if minutes is None:
        yield ok("always open")
    elif not minutes:
        yield error("the house is never open", f"correct [[hours]] in the house file, then {LOAD}")
    else:
        yield ok(f"open {minutes / HOUR:g} hours a week")
