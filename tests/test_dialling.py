"""Nothing is dialled that the policy has not let through, however it is spelled."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from phonenumbers.phonemetadata import PhoneMetadata

from voice_gateway import dialling
from voice_gateway.dialling import NotAllowed, NotANumber

COUNTRIES = ("US", "CA", "GB")
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def dialled(raw: str, countries: tuple[str, ...] = COUNTRIES) -> str | None:
    try:
        return dialling.check(raw, countries)
    except (NotANumber, NotAllowed):
        return None


@pytest.mark.parametrize("raw,number", [
    ("+12025550121", "+12025550121"),
    ("+1 (202) 555-0121", "+12025550121"),
    ("(202) 555-0121", "+12025550121"),
    ("202.555.0121", "+12025550121"),
    ("  1-202-555-0121 ", "+12025550121"),
    ("+44 20 7946 0123", "+442079460123"),
    ("+44 (0)20 7946 0123", "+442079460123"),
    ("011 44 20 7946 0123", "+442079460123"),
    ("+1 604 555 0123", "+16045550123"),
])
def test_ordinary_numbers_come_out_in_e164(raw, number):
    assert dialling.check(raw, COUNTRIES) == number


def test_national_spelling_is_read_as_in_the_first_country():
    assert dialling.check("020 7946 0123", ("GB", "US")) == "+442079460123"
    assert dialled("020 7946 0123", ("US", "GB")) is None


@pytest.mark.parametrize("raw", [
    "", " ", "+", "()", "Dana", "12345", "555-0100", "+1 555 555 0100", "1-800-FLOWERS", "٢٠٢٥٥٥٠١٢١", "２０２５５５０１２１",
    "+1202555012", "+120255501211", "2" * 41, "+" + "1" * 30, "tel:+12025550121", "++12025550121", "+1+2025550121",
    "+12025550121 ext. 911", "+12025550121x123", "+12025550121;ext=911", "+12025550121#5", "+12025550121,,911",
    "+12025550121w911", "+12025550121*", "+12025550121;phone-context=+1", "sip:dana@example.com", "+1202555\n0121",
    "+12025550121\x00", "+1202555012\u202e1", "\u00a0+12025550121", "+266696687", "0044 20 7946 0123",
])
def test_what_cannot_be_read_is_no_number(raw):
    with pytest.raises(NotANumber):
        dialling.check(raw, COUNTRIES)


@pytest.mark.parametrize("raw", [
    "911", "112", "999", "988", "000", "110", "933", "9-1-1", "+911", "+1911", "1-911", "+1 988", "(911)", "0911", "00911",
    "9112025550", "9119119111",
])
def test_emergency_numbers_are_not_called(raw):
    with pytest.raises(NotAllowed, match="Emergency"):
        dialling.check(raw, COUNTRIES)


@pytest.mark.parametrize("raw,kind", [
    ("+1 900 555 0123", "premium"), ("+44 871 234 5678", "premium"), ("+44 909 879 0123", "premium"),
    ("+44 843 456 7890", "shared cost"), ("+44 70 1234 5678", "personal"), ("+44 76 4012 3456", "pager"),
    ("+44 55 1234 5678", "company-wide"), ("+1 800 555 0123", "toll-free"), ("+44 800 123 4567", "toll-free"),
    ("+1 500 234 5678", "personal"), ("+870 773 111 632", "satellite"), ("+881 612 345 678", "satellite"),
    ("+882 16 2345 6789", "satellite"), ("+883 5100 0123 4567", "satellite"), ("+800 1234 5678", "nobody's"),
    ("+979 123 456 789", "premium"), ("+1 876 955 0123", "Jamaica"), ("+1 242 365 1234", "Bahamas"),
    ("+44 7624 123456", "Isle of Man"), ("+44 1534 456 789", "Jersey"), ("+49 30 123456", "Germany"), ("+53 5 1234567", "Cuba"),
])
def test_numbers_of_another_kind_or_country_are_not_called(raw, kind):
    with pytest.raises((NotAllowed, NotANumber)):
        dialling.check(raw, COUNTRIES)


def test_our_own_and_blocked_numbers_are_refused_alike():
    refusals = []
    for asked in ({"is_ours": {"+12025550121"}.__contains__}, {"is_blocked": {"+12025550121"}.__contains__}):
        with pytest.raises(NotAllowed) as refused:
            dialling.check("(202) 555-0121", COUNTRIES, **asked)
        refusals.append(refused.value.why)
        assert dialling.check("+12025550122", COUNTRIES, **asked) == "+12025550122"
    assert refusals[0] == refusals[1]


def test_a_house_without_countries_calls_nobody():
    assert dialled("+12025550121", ()) is None


@pytest.mark.parametrize("region", REGIONS)
def test_the_ordinary_numbers_of_every_region_are_called_where_the_house_may(region):
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.VOIP):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        spelled = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        digits = len(spelled) - 1
        of_region = phonenumbers.region_code_for_number(number) == region
        assert dialled(spelled, (region,)) == (spelled if digits >= dialling.FEWEST_DIGITS and of_region else None)
        assert of_region is False or dialled(spelled, ("AQ",)) is None


def short_numbers(region: str) -> set[str]:
    """The short numbers of this region that the library names, and all its emergency numbers of three digits."""
    metadata = PhoneMetadata.short_metadata_for_region(region)
    if metadata is None:
        return set()
    named = {desc.example_number for desc in vars(metadata).values() if getattr(desc, "example_number", None)}
    emergency = re.compile(getattr(metadata.emergency, "national_number_pattern", None) or "none")
    return named | {n for n in (str(n).zfill(3) for n in range(1000)) if emergency.fullmatch(n)}


SPELLINGS = ("{n}", "+{n}", "+{cc}{n}", "{cc}{n}", "00{cc}{n}", "011{cc}{n}", "0{n}", "1{n}", "+1{n}", "1-{n}", "({n})",
             "{n} ext. 1", "{n};ext=1", "{n}#", "{n},,1")


@pytest.mark.parametrize("region", REGIONS)
def test_no_short_number_of_any_region_is_dialled_in_any_spelling(region):
    """By chance the digits may be an ordinary number, which then is dialled: 011 39 112 is also one of Turin's."""
    code = phonenumbers.country_code_for_region(region)
    for number in short_numbers(region):
        for spelling in SPELLINGS:
            for countries in ((region,), COUNTRIES):
                out = dialled(spelling.format(n=number, cc=code), countries)
                if out is not None:
                    parsed = phonenumbers.parse(out)
                    assert phonenumbers.national_significant_number(parsed) != number, (spelling, number)
                    assert not phonenumbers.is_valid_short_number(parsed)
                    assert "011" in spelling or len(number) > 3, (spelling, number)


@pytest.mark.parametrize("number", sorted(dialling.EMERGENCY))
def test_no_known_emergency_number_is_dialled_in_any_spelling(number):
    for spelling in SPELLINGS:
        for code in ("1", "44", "49", "61"):
            for countries in (COUNTRIES, ("GB",), ("DE", "AU")):
                raw = spelling.format(n=number, cc=code)
                assert dialled(raw, countries) is None, (raw, countries)


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-() .,;x#*ewt", max_size=45)
       | st.from_regex(r"\+?[0-9]{5,16}", fullmatch=True))
@example("+1911")
@example("+" * 40)
@settings(max_examples=100, deadline=None)
def test_whatever_is_typed_only_what_may_be_dialled_comes_out(raw):
    number = dialled(raw)
    if number is not None:
        parsed = phonenumbers.parse(number)
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.region_code_for_number(parsed) in COUNTRIES
        assert phonenumbers.number_type(parsed) in dialling.ORDINARY
        assert number.isascii()
        assert len(number) <= 16
        assert not phonenumbers.is_valid_short_number(parsed)


@given(st.sampled_from(["+1", "+44", "+870", "+881", "+882", "+883", "+979", "+53", "+7", ""]), st.integers(0, 10**11))
@settings(max_examples=200, deadline=None)
def test_no_destination_outside_the_list_is_dialled(code, digits):
    number = dialled(f"{code}{digits}")
    assert number is None or phonenumbers.region_code_for_number(phonenumbers.parse(number)) in COUNTRIES


def test_a_prefix_is_the_block_a_number_stands_in():
    assert dialling.prefix("+12025550121", 5) == "+120255"
    assert dialling.prefix("+442079460123", 5) == "+4420794"
