"""The house's own session on a real network: kept, shared, renewed; and what a closed door says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.at_network import AtNetwork
from tests.bluesky.conftest import Desk
from voice_gateway.networks import Trouble
from voice_gateway.networks.bluesky_account import Account

pytestmark = pytest.mark.bluesky
MOST_SIGN_INS = 30


def test_a_session_outlives_a_restart_and_is_ours_alone(desk: Desk) -> None:
    us = desk.house.us
    (kept,) = [each for each in desk.kept.iterdir() if each.suffix != ".lock"]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert desk.restarts(password="not even looked at").us == us
    kept.write_text("scribbled over")
    assert desk.restarts().us == us


def test_a_session_that_is_used_up_is_made_anew(desk: Desk) -> None:
    us = desk.house.us
    (kept,) = [each for each in desk.kept.iterdir() if each.suffix != ".lock"]
    handle, did, _access, refresh, server = kept.read_text().split(":::")
    kept.write_text(f"{handle}:::{did}:::{refresh}:::{refresh}:::{server}")  # which is no access token
    assert desk.restarts().us == us
    assert desk.house.who_is(us.subject).handle == us.handle


def test_a_wrong_password_is_told_and_too_many_are_obeyed(at_network: AtNetwork, tmp_path: Path) -> None:
    stranger = Account(at_network.server, "nobody.test", "a wrong one", tmp_path)
    for _again in range(MOST_SIGN_INS):
        with pytest.raises(Trouble, match="BLUESKY_HANDLE or BLUESKY_PASSWORD is wrong") as trouble:
            stranger.ask("read", lambda client: client.me)
        assert trouble.value.lasting
    with pytest.raises(Trouble, match="asked too often") as full:
        stranger.ask("read", lambda client: client.me)
    assert not full.value.lasting
    assert full.value.again_after
    assert timedelta(0) < full.value.again_after <= timedelta(minutes=5)
    stranger.close()
