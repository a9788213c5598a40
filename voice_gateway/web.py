"""The web application: the only wiring there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voice_gateway import doors, log_lines, settings
from voice_gateway.gateway import Gateway, open_gateway
from voice_gateway.store.schema import must_be_at_head

if TYPE_CHECKING:
    from flask import Flask


def create_app(given: settings.Settings | None = None, gateway: Gateway | None = None) -> Flask:
    """Every door of the house, open. Reads the environment when nothing is given.

    Raises WrongSettings naming every wrong value, and OldSchema when `voice-gateway release` has not
    been run against this database.
    """
    chosen = given or (gateway.settings if gateway else settings.from_environment())
    log_lines.begin(chosen.log_format, chosen.log_level)
    house = gateway or open_gateway(chosen)
    must_be_at_head(house.store)
    house.turns.look_at_the_house()
    return doors.open_doors(house)
