"""`voice-gateway away`, `back` and `zone`: a colleague is ill, and somebody else says so."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from flows import promises
from tests.house import MORNING, house_settings
from tests.test_commands import SAMPLE
from voice_gateway import clock
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.store.tables import CaseRow, OrderRow, PersonRow


@pytest.fixture
def types(environment: Any, new_house: Path) -> Any:
    shutil.copy(new_house, environment["DATA_DIR"])
    clock.follow(lambda: MORNING)
    yield lambda *words: CliRunner().invoke(main, words, catch_exceptions=False)
    clock.follow(None)


def test_who_is_ill_is_away_and_their_promises_are_handed_over(types: Any, environment: dict[str, str]) -> None:
    assert types("load", str(SAMPLE)).exit_code == 0
    assert types("escalate", "+12025550199", "--why", "press").exit_code == 0
    store = open_store(house_settings(f"sqlite:///{environment['DATA_DIR']}/voice_gateway.db"))
    with store.transaction() as memory:
        sam = memory.scalar(select(PersonRow.id).where(PersonRow.name == "Sam"))
        memory.execute(update(CaseRow).values(owner_id=sam, next_at=MORNING))
    told = types("away", "sam", "--until", "2026-03-09 09:00")
    assert (told.exit_code, told.output) == (0, "sam is away until Mon 9 Mar 2026 09:00; handed over: T1\n")
    with store.reading() as memory:
        until = memory.scalar(select(PersonRow.away_until).where(PersonRow.id == sam))
        assert until == datetime(2026, 3, 9, 13, tzinfo=UTC), "by the house's clock, which is an hour ahead by then"
        assert promises.owner_leaves.address in memory.scalars(select(OrderRow.turn)).all()
    assert types("back", "Sam").output == "Sam is there again\n"
    with store.reading() as memory:
        assert memory.scalar(select(PersonRow.away_until).where(PersonRow.id == sam)) is None
    store.close()


def test_who_cannot_text_is_said_to_be_in_another_zone(types: Any) -> None:
    assert types("load", str(SAMPLE)).exit_code == 0
    assert types("zone", "sam", "tokyo").output == "the hours of sam are read by the clock of Asia/Tokyo\n"
    assert types("zone", "Sam", "home").output == "the hours of Sam are read as the house file says\n"
    unknown = types("zone", "Sam", "EST")
    assert unknown.exit_code == 2
    assert '"EST" is no time zone: name a large city in it, such as Tokyo' in unknown.output


def test_what_cannot_be_is_said(types: Any) -> None:
    assert types("load", str(SAMPLE)).exit_code == 0
    nobody, over = types("away", "Zoe", "--until", "2030-01-01"), types("away", "Sam", "--until", "2020-01-01")
    assert (nobody.exit_code, nobody.output) == (2, 'Error: nobody of the house is called "Zoe"\n')
    assert (over.exit_code, over.output) == (2, "Error: 2020-01-01 00:00 is over; give a time to come\n")
    assert types("away", "Sam", "--until", "soon").exit_code == 2
