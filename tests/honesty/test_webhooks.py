"""Played calls of every kind: each webhook has what the handbook's table says, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.honesty.stage import BASE, DANA, HOUSE, KIM, SAM, Page, Stage, response
from tests.oracles import check_log
from voice_gateway.sandbox import Attachment
from voice_gateway.sandbox.rooms import GROUPS

ALL = ["initiated", "ringing", "answered", "completed"]
ALL_ATTRIBUTES = " ".join(ALL)
STORIES: dict[str, Callable[[Stage], None]] = {}


def story(play):
    STORIES[play.__name__.replace("_", " ").strip()] = play
    return play


def room(name="blue", dial="", **attributes):
    every = {"statusCallback": f"{BASE}/room", "statusCallbackEvent": " ".join(sorted(GROUPS))} | attributes
    written = " ".join(f"{key}='{value}'" for key, value in every.items())
    return f"<Dial {dial}><Conference {written}>{name}</Conference></Dial>"


def kinds(stage: Stage) -> set[str]:
    return {hook.kind for hook in stage.exchange.webhooks}


@story
def an_inbound_call(stage):
    stage["/voice"] = response("<Gather numDigits='1' action='/chosen'><Say>Press a key.</Say></Gather>")
    stage["/chosen"] = response("<Gather input='dtmf speech' action='/said'><Say>Speak.</Say></Gather>")
    stage["/said"] = response("<Say>Thanks.</Say>")
    stage.dana.dials(HOUSE, verstat="TN-Validation-Passed-A", forwarded_from=KIM).hears("Press").presses("1")
    stage.dana.hears("Speak").says("a refund please").hears("Thanks").is_hung_up()
    assert stage.to("/voice")[0]["CallStatus"] == "ringing"
    assert stage.to("/voice")[0]["ForwardedFrom"] == KIM
    assert stage.to("/said")[0]["SpeechResult"] == "a refund please"
    stage.exchange.settle()
    assert stage.to("/number-status")[-1]["CallStatus"] == "completed"


@story
def an_anonymous_call(stage):
    stage["/voice"] = response("<Say>Hello.</Say>")
    stage.dana.dials(HOUSE, anonymous=True).hears("Hello").is_hung_up()
    assert stage.to("/voice")[0]["From"] == "anonymous"
    assert "FromCity" not in stage.to("/voice")[0]


@story
def an_outbound_call_with_all_its_events(stage):
    stage["/hello"] = response("<Say>Hello.</Say><Pause length='64'/>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", status_callback=f"{BASE}/status",
                              status_callback_event=ALL, record=True,
                              recording_status_callback=f"{BASE}/recorded",
                              recording_status_callback_event=["in-progress", "completed"])
    stage.dana.answers().hears("Hello").is_hung_up(within=120)
    stage.exchange.pass_time(5)
    told = stage.to("/status")
    assert [one["CallStatus"] for one in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [one["SequenceNumber"] for one in told] == ["0", "1", "2", "3"]
    assert [one.get("CallDuration") for one in told] == [None, None, None, "65"]
    assert told[-1]["Duration"] == "2"
    assert told[-1]["RecordingUrl"].startswith("https://api.twilio.com/2010-04-01/Accounts/AC")
    assert [one["RecordingStatus"] for one in stage.to("/recorded")] == ["in-progress", "completed"]
    assert stage.to("/recorded")[-1]["RecordingSource"] == "OutboundAPI"
    assert stage.to("/hello")[0]["CallStatus"] == "in-progress"


@story
def calls_that_come_to_nothing(stage):
    stage.sam.is_busy()
    stage.kim.is_switched_off()
    for number in (DANA, SAM, KIM):
        stage.client.calls.create(to=number, from_=HOUSE, url=f"{BASE}/x", timeout=10,
                                  status_callback=f"{BASE}/status", status_callback_event=ALL)
    stage.dana.rings().lets_it_ring()
    stage.exchange.pass_time(30)
    last = {one["To"]: one for one in stage.to("/status")}
    assert {to: one["CallStatus"] for to, one in last.items()} == {DANA: "no-answer", SAM: "busy", KIM: "failed"}
    assert last[KIM]["SipResponseCode"] == "404"
    assert last[DANA]["SipResponseCode"] == "487"
    assert all(one["CallDuration"] == "0" for one in last.values())
    assert not any("Duration" in one for one in last.values())


@story
def machine_detection_that_holds_the_call(stage):
    stage.dana.is_an_answering_machine("This is Dana. Leave a message.", after=2)
    stage["/hello"] = response("<Say>Hello.</Say>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", machine_detection="DetectMessageEnd",
                              status_callback=f"{BASE}/status", status_callback_event=ALL)
    stage.dana.rings().hears("Hello").is_hung_up(within=120)
    stage.exchange.settle()
    assert stage.to("/hello")[0]["AnsweredBy"] == "machine_end_beep"
    assert stage.to("/status")[-1]["AnsweredBy"] == "machine_end_beep"


@story
def machine_detection_beside_the_call(stage):
    stage["/hello"] = response("<Gather timeout='10' numDigits='1' action='/key'><Say>Hello.</Say></Gather>")
    stage["/key"] = response("<Say>Thanks.</Say>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", machine_detection="Enable",
                              async_amd="true", async_amd_status_callback=f"{BASE}/amd")
    stage.dana.answers().hears("Hello")
    stage.exchange.pass_time(5)
    stage.dana.presses("1").hears("Thanks").is_hung_up()
    assert "AnsweredBy" not in stage.to("/hello")[0]
    assert stage.to("/amd")[0]["AnsweredBy"] == "human"


@story
def a_screened_dial(stage):
    stage["/voice"] = response(
        f"<Dial answerOnBridge='true' action='/done' record='record-from-answer-dual'"
        f" recordingStatusCallback='/recorded'><Number url='/screen' statusCallback='/leg'"
        f" statusCallbackEvent='{ALL_ATTRIBUTES}' machineDetection='Enable' amdStatusCallback='/amd'>"
        f"{SAM}</Number></Dial>")
    stage["/screen"] = response("<Gather numDigits='1' action='/yes' timeout='10'><Say>Press 1.</Say></Gather><Hangup/>")
    stage["/yes"] = response()
    stage["/done"] = response("<Say>Goodbye.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.rings().hears("Press 1")
    stage.exchange.pass_time(5)
    stage.sam.presses("1")
    assert stage.sam.talks_with(stage.dana)
    stage.exchange.pass_time(7)
    stage.sam.hangs_up()
    stage.dana.hears("Goodbye").is_hung_up()
    stage.exchange.pass_time(5)
    done = stage.to("/done")[0]
    assert (done["DialCallStatus"], done["DialBridged"]) == ("completed", "true")
    assert done["DialCallSid"] == stage.to("/leg")[0]["CallSid"]
    assert done["RecordingUrl"] == stage.to("/recorded")[0]["RecordingUrl"]
    assert stage.to("/recorded")[0]["CallSid"] == done["CallSid"], "the parent's"
    assert [one["CallStatus"] for one in stage.to("/leg")] == ["initiated", "ringing", "in-progress", "completed"]
    assert {one["ParentCallSid"] for one in stage.to("/screen") + stage.to("/leg")} == {done["CallSid"]}
    assert stage.to("/amd")[0]["AnsweredBy"] == "human"


@story
def a_dial_that_nobody_answers(stage):
    stage["/voice"] = response(f"<Dial timeout='10' action='/done'>{SAM}</Dial>")
    stage["/done"] = response("<Say>Nobody.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.rings().lets_it_ring()
    stage.dana.hears("Nobody").is_hung_up()
    assert stage.to("/done")[0]["DialCallStatus"] == "no-answer"
    assert stage.to("/done")[0]["DialBridged"] == "false"


@story
def a_screened_leg_that_is_hung_up(stage):
    stage["/voice"] = response(f"<Dial action='/done'><Number url='/screen'>{SAM}</Number></Dial>")
    stage["/screen"] = response("<Say>Goodbye.</Say><Hangup/>")
    stage["/done"] = response("<Say>Nobody.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.answers().hears("Goodbye").is_hung_up()
    stage.dana.hears("Nobody").is_hung_up()
    assert stage.to("/done")[0]["DialBridged"] == "false"


@story
def a_conference_with_all_its_events(stage):
    stage["/voice"] = response(room(dial="action='/after'", record="record-from-start", waitUrl="/wait",
                                    participantLabel="first", recordingStatusCallback="/recorded"))
    stage["/wait"] = response("<Say>Please wait.</Say>")
    stage["/hold"] = response("<Say>On hold.</Say>")
    stage["/announce"] = response("<Say>Attention.</Say>")
    stage["/after"] = response("<Say>Goodbye.</Say>")
    stage.dana.dials(HOUSE).hears("Please wait")
    conference = stage.client.conferences.list(friendly_name="blue")[0]
    people = stage.client.conferences(conference.sid).participants
    people.create(from_=HOUSE, to=SAM, label="sam", end_conference_on_exit=True, status_callback=f"{BASE}/leg",
                  status_callback_event=ALL)
    stage.sam.answers()
    assert stage.sam.talks_with(stage.dana)
    dana = stage.client.conferences(conference.sid).participants("first")
    for change in ({"muted": True}, {"muted": False}, {"hold": True, "hold_url": f"{BASE}/hold"}, {"hold": False},
                   {"announce_url": f"{BASE}/announce"}, {"end_conference_on_exit": True},
                   {"end_conference_on_exit": False}):
        dana.update(**change)
        stage.exchange.pass_time(5)
    stage.client.conferences(conference.sid).update(announce_url=f"{BASE}/announce")
    stage.dana.hears("On hold", "Attention", "Attention")
    stage.sam.hangs_up()
    stage.dana.hears("Goodbye").is_hung_up()
    stage.exchange.pass_time(5)
    told = {one["StatusCallbackEvent"]: one for one in stage.to("/room")}
    assert set(told) >= {
        "participant-join", "conference-start", "participant-mute", "participant-unmute", "participant-hold",
        "participant-unhold", "participant-modify", "announcement-end", "participant-leave", "conference-end",
    }  # fmt: skip
    end = told["conference-end"]
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert end["ParticipantLabelEndingConference"] == "sam"
    reasons = {one.get("ParticipantLabel"): one["ReasonParticipantLeft"] for one in stage.to("/room")
               if one["StatusCallbackEvent"] == "participant-leave"}
    assert reasons == {"sam": "participant_hung_up", "first": "moderator_ended_conference"}
    assert stage.to("/after")[0]["DialCallStatus"] == "answered"
    recorded = stage.to("/recorded")[0]
    assert recorded["RecordingSource"] == "Conference"
    assert "CallSid" not in recorded


@story
def an_announcement_that_fails(stage):
    stage["/voice"] = response(room())
    stage["/announce"] = Page(status=500)
    stage.dana.dials(HOUSE)
    stage.sam.dials(HOUSE)
    assert stage.sam.talks_with(stage.dana)
    stage.client.conferences("blue").update(announce_url=f"{BASE}/announce")
    stage.exchange.pass_time(10)
    assert stage.to("/room")[-1]["StatusCallbackEvent"] == "announcement-fail"
    stage.client.conferences("blue").update(status="completed")
    stage.exchange.pass_time(2)
    assert stage.to("/room")[-1]["ReasonConferenceEnded"] == "conference-ended-via-api"


@story
def participants_who_leave_in_every_way(stage):
    stage["/voice"] = response(room(), "<Say>Alone again.</Say>")
    stage["/elsewhere"] = response("<Say>Elsewhere.</Say>")
    stage.dana.dials(HOUSE)
    stage.sam.dials(HOUSE)
    assert stage.sam.talks_with(stage.dana)
    conference = stage.client.conferences.list(friendly_name="blue")[0]
    added = stage.client.conferences(conference.sid).participants.create(from_=HOUSE, to=KIM, timeout=5)
    stage.kim.rings().lets_it_ring()
    stage.exchange.pass_time(15)
    first, second = stage.client.conferences(conference.sid).participants.list()
    stage.client.calls(first.call_sid).update(url=f"{BASE}/elsewhere")
    stage.exchange.pass_time(2)
    stage.client.conferences(conference.sid).participants(second.call_sid).delete()
    stage.exchange.pass_time(20)
    left = {one["CallSid"]: one for one in stage.to("/room") if one["StatusCallbackEvent"] == "participant-leave"}
    assert left[added.call_sid]["ReasonParticipantLeft"] == "participant_add_failed"
    assert left[added.call_sid]["ParticipantCallStatus"] == "no-answer"
    assert left[first.call_sid]["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert left[first.call_sid]["ParticipantCallStatus"] == "in-progress"
    assert left[second.call_sid]["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert stage.to("/room")[-1]["ReasonConferenceEnded"] == "last-participant-kicked"


@story
def a_record_with_everything(stage):
    stage["/voice"] = response(
        "<Record action='/after' recordingStatusCallback='/recorded' transcribe='true' transcribeCallback='/written'"
        " recordingStatusCallbackEvent='in-progress completed' finishOnKey='#'/>")
    stage["/after"] = response("<Say>Thanks.</Say>")
    stage.dana.dials(HOUSE).hears("[beep]").says("this is Dana, please ring me back").presses("#", at_once=True)
    stage.dana.hears("Thanks").is_hung_up()
    stage.exchange.pass_time(20)
    assert stage.to("/after")[0]["Digits"] == "#"
    assert [one["RecordingStatus"] for one in stage.to("/recorded")] == ["in-progress", "completed"]
    assert stage.to("/recorded")[-1]["RecordingSource"] == "RecordVerb"
    assert stage.to("/written")[0]["TranscriptionText"] == "this is Dana, please ring me back"


@story
def a_record_that_a_caller_hangs_up_on(stage):
    stage["/voice"] = response("<Record action='/after' recordingStatusCallback='/recorded'/>")
    stage.dana.dials(HOUSE).hears("[beep]").says("ring me back").hangs_up()
    stage.exchange.pass_time(5)
    assert stage.to("/after")[0]["Digits"] == "hangup"
    assert stage.to("/after")[0]["CallStatus"] == "completed"
    assert stage.to("/recorded")[0]["RecordingStatus"] == "completed"


@story
def a_message_in_and_its_reply(stage):
    stage["/sms"] = response("<Message statusCallback='/delivered'><Body>Thanks.</Body></Message>")
    stage.dana.texts("Hello", to=HOUSE).texts("Look", to=HOUSE, media=["https://media.example.test/1.jpg"])
    stage.dana.reads("Thanks").reads("Thanks")
    asked = stage.to("/sms")
    assert [one["MessageSid"][:2] for one in asked] == ["SM", "MM"]
    assert asked[1]["MediaUrl0"] == "https://media.example.test/1.jpg"


@story
def pictures_in_and_out(stage):
    stage["/sms"] = response("<Message><Body>Ours</Body><Media>/ours</Media></Message>")
    stage["/ours"] = Page(b"GIF89a", "image/gif")
    stage.dana.texts("Mine", to=HOUSE, media=[Attachment(b"x", "image/png"), Attachment(b"BEGIN:VCARD", "text/vcard")])
    stage.dana.reads("Ours")
    told = stage.to("/sms")[0]
    assert (told["NumMedia"], told["MediaContentType1"]) == ("2", "text/vcard")
    assert told["MediaUrl0"].startswith(f"https://api.twilio.com/2010-04-01/Accounts/{stage.exchange.account_sid}/Messages/MM")
    assert len(stage.to("/ours")) == 1


@story
def messages_out_with_every_end(stage):
    stage.exchange.messaging_services["MG" + "1" * 32] = (HOUSE,)
    stage.sam.is_a_landline()
    stage.kim.is_switched_off()
    for number in (DANA, SAM, KIM):
        stage.client.messages.create(to=number, from_=HOUSE, body="Hello", status_callback=f"{BASE}/told")
    stage.client.messages.create(to=DANA, messaging_service_sid="MG" + "1" * 32, body="Hi",
                                 status_callback=f"{BASE}/service")
    stage.dana.reads("Hello").reads("Hi")
    stage.exchange.pass_time(5)
    ends = {one["To"]: (one["MessageStatus"], one.get("ErrorCode")) for one in stage.to("/told")}
    assert ends == {DANA: ("delivered", None), SAM: ("undelivered", "30006"), KIM: ("undelivered", "30003")}
    assert [one["MessageStatus"] for one in stage.to("/told") if one["To"] == DANA] == ["sent", "delivered"]
    assert [one["MessageStatus"] for one in stage.to("/service")] == ["queued", "sent", "delivered"]


@story
def a_fallback(stage):
    number = next(iter(stage.exchange.own_numbers.values()))
    number.voice_fallback_url, number.sms_fallback_url = f"{BASE}/fallback", f"{BASE}/sms-fallback"
    stage["/voice"] = stage["/sms"] = Page(status=500)
    stage["/fallback"] = response("<Say>Please call again.</Say>")
    stage["/sms-fallback"] = response()
    stage.dana.dials(HOUSE).hears("Please call again").is_hung_up()
    stage.dana.texts("Hello", to=HOUSE)
    stage.exchange.pass_time(1)
    assert stage.to("/fallback")[0]["ErrorCode"] == stage.to("/sms-fallback")[0]["ErrorCode"] == "11200"
    assert stage.to("/fallback")[0]["ErrorUrl"] == f"{BASE}/voice"


@pytest.mark.parametrize("play", STORIES.values(), ids=STORIES)
def test_every_webhook_is_as_the_table_says(stage, play):
    play(stage)
    stage.exchange.settle()
    check_log(stage.exchange)
