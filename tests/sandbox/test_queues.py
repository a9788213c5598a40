"""Queues: waiting, being told how long, leaving, being fetched, being full."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.oracles import check_log
from voice_gateway.sandbox import Unconfirmed

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM, KIM = "+12025550111", "+12025550122", "+12025550133"
ENQUEUE = "<Enqueue waitUrl='/wait' action='/after'>support</Enqueue>"
TAKE = "<Dial action='/done' timeout='20'><Queue url='/whisper'>support</Queue></Dial>"


@pytest.fixture
def hall(exchange, app):
    """Callers wait; the desk's number takes the next."""
    exchange.own("+12025550101", voice_url=f"{BASE}/desk")
    app["/voice"] = response(ENQUEUE)
    app["/wait"] = lambda form: response(f"<Say>You are number {form['QueuePosition']}.</Say><Pause length='9'/>")
    app["/after"] = lambda form: response(f"<Say>It was {form['QueueResult']}.</Say>")
    app["/desk"] = response(TAKE)
    app["/done"] = response("<Say>Done.</Say>")
    app["/whisper"] = response("<Say>You are next.</Say>")
    return exchange


def waiting(exchange):
    (queue,) = client_of(exchange).queues.list()
    return queue


def test_the_place_is_told_again_and_again(hall, app):
    dana, sam = hall.phone(DANA).dials(HOUSE), hall.phone(SAM).dials(HOUSE)
    dana.hears("number 1", "number 1")
    sam.hears("number 2", "number 2")
    dana.hangs_up()
    sam.hears("number 1").hangs_up()
    told = app.to("/wait")[-1]
    assert (told["QueuePosition"], told["CurrentQueueSize"], told["MaxQueueSize"]) == ("1", "1", "1000")
    assert int(told["QueueTime"]) >= 20
    assert [one["QueueResult"] for one in app.to("/after")] == ["hangup", "hangup"]
    assert [one["CallStatus"] for one in app.to("/after")] == ["completed", "completed"]
    hall.settle()
    check_log(hall)


def test_somebody_is_taken_out_and_talks(hall, app):
    dana = hall.phone(DANA).dials(HOUSE).hears("number 1")
    kim = hall.phone(KIM).dials("+12025550101")
    dana.hears("You are next")
    assert dana.talks_with(kim)
    assert waiting(hall).current_size == 0
    assert app.to("/after") == [], "not before the bridge is over"
    dana.says("Good morning")
    kim.hears("Good morning")
    hall.pass_time(30)
    kim.hangs_up()
    dana.hears("It was bridged").is_hung_up()
    hall.settle()
    whisper, desk = app.to("/whisper")[0], app.to("/desk")[0]
    assert whisper["DequeingCallSid"] == desk["CallSid"]
    assert whisper["CallSid"] == app.to("/after")[0]["CallSid"]
    assert [one["QueueResult"] for one in app.to("/after")] == ["bridged"], "once"
    check_log(hall)


def test_the_caller_hangs_up_first(hall, app):
    dana = hall.phone(DANA).dials(HOUSE).hears("number 1")
    kim = hall.phone(KIM).dials("+12025550101")
    assert dana.talks_with(kim)
    dana.hangs_up()
    kim.hears("Done").is_hung_up()
    hall.settle()
    assert app.to("/after")[0]["QueueResult"] == "bridged"
    done = app.to("/done")[0]
    assert (done["DialCallStatus"], done["DialBridged"], done["QueueResult"]) == ("completed", "true", "bridged")
    assert done["DialCallSid"] == app.to("/after")[0]["CallSid"]
    check_log(hall)


def test_two_at_the_desk_and_one_caller(hall, app):
    kim, sam = hall.phone(KIM).dials("+12025550101"), hall.phone(SAM).dials("+12025550101")
    hall.pass_time(1)
    assert app.to("/done")[0]["DialCallStatus"] == "failed", "there is no such queue yet"
    kim.is_hung_up()
    sam.is_hung_up()
    client_of(hall).queues.create(friendly_name="support")
    kim.dials("+12025550101")
    sam.dials("+12025550101")
    dana = hall.phone(DANA).dials(HOUSE)
    assert dana.talks_with(kim), "first come, first served"
    sam.hears("Done", within=30).is_hung_up()
    assert app.to("/done")[-1]["DialCallStatus"] == "no-answer"
    kim.hangs_up()
    dana.hears("It was bridged").is_hung_up()
    hall.settle()
    check_log(hall)


def test_whoever_hangs_up_while_being_fetched_gives_way_to_the_next(hall, app):
    app["/whisper"] = response("<Pause length='5'/>")
    dana, sam = hall.phone(DANA).dials(HOUSE), hall.phone(SAM).dials(HOUSE)
    hall.pass_time(2)
    kim = hall.phone(KIM).dials("+12025550101")
    hall.pass_time(2)
    dana.hangs_up()
    assert sam.talks_with(kim)
    assert app.to("/after")[0]["QueueResult"] == "bridging-in-process"
    sam.hangs_up()
    kim.hears("Done")


def test_a_key_leaves_the_queue(hall, app):
    app["/wait"] = response("<Gather numDigits='1' action='/key' timeout='30'><Say>Press 1 to be rung.</Say></Gather>")
    app["/key"] = response("<Leave/>")
    hall.phone(DANA).dials(HOUSE).hears("Press 1").presses("1").hears("It was leave").is_hung_up()
    assert app.to("/key")[0]["QueuePosition"] == "1"
    app["/voice"] = response("<Enqueue waitUrl='/wait'>support</Enqueue><Say>The next verb.</Say>")
    hall.phone(DANA).dials(HOUSE).presses("1").hears("The next verb").is_hung_up()
    hall.settle()
    check_log(hall)


def test_the_wait_document_may_hang_up_and_may_fail(hall, app):
    app["/wait"] = response("<Say>We are closed.</Say><Hangup/>")
    hall.phone(DANA).dials(HOUSE).hears("We are closed").is_hung_up()
    app["/wait"] = 500
    hall.phone(DANA).dials(HOUSE).hears("It was error").is_hung_up()
    hall.settle()
    assert [one["QueueResult"] for one in app.to("/after")] == ["hangup", "error"]
    assert [problem.code for problem in hall.problems] == [11200]


@pytest.mark.parametrize("document", ["<Response/>", "<Response><Redirect/></Response>"])
def test_a_wait_document_that_says_nothing_does_not_stop_the_clock(hall, app, document):
    app["/wait"] = document
    hall.phone(DANA).dials(HOUSE)
    hall.pass_time(30)
    assert len(app.to("/wait")) <= 110


def test_a_wait_document_may_not_record(hall, app):
    app["/wait"] = response("<Record/>")
    hall.phone(DANA).dials(HOUSE).hears("It was error").is_hung_up()
    assert hall.problems[0].code == 12200


@pytest.mark.parametrize("size", [100, 1000])
def test_the_size_nobody_gave(make, size):
    exchange = make(unconfirmed=Unconfirmed(queue_size=size))
    assert client_of(exchange).queues.create(friendly_name="support").max_size == size


def test_a_full_queue(hall, app):
    client_of(hall).queues.create(friendly_name="support", max_size=1)
    dana = hall.phone(DANA).dials(HOUSE).hears("number 1")
    hall.phone(SAM).dials(HOUSE).hears("It was queue-full").is_hung_up()
    dana.hangs_up()
    hall.settle()
    check_log(hall)


def test_queues_by_rest(hall, app):
    client = client_of(hall)
    made = client.queues.create(friendly_name="support", max_size=5)
    with pytest.raises(TwilioRestException) as refused:
        client.queues.create(friendly_name="support")
    assert refused.value.code == 22003
    assert client.queues(made.sid).update(friendly_name="sales", max_size=6).max_size == 6
    client.queues(made.sid).update(friendly_name="support")
    dana = hall.phone(DANA).dials(HOUSE).hears("number 1")
    hall.phone(SAM).dials(HOUSE).hears("number 2")
    queue = client.queues(made.sid)
    assert [(one.position, one.call_sid) for one in queue.members.list()] == [
        (1, queue.members("Front").fetch().call_sid), (2, queue.members.list()[1].call_sid)]
    assert queue.fetch().current_size == 2
    assert queue.fetch().average_wait_time >= 0
    with pytest.raises(TwilioRestException):
        queue.delete()
    app["/fetched"] = response("<Say>Fetched.</Say>")
    queue.members("Front").update(url=f"{BASE}/fetched", method="POST")
    dana.hears("Fetched").is_hung_up()
    assert app.to("/after")[0]["QueueResult"] == "redirected"
    second = queue.members.list()[0]
    assert second.position == 1
    client.calls(second.call_sid).update(status="completed")
    hall.pass_time(1)
    for key in ("Front", second.call_sid):
        with pytest.raises(TwilioRestException) as missing:
            queue.members(key).fetch()
        assert (missing.value.status, missing.value.code) == (404, 20404)
    assert queue.delete() is True
    hall.settle()
    check_log(hall)


def test_moved_away_from_the_bridge(hall, app):
    dana = hall.phone(DANA).dials(HOUSE).hears("number 1")
    kim = hall.phone(KIM).dials("+12025550101")
    assert dana.talks_with(kim)
    app["/else"] = response("<Say>Elsewhere.</Say>")
    client = client_of(hall)
    client.calls(client.calls.list(from_=DANA)[0].sid).update(url=f"{BASE}/else")
    dana.hears("Elsewhere").is_hung_up()
    kim.hears("Done").is_hung_up()
    hall.settle()
    assert app.to("/after")[0]["QueueResult"] == "redirected-from-bridged"
    assert "DialCallDuration" not in app.to("/done")[0]


def test_leave_where_nobody_waits(make, app):
    app["/voice"] = response("<Leave/><Say>Still here.</Say>")
    for ends in (True, False):
        exchange = make(unconfirmed=Unconfirmed(leave_outside_a_queue_hangs_up=ends))
        dana = exchange.phone(DANA).dials(HOUSE).is_hung_up()
        assert ("Still here" in dana.heard) is not ends


def test_plain_music_is_the_default(exchange, app):
    app["/voice"] = response("<Enqueue>support</Enqueue>")
    exchange.phone(DANA).dials(HOUSE).hears("[music]").hangs_up()
    assert [path for path, _ in app.asked] == ["/voice"]
