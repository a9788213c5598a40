"""Is the house fit to go live? One plain question after the other, and what to do about each answer.

Nothing is changed, and a part that is missing only keeps those questions from being asked that need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voice_gateway.doctor import (
    account,
    address,
    alarms,
    bell,
    lines,
    memory,
    networks,
    processes,
    rotas,
    surroundings,
)
from voice_gateway.doctor.finding import Finding, State, error, not_checked
from voice_gateway.doctor.patient import Patient, Seams

__all__ = ["CHECKS", "Check", "Finding", "Patient", "Seams", "State", "examine"]


@dataclass(frozen=True, slots=True)
class Check:
    """A question: what is looked at, who looks, and what must be well before: other checks, and settings."""

    name: str
    look: Callable[[Patient], Iterator[Finding]]
    needs: tuple[str, ...] = ()


CHECKS = (
    Check("python", surroundings.python),
    Check("settings", surroundings.settings),
    Check("database", memory.database, ("DATABASE_URL", "DATA_DIR", "CLOCK_SPEED")),
    Check("schema", memory.shape, ("database",)),
    Check("house", memory.house, ("schema",)),
    Check("numbers", memory.numbers, ("house",)),
    Check("people", memory.people, ("house",)),
    Check("hours", memory.hours, ("house",)),
    Check("on call", rotas.rotas, ("house",)),
    Check("alarms", alarms.alarms, ("house",)),
    Check("redis", bell.redis, ("REDIS_URL", "DATA_DIR")),
    Check("redis memory", bell.room, ("redis",)),
    Check("redis keeps", bell.persistence, ("redis",)),
    Check("worker", processes.worker, ("schema",)),
    Check("backlog", processes.backlog, ("schema",)),
    Check("clock", processes.one_clock, ("redis",)),
    Check("account", account.account, ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_BASE_URL", "TWILIO_API_KEY",
                                       "TWILIO_API_SECRET")),
    Check("trial", account.trial, ("account",)),
    Check("time", account.clocks_agree, ("account", "CLOCK_SPEED")),
    Check("countries", account.countries, ("account", "house")),
    Check("lines", lines.numbers, ("account", "numbers", "PUBLIC_BASE_URL")),
    Check("public name", address.public_name, ("PUBLIC_BASE_URL", "TWILIO_API_BASE_URL")),
    Check("signed", address.signed, ("PUBLIC_BASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")),
    Check("forged", address.forged, ("signed",)),
    Check("fallback", lines.fallback, ("lines",)),
    Check("networks", networks.networks, ("schema", *networks.VARIABLES)),
)


def examine(patient: Patient) -> Iterator[tuple[str, Finding]]:
    """Every finding with the name of its check, as soon as it is known. Never raises, never tells a secret."""
    ill = set(patient.wrong)
    for check in CHECKS:
        missing = next((name for name in check.needs if name in ill), None)
        found = [not_checked(f"not checked: it needs {missing}")] if missing else _looked(check, patient)
        if missing or any(each.state is State.ERROR for each in found):
            ill.add(check.name)
        for each in found:
            yield check.name, Finding(each.state, patient.discreet(each.found), patient.discreet(each.do))


def _looked(check: Check, patient: Patient) -> list[Finding]:
    try:
        return list(check.look(patient))
    except Exception as surprise:  # whatever is wrong with the house, the doctor goes on
        return [error(f"it could not be looked at: {type(surprise).__name__}", "please report this")]
