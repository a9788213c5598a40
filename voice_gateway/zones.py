"""Time zones as people name them: by their name, or by a large city in them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
COMPASS = ("north", "south", "west")  # of Australia, whose zones have cities as well


def named(place: str) -> str:
    """`Tokyo`, `new york` or `europe/berlin` as the name of a zone; empty when there is none.

    Letters such as EST are none: they name an hour that stays as it is when clocks are turned, or several.
    """
    return _known().get("_".join(place.casefold().split()), "")


@cache
def _known() -> dict[str, str]:
    """Every name of a zone, and its city. Of several of one city's name it is the shortest."""
    regional = sorted((name for name in available_timezones() if name.partition("/")[0] in REGIONS), key=lambda name: (-len(name), name))
    cities = {name.rpartition("/")[2].casefold(): name for name in regional}
    return {city: name for city, name in cities.items() if city not in COMPASS} | {
        name.casefold(): name for name in (*regional, "UTC")}
