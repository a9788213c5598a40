"""A number that is written out in full is read the short way, and it is the same number."""

from __future__ import annotations

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as some
from phonenumbers import PhoneNumberFormat

from voice_gateway.lists import cells

EXAMPLES = [phonenumbers.format_number(number, way) for region in sorted(phonenumbers.SUPPORTED_REGIONS)
            if (number := phonenumbers.example_number(region)) for way in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL)]
DIGITS = some.text("0123456789", min_size=7, max_size=14)


@settings(max_examples=60, deadline=None)
@given(said=some.one_of(some.sampled_from(EXAMPLES), DIGITS, DIGITS.map(lambda text: f"+{text}")),
       region=some.sampled_from(["US", "GB", "IT", "DE", "CA"]))
def test_the_short_way_reads_what_the_library_reads(said, region):
    short = cells._plainly(said, region)
    assert short in ("", cells._read(said, region))
