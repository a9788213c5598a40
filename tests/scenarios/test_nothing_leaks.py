"""Numbers, reasons, tokens and tickets stay out of the log, whatever level it has."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from tests.house import OUR_NUMBER, TOKEN, House
from voice_gateway.log_lines import Lines

pytestmark = pytest.mark.weather("calm", "rest-fails-after")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that would have been written, at the most talkative level."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_log_line_holds_what_is_private(house: House, written: io.StringIO) -> None:
    dana, sam = house.customer("Dana Canary"), house.agent("Sam")
    dana.asks_for_a_call(about="canary-reason", impact="canary-impact")
    sam.phone.rings().hears("canary-reason").presses("1").hears("Calling them now")
    dana.phone.rings().lets_it_ring()
    sam.phone.hears("not coming to the phone", within=120)
    dana.phone.reads("could not reach you")
    token = dana.answer.get_json()["url"].rpartition("/")[2]
    house.browser.get(f"/t/{token}")
    log = written.getvalue()
    assert log, "something was logged"
    for canary in (dana.phone.number, sam.phone.number, OUR_NUMBER, dana.phone.number[2:], "canary-reason",
                   "canary-impact", TOKEN, token, house.settings.secret_key.get_secret_value()):
        assert canary not in log, canary
