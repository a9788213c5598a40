"""The doctor and the provisioning of a house of real processes, over real ports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.processes.conftest import Accident

TELL = "from voice_gateway.commands import main; main()"


def types(accident: Accident, *words: str) -> subprocess.CompletedProcess[str]:
    """Type `voice-gateway ...` in the environment of the house."""
    environment = {"PATH": os.environ["PATH"], **accident.house.settings}
    return subprocess.run([sys.executable, "-c", TELL, *words], env=environment, capture_output=True, text=True, check=False)


def examined(accident: Accident) -> tuple[int, dict[str, dict[str, Any]]]:
    """What the doctor finds amiss, by check, and with which exit status it leaves."""
    told = types(accident, "doctor", "--json")
    amiss = {each["check"]: each for each in json.loads(told.stdout)["checks"] if each["state"] in ("warning", "error")}
    return told.returncode, amiss


def test_a_house_that_runs_and_one_without_a_clock(accident: Accident) -> None:
    """Its numbers are led here and back; then its clock dies."""
    number = accident.stage.number
    status, amiss = examined(accident)
    assert (status, list(amiss)) == (1, ["people"]), "this house has no manager, and nothing else is wrong"
    assert f"{accident.house.url}/voice/reception#rc=2&rp=all" in types(accident, "provision").stdout
    assert types(accident, "provision").stdout == f"{number}  nothing to change\n"
    assert types(accident, "provision", "--rollback").returncode == 0
    accident.house.kill("clock")
    status, amiss = examined(accident)
    assert (status, amiss["clock"]["state"]) == (2, "error")
