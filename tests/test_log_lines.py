"""The log: one line per event, no number whole, no secret."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest

from voice_gateway import log_lines
from voice_gateway.log_lines import Lines, masked


@pytest.mark.parametrize("number", ["+12025550121", "(202) 555-0121", "202-555-0121", "+44 20 7946 0958",
                                    "%2B12025550121", "whatsapp:+12025550121", "0049 30 901820"])
def test_no_number_is_logged_whole(number: str) -> None:
    shown = masked(f"text to {number} failed")
    assert number not in shown
    assert "…" in shown


@pytest.mark.parametrize("kept", ["case 1234 leg 56", "2026-03-04T15:00:00.123+00:00", "CA0123456789abcdef0123456789abcdef",
                                  "error 21610 (HTTP 400)"])
def test_what_is_no_number_stays(kept: str) -> None:
    assert masked(kept) == kept


def test_a_tickets_address_is_cut() -> None:
    assert masked("see https://x.example/t/AbCdEfGhIjKlMnOpQrStUv now") == "see https://x.example/t/… now"


@pytest.mark.parametrize("token", ["WzEsMSwxNzczODQ2MDIzXQ.gWQ1NGjgYy3yJba4H7tDLa8IhbQ", ".eJyLNtQx1DE-2025550121-M.x-12025550121-IhbQ"])
def test_a_messages_address_is_cut(token: str) -> None:
    assert masked(f"Exception on /v/{token}/sound [GET]") == "Exception on /v/…/sound [GET]"


def test_a_line_stays_one_line() -> None:
    record = logging.makeLogRecord({"msg": "from %s", "args": ("x\r\n\x1b[31mINJECTED +12025550121",), "case": 7})
    line = Lines().format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["case"] == 7
    assert "5550121" not in line


def test_no_door_that_a_token_opens_is_written_whole():
    doors = Path(log_lines.__file__).with_name("doors")
    opened = {found for each in doors.glob("*.py") for found in re.findall(r'"/([a-z]+)/<token>', each.read_text("utf-8"))}
    assert len(opened) >= 6
    for door in opened:
        assert "Wz-secret_token.of.somebody" not in masked(f"https://house.example.test/{door}/Wz-secret_token.of.somebody/more")
