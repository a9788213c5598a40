"""Conferences by TwiML and by REST: who hears whom, who is told, who is put out."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM, KIM = "+12025550111", "+12025550122", "+12025550133"
EVENTS = "start end join leave mute hold modify speaker announcement"


def room(name="blue", **attributes):
    said = "".join(f" {key}='{value}'" for key, value in attributes.items())
    return response(
        f"<Dial action='/after'><Conference beep='false' statusCallback='/room' "
        f"statusCallbackEvent='{EVENTS}'{said}>{name}</Conference></Dial>"
    )


def meet(exchange, app, *numbers, **attributes):
    app["/voice"] = room(**attributes)
    app["/after"] = response("<Say>It is over.</Say>")
    return [exchange.phone(number).dials(HOUSE) for number in numbers]


def kinds(app):
    return [form["StatusCallbackEvent"] for form in app.to("/room")]


def test_mute_and_hold(exchange, app):
    dana, sam = meet(exchange, app, DANA, SAM)
    assert dana.talks_with(sam)
    client = client_of(exchange)
    people = client.conferences("blue").participants
    calls = {p.call_sid: p for p in people.list()}
    assert {p.status for p in calls.values()} == {"connected"}
    sam_call = next(sid for sid in calls if exchange.calls[sid].from_ == SAM)
    people(sam_call).update(muted=True)
    exchange.pass_time(1)
    assert not dana.is_talking_to(sam)
    people(sam_call).update(muted=False)
    assert dana.talks_with(sam)
    app["/hold"] = response("<Say>One moment.</Say>")
    people(sam_call).update(hold=True, hold_url=f"{BASE}/hold")
    sam.hears("One moment")
    assert not dana.is_talking_to(sam)
    people(sam_call).update(hold=False)
    assert dana.talks_with(sam)
    people(sam_call).update(end_conference_on_exit=True)
    sam.hangs_up()
    dana.hears("It is over").is_hung_up()
    exchange.pass_time(1)
    assert kinds(app)[3:8] == [
        "participant-mute",
        "participant-unmute",
        "participant-hold",
        "participant-unhold",
        "participant-modify",
    ]
    end = app.to("/room")[-1]
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert end["CallSidEndingConference"] == sam_call
    assert [form["SequenceNumber"] for form in app.to("/room")] == [
        str(n) for n in range(len(kinds(app)))
    ]


def test_a_kicked_participant_goes_on_with_its_document(exchange, app):
    dana, sam = meet(exchange, app, DANA, SAM)
    exchange.pass_time(1)
    people = client_of(exchange).conferences("blue").participants
    people(next(p.call_sid for p in people.list())).delete()
    dana.hears("It is over").is_hung_up()
    assert sam.is_off_hook
    sam.hangs_up()
    exchange.pass_time(1)
    assert app.to("/room")[-1]["ReasonConferenceEnded"] == "last-participant-left"
    assert exchange.loose_ends() == []


def test_nobody_starts_it_until_the_moderator_comes(exchange, app):
    app["/after"] = response()
    app["/voice"] = room(startConferenceOnEnter="false", waitUrl="/wait")
    app["/wait"] = response("<Say>Please hold the line.</Say>")
    dana, kim = exchange.phone(DANA).dials(HOUSE), exchange.phone(KIM).dials(HOUSE)
    dana.hears("Please hold")
    assert not dana.talks_with(kim)
    app["/voice"] = room(endConferenceOnExit="true")
    sam = exchange.phone(SAM).dials(HOUSE)
    assert dana.talks_with(kim)
    assert dana.talks_with(sam)
    sam.hangs_up()
    dana.is_hung_up()
    kim.is_hung_up()
    assert exchange.loose_ends() == []


def test_the_wait_document_may_not_ask(exchange, app):
    app["/voice"] = room(waitUrl="/wait")
    app["/wait"] = response("<Gather><Say>No.</Say></Gather>")
    app["/after"] = response("<Say>No conference.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("No conference")
    assert exchange.problems[0].code == 13238


def test_somebody_is_added_by_rest(exchange, app):
    (dana,) = meet(exchange, app, DANA)
    exchange.pass_time(1)
    client = client_of(exchange)
    added = client.conferences("blue").participants.create(
        from_=HOUSE, to=SAM, label="sam", end_conference_on_exit=True, timeout=20
    )
    assert (added.status, added.label) == ("queued", "sam")
    with pytest.raises(TwilioRestException) as refused:
        client.conferences("blue").participants.create(from_=HOUSE, to=KIM, label="sam")
    assert refused.value.code == 16025
    sam = exchange.phone(SAM).answers()
    assert sam.talks_with(dana)
    assert client.conferences("blue").participants("sam").fetch().status == "connected"
    client.conferences("blue").participants("sam").delete()
    sam.is_hung_up()
    dana.hears("It is over").is_hung_up()
    exchange.pass_time(1)
    left = [form for form in app.to("/room") if form["StatusCallbackEvent"] == "participant-leave"]
    assert left[0]["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert exchange.loose_ends() == []


def test_an_added_participant_who_does_not_answer(exchange, app):
    (dana,) = meet(exchange, app, DANA)
    exchange.pass_time(1)
    client_of(exchange).conferences("blue").participants.create(
        from_=HOUSE, to=SAM, timeout=10, status_callback=f"{BASE}/leg"
    )
    exchange.phone(SAM).rings().lets_it_ring()
    exchange.pass_time(20)
    last = app.to("/room")[-1]
    assert last["ReasonParticipantLeft"] == "participant_add_failed"
    assert last["ParticipantCallStatus"] == "no-answer"
    assert app.to("/leg")[0]["CallStatus"] == "no-answer"
    assert dana.is_off_hook


def test_a_coach_is_heard_by_one(exchange, app):
    dana, sam = meet(exchange, app, DANA, SAM)
    assert dana.talks_with(sam)
    sam_call = next(c.sid for c in exchange.calls.values() if c.from_ == SAM)
    client_of(exchange).conferences("blue").participants.create(
        from_=HOUSE, to=KIM, coaching=True, call_sid_to_coach=sam_call
    )
    kim = exchange.phone(KIM).answers()
    assert kim.talks_with(sam)
    kim.says("Offer a refund")
    sam.hears("Offer a refund")
    assert "Offer" not in dana.heard


def test_the_whole_conference_is_ended(exchange, app):
    dana, sam = meet(exchange, app, DANA, SAM)
    assert dana.talks_with(sam)
    app["/news"] = response("<Say>This room closes.</Say>")
    client = client_of(exchange)
    conference = client.conferences.list(friendly_name="blue", status="in-progress")[0]
    client.conferences(conference.sid).update(announce_url=f"{BASE}/news")
    dana.hears("This room closes")
    sam.hears("This room closes")
    exchange.pass_time(3)
    client.conferences(conference.sid).update(status="completed")
    dana.hears("It is over")
    sam.hears("It is over")
    exchange.pass_time(5)
    assert "announcement-end" in kinds(app)
    ended = client.conferences(conference.sid).fetch()
    assert ended.reason_conference_ended == "conference-ended-via-api"
    assert client.conferences(conference.sid).participants.list() == []
    assert exchange.loose_ends() == []


def test_a_redirected_participant_leaves(exchange, app):
    dana, sam = meet(exchange, app, DANA, SAM)
    assert dana.talks_with(sam)
    app["/else"] = response("<Say>Somewhere else.</Say>")
    call = next(c.sid for c in exchange.calls.values() if c.from_ == DANA)
    client_of(exchange).calls(call).update(url=f"{BASE}/else")
    dana.hears("Somewhere else").is_hung_up()
    assert sam.is_off_hook
    assert not sam.hears_whom


def test_the_recording_of_a_call_hears_both_sides_while_it_is_on(exchange, app):
    """Begun in the middle, on Dana's leg: not what was said before, in a gap, after it, or while she is on hold."""
    dana, sam = meet(exchange, app, DANA, SAM)
    assert dana.talks_with(sam)
    dana.says("before")
    client = client_of(exchange)
    (call,) = client.calls.list(from_=DANA)
    started = client.calls(call.sid).recordings.create(recording_track="both")
    dana.says("a refund, please")
    sam.says("at once")
    one = client.calls(call.sid).recordings("Twilio.CURRENT")
    assert one.update(status="paused", pause_behavior="skip").sid == started.sid
    sam.says("and your card number?")
    dana.says("four two four two")
    assert client.calls(call.sid).recordings(started.sid).fetch().status == "paused"
    assert one.update(status="in-progress").status == "in-progress"
    dana.says("that was it")
    client.conferences("blue").participants(call.sid).update(hold=True)
    sam.says("between us colleagues")
    client.conferences("blue").participants(call.sid).update(hold=False)
    one.update(status="stopped")
    dana.says("afterwards")
    assert exchange.recordings[started.sid].said == ["a refund, please", "at once", "that was it"]
    with pytest.raises(TwilioRestException) as refused:
        one.update(status="paused")
    assert refused.value.status == 404


def test_one_track_of_a_call_is_one_side_of_it(exchange, app):
    dana, sam = meet(exchange, app, DANA, SAM)
    assert dana.talks_with(sam)
    client = client_of(exchange)
    (call,) = client.calls.list(from_=DANA)
    inbound, outbound = (client.calls(call.sid).recordings.create(recording_track=track) for track in ("inbound", "outbound"))
    dana.says("a refund, please")
    sam.says("at once")
    assert exchange.recordings[inbound.sid].said == ["a refund, please"]
    assert exchange.recordings[outbound.sid].said == ["at once"]
