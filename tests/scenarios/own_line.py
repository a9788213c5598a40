"""Somebody of the house at their own line, in the words of scenarios: how they ring in, and who they show to be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import OUR_NUMBER, Agent, House
from voice_gateway.tickets import code_digest, pin_of

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")
A = "TN-Validation-Passed-A"


def rings_in(who: Agent, **how: Any) -> Agent:
    """They ring the house from their own telephone, and the carrier vouches for it."""
    who.phone.dials(OUR_NUMBER, **{"verstat": A, **how})
    return who


def has_a_pin(house: House, who: Agent, pin: str = "4711") -> Agent:
    return who.differs(pin_digest=code_digest(house.settings.secret_key.get_secret_value(), pin_of(who.name, pin)))
