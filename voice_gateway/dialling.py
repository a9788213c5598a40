"""Which numbers may be dialled.

A pure policy: what somebody typed goes in, a number in E.164 comes out, or a reason
why not. Nothing is dialled that did not come out of here.

Whoever doubts is refused: a number counts by the region it belongs to, not by its
country code (+1 876 is Jamaica), and only ordinary lines are rung.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

LONGEST_TYPED = 40
FEWEST_DIGITS = 7
LONGEST_EMERGENCY = 6
MOST_DIGITS = 20  # 15 of E.164, and room for an international prefix such as 011

ORDINARY = frozenset({
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
})

# Crisis lines and the best known emergency numbers, beside all that the library knows: it does not
# count 988 or 933 among them.
EMERGENCY = frozenset({"000", "110", "111", "112", "113", "115", "116", "117", "118", "119", "122", "190", "191",
                       "192", "911", "933", "988", "995", "997", "998", "999"})

WHY_EMERGENCY = ("Emergency numbers cannot be called from here. If you need help now, dial that number "
                 "yourself.")
WHY_SHORT = "Short numbers cannot be called from here. Please give a full telephone number."
WHY_COUNTRY = "We cannot call numbers in that country."
WHY_KIND = ("We cannot call this kind of number, only ordinary landlines, mobiles and internet "
            "telephones.")
WHY_NOT_THIS = "We cannot call this number. Please call us instead."

_TYPED = re.compile(r"[ (]*\+?[0-9 ()./-]+")
_EXTENSION = re.compile(r"(?i)ext|[x#;,*]|\bw")
_BEFORE_A_NUMBER = ("1", "0", "00", "001", "011", "0111")


class NotANumber(ValueError):
    """It is no telephone number that we could read. `why` is for the person who typed it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotAllowed(ValueError):
    """It is a number, and the house does not call it. `why` is for the person who typed it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _nobody(_number: str) -> bool:
    return False


def check(raw: str, countries: Sequence[str], *, is_ours: Callable[[str], bool] = _nobody,
          is_blocked: Callable[[str], bool] = _nobody) -> str:
    """The number in E.164, if the house may call it.

    `countries` are ISO regions; national spelling is read as in the first. `is_ours` and `is_blocked`
    are asked last, with E.164. Raises NotANumber or NotAllowed.
    """
    number = _parsed(_digits_only_spelling(raw), countries[0] if countries else None)
    _not_short(number)
    if not phonenumbers.is_valid_number(number):
        raise NotANumber("There is no such number. Please check it, with its country code, such as +1 or +44.")
    if phonenumbers.region_code_for_number(number) not in countries:
        raise NotAllowed(WHY_COUNTRY)
    if phonenumbers.number_type(number) not in ORDINARY:
        raise NotAllowed(WHY_KIND)
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    not_refused(dialled, is_ours=is_ours, is_blocked=is_blocked)
    return dialled


def not_refused(number: str, *, is_ours: Callable[[str], bool], is_blocked: Callable[[str], bool]) -> None:
    """Raises NotAllowed for a number of the house itself or a blocked one.

    Both are told alike: nobody learns here whose telephone it is.
    """
    if is_ours(number) or is_blocked(number):
        raise NotAllowed(WHY_NOT_THIS)


def prefix(number: str, national_digits: int) -> str:
    """The block of numbers an E.164 number stands in: its country code and its first digits."""
    parsed = phonenumbers.parse(number)
    national = phonenumbers.national_significant_number(parsed)
    return f"+{parsed.country_code}{national[:national_digits]}"


def spelled(number: str) -> str:
    """An E.164 number as people write it, for all the world."""
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _digits_only_spelling(raw: str) -> str:
    """What was typed, once it is sure to be nothing but digits and the usual dots and brackets."""
    typed = raw.strip(" ")
    if not typed:
        raise NotANumber("Please give the number on which we shall call you.")
    if len(typed) > LONGEST_TYPED:
        raise NotANumber("That is too long for a telephone number.")
    digits = re.sub(r"[^0-9]", "", typed)
    if is_emergency(digits):
        raise NotAllowed(WHY_EMERGENCY)
    if not _TYPED.fullmatch(typed):
        if typed.isascii() and digits and _EXTENSION.search(typed):
            raise NotANumber("We cannot dial extensions. Please give a direct number.")
        raise NotANumber("A number is written in digits, with a country code such as +1 or +44.")
    if len(digits) < FEWEST_DIGITS:
        raise NotANumber("That is too short for a telephone number.")
    if len(digits) > MOST_DIGITS:
        raise NotANumber("That is too long for a telephone number.")
    return typed


def _parsed(typed: str, region: str | None) -> PhoneNumber:
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException:
        raise NotANumber("We cannot read this number. Please write it with its country code, such as +1 or "
                         "+44.") from None
    if number.extension:
        raise NotANumber("We cannot dial extensions. Please give a direct number.")
    if region and phonenumbers.connects_to_emergency_number(typed, region):
        raise NotAllowed(WHY_EMERGENCY)
    return number


def _not_short(number: PhoneNumber) -> None:
    if is_emergency(phonenumbers.national_significant_number(number)):
        raise NotAllowed(WHY_EMERGENCY)
    if phonenumbers.is_valid_short_number(number):
        raise NotAllowed(WHY_SHORT)


@lru_cache(maxsize=4096)
def is_emergency(digits: str) -> bool:
    """Is it an emergency number anywhere on earth, also after the prefixes people put before one?"""
    if len(digits) > max(map(len, _BEFORE_A_NUMBER)) + LONGEST_EMERGENCY:
        return False
    bare = {digits.removeprefix(before) for before in _BEFORE_A_NUMBER} | {digits}
    return any(each in EMERGENCY or _is_emergency_somewhere(each)
               for each in bare if 0 < len(each) <= LONGEST_EMERGENCY)


def _is_emergency_somewhere(digits: str) -> bool:
    return any(phonenumbers.is_emergency_number(digits, region) for region in phonenumbers.SUPPORTED_REGIONS)
