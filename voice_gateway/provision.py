"""Where our numbers must lead at the carrier, and how they are brought there and back.

What a number had before is kept first, then it is changed: whatever fails in between loses nothing.
A number that leads to another application is left alone unless somebody insists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from voice_gateway import clock
from voice_gateway.account import NumberAtCarrier
from voice_gateway.refusals import CarrierError, Unknown, Unreached
from voice_gateway.store import Store, provisions
from voice_gateway.wire import RETRIES

if TYPE_CHECKING:
    from voice_gateway.carrier import Carrier

# Of an incoming call the carrier waits 15 s at most in all, whatever fails: two more tries fit
# (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
TWICE_MORE = "#rc=2&rp=all"
WELCOME = "demo.twilio.com"
"""Where the carrier lets a new number lead, until somebody says where to."""
FALLBACK = "/voice/fallback"
ADDRESSES = ("voice_url", "voice_fallback_url", "status_callback", "sms_url", "sms_fallback_url")
HANDED_OVER = {"voice_application_sid": "an application", "trunk_sid": "a trunk", "sms_application_sid": "an application"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a number: what it is, and what it shall be."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one number. `trouble` says why it could not be done; empty when it was, or need not."""

    number: str
    changes: tuple[Change, ...] = ()
    trouble: str = ""
    note: str = ""


def wanted(base: str) -> dict[str, str]:
    """What each number of the house must have at the carrier."""
    return {
        "voice_url": f"{base}/voice/reception{TWICE_MORE}", "voice_method": "POST",
        "voice_fallback_url": f"{base}{FALLBACK}", "voice_fallback_method": "POST",
        "status_callback": f"{base}/voice/ended{RETRIES}", "status_callback_method": "POST",
        "sms_url": f"{base}/sms{RETRIES}", "sms_method": "POST",
        "voice_application_sid": "", "trunk_sid": "", "sms_application_sid": "",
    }


def is_ours(address: str, base: str) -> bool:
    """Does this address lead to us?"""
    return address == base or address.startswith((f"{base}/", f"{base}?", f"{base}#"))


def has_own_fallback(fields: Mapping[str, str], base: str) -> bool:
    """Does the fallback door stand on another machine, which is where it is best?"""
    spare, first = urlsplit(fields["voice_fallback_url"]), urlsplit(fields["voice_url"])
    return spare.path.endswith(FALLBACK) and not is_ours(spare.geturl(), base) and spare.netloc != first.netloc


def shown(address: str) -> str:
    """An address as it may be shown: what others put into theirs may be secret."""
    parts = urlsplit(address)
    if not parts.netloc:
        return address or "(none)"
    host = parts.netloc.rpartition("@")[2]
    query, fragment = "?…" if parts.query else "", f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{parts.path}{query}{fragment}"


class Provisioning:
    """The numbers of one house at one account, to be set or put back."""

    def __init__(self, store: Store, carrier: Carrier, base: str, *, dry_run: bool, force: bool) -> None:
        self._store, self._carrier, self._base = store, carrier, base
        self._dry_run, self._force = dry_run, force

    def bring(self, numbers: list[str]) -> Iterator[Outcome]:
        """Let these numbers lead to us. Raises what the carrier's requests raise, before anything is changed."""
        found = self._found()
        for number in numbers:
            ours = found.get(number)
            if ours is None:
                yield _not_there(number)
                continue
            goal = wanted(self._base)
            if not self._force and has_own_fallback(ours.fields, self._base):
                del goal["voice_fallback_url"]
            yield self._set(ours, goal, kept=None)

    def put_back(self, numbers: list[str]) -> Iterator[Outcome]:
        """Let these numbers lead where they did before the last change of ours. Raises like `bring`."""
        found = self._found()
        for number in numbers:
            with self._store.reading() as memory:
                kept = provisions.last(memory, number)
            if kept is None:
                yield Outcome(number, note="nothing was kept of it")
            elif number not in found:
                yield _not_there(number)
            else:
                yield self._set(found[number], kept.fields, kept)

    def _found(self) -> dict[str, NumberAtCarrier]:
        return {each.number: each for each in self._carrier.own_numbers()}

    def _set(self, ours: NumberAtCarrier, goal: Mapping[str, str], kept: provisions.Kept | None) -> Outcome:
        changes = tuple(Change(name, ours.fields[name], new) for name, new in goal.items() if ours.fields[name] != new)
        others = [] if self._force else [each for each in changes if self._is_anothers(each)]
        if others:
            where = ", ".join(f"{each.field} {shown(each.old)}" for each in others)
            return Outcome(ours.number, changes, f"it leads to another application: {where}; --force takes it over")
        if self._dry_run:
            return Outcome(ours.number, changes, note="" if changes else "nothing to change")
        trouble = self._change(ours, changes, kept) if changes else ""
        if kept and not trouble:
            with self._store.transaction() as memory:
                provisions.forget(memory, kept.id)
        return Outcome(ours.number, changes, trouble, "" if changes else "nothing to change")

    def _is_anothers(self, change: Change) -> bool:
        if not change.old or change.field in HANDED_OVER:
            return bool(change.old)
        return (change.field in ADDRESSES and not is_ours(change.old, self._base)
                and urlsplit(change.old).hostname != WELCOME)

    def _change(self, ours: NumberAtCarrier, changes: tuple[Change, ...], kept: provisions.Kept | None) -> str:
        """Keep what is there, then change it; gives what was wrong. What is put back is kept already."""
        before = {each.field: each.old for each in changes}
        mine = None
        if kept is None:
            with self._store.transaction() as memory:
                last = provisions.last(memory, ours.number)
                if last is None or last.fields != before:
                    mine = provisions.keep(memory, ours.number, before, clock.now())
        try:
            self._carrier.provision(ours.sid, {each.field: each.new for each in changes})
        except Unknown as error:
            return f"nobody can say whether the carrier took it ({error}); the same again does no harm"
        except (CarrierError, Unreached) as error:
            if mine is not None:
                with self._store.transaction() as memory:
                    provisions.forget(memory, mine)
            return f"it was not changed: {error}"
        return ""


def _not_there(number: str) -> Outcome:
    return Outcome(number, trouble="it is not on this account: buy it there, or take it out of the house file")
