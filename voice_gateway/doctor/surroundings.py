"""What the house runs in: the Python, and the environment."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

from voice_gateway.doctor.finding import Finding, error, ok
from voice_gateway.doctor.patient import Patient

OLDEST_PYTHON = (3, 11)
NOT_SET, OURS = "Field required", "Value error, "
"""The library's words for what is missing, and before what we say ourselves."""


def python(_patient: Patient) -> Iterator[Finding]:
    """Is this Python new enough?"""
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield error(f"Python {platform.python_version()}", f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer")
    else:
        yield ok(f"Python {platform.python_version()}")


def settings(patient: Patient) -> Iterator[Finding]:
    """Can every setting be used?"""
    for name, problem in patient.wrong.items():
        yield error(f"{name}: {'is not set' if problem == NOT_SET else problem.removeprefix(OURS)}", "set it in the environment; the README tells every variable")
    if not patient.wrong:
        yield ok("all there")
