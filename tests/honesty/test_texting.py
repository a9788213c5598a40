"""Played texts of every kind that texting needs: each webhook has what the handbook's table says, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.honesty.stage import BASE, DANA, HOUSE, Stage, response
from tests.oracles import check_log
from voice_gateway.sandbox import OptOutWords

SECOND, TOLL_FREE = "+12025550101", "+18885550100"
STORIES: dict[str, Callable[[Stage], None]] = {}


def story(play):
    STORIES[play.__name__.replace("_", " ").strip()] = play
    return play


@story
def stop_and_start_on_a_plain_number(stage):
    stage["/sms"] = response()
    stage.dana.texts("Stop", to=HOUSE).texts("HELP", to=HOUSE).texts("start", to=HOUSE)
    stage.exchange.pass_time(2)
    assert not any("OptOutType" in told for told in stage.to("/sms"))


@story
def stop_and_start_with_advanced_opt_out(stage):
    service = stage.exchange.messaging_service(HOUSE, advanced_opt_out=OptOutWords())
    stage["/sms"] = response()
    stage.dana.texts("Stop", to=HOUSE)
    stage.client.messages.create(to=DANA, messaging_service_sid=service, body="Hi", status_callback=f"{BASE}/told")
    stage.exchange.pass_time(5)
    stage.dana.texts("START", to=HOUSE).texts("help", to=HOUSE).texts("hello", to=HOUSE)
    stage.exchange.pass_time(2)
    assert [told.get("OptOutType") for told in stage.to("/sms")] == ["STOP", "START", "HELP", None]
    assert [(told["MessageStatus"], told.get("ErrorCode")) for told in stage.to("/told")] == [
        ("queued", None), ("failed", "21610")]


@story
def stop_and_start_on_a_toll_free_number(stage):
    stage.exchange.own(TOLL_FREE, sms_url=f"{BASE}/sms")
    stage["/sms"] = response("<Message statusCallback='/told'>Goodbye.</Message>")
    stage.dana.texts("Stop", to=TOLL_FREE)
    stage.exchange.pass_time(5)
    assert stage.to("/told")[-1]["ErrorCode"] == "21610"


@pytest.mark.parametrize("play", STORIES.values(), ids=STORIES)
def test_every_webhook_is_as_the_table_says(stage, play):
    play(stage)
    stage.exchange.settle()
    check_log(stage.exchange)
