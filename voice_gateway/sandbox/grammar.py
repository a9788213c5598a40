"""TwiML's grammar: which verb may hold what, which attributes it knows, what they may say.

https://www.twilio.com/docs/voice/twiml and https://www.twilio.com/docs/messaging/twiml.
Each attribute's check is named by the error Twilio's debugger shows for a bad value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Check = Callable[[str], bool]


def whole(low: int, high: int) -> Check:
    """A whole number within bounds."""
    return lambda text: bool(re.fullmatch(r"-?\d{1,9}", text)) and low <= int(text) <= high


def one_of(*words: str) -> Check:
    """One of these words."""
    return lambda text: text in words


def several_of(*words: str) -> Check:
    """Words of this list with blanks between them."""
    return lambda text: bool(text.split()) and set(text.split()) <= set(words)


def matching(pattern: str) -> Check:
    """Text of this form."""
    return lambda text: re.fullmatch(pattern, text) is not None


def anything(_text: str) -> bool:
    """Any text at all."""
    return True


truth = one_of("true", "false")
method = one_of("GET", "POST", "get", "post")
label = matching(r"(?!CA[0-9a-fA-F]{32}$)[^/]{1,128}")
Rules = Mapping[str, tuple[Check, int]]


@dataclass(frozen=True)
class Shape:
    """What one element may be: its attributes, its children, whether it may hold text."""

    attributes: Rules = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: bool = False
    bad_child: int = 12200
    required: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()


ANY = (anything, 12200)
SSML = frozenset("break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain".split())
RECORDING: Rules = {
    "recordingStatusCallback": (anything, 13256),
    "recordingStatusCallbackMethod": (method, 13610),
    "recordingStatusCallbackEvent": (several_of("in-progress", "completed", "absent"), 13621),
    "recordingChannels": (one_of("mono", "dual"), 13217),
    "recordingTrack": (one_of("inbound", "outbound", "both"), 13217),
}
DETECTION: Rules = {
    "machineDetection": (one_of("Enable", "DetectMessageEnd"), 21263),
    "machineDetectionTimeout": (whole(3, 59), 21263),
    "machineDetectionSpeechThreshold": (whole(1000, 6000), 21263),
    "machineDetectionSpeechEndThreshold": (whole(500, 5000), 21263),
    "machineDetectionSilenceTimeout": (whole(2000, 10000), 21263),
    "amdStatusCallback": ANY,
    "amdStatusCallbackMethod": (method, 13221),
}
CALL_EVENTS = several_of("initiated", "ringing", "answered", "completed")
ROOM_EVENTS = several_of("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
LEG: Rules = {
    "url": ANY,
    "method": (method, 13221),
    "statusCallback": ANY,
    "statusCallbackEvent": (CALL_EVENTS, 12200),
    "statusCallbackMethod": (method, 13221),
}

VOICE_VERBS = frozenset("Say Play Pause Gather Record Dial Enqueue Leave Redirect Reject Hangup".split())
MESSAGE_VERBS = frozenset({"Message", "Redirect"})
SCREENING_VERBS = frozenset({"Say", "Play", "Gather", "Hangup"})
WAITING_VERBS = frozenset({"Say", "Play", "Pause", "Redirect"})
QUEUE_VERBS = WAITING_VERBS | {"Hangup", "Leave", "Gather"}

SHAPES: Mapping[str, Shape] = {
    "Say": Shape(
        {
            "voice": (matching(r"man|woman|alice|(Polly|Google)\.[A-Za-z0-9-]+"), 13511),
            "language": (matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"), 13512),
            "loop": (whole(0, 1000), 13510),
            "rate": (anything, 13513),
        },
        SSML,
        text=True,
        bad_child=13520,
    ),
    "Play": Shape(
        {"loop": (whole(0, 1000), 13410), "digits": (matching(r"[0-9*#wWA-D]+"), 13430)}, text=True
    ),
    "Pause": Shape({"length": (whole(0, 3600), 13910)}),
    "Hangup": Shape(),
    "Reject": Shape({"reason": (one_of("rejected", "busy"), 13810)}),
    "Redirect": Shape({"method": (method, 13710)}, text=True),
    "Gather": Shape(
        {
            "action": ANY,
            "method": (method, 13312),
            "input": (several_of("dtmf", "speech"), 13326),
            "timeout": (whole(0, 3600), 13313),
            "finishOnKey": (matching(r"[0-9*#]?"), 13310),
            "numDigits": (whole(1, 1000), 13314),
            "actionOnEmptyResult": (truth, 13338),
            "speechTimeout": (matching(r"auto|\d{1,2}"), 13327),
            "speechModel": (anything, 13334),
            "maxSpeechTime": (whole(1, 60), 13328),
            "language": (matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"), 13331),
            "hints": (anything, 13330),
            "profanityFilter": (truth, 13333),
            "bargeIn": (truth, 13332),
            "partialResultCallback": ANY,
            "partialResultCallbackMethod": (method, 13329),
            "enhanced": (truth, 13334),
            "debug": (truth, 12200),
        },
        frozenset({"Say", "Play", "Pause"}),
        bad_child=13320,
    ),
    "Record": Shape(
        {
            "action": ANY,
            "method": (method, 13610),
            "timeout": (whole(0, 3600), 13611),
            "finishOnKey": (matching(r"[0-9*#]*"), 13613),
            "maxLength": (whole(1, 14400), 13612),
            "playBeep": (truth, 13616),
            "trim": (one_of("trim-silence", "do-not-trim"), 13699),
            "recordingStatusCallback": (anything, 13256),
            "recordingStatusCallbackMethod": (method, 13610),
            "recordingStatusCallbackEvent": (
                several_of("in-progress", "completed", "absent"),
                13621,
            ),
            "transcribe": (truth, 13614),
            "transcribeCallback": (anything, 13257),
        }
    ),
    "Dial": Shape(
        {
            "action": ANY,
            "method": (method, 13210),
            "timeout": (whole(1, 600), 13212),
            "timeLimit": (whole(1, 86400), 13216),
            "callerId": (anything, 13214),
            "hangupOnStar": (truth, 13213),
            "answerOnBridge": (truth, 13219),
            "sequential": (truth, 13218),
            "ringTone": (matching(r"[a-z-]{2,10}"), 13220),
            "record": (
                one_of(
                    "do-not-record",
                    "record-from-answer",
                    "record-from-ringing",
                    "record-from-answer-dual",
                    "record-from-ringing-dual",
                    "true",
                    "false",
                ),
                13217,
            ),
            "trim": (one_of("trim-silence", "do-not-trim"), 13239),
            **RECORDING,
        },
        frozenset({"Number", "Client", "Sip", "Conference", "Queue"}),
        text=True,
        bad_child=13215,
    ),
    "Number": Shape(
        {**LEG, "sendDigits": (matching(r"[0-9*#wW]+"), 13222), "byoc": ANY, **DETECTION}, text=True
    ),
    "Client": Shape(LEG, frozenset({"Identity", "Parameter"}), text=True, once=frozenset({"Identity"})),
    "Identity": Shape(text=True),
    "Parameter": Shape({"name": ANY, "value": ANY}, required=frozenset({"name", "value"})),
    "Sip": Shape({**LEG, "username": ANY, "password": ANY, **DETECTION}, text=True),
    "Conference": Shape(
        {
            "muted": (truth, 13230),
            "beep": (one_of("true", "false", "onEnter", "onExit"), 13235),
            "startConferenceOnEnter": (truth, 13232),
            "endConferenceOnExit": (truth, 13231),
            "waitUrl": (anything, 13233),
            "waitMethod": (method, 13234),
            "maxParticipants": (whole(2, 250), 16002),
            "record": (one_of("do-not-record", "record-from-start", "true", "false"), 13217),
            "trim": (one_of("trim-silence", "do-not-trim"), 13239),
            "coach": (anything, 13240),
            "participantLabel": (label, 16023),
            "jitterBufferSize": (one_of("off", "small", "medium", "large"), 16002),
            "region": (one_of("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"), 16002),
            "statusCallback": ANY,
            "statusCallbackEvent": (ROOM_EVENTS, 12200),
            "statusCallbackMethod": (method, 13221),
            "recordingStatusCallback": (anything, 13256),
            "recordingStatusCallbackMethod": (method, 13610),
            "recordingStatusCallbackEvent": (
                several_of("in-progress", "completed", "absent"),
                13621,
            ),
            "eventCallbackUrl": ANY,
        },
        text=True,
    ),
    "Queue": Shape({"url": (anything, 14211), "method": (method, 14210)}, text=True),
    "Enqueue": Shape(
        {
            "action": (anything, 14203),
            "method": (method, 14201),
            "waitUrl": (anything, 14202),
            "waitUrlMethod": (method, 14206),
        },
        text=True,
    ),
    "Leave": Shape(),
    "Message": Shape(
        {
            "to": (anything, 14101),
            "from": (anything, 14102),
            "action": ANY,
            "method": (method, 14104),
            "statusCallback": (anything, 14105),
        },
        frozenset({"Body", "Media"}),
        text=True,
        bad_child=14103,
    ),
    "Body": Shape(text=True),
    "Media": Shape(text=True),
}
