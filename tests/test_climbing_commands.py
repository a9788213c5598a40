"""`voice-gateway escalate`, and what `voice-gateway owed` then says of cases that climb."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.house import MORNING, house_settings
from tests.test_commands import SAMPLE
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.store.tables import ClimbRow


@pytest.fixture
def types(environment: Any) -> Any:
    def run(*words: str) -> Any:
        return CliRunner().invoke(main, words, catch_exceptions=False)

    assert run("release").exit_code == 0
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
