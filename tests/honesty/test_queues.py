"""Queues over the wire: the REST resources, the webhooks of handbook 1.8, and planted mistakes."""

from __future__ import annotations

import pytest

from tests.honesty import openapi, webhook_table
from tests.honesty.stage import BASE, HOUSE, Stage, response
from tests.oracles import check_log, complaints, with_oracles

DESK = "+12025550101"
HOME = "/2010-04-01/Accounts/AC" + "0" * 32
QUEUE = f"{HOME}/Queues/QU{'1' * 32}"


@pytest.fixture
def hall(stage: Stage) -> Stage:
    """One waits, leaves; one waits, is whispered to and talks; one is taken out by REST."""
    stage.exchange.own(DESK, voice_url=f"{BASE}/desk")
    stage["/voice"] = response("<Enqueue action='/after' waitUrl='/wait' waitUrlMethod='GET'>support</Enqueue>")
    stage["/wait"] = response("<Gather numDigits='1' action='/key' timeout='9'><Say>Please wait.</Say></Gather>")
    stage["/key"] = response("<Leave/>")
    stage["/after"] = response("<Say>That was the queue.</Say>")
    stage["/desk"] = response("<Dial action='/done'><Queue url='/whisper'>support</Queue></Dial>")
    stage["/whisper"] = response("<Say>You are next.</Say>")
    stage["/done"] = response("<Say>Done.</Say>")
    queue = stage.client.queues.create(friendly_name="support", max_size=20)
    stage.dana.dials(HOUSE).hears("Please wait").presses("1").hears("That was the queue").is_hung_up()
    stage.dana.dials(HOUSE).hears("Please wait")
    stage.kim.dials(DESK)
    assert stage.kim.talks_with(stage.dana)
    stage.dana.hangs_up()
    stage.kim.hears("Done").is_hung_up()
    stage.dana.dials(HOUSE).hears("Please wait")
    members = stage.client.queues(queue.sid).members
    assert members.list(page_size=1)[0].position == 1
    assert members("Front").fetch().wait_time >= 0
    members("Front").update(url=f"{BASE}/after", method="POST")
    stage.dana.hears("That was the queue").is_hung_up()
    assert len(stage.client.queues.list(page_size=1)) == 1
    stage.client.queues(queue.sid).update(max_size=30)
    stage.client.queues(queue.sid).delete()
    stage.exchange.settle()
    return stage


def test_all_of_it_is_twilios(hall):
    check_log(hall.exchange)
    assert [one["QueueResult"] for one in hall.to("/after") if "QueueResult" in one] == ["leave", "bridged", "redirected"]
    assert {"queue-wait", "queue-whisper"} <= {hook.kind for hook in hall.exchange.webhooks}


@with_oracles
@pytest.mark.parametrize(
    "method, path, params, words",
    [
        ("POST", f"{HOME}/Queues.json", [("MaxSize", "5")], "FriendlyName is required"),
        ("POST", f"{HOME}/Queues.json", [("FriendlyName", "x"), ("MaxSize", "many")], "is not a whole number"),
        ("POST", f"{QUEUE}/Members/Front.json", [("Method", "POST")], "Url is required"),
        ("POST", f"{QUEUE}/Members/Front.json", [("Url", f"{BASE}/x"), ("Method", "PUT")], "is not one of"),
        ("DELETE", f"{QUEUE}/Members/Front.json", [], "is not in Twilio's OpenAPI"),
    ],
)
def test_a_wrong_request(method, path, params, words):
    assert any(words in one for one in openapi.of_request(method, path, params))


@with_oracles
def test_a_wrong_answer(hall):
    entry = next(entry for entry in hall.exchange.rest_log if entry.path.endswith("/Members/Front.json"))
    entry.body = entry.body | {"position": "1"}
    assert any("is not of type integer" in words for words in complaints(hall.exchange))


@pytest.mark.parametrize(
    "kind, change, words",
    [
        ("queue-wait", lambda told: told.pop("QueuePosition"), "QueuePosition is missing"),
        ("queue-wait", lambda told: told.update(QueuePosition="0"), "QueuePosition='0' does not look like"),
        ("queue-wait", lambda told: told.update(QueueResult="leave"), "does not belong here"),
        ("queue-whisper", lambda told: told.pop("DequeingCallSid"), "DequeingCallSid is missing"),
        ("queue-whisper", lambda told: told.update(DequeuingCallSid="x"), "does not belong here"),
    ],
)
def test_a_wrong_webhook(hall, kind, change, words):
    told = dict(next(hook.params for hook in hall.exchange.webhooks if hook.kind == kind))
    assert webhook_table.of_webhook(kind, told) == []
    change(told)
    assert any(words in one for one in webhook_table.of_webhook(kind, told))


def test_a_result_that_twilio_does_not_know(hall):
    told = next(hook.params for hook in hall.exchange.webhooks if "QueueResult" in hook.params)
    assert webhook_table.of_webhook("voice", told) == []
    assert webhook_table.of_webhook("voice", told | {"QueueResult": "left"})
    assert webhook_table.of_webhook("voice", {k: v for k, v in told.items() if k != "QueueTime"})
