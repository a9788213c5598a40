"""Which parameters each kind of webhook carries, when, and in which form.

The table is that of handbook/TWILIO.md, 1.1 to 1.11. A verdict is a list of complaints in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.honesty.openapi import RFC_2822

Fields = Mapping[str, str]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def sid(prefix: str) -> re.Pattern[str]:
    return re.compile(f"({prefix})[0-9a-f]{{32}}")


def one_of(text: str) -> re.Pattern[str]:
    return re.compile("|".join(text.split()))


WHOLE, TRUTH, URL = re.compile(r"\d+"), re.compile("true|false"), re.compile(r"https?://\S+")
TERMINAL = words("completed busy failed no-answer canceled")
PLACES = words(" ".join(f"{side}{place}" for side in ("From", "To", "Caller", "Called")
                        for place in ("City", "State", "Zip", "Country")))
STANDARD = words("CallSid AccountSid From To CallStatus ApiVersion Direction")  # 1.1, always
SOMETIMES = words("ForwardedFrom CallerName ParentCallSid CallToken Caller Called StirVerstat StirStatus") | PLACES

FORMS: dict[str, re.Pattern[str]] = {
    "CallSid": sid("CA"), "ParentCallSid": sid("CA"), "DialCallSid": sid("CA"), "AccountSid": sid("AC"),
    "ConferenceSid": sid("CF"), "RecordingSid": sid("RE"), "TranscriptionSid": sid("TR"),
    "MessageSid": sid("SM|MM"), "SmsSid": sid("SM|MM"), "SmsMessageSid": sid("SM|MM"),
    "QueueSid": sid("QU"), "DequeingCallSid": sid("CA"), "QueuePosition": re.compile(r"[1-9]\d*"), "QueueTime": WHOLE,
    "AvgQueueTime": WHOLE, "CurrentQueueSize": WHOLE, "MaxQueueSize": WHOLE,
    "QueueResult": one_of("bridged bridging-in-process error hangup leave redirected redirected-from-bridged queue-full "
                          "system-error"),
    "StirStatus": one_of("A B C"),
    "StirVerstat": re.compile(r"TN-Validation-(Passed|Failed)-[ABC](-Diverted|-Passthrough)?|TN-Validation-Failed|No-TN-Validation"),
    "MessagingServiceSid": sid("MG"), "CallSidEndingConference": sid("CA"),
    "ApiVersion": re.compile("2010-04-01"), "Direction": one_of("inbound outbound-api outbound-dial"),
    "CallStatus": one_of("queued initiated ringing in-progress completed busy failed no-answer canceled"),
    "DialCallStatus": one_of("completed answered busy no-answer failed canceled"), "DialBridged": TRUTH,
    "DialCallDuration": WHOLE, "CallDuration": WHOLE, "Duration": WHOLE, "SequenceNumber": WHOLE,
    "MachineDetectionDuration": WHOLE, "NumMedia": WHOLE, "NumSegments": WHOLE,
    "RecordingChannels": one_of("1 2"), "Timestamp": RFC_2822, "RecordingStartTime": RFC_2822,
    "CallbackSource": one_of("call-progress-events"), "SipResponseCode": re.compile(r"[2-6]\d\d"),
    "Confidence": re.compile(r"[01](\.\d+)?"), "Digits": re.compile(r"[0-9*#A-D]*|hangup"),
    "ErrorCode": re.compile(r"\d+"), "ErrorUrl": URL, "RecordingUrl": URL, "TranscriptionUrl": URL,
    "RecordingStatus": one_of("in-progress completed absent"), "TranscriptionStatus": one_of("completed failed"),
    "RecordingSource": one_of("DialVerb Conference OutboundAPI Trunking RecordVerb StartCallRecordingAPI "
                              "StartConferenceRecordingAPI"),
    "AnsweredBy": one_of("human machine_start machine_end_beep machine_end_silence machine_end_other fax unknown"),
    "Muted": TRUTH, "Hold": TRUTH, "Coaching": TRUTH, "EndConferenceOnExit": TRUTH, "StartConferenceOnEnter": TRUTH,
    "StatusCallbackEvent": one_of(
        "conference-start conference-end participant-join participant-leave participant-mute participant-unmute "
        "participant-hold participant-unhold participant-modify participant-speech-start participant-speech-stop "
        "announcement-end announcement-fail"),
    "ReasonConferenceEnded": one_of(  # hyphens
        "conference-ended-via-api last-participant-kicked last-participant-left "
        "participant-with-end-conference-on-exit-kicked participant-with-end-conference-on-exit-left"),
    "ReasonParticipantLeft": one_of(  # underscores
        "conference_ended_via_api moderator_ended_conference participant_updated_via_api participant_hung_up "
        "participant_add_failed"),
    "ParticipantCallStatus": one_of("no-answer busy in-progress failed canceled completed"),
    "MessageStatus": one_of("queued sending sent failed delivered undelivered read canceled"),
    "WaId": re.compile(r"\d{7,15}"), "ChannelPrefix": one_of("whatsapp"), "ChannelInstallSid": sid("XE"),
    "EventType": one_of("READ"), "OptOutType": one_of("STOP START HELP"),
    "VerificationStatus": one_of("success failed"), "OutgoingCallerIdSid": sid("PN"),
    **{f"MediaUrl{n}": URL for n in range(10)},
    **{f"MediaContentType{n}": re.compile(r"[a-z]+/[\w.+-]+") for n in range(10)},
    "RawDlrDoneDate": re.compile(r"\d{10}"),
}  # fmt: skip

# Recordings of everything but conferences (1.5) and of conferences (1.6).
QUEUED = words("QueueResult QueueSid QueueTime")  # 1.3, 1.8
RECORDED = words("AccountSid RecordingSid RecordingUrl RecordingStatus RecordingDuration RecordingChannels RecordingSource")
IN_THE_ROOM = words("CallSid Muted Hold Coaching EndConferenceOnExit StartConferenceOnEnter")


@dataclass(frozen=True)
class Row:
    """What one kind of webhook always has and what it may have besides."""

    always: frozenset[str]
    sometimes: frozenset[str] = frozenset()


def of_voice(told: Fields) -> Row:
    """The request for a document: an incoming call, a Url, an action (1.1, 1.3, 1.4, 1.5)."""
    always, sometimes = STANDARD, SOMETIMES | words("ErrorCode ErrorUrl")
    if "DialCallStatus" in told:
        always |= words("DialCallStatus DialBridged")
        sometimes |= words("DialCallSid DialCallDuration RecordingUrl") | QUEUED
    elif "QueueResult" in told:
        always |= QUEUED
    elif "RecordingUrl" in told:
        always |= words("RecordingUrl RecordingDuration Digits")
        sometimes |= words("RecordingSid")
    elif "SpeechResult" in told:
        always |= words("SpeechResult Confidence")
        sometimes |= words("Digits")
    elif "Digits" in told:
        always |= words("Digits")
    else:
        sometimes |= words("AnsweredBy")
    return Row(always, sometimes)


def of_screening(told: Fields) -> Row:
    """A noun's url: it runs on the child leg."""
    row = of_voice(told)
    return Row(row.always | words("ParentCallSid"), row.sometimes - words("AnsweredBy"))


def of_wait(_told: Fields) -> Row:
    """A conference's waitUrl, HoldUrl, AnnounceUrl; the handbook is silent on the last two."""
    return Row(STANDARD, SOMETIMES | words("ConferenceSid FriendlyName"))


def of_queue_wait(told: Fields) -> Row:
    """1.8: the waitUrl, and the actions of a Gather in its document."""
    place = words("QueueSid QueuePosition QueueTime AvgQueueTime CurrentQueueSize MaxQueueSize")
    return Row(STANDARD | place, SOMETIMES | words("Digits SpeechResult Confidence"))


def of_queue_whisper(_told: Fields) -> Row:
    """1.8: the url of a Queue, heard by the one who waited; Twilio's spelling."""
    return Row(STANDARD | words("QueueSid QueueTime DequeingCallSid"), SOMETIMES)


def of_call_status(told: Fields) -> Row:
    """1.2, with what belongs to terminal events only; a number is told of the end of a call, and less."""
    if told.get("Direction") == "inbound":
        return Row(STANDARD | words("CallDuration"), SOMETIMES | words("RecordingUrl RecordingSid RecordingDuration"))
    always = STANDARD | words("Timestamp CallbackSource SequenceNumber")
    sometimes = SOMETIMES | words("AnsweredBy")
    if told.get("CallStatus") in TERMINAL:
        always |= words("CallDuration")
        if told.get("Direction") == "outbound-api":
            sometimes |= words("SipResponseCode")
    if told.get("CallStatus") == "completed":
        sometimes |= words("Duration RecordingUrl RecordingSid RecordingDuration")
    if told.get("Direction") == "outbound-dial":
        always |= words("ParentCallSid")
    return Row(always, sometimes)


def of_conference(told: Fields) -> Row:
    """1.6; none of the standard voice parameters."""
    always = words("ConferenceSid FriendlyName AccountSid SequenceNumber Timestamp StatusCallbackEvent")
    sometimes: frozenset[str] = frozenset()
    event = told.get("StatusCallbackEvent", "")
    if event.startswith("participant-"):
        always |= IN_THE_ROOM
        sometimes |= words("ParticipantLabel")
    if event == "participant-leave":
        always |= words("ParticipantCallStatus ReasonParticipantLeft")
    if event == "conference-end":
        always |= words("ReasonConferenceEnded Reason")
        sometimes |= words("CallSidEndingConference ParticipantLabelEndingConference")
    if event.startswith("announcement-"):
        always |= words("AnnounceUrl")
        sometimes |= IN_THE_ROOM | words("ParticipantLabel")
    if event == "announcement-fail":
        always |= words("ReasonAnnouncementFailed")
    return Row(always, sometimes)


def of_recording(told: Fields) -> Row:
    """1.5 and 1.6; no From, To, CallStatus; a conference's has no CallSid."""
    if told.get("RecordingSource") == "Conference":
        return Row(RECORDED | words("ConferenceSid RecordingStartTime"))
    return Row(RECORDED | words("CallSid"), words("RecordingStartTime ErrorCode"))


def of_message_status(told: Fields) -> Row:
    """1.10; no Body, no time, no sequence number."""
    always = words("MessageSid MessageStatus SmsSid SmsStatus AccountSid From To")
    sometimes = words("MessagingServiceSid ApiVersion")
    if told.get("MessageStatus") in ("failed", "undelivered"):
        always |= words("ErrorCode")
    if told.get("To", "").startswith("whatsapp:"):
        always |= words("ChannelPrefix ChannelInstallSid") | (words("EventType") if told["MessageStatus"] == "read" else words(""))
        sometimes |= words("ChannelStatusMessage") if "ErrorCode" in told else words("")
    elif told.get("MessageStatus") in ("delivered", "undelivered"):
        sometimes |= words("RawDlrDoneDate")
    return Row(always, sometimes)


def of_message(told: Fields) -> Row:
    """1.9."""
    count = int(told.get("NumMedia", "0")) if told.get("NumMedia", "0").isdigit() else 0
    media = words(" ".join(f"MediaUrl{n} MediaContentType{n}" for n in range(count)))
    places = frozenset(place for place in PLACES if place.startswith(("From", "To")))
    always = words("MessageSid AccountSid From To Body NumMedia NumSegments") | media
    if told.get("From", "").startswith("whatsapp:"):
        always |= words("ProfileName") | (words("WaId") if told["From"].startswith("whatsapp:+") else frozenset())
        places = words("ExternalUserIdentifier ExternalUserId ProfileUsername MessageType Contacts"
                       " PreviousExternalUserIdentifier PreviousExternalUserId")
    return Row(
        always,
        words("SmsSid SmsMessageSid SmsStatus ApiVersion MessagingServiceSid OptOutType ErrorCode ErrorUrl") | places,
    )


def of_caller_id(told: Fields) -> Row:
    """The end of the call that verifies a caller ID; docs/voice/api/outgoing-caller-ids."""
    proved = words("OutgoingCallerIdSid") if told.get("VerificationStatus") == "success" else frozenset()
    return Row(STANDARD | words("VerificationStatus") | proved, SOMETIMES)


def of_media(_told: Fields) -> Row:
    """Fetching a MediaUrl: nothing is told."""
    return Row(frozenset())


def of_machine_detection(_told: Fields) -> Row:
    """1.11."""
    return Row(words("CallSid AccountSid AnsweredBy"), words("MachineDetectionDuration"))


def of_transcription(_told: Fields) -> Row:
    """1.5."""
    mine = "TranscriptionSid TranscriptionText TranscriptionStatus TranscriptionUrl RecordingSid RecordingUrl"
    return Row(STANDARD | words(mine), words("ForwardedFrom"))


def of_partial_speech(_told: Fields) -> Row:
    """1.4; Stability and SequenceNumber are on docs/voice/twiml/gather."""
    return Row(STANDARD | words("UnstableSpeechResult"), SOMETIMES | words("Stability SequenceNumber"))


TABLE: dict[str, Callable[[Fields], Row]] = {
    "voice": of_voice, "screening": of_screening, "conference-wait": of_wait,
    "queue-wait": of_queue_wait, "queue-whisper": of_queue_whisper, "call-status": of_call_status,
    "conference-status": of_conference, "recording-status": of_recording, "message": of_message,
    "message-status": of_message_status, "media": of_media, "caller-id": of_caller_id, "amd": of_machine_detection, "transcription": of_transcription,
    "gather-partial": of_partial_speech,
}  # fmt: skip


def of_webhook(kind: str, told: Fields) -> list[str]:
    """What the table has against one webhook."""
    if kind not in TABLE:
        return [f"the table knows no webhook of kind {kind}"]
    row = TABLE[kind](told)
    missing = sorted(row.always - told.keys())
    surplus = sorted(told.keys() - row.always - row.sometimes)
    wrong = [f"{kind}: {name} is missing" for name in missing]
    wrong += [f"{kind}: {name}={told[name]!r} does not belong here" for name in surplus]
    wrong += [
        f"{kind}: {name}={value!r} does not look like {FORMS[name].pattern}"
        for name, value in told.items()
        if name in FORMS and not FORMS[name].fullmatch(value)
    ]
    return wrong + [f"{kind}: {words}" for words in _contradictions(kind, told)]


def _contradictions(kind: str, told: Fields) -> Iterator[str]:
    if told.get("DialCallStatus") == "answered" and words("DialCallSid DialCallDuration") & told.keys():
        yield "after a conference there is neither DialCallSid nor DialCallDuration"
    if kind == "call-status" and told.get("CallStatus") == "queued":
        yield "nothing is told of a call that is queued"
    if kind == "call-status" and told.get("Direction") == "inbound" and told.get("CallStatus") not in TERMINAL:
        yield "a number is told of the end of a call only"
    if kind in ("voice", "screening", "message") and ("ErrorUrl" in told) != ("ErrorCode" in told):
        yield "ErrorCode and ErrorUrl go together"
    if "RecordingDuration" in told:
        length = "-1" if told.get("RecordingStatus") == "in-progress" else None
        if told["RecordingDuration"] != length and not WHOLE.fullmatch(told["RecordingDuration"]):
            yield f"RecordingDuration={told['RecordingDuration']!r} is no number of seconds"
    if "Duration" in told and "CallDuration" in told:
        seconds, minutes = int(told["CallDuration"]), int(told["Duration"])
        if minutes != -(-seconds // 60):
            yield f"Duration={minutes} is not {seconds} s in minutes, rounded up"
    if told.get("MessageStatus") == "read" and not told.get("To", "").startswith("whatsapp:"):
        yield "only WhatsApp tells what was read"
    if "OptOutType" in told and "MessagingServiceSid" not in told:
        yield "OptOutType is for Messaging Services with Advanced Opt-Out"
    if kind == "message-status" and told.get("MessageStatus") != told.get("SmsStatus"):
        yield "MessageStatus and SmsStatus differ"


# ---- what follows what ----

STAGES = {"initiated": 0, "ringing": 1, "in-progress": 2} | dict.fromkeys(TERMINAL, 3)
RANKS = {"queued": 0, "sending": 1, "sent": 2, "canceled": 3, "failed": 3, "undelivered": 3, "delivered": 3, "read": 4}


def of_story(kind: str, events: Sequence[Fields], *, in_order: bool = True) -> list[str]:
    """What is wrong with all webhooks of one kind about one thing, in the order in which they were sent."""
    wrong = []
    if kind in ("call-status", "conference-status"):
        events = [told for told in events if told.get("Direction") != "inbound"]
        numbers = [int(told["SequenceNumber"]) for told in events]
        if not in_order:
            events = [told for _, told in sorted(zip(numbers, events, strict=True), key=lambda pair: pair[0])]
            numbers.sort()
        first = 0 if kind == "call-status" or not numbers else numbers[0]
        if numbers != list(range(first, first + len(numbers))):
            wrong.append(f"{kind}: SequenceNumber runs {numbers}")
    elif not in_order:
        return wrong
    ranks = {"call-status": ("CallStatus", STAGES), "message-status": ("MessageStatus", RANKS)}.get(kind)
    if ranks is not None:
        name, order = ranks
        said = [told[name] for told in events]
        if any(order[a] >= order[b] for a, b in pairwise(said)):
            wrong.append(f"{kind}: {name} runs {said}")
    if kind == "conference-status":
        names = [told["StatusCallbackEvent"] for told in events]
        wrong += [f"{kind}: {once} is told {names.count(once)} times"
                  for once in ("conference-start", "conference-end") if names.count(once) > 1]
    return wrong
