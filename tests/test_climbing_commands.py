"""`voice-gateway escalate`, and what `voice-gateway owed` then says of cases that climb."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, update

from tests.house import MORNING, house_settings
from tests.test_commands import SAMPLE
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.reasons_command import first_of
from voice_gateway.store.tables import ClimbRow


@pytest.fixture
def types(environment: Any, new_house: Path) -> Any:
    def run(*words: str) -> Any:
        return CliRunner().invoke(main, words, catch_exceptions=False)

    shutil.copy(new_house, environment["DATA_DIR"])
    assert run("load", str(SAMPLE)).exit_code == 0
    return run


def test_a_case_is_sent_up_and_owed_until_somebody_takes_it(types: Any, environment: dict[str, str]) -> None:
    """By a number, which opens it, then by its tag. Nothing is wrong until the alarm has been raised: then the status is 1."""
    told = types("escalate", "+12025550199", "--why", "danger", "--about", "smells gas", "--urgent")
    assert (told.exit_code, told.output) == (0, "T1 climbs: somebody may be in danger\n")
    assert types("escalate", "T1", "--why", "press").exit_code == 0
    assert "T1 has climbed for less than a minute (sent_down), step 0 of round 1\nnothing else is owed\n" in types("owed").output
    (climb,) = json.loads(types("owed", "--json").output)["climbs"]
    assert (climb["case"], climb["rule"], climb["urgent"], climb["alarmed_at"]) == ("T1", "sent_down", True, None)
    assert types("owed").exit_code == 0
    store = open_store(house_settings(f"sqlite:///{environment['DATA_DIR']}/voice_gateway.db"))
    with store.transaction() as memory:
        memory.execute(update(ClimbRow).values(alarmed_at=MORNING))
    store.close()
    told = types("owed")
    assert told.exit_code == 1
    assert "T1 has climbed for less than a minute (sent_down), step 0 of round 1, ALARM: nobody takes it" in told.output


def test_reasons_are_counted_month_by_month(types: Any, environment: dict[str, str]) -> None:
    """On the house's calendar; what has no code is said to be not known only where somebody was asked for one."""
    assert types("reasons").output == "nothing has climbed\n"
    for number, why in (("+12025550191", "press"), ("+12025550192", "press"), ("+12025550193", "law")):
        assert types("escalate", number, "--why", why).exit_code == 0
    old = {"ladder": [], "why": "", "counted_from": MORNING, "due_at": MORNING, "ended_at": MORNING}
    store = open_store(house_settings(f"sqlite:///{environment['DATA_DIR']}/voice_gateway.db"))
    with store.transaction() as memory:
        now = memory.scalars(update(ClimbRow).where(ClimbRow.case_id == 1).values(ended_with="solved").returning(ClimbRow.began_at)).one()
        month = now.astimezone(ZoneInfo("America/New_York"))
        at_midnight = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        before = at_midnight - timedelta(minutes=1)
        memory.execute(insert(ClimbRow), [
            old | {"case_id": case, "rule": rule, "began_at": at}
            for case, rule, at in ((1, "sent_down", at_midnight), (2, "text_unanswered", before), (3, "sent_down", before))])
    store.close()
    this = f"{month:%Y-%m}  sent_down: 4 (press 2, law 1, not known 1); resolved: solved 1\n"
    assert types("reasons", "--months", "1").output == this
    assert types("reasons").output == (
        f"{before:%Y-%m}  sent_down: 1 (not known 1)\n{before:%Y-%m}  text_unanswered: 1\n{this}")
    assert json.loads(types("reasons", "--json").output)[-1] == {
        "month": f"{month:%Y-%m}", "rule": "sent_down", "climbs": 4, "sent": {"press": 2, "law": 1, "not known": 1},
        "resolved": {"solved": 1}}
    assert first_of(MORNING, 15).isoformat() == "2025-01-01T00:00:00+00:00"


@pytest.mark.parametrize("words, why", [
    (("T9", "--why", "press"), "there is no open case T9"),
    (("T1",), "--why"),
    (("T1", "--why", "whim"), "whim"),
    (("Dana", "--why", "press"), "Dana"),
    (("T1", "--why", "press", "--note", "x" * 301), "300 characters"),
])
def test_what_cannot_be_sent_up_is_told(types: Any, words: tuple[str, ...], why: str) -> None:
    told = types("escalate", *words)
    assert told.exit_code != 0
    assert why in told.output
    assert "Traceback" not in told.output
