"""Whose public holidays the house keeps, and the days on which it is therefore closed.

Who keeps which day free, and on which other day when it falls on a Sunday, is
the knowledge of a library. It is large, so a house that keeps no calendar never
loads it.
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flows.house import Closing

DAYS_AHEAD = 400

_log = logging.getLogger(__name__)
_ASIDE = re.compile(r"\s*\([^)]*\)")


def closings(calendar: str | None, own: Iterable[Closing], today: date) -> tuple[Closing, ...]:
    """The days on which nobody works: public holidays and the house's own, each once, in order.

    Where both fall on one day the house's own reason is told. Yesterday is there for those whose
    night is not over.
    """
    first, last = today - timedelta(days=1), today + timedelta(days=DAYS_AHEAD)
    found = {closing.day: closing for closing in own if closing.day >= first}
    for year in range(first.year, last.year + 1) if calendar else ():
        for closing in _public(calendar or "", year):
            if first <= closing.day <= last:
                found.setdefault(closing.day, closing)
    return tuple(found[day] for day in sorted(found))


def countries() -> tuple[str, ...]:
    """The countries whose public holidays are known, by their two letters."""
    return tuple(_known())


def parts(country: str) -> tuple[str, ...]:
    """The parts of a country with holidays of their own, such as "US-NY"."""
    return tuple(f"{country}-{part}" for part in _known().get(country, ()))


def is_known(calendar: str) -> bool:
    """Is it such a country, or a part of one?"""
    country, dash, _ = calendar.partition("-")
    return calendar in (parts(country) if dash else countries())


@lru_cache(maxsize=1)
def _known() -> dict[str, list[str]]:
    known: dict[str, list[str]] = _library().list_supported_countries(include_aliases=False)
    return known


@lru_cache(maxsize=32)
def _public(calendar: str, year: int) -> tuple[Closing, ...]:
    """The public holidays of one year, as they are spoken of: in English where there is a word for it."""
    country, _, part = calendar.partition("-")
    if not is_known(calendar):
        _log.error("the public holidays of %s are not known any more; the house does not close on them", calendar)
        return ()
    library = _library()
    languages = library.country_holidays(country).supported_languages
    language = next((each for each in ("en_US", "en_GB", *languages) if each in languages and each[:2] == "en"), None)
    days = library.country_holidays(country, subdiv=part or None, years=year, observed=True, language=language)
    return tuple(Closing(day, " and ".join(_spoken(days.get_list(day)))) for day in sorted(days))


def _spoken(names: Iterable[str]) -> list[str]:
    """Without what is said aside, such as "(observed)", which nobody says on the telephone."""
    return list(dict.fromkeys(_ASIDE.sub("", name).strip() for name in names))


def _library() -> Any:
    return importlib.import_module("holidays")
