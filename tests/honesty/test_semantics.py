"""How Twilio behaves, where a product that is tested on the sandbox would notice: handbook/TWILIO.md, 1 to 5."""

from __future__ import annotations

from itertools import count

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.honesty.stage import BASE, DANA, HOUSE, KIM, SAM, Page, response
from tests.oracles import check_log

ALL = ["initiated", "ringing", "answered", "completed"]


def codes(stage) -> list[int]:
    return [problem.code for problem in stage.exchange.problems]


# ---- Gather ----


def test_no_input_falls_to_the_next_verb_without_a_request(stage):
    stage["/voice"] = response("<Gather action='/chosen' timeout='4'><Say>Press.</Say></Gather><Say>Nothing.</Say>")
    stage.dana.dials(HOUSE).hears("Press")
    stage.exchange.pass_time(4.5)
    assert "Nothing" not in stage.dana.heard, "the timeout starts after the prompt"
    stage.dana.hears("Nothing", within=1).is_hung_up()
    assert stage.to("/chosen") == []


def test_no_input_is_asked_for_where_it_is_wanted(stage):
    stage["/voice"] = response("<Gather action='/chosen' actionOnEmptyResult='true'/><Say>Never.</Say>")
    stage["/chosen"] = response("<Say>Empty.</Say>")
    stage.dana.dials(HOUSE).hears("Empty").is_hung_up()
    assert stage.to("/chosen")[0].get("Digits", "") == ""


def test_a_key_stops_the_prompt(stage):
    long = "This is a very long prompt. " * 20
    stage["/voice"] = response(f"<Gather numDigits='1' action='/chosen'><Say>{long}</Say><Say>Second.</Say></Gather>")
    stage["/chosen"] = response("<Say>Chosen.</Say>")
    stage.dana.dials(HOUSE).hears("This is").presses("3").hears("Chosen", within=1).is_hung_up()
    assert "Second" not in stage.dana.heard
    assert stage.to("/chosen")[0]["Digits"] == "3"


@pytest.mark.parametrize(
    "attributes, keys, digits",
    [("", "12#", "12"), ("finishOnKey='*'", "1#*", "1#"), ("numDigits='2'", "123", "12"),
     ("finishOnKey='' timeout='2'", "1#", "1#"), ("", "12", "12"), ("", "#", None)],
)  # fmt: skip
def test_what_ends_the_input(stage, attributes, keys, digits):
    stage["/voice"] = response(f"<Gather action='/chosen' {attributes}/><Say>Next verb.</Say>")
    stage["/chosen"] = response("<Say>Chosen.</Say>")
    stage.dana.dials(HOUSE).presses(keys)
    stage.dana.hears("Next verb" if digits is None else "Chosen").is_hung_up()
    assert [one["Digits"] for one in stage.to("/chosen")] == ([] if digits is None else [digits])


def test_the_action_is_the_document_itself_by_default(stage):
    visits = count()
    stage["/voice"] = lambda form: response("<Say>Thanks.</Say>" if next(visits) else "<Gather numDigits='1'/>")
    stage.dana.dials(HOUSE).presses("5").hears("Thanks").is_hung_up()
    assert stage.to("/voice")[1]["Digits"] == "5"


# ---- Dial ----


def test_after_a_conference_there_is_no_child_to_tell_of(stage):
    stage["/voice"] = response("<Dial action='/after'><Conference>blue</Conference></Dial><Say>Never.</Say>")
    stage["/after"] = response("<Say>After.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.dials(HOUSE)
    assert stage.dana.talks_with(stage.sam)
    stage.client.conferences("blue").update(status="completed")
    stage.dana.hears("After").is_hung_up()
    stage.sam.hears("After").is_hung_up()
    for told in stage.to("/after"):
        assert told["DialCallStatus"] == "answered"
        assert not {"DialCallSid", "DialCallDuration"} & told.keys()


def test_end_conference_on_exit_drops_all_others_and_their_documents_go_on(stage):
    pages = {DANA: "<Say>Next verb.</Say>", SAM: "", KIM: "<Say>Next verb.</Say>"}
    stage["/voice"] = lambda form: response(
        f"<Dial><Conference endConferenceOnExit='{str(form['From'] == SAM).lower()}'>blue</Conference></Dial>",
        pages[form["From"]])
    for phone in (stage.dana, stage.sam, stage.kim):
        phone.dials(HOUSE)
    assert stage.dana.talks_with(stage.kim)
    stage.sam.hangs_up()
    stage.dana.hears("Next verb").is_hung_up()
    stage.kim.hears("Next verb").is_hung_up()


def test_the_room_lives_on_when_somebody_else_leaves(stage):
    stage["/voice"] = response("<Dial><Conference>blue</Conference></Dial>")
    for phone in (stage.dana, stage.sam, stage.kim):
        phone.dials(HOUSE)
    stage.sam.hangs_up()
    assert stage.dana.talks_with(stage.kim)


def test_a_conference_waits_for_one_who_may_start_it(stage):
    stage["/voice"] = lambda form: response(
        f"<Dial><Conference startConferenceOnEnter='{str(form['From'] == KIM).lower()}'>blue</Conference></Dial>")
    stage.dana.dials(HOUSE)
    stage.sam.dials(HOUSE)
    assert not stage.dana.talks_with(stage.sam, within=30)
    stage.kim.dials(HOUSE)
    assert stage.dana.talks_with(stage.sam)


def test_without_an_action_the_next_verb_follows(stage):
    stage["/voice"] = response(f"<Dial timeout='5'>{SAM}</Dial><Say>Nobody there.</Say>")
    stage.sam.is_busy()
    stage.dana.dials(HOUSE).hears("Nobody there").is_hung_up()


def test_the_first_to_pick_up_wins(stage):
    stage["/voice"] = response(f"<Dial action='/done'><Number>{SAM}</Number><Number>{KIM}</Number></Dial>")
    stage["/done"] = response()
    stage.dana.dials(HOUSE)
    stage.sam.rings()
    stage.kim.rings().answers()
    assert stage.kim.talks_with(stage.dana)
    assert not stage.sam.is_ringing
    stage.kim.hangs_up()
    stage.exchange.pass_time(1)
    assert stage.to("/done")[0]["DialCallStatus"] == "completed", "and not answered"


def test_a_star_from_the_caller_ends_the_other_leg_only(stage):
    stage["/voice"] = response(f"<Dial hangupOnStar='true'>{SAM}</Dial><Say>Still here.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.answers()
    assert stage.dana.talks_with(stage.sam)
    stage.dana.presses("*").hears("Still here").is_hung_up()
    stage.sam.is_hung_up()


def test_a_caller_hears_the_ring_until_the_bridge(stage):
    stage["/voice"] = response(f"<Dial answerOnBridge='true'>{SAM}</Dial>")
    stage.dana.dials(HOUSE)
    stage.sam.rings()
    call = next(iter(stage.exchange.calls.values()))
    assert call.status == "ringing"
    stage.sam.answers()
    assert stage.dana.talks_with(stage.sam)
    assert call.status == "in-progress"


def test_in_screening_nobody_may_dial(stage):
    stage["/voice"] = response(f"<Dial><Number url='/screen'>{SAM}</Number></Dial>")
    stage["/screen"] = response(f"<Dial>{KIM}</Dial>")
    stage.dana.dials(HOUSE)
    stage.sam.answers()
    stage.exchange.settle()
    assert 13201 in codes(stage)


def test_a_label_in_use_and_a_coach_of_nobody(stage):
    stage["/voice"] = response("<Dial><Conference participantLabel='one'>blue</Conference></Dial><Say>Taken.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.dials(HOUSE).hears("Taken").is_hung_up()
    stage["/voice"] = response(f"<Dial action='/after'><Conference coach='CA{'f' * 32}'>blue</Conference></Dial>")
    stage["/after"] = response("<Say>No coach.</Say>")
    stage.kim.dials(HOUSE).hears("No coach").is_hung_up()
    assert codes(stage) == [16025, 13240]


# ---- Record ----


def test_records_action_is_asked_after_a_hang_up(stage):
    stage["/voice"] = response("<Record action='/after'/><Say>Never.</Say>")
    stage.dana.dials(HOUSE).hears("[beep]")
    stage.exchange.pass_time(1)
    stage.dana.hangs_up()
    stage.exchange.settle()
    assert stage.to("/after")[0]["Digits"] == "hangup"


def test_silence_ends_a_record_after_its_timeout(stage):
    stage["/voice"] = response("<Record action='/after' timeout='3' playBeep='false'/>")
    stage["/after"] = response("<Say>Thanks.</Say>")
    stage.dana.dials(HOUSE).says("Hello", at_once=True).hears("Thanks", within=5).is_hung_up()
    assert stage.to("/after")[0]["Digits"] == ""


# ---- the life of a call ----


def test_a_ring_lasts_five_seconds_longer_than_asked_for(stage):
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x", timeout=20, status_callback=f"{BASE}/status",
                              status_callback_event=ALL)
    stage.dana.rings().lets_it_ring()
    stage.exchange.pass_time(24.5)
    assert stage.dana.is_ringing
    stage.exchange.pass_time(1.5)
    assert not stage.dana.is_ringing
    assert stage.to("/status")[-1]["CallStatus"] == "no-answer"


def test_what_is_canceled_while_queued_is_never_told(stage):
    stage.exchange.calls_per_second = 0.1
    create = stage.client.calls.create
    create(to=SAM, from_=HOUSE, url=f"{BASE}/x")
    call = create(to=DANA, from_=HOUSE, url=f"{BASE}/x", status_callback=f"{BASE}/status", status_callback_event=ALL)
    assert stage.client.calls(call.sid).update(status="canceled").status == "canceled"
    stage.sam.declines()
    stage.exchange.pass_time(60)
    assert stage.to("/status") == []
    assert not stage.dana.heard
    assert int(stage.client.calls.list(to=SAM)[0].queue_time) == 0


def test_what_is_canceled_while_ringing_is_told(stage):
    call = stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x", status_callback=f"{BASE}/status",
                                     status_callback_event=ALL)
    stage.dana.rings()
    stage.client.calls(call.sid).update(status="canceled")
    stage.exchange.pass_time(1)
    assert [one["CallStatus"] for one in stage.to("/status")] == ["initiated", "ringing", "canceled"]


def test_completed_ends_a_call_that_still_rings(stage):
    call = stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x")
    stage.dana.rings()
    stage.client.calls(call.sid).update(status="completed")
    stage.exchange.pass_time(1)
    assert not stage.dana.is_ringing


def test_completed_is_the_only_event_by_default(stage):
    stage["/hello"] = response("<Say>Hello.</Say>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", status_callback=f"{BASE}/status")
    stage.dana.answers().hears("Hello").is_hung_up()
    stage.exchange.settle()
    assert [one["CallStatus"] for one in stage.to("/status")] == ["completed"]


def test_a_time_limit_ends_a_call(stage):
    stage["/hello"] = response("<Pause length='600'/>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", time_limit=30)
    stage.dana.answers()
    stage.exchange.pass_time(29)
    assert stage.dana.is_off_hook
    stage.exchange.pass_time(2)
    assert not stage.dana.is_off_hook


@pytest.mark.parametrize("reason, status", [("rejected", "no-answer"), ("busy", "busy")])
def test_reject_as_the_first_verb_answers_nothing(stage, reason, status):
    stage["/voice"] = response(f"<Reject reason='{reason}'/>")
    stage.dana.dials(HOUSE).is_hung_up()
    stage.exchange.settle()
    call = stage.client.calls.list()[0]
    assert call.status == status
    assert stage.to("/number-status")[0]["CallDuration"] == "0"


def test_a_participant_who_is_moved_takes_the_conference_along(stage):
    stage["/voice"] = response("<Dial><Conference endConferenceOnExit='true'>blue</Conference></Dial><Say>Over.</Say>")
    stage["/other"] = response("<Say>Elsewhere.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.dials(HOUSE)
    assert stage.dana.talks_with(stage.sam)
    call = stage.client.calls.list(from_=DANA)[0]
    stage.client.calls(call.sid).update(url=f"{BASE}/other")
    stage.dana.hears("Elsewhere").is_hung_up()
    stage.sam.hears("Over").is_hung_up()


# ---- retries, redirects, limits, fallback ----


@pytest.mark.parametrize(
    "fragment, page, attempts",
    [("", Page(status=500), 1), ("", Page(failure="connect"), 2), ("#rc=0", Page(failure="connect"), 1),
     ("#rc=3&rp=all", Page(status=500), 4), ("#rc=3&rp=5xx", Page(status=503), 4), ("#rc=3&rp=4xx", Page(status=503), 1),
     ("#rc=3&rp=4xx", Page(status=404), 4), ("#rc=2&rp=ct,5xx", Page(failure="connect"), 3),
     ("#rc=9&rp=5xx", Page(status=500), 2), ("#rc=3&rp=rt&rt=1000", Page(seconds=2.0), 4), ("#rp=all", Page(status=500), 2),
     ("#rc=3&rp=all", Page(status=200), 1)],
)  # fmt: skip
def test_retries_are_as_the_fragment_says(stage, fragment, page, attempts):
    stage["/hello"] = response("<Say>Hello.</Say>")
    stage["/status"] = page
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", status_callback=f"{BASE}/status{fragment}")
    stage.dana.answers().hears("Hello").is_hung_up()
    stage.exchange.pass_time(60)
    told = stage.requests_to("/status")
    assert len(told) == attempts
    assert len({request.headers["I-Twilio-Idempotency-Token"] for request in told}) == 1
    assert len({tuple(request.params) for request in told}) == 1
    assert all("#" not in request.url for request in told)
    assert codes(stage) == ([15003] if page.status != 200 or page.failure or page.seconds else [])


def test_each_webhook_has_a_token_of_its_own(stage):
    stage["/voice"] = response("<Gather numDigits='1' action='/key'><Say>Press.</Say></Gather>")
    stage.dana.dials(HOUSE).hears("Press").presses("1").is_hung_up()
    stage.exchange.settle()
    tokens = [request.headers["I-Twilio-Idempotency-Token"] for request in stage.asked]
    assert len(set(tokens)) == len(tokens) == 3


def test_all_attempts_together_take_no_more_than_fifteen_seconds(stage):
    stage["/hello"] = response("<Say>Hello.</Say>")
    stage["/status"] = Page(failure="timeout", seconds=9.0)
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", status_callback=f"{BASE}/status#rc=5&rp=all")
    stage.dana.answers().hears("Hello").is_hung_up()
    began = stage.exchange.now()
    stage.exchange.run(lambda: bool(stage.exchange.problems), 60)
    assert (stage.exchange.now() - began).total_seconds() <= 15.5


def test_a_read_timeout_of_ones_own_is_kept(stage):
    number = next(iter(stage.exchange.own_numbers.values()))
    number.voice_url += "#rt=2000"
    number.voice_fallback_url = f"{BASE}/fallback"
    stage["/voice"] = Page(response("<Say>Too late.</Say>"), seconds=8.0)
    stage["/fallback"] = response("<Say>In time.</Say>")
    stage.dana.dials(HOUSE).hears("In time", within=3)


@pytest.mark.parametrize("seconds, heard", [(14.0, "Hello"), (15.5, "application error"), (200.0, "application error")])
def test_the_limit_of_fifteen_seconds(stage, seconds, heard):
    stage["/voice"] = Page(response("<Say>Hello.</Say>"), seconds=seconds)
    stage.dana.dials(HOUSE).hears(heard, within=16).is_hung_up()
    assert codes(stage) == ([] if heard == "Hello" else [11200])


@pytest.mark.parametrize("hops, code", [(10, None), (11, 11215)])
def test_at_most_ten_redirects_are_followed(stage, hops, code):
    for n in range(hops):
        stage[f"/hop{n}"] = Page(status=302, location=f"{BASE}/hop{n + 1}")
    stage["/voice"] = Page(status=302, location=f"{BASE}/hop1") if hops else ""
    stage[f"/hop{hops}"] = response("<Say>Here.</Say>")
    stage.dana.dials(HOUSE).hears("application error" if code else "Here").is_hung_up()
    assert codes(stage) == ([code] if code else [])
    assert all(request.method == "GET" for request in stage.requests_to("/hop1"))


def test_the_fallback_is_told_what_went_wrong_and_where(stage):
    number = next(iter(stage.exchange.own_numbers.values()))
    number.voice_url += "#rc=1&rp=5xx"
    number.voice_fallback_url = f"{BASE}/fallback"
    stage["/voice"] = Page(status=502)
    stage["/fallback"] = response("<Say>Sorry.</Say>")
    stage.dana.dials(HOUSE).hears("Sorry").is_hung_up()
    told = stage.to("/fallback")[0]
    assert told["ErrorCode"] == "11200"
    assert told["ErrorUrl"].partition("#")[0] == f"{BASE}/voice"


def test_the_fallback_is_told_of_a_verb_that_cannot_be_done(stage):
    number = next(iter(stage.exchange.own_numbers.values()))
    number.voice_fallback_url = f"{BASE}/fallback"
    stage["/voice"] = response(f"<Dial callerId='+12025550199'>{SAM}</Dial>")
    stage["/fallback"] = response("<Say>Sorry.</Say>")
    stage.dana.dials(HOUSE).hears("Sorry").is_hung_up()
    stage.exchange.settle()
    assert (stage.to("/fallback")[0]["ErrorCode"], stage.to("/fallback")[0]["ErrorUrl"]) == ("13214", f"{BASE}/voice")
    check_log(stage.exchange)


def test_an_api_calls_own_fallback(stage):
    stage["/hello"] = Page("<Response><Speak/></Response>")
    stage["/fallback"] = response("<Say>Sorry.</Say>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", fallback_url=f"{BASE}/fallback")
    stage.dana.answers().hears("Sorry").is_hung_up()
    assert stage.to("/fallback")[0]["ErrorCode"] == "12200"


def test_a_bad_answer_to_a_status_is_a_warning_and_no_more(stage):
    stage["/voice"] = response("<Say>Hello.</Say>")
    stage["/number-status"] = Page(status=500)
    stage.dana.dials(HOUSE).hears("Hello").is_hung_up()
    stage.exchange.settle()
    assert codes(stage) == [15003]


# ---- texts ----


def test_after_stop_nothing_is_taken_until_start(stage):
    stage["/sms"] = response()
    stage.dana.texts("Stop", to=HOUSE)
    stage.exchange.pass_time(2)
    with pytest.raises(TwilioRestException) as refused:
        stage.client.messages.create(to=DANA, from_=HOUSE, body="Hello")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    assert len(stage.to("/sms")) == 1, "our webhook is told all the same"
    stage.dana.texts("start", to=HOUSE)
    stage.client.messages.create(to=DANA, from_=HOUSE, body="Hello")
    stage.dana.reads("Hello")


def test_stop_among_other_words_is_no_stop(stage):
    stage.dana.texts("STOP please", to=HOUSE)
    stage.client.messages.create(to=DANA, from_=HOUSE, body="Hello")
    stage.dana.reads("Hello")


def test_a_service_learns_of_stop_afterwards(stage):
    stage.exchange.messaging_services["MG" + "1" * 32] = (HOUSE,)
    stage.dana.texts("STOP", to=HOUSE)
    stage.client.messages.create(to=DANA, messaging_service_sid="MG" + "1" * 32, body="Hello",
                                 status_callback=f"{BASE}/told")
    stage.exchange.pass_time(5)
    assert (stage.to("/told")[-1]["MessageStatus"], stage.to("/told")[-1]["ErrorCode"]) == ("failed", "21610")


@pytest.mark.parametrize("length, code", [(1600, None), (1601, 21617)])
def test_the_length_of_a_text(stage, length, code):
    ask = {"to": DANA, "from_": HOUSE, "body": "x" * length}
    if code is None:
        assert stage.client.messages.create(**ask).num_segments == "11"
        return
    with pytest.raises(TwilioRestException) as refused:
        stage.client.messages.create(**ask)
    assert refused.value.code == code


@pytest.mark.parametrize("body, segments", [("x" * 160, "1"), ("x" * 161, "2"), ("ж" * 70, "1"), ("ж" * 71, "2")])
def test_segments(stage, body, segments):
    assert stage.client.messages.create(to=DANA, from_=HOUSE, body=body).num_segments == segments
