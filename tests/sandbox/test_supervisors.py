"""Listen, coach, barge, hold and whisper, by REST: who hears whom."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox import Unconfirmed

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM, KIM, LEE = "+12025550111", "+12025550122", "+12025550133", "+12025550144"


class Room:
    """Dana talks with Sam; everybody has a label; the room tells all."""

    def __init__(self, exchange, app) -> None:
        self.exchange, self.app = exchange, app
        app["/voice"] = response(
            f"<Dial><Conference participantLabel='dana' record='record-from-start' statusCallback='{BASE}/room' "
            "statusCallbackEvent='join leave modify hold mute announcement'>blue</Conference></Dial>")
        self.people = client_of(exchange).conferences("blue").participants
        self.dana = exchange.phone(DANA).dials(HOUSE)
        exchange.pass_time(1)
        self.sam = self.joins(SAM, "sam")
        assert self.dana.talks_with(self.sam)

    def joins(self, number: str, label: str, **how):
        self.people.create(from_=HOUSE, to=number, label=label, beep="false", **how)
        return self.exchange.phone(number).answers()

    def call(self, label: str) -> str:
        return self.people(label).fetch().call_sid

    def change(self, label: str, **how):
        changed = self.people(label).update(**how)
        self.exchange.pass_time(1)
        return changed

    def refusal(self, deed) -> tuple[int, int]:
        with pytest.raises(TwilioRestException) as refused:
            deed()
        return refused.value.status, refused.value.code

    def hears(self, phone) -> set[str]:
        """Whom this telephone hears."""
        names = {DANA: "dana", SAM: "sam", KIM: "kim", LEE: "lee"}
        return {names[number] for number in phone.hears_whom}


@pytest.fixture
def room(exchange, app) -> Room:
    return Room(exchange, app)


def test_listen_then_coach_then_barge_then_listen_again(room):
    kim = room.joins(KIM, "kim", muted=True)
    assert (room.hears(kim), room.hears(room.dana), room.hears(room.sam)) == ({"dana", "sam"}, {"sam"}, {"dana"})
    coach = room.change("kim", muted=False, coaching=True, call_sid_to_coach=room.call("sam"))
    assert (coach.coaching, coach.call_sid_to_coach) == (True, room.call("sam"))
    assert (room.hears(room.dana), room.hears(room.sam)) == ({"sam"}, {"dana", "kim"})
    kim.says("Offer a refund")
    room.sam.hears("Offer a refund")
    assert "refund" not in room.dana.heard
    barge = room.change("kim", coaching=False)
    assert (barge.coaching, barge.call_sid_to_coach) == (False, None)
    assert room.hears(room.dana) == {"sam", "kim"}
    room.change("kim", muted=True)
    assert (room.hears(room.dana), room.hears(room.sam)) == ({"sam"}, {"dana"})
    told = [one["StatusCallbackEvent"] for one in room.app.to("/room")[2:]]
    assert told == ["participant-join", "participant-unmute", "participant-modify", "participant-modify", "participant-mute"]
    assert [one["Coaching"] for one in room.app.to("/room")[2:]] == ["false", "false", "true", "false", "false"]


def test_a_coach_turns_to_another_and_is_heard_by_nobody_once_that_one_leaves(room):
    lee = room.joins(LEE, "lee")
    kim = room.joins(KIM, "kim", coaching=True, call_sid_to_coach=room.call("sam"))
    room.exchange.pass_time(1)
    room.change("kim", call_sid_to_coach=room.call("lee"))
    assert (room.hears(room.sam), room.hears(lee)) == ({"dana", "lee"}, {"dana", "sam", "kim"})
    lee.hangs_up()
    room.exchange.pass_time(1)
    assert (room.hears(room.dana), room.hears(room.sam), room.hears(kim)) == ({"sam"}, {"dana"}, {"dana", "sam"})


def test_a_coach_without_anybody_to_coach_is_refused(room):
    stranger = "CA" + "f" * 32
    assert room.refusal(lambda: room.change("dana", coaching=True)) == (400, 20001)
    assert room.refusal(lambda: room.change("dana", coaching=True, call_sid_to_coach=stranger)) == (400, 16028)
    assert room.refusal(lambda: room.joins(KIM, "kim", coaching=True, call_sid_to_coach=stranger)) == (400, 16028)
    sam = room.call("sam")
    room.change("sam", hold=True)
    assert room.refusal(lambda: room.joins(KIM, "kim", call_sid_to_coach=sam)) == (400, 16027)
    room.change("sam", hold=False)
    assert room.joins(KIM, "kim", call_sid_to_coach=sam).talks_with(room.sam)


def test_a_carrier_that_looks_for_nobody(make, app):
    room = Room(make(unconfirmed=Unconfirmed(coached_must_be_there=False)), app)
    kim = room.joins(KIM, "kim", call_sid_to_coach="CA" + "f" * 32)
    room.exchange.pass_time(1)
    assert (room.hears(room.dana), room.hears(room.sam), room.hears(kim)) == ({"sam"}, {"dana"}, {"dana", "sam"})


def test_the_customer_is_held_while_the_others_speak(room):
    room.app["/hold"] = response("<Say>Please hold the line.</Say>")
    held = room.change("dana", hold=True, hold_url=f"{BASE}/hold", hold_method="POST")
    assert held.hold is True
    room.dana.hears("Please hold the line")
    kim = room.joins(KIM, "kim")
    assert kim.talks_with(room.sam)
    kim.says("What is the matter?")
    assert "matter" not in room.dana.heard
    assert room.hears(room.dana) == set()
    room.change("dana", hold=False)
    assert room.hears(room.dana) == {"sam", "kim"}
    assert room.app.to("/hold")[0]["ConferenceSid"].startswith("CF")


def test_a_whisper_to_one(room):
    room.app["/case"] = response("<Say>The case is about a refund.</Say>")
    room.change("sam", announce_url=f"{BASE}/case")
    room.sam.hears("about a refund")
    room.exchange.pass_time(3)
    assert "refund" not in room.dana.heard
    told = room.app.to("/room")[-1]
    assert (told["StatusCallbackEvent"], told["ParticipantLabel"]) == ("announcement-end", "sam")


@pytest.mark.parametrize("recorded", [True, False])
def test_what_a_coach_says_may_be_recorded(make, app, recorded):
    room = Room(make(unconfirmed=Unconfirmed(coach_is_recorded=recorded)), app)
    kim = room.joins(KIM, "kim", call_sid_to_coach=room.call("sam"))
    kim.says("Offer a refund")
    said = next(one.said for one in room.exchange.recordings.values() if one.conference_sid)
    assert ("Offer a refund" in said) is recorded


def test_a_coach_by_document(room):
    room.app["/voice"] = response(f"<Dial><Conference coach='{room.call('sam')}' beep='false'>blue</Conference></Dial>")
    kim = room.exchange.phone(KIM).dials(HOUSE)
    assert kim.talks_with(room.sam)
    assert room.hears(room.dana) == {"sam"}
