"""Played texts of every kind that texting needs: each webhook has what the handbook's table says, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.honesty.stage import BASE, DANA, HOUSE, Stage, response
from tests.oracles import check_log
from voice_gateway.sandbox import Attachment, OptOutWords

TOLL_FREE = "+18885550100"
OURS, HERS, NAMELESS = f"whatsapp:{HOUSE}", f"whatsapp:{DANA}", "whatsapp:US.ABC123XYZ"
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


@story
def whatsapp_with_a_number_and_without(stage):
    stage.exchange.own(OURS, sms_url=f"{BASE}/wa")
    stage["/wa"] = response("<Message statusCallback='/told'>Hello.</Message>")
    for person in (stage.exchange.phone(HERS), stage.exchange.phone(NAMELESS).is_called("Kim", username="kim")):
        person.texts("hi", to=OURS, media=[Attachment(b"x", "image/png")]).reads("Hello")
        stage.exchange.pass_time(1)
    assert [told["MessageStatus"] for told in stage.to("/told") if told["To"] == HERS] == ["sent", "delivered", "read"]
    assert [told.get("WaId") for told in stage.to("/wa")] == ["12025550111", None]


@story
def whatsapp_after_a_day(stage):
    stage.exchange.own(OURS, sms_url=f"{BASE}/wa")
    stage.exchange.templates["HX" + "1" * 32] = "Hello {{1}}"
    one = {"to": HERS, "from_": OURS, "status_callback": f"{BASE}/told"}
    stage.client.messages.create(**one, body="Hello")
    stage.client.messages.create(**one, content_sid="HX" + "1" * 32, content_variables='{"1": "Dana"}')
    stage.exchange.phone(HERS).reads("Hello Dana")
    stage.exchange.pass_time(1)
    assert next((told["MessageStatus"], told.get("ErrorCode")) for told in stage.to("/told")) == ("failed", "63016")


@story
def reports_that_come_late_or_never(stage):
    stage.exchange.weather.delays("sent", 60)
    stage.client.messages.create(to=DANA, from_=HOUSE, body="Hello", status_callback=f"{BASE}/told")
    stage.dana.reads("Hello")
    stage.exchange.pass_time(60)
    stage.exchange.weather.loses("sent")
    stage.client.messages.create(to=DANA, from_=HOUSE, body="Hello", status_callback=f"{BASE}/told")
    stage.dana.reads("Hello")
    stage.exchange.pass_time(60)
    assert [told["MessageStatus"] for told in stage.to("/told")] == ["delivered", "sent", "delivered"]


@pytest.mark.parametrize("play", STORIES.values(), ids=STORIES)
def test_every_webhook_is_as_the_table_says(stage, play):
    play(stage)
    stage.exchange.settle()
    check_log(stage.exchange)
