"""What a telephone number tells about whoever shows it: is it one at all, and may it be texted now.

Callers show what they like: a number, a word such as `anonymous`, a client's name. Only
what is a number becomes one here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, timezone

GETS_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
DAY_BEGINS, DAY_ENDS = 8, 21  # o'clock, where they are
QUARTER, QUARTERS_OF_A_DAY = timedelta(minutes=15), 96


@lru_cache(maxsize=4096)
def number_of(shown: str) -> str:
    """The number (E.164) that a caller shows; empty if they hide it, or show none that can be rung."""
    try:
        known = phonenumbers.parse(shown, None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(known) or known.extension:
        return ""
    return phonenumbers.format_number(known, PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def country_of(number: str) -> str:
    """The two letters of the country that a number (E.164) is from; empty where nobody can tell."""
    if not number:
        return ""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""


def sender_of(shown: str, to: str = "") -> tuple[str, str, str]:
    """Whose address it is that a text to us shows: its namespace, the address itself, and the scope where that counts.

    `sms` are short codes and names. By WhatsApp somebody need not have a number; the house has one portfolio there, so
    its ids need no scope. By Messenger they are known to one page only.
    """
    way, _, address = shown.partition(":")
    if way == "whatsapp" and address:
        return "wa_bsuid", address, ""
    if way == "messenger" and address:
        return "fb_psid", address, to.partition(":")[2]
    number = number_of(shown)
    return ("tel", number, "") if number else ("sms", shown, "")


def address_at(namespace: str, subject: str, our_number: str) -> str:
    """Where the carrier reaches somebody who wrote by WhatsApp, or by Messenger to a page that it looks after; else empty."""
    if namespace == "wa_bsuid":
        return f"whatsapp:{subject}"
    return f"messenger:{subject}" if namespace == "fb_psid" and our_number.startswith("messenger:") else ""


def can_be_texted_now(number: str, now: datetime) -> bool:
    """Is it a telephone that gets texts, and daytime wherever it may be?

    A number's area is not where its owner is: every zone that it may belong to counts.
    """
    zones = zones_of(number) if gets_texts(number) else ()
    return bool(zones) and is_day(now, zones)


@lru_cache(maxsize=4096)
def gets_texts(number: str) -> bool:
    """Is it a number (E.164) of a kind that gets texts? A landline's is not."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(number, None)) in GETS_TEXTS
    except NumberParseException:
        return False


@lru_cache(maxsize=4096)
def zones_of(number: str) -> tuple[str, ...]:
    """Every time zone that a number (E.164) may belong to; none if nobody can tell."""
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    except NumberParseException:
        return ()
    return tuple(zone for zone in found if zone != timezone.UNKNOWN_TIMEZONE)


def only_zone_of(number: str) -> str:
    """The time zone of a number (E.164), if it can belong to one only; else empty."""
    zones = zones_of(number)
    return zones[0] if len(zones) == 1 else ""


def is_day(now: datetime, zones: tuple[str, ...]) -> bool:
    """Is it daytime in all of them?"""
    return all(DAY_BEGINS <= now.astimezone(ZoneInfo(zone)).hour < DAY_ENDS for zone in zones)


def daytime(number: str, now: datetime, house: str) -> datetime:
    """`now` if it is day wherever this number (E.164, or none) may be, else when that begins.

    Where nobody can tell, or day never comes to all of those zones at once, the house's own zone counts.
    """
    zones = zones_of(number) or (house,)
    quarters = [_quarter(now) + QUARTER * n for n in range(1, QUARTERS_OF_A_DAY + 1)]
    for each in (zones, (house,)):
        if is_day(now, each):
            return now
        if found := next((at for at in quarters if is_day(at, each)), None):
            return found
    return now


def _quarter(now: datetime) -> datetime:
    """The last quarter of an hour that struck: days begin on one, wherever."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
