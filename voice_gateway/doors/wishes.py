"""What a visitor typed, read once: a wish that can be granted, or each wrong field and why.

Their words are read aloud to a colleague, shown on screens and put into texts, so
what no person can type or see does not come in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows import networks
from flows.facts import MINUTES, Request
from voice_gateway import dialling
from voice_gateway.codes_back import CONSENT

LONGEST = {"name": 80, "about": 200, "impact": 300, "handle": 100}
LONGEST_INSTANT = 40
DAYS_AHEAD = 30
STILL_NOW = MINUTES  # a form knows no seconds: the minute that just began is not the past

_WITH_A_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[0-9:.+Z -]*", re.ASCII)
_NETWORK = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}", re.ASCII)
# Marks that turn the direction of text or cannot be seen. The joiner of emoji (U+200D) may stay.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
                     "\U000e0000-\U000e007f]")
_BREAKS = re.compile("[\t\n\r\u0085\u2028\u2029]+")
_BARRED = {"Cc": "control characters", "Cs": "broken characters", "Co": "private characters"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field that cannot be taken as it is."""

    field: str
    why: str


class WrongFields(ValueError):
    """What was typed cannot be granted. `fields` names each; `barred` is set when policy is the only reason."""

    def __init__(self, fields: Sequence[Wrong], barred: bool = False) -> None:
        super().__init__(", ".join(each.field for each in fields))
        self.fields = tuple(fields)
        self.barred = barred


class _Wrong(ValueError):
    """This one field is wrong."""


@dataclass(slots=True)
class Wish:
    """Reads the fields one after another, and remembers what was wrong with each."""

    typed: Mapping[str, Any]
    countries: Sequence[str]
    zone: ZoneInfo
    now: datetime
    wrong: list[Wrong] = field(default_factory=list)
    barred: bool = False

    def read(self) -> Request:
        """The wish, checked. Raises WrongFields."""
        phone = self._field("phone", self._phone)
        name = self._field("name", lambda: self._words("name", needed="Please tell us your name."))
        about = self._field("about", lambda: self._words("about", needed="Please tell us what it is about."))
        impact = self._field("impact", lambda: self._words("impact"))
        when = self._field("when", self._when)
        handle = self._field("handle", self._handle)
        self._field("consent", self._consent)
        if self.wrong or phone is None or name is None or about is None:
            raise WrongFields(self.wrong, barred=self.barred and len(self.wrong) == 1)
        return Request(name=name, phone=phone, about=about, impact=impact or "", handle=handle, when=when,
                       consent=CONSENT)

    def _field(self, name: str, read: Any) -> Any:
        try:
            return read()
        except _Wrong as error:
            self.wrong.append(Wrong(name, str(error)))
            return None

    def _phone(self) -> str:
        raw = self.typed.get("phone")
        if not isinstance(raw, str):
            raise _Wrong("Please give the number on which we shall call you.")
        try:
            return dialling.check(raw, self.countries)
        except dialling.NotANumber as error:
            raise _Wrong(error.why) from None
        except dialling.NotAllowed as error:
            self.barred = True
            raise _Wrong(error.why) from None

    def _words(self, name: str, needed: str = "") -> str:
        raw = self.typed.get(name)
        if raw is None or raw == "":
            raw = ""
        if not isinstance(raw, str):
            raise _Wrong("This must be text.")
        words = words_of(raw, LONGEST[name], one_line=name == "name")
        if needed and not words:
            raise _Wrong(needed)
        return words

    def _when(self) -> datetime | None:
        raw = self.typed.get("when")
        if raw is None or raw in ("", "now"):
            return None
        if not isinstance(raw, str) or len(raw) > LONGEST_INSTANT or not _WITH_A_TIME.fullmatch(raw):
            raise _Wrong('Please say "now", or a date with a time such as 2026-05-28T14:30.')
        try:
            at = self._instant(datetime.fromisoformat(raw))
        except (ValueError, OverflowError) as error:
            raise _Wrong(str(error) if isinstance(error, _Wrong) else "There is no such date or time.") from None
        if at < self.now - STILL_NOW:
            raise _Wrong("That time has passed.")
        if at > self.now + timedelta(days=DAYS_AHEAD):
            raise _Wrong(f"That is more than {DAYS_AHEAD} days ahead.")
        return at if at > self.now else None

    def _instant(self, at: datetime) -> datetime:
        """The instant that is meant; without a zone it is the house's wall clock."""
        if at.tzinfo is not None:
            return at.astimezone(UTC)
        instant = at.replace(tzinfo=self.zone).astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) != at:
            raise _Wrong("The clocks are put forward then and skip this time. Please choose another.")
        return instant

    def _handle(self) -> tuple[str, str] | None:
        raw = self.typed.get("handle")
        if raw is None:
            return None
        if not isinstance(raw, Mapping):
            raise _Wrong('This must be {"network": ..., "handle": ...}.')
        network, handle = raw.get("network"), raw.get("handle")
        if not isinstance(network, str) or not isinstance(handle, str):
            raise _Wrong("Both the network and the name there must be text.")
        name = words_of(handle, LONGEST["handle"], one_line=True)
        if not name or not _NETWORK.fullmatch(network.lower()):
            raise _Wrong("Please give the network, such as bluesky, and your name there.")
        try:
            return network.lower(), networks.of(network.lower()).handle(name)
        except networks.NotAHandle as error:
            raise _Wrong(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
        except KeyError:
            return network.lower(), name  # a network that we cannot ask; a colleague may know it

    def _consent(self) -> None:
        if self.typed.get("consent") is not True:
            raise _Wrong("We may call you only if you agree.")


def words_of(raw: str, longest: int, *, one_line: bool = False) -> str:
    """Words as a person meant them: one line, no marks that cannot be seen.

    Raises ValueError saying what is wrong with them.
    """
    if len(raw) > 4 * longest:
        raise _Wrong(f"Please keep it under {longest} characters.")
    if not one_line:
        raw = _BREAKS.sub(" ", raw)
    barred = next(filter(None, map(_barred, raw)), None)
    if barred or "\u2028" in raw or "\u2029" in raw:
        raise _Wrong(f"Please leave out {barred or 'line breaks'}.")
    words = " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", raw)).split())
    if len(words) > longest:
        raise _Wrong(f"Please keep it under {longest} characters.")
    if words and all(unicodedata.category(each)[0] in "MZ" or each == "\u200d" for each in words):
        raise _Wrong("Nobody could read this.")
    return words


def _barred(letter: str) -> str | None:
    """What is wrong with this one; characters newer than our tables, such as emoji, may come in."""
    if ord(letter) & 0xFFFE == 0xFFFE or "\ufdd0" <= letter <= "\ufdef":
        return "broken characters"
    return _BARRED.get(unicodedata.category(letter))


def from_form(form: Mapping[str, str]) -> dict[str, Any]:
    """A web form in the words of the JSON door."""
    typed: dict[str, Any] = {name: form.get(name) for name in ("phone", "name", "about", "impact", "when")}
    typed["consent"] = form.get("consent", "").lower() in ("yes", "on", "true", "1")
    if form.get("network") or form.get("handle"):
        typed["handle"] = {"network": form.get("network", ""), "handle": form.get("handle", "")}
    return typed
