"""Documents good and bad: what the sandbox makes of each, beside the verdict of Twilio's schema.

Where the two differ, the reason is in a table; a reason that no longer holds fails the test.
"""

from __future__ import annotations

import pytest
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from tests.honesty import twiml_schema
from tests.honesty.stage import HOUSE, Page, response
from tests.oracles import with_oracles
from voice_gateway.sandbox.grammar import SHAPES, VOICE_VERBS

pytestmark = with_oracles


def in_dial(noun: str) -> str:
    return response(f"<Dial>{noun}</Dial>")


# name: (document, Twilio's code or None where the sandbox carries it out)
CASES: dict[str, tuple[str | bytes, int | None]] = {
    # what everybody writes
    "empty response": ("<Response/>", None),
    "declaration and comment": ("<?xml version='1.0' encoding='UTF-8'?><Response><!-- hi --><Say>x</Say></Response>", None),
    "byte order mark": (b"\xef\xbb\xbf<Response><Say>x</Say></Response>", None),
    "utf-16": ("<?xml version='1.0' encoding='UTF-16'?><Response><Say>ü</Say></Response>".encode("utf-16"), None),
    "latin-1": ("<?xml version='1.0' encoding='ISO-8859-1'?><Response><Say>ü</Say></Response>".encode("latin-1"), None),
    "speech marks": (response("<Say language='en-GB' voice='Polly.Amy'>x<break time='1s'/>"
                              "<prosody rate='slow'>y</prosody><say-as interpret-as='date'>1</say-as></Say>"), None),
    "gather": (response("<Gather action='/a' method='GET' timeout='3' numDigits='1' finishOnKey='*' input='dtmf speech'"
                        " hints='a,b' speechTimeout='auto' language='en-US' bargeIn='true' profanityFilter='false'"
                        " actionOnEmptyResult='true' speechModel='phone_call' maxSpeechTime='10' enhanced='true'>"
                        "<Say>x</Say><Play>https://m.example.test/a.mp3</Play><Pause length='1'/></Gather>"), None),
    "record": (response("<Record action='/a' method='POST' timeout='5' maxLength='60' finishOnKey='#' playBeep='true'"
                        " trim='trim-silence' transcribe='true' transcribeCallback='/t' recordingStatusCallback='/r'"
                        " recordingStatusCallbackMethod='POST' recordingStatusCallbackEvent='completed absent'/>"), None),
    "conference": (in_dial("<Conference muted='false' beep='onEnter' startConferenceOnEnter='true'"
                           " endConferenceOnExit='true' waitUrl='/w' waitMethod='POST' maxParticipants='10'"
                           " record='record-from-start' trim='trim-silence' region='us1' participantLabel='sam'"
                           " jitterBufferSize='off' statusCallback='/s' statusCallbackEvent='start end join leave'"
                           " statusCallbackMethod='POST' recordingStatusCallback='/r'"
                           " recordingStatusCallbackEvent='completed'>blue</Conference>"), None),
    "conference of silence": (in_dial("<Conference waitUrl=''>blue</Conference>"), None),
    "number": (in_dial("<Number url='/u' method='POST' sendDigits='ww1' statusCallback='/s'"
                       " statusCallbackEvent='initiated ringing answered completed' machineDetection='Enable'"
                       " machineDetectionTimeout='10' amdStatusCallback='/a'>+12025550122</Number>"), None),
    "dial": (response("<Dial action='/a' timeout='20' timeLimit='60' callerId='+12025550100' hangupOnStar='true'"
                      " answerOnBridge='true' record='record-from-answer-dual' ringTone='us' sequential='true'"
                      " recordingTrack='both'>+12025550122</Dial>"), None),
    "client": (in_dial("<Client url='/u'><Identity>sam</Identity><Parameter name='a' value='b'/></Client>"), None),
    "plain verbs": (response("<Play loop='2' digits='12w3'/><Pause/><Redirect method='GET'>/next</Redirect><Hangup/>"), None),
    "reject": (response("<Reject reason='busy'/>"), None),
    "client with everything": (in_dial("<Client url='/u' method='GET' statusCallback='/s' statusCallbackMethod='POST'"
                               " statusCallbackEvent='initiated answered'><Identity>sam</Identity>"
                               "<Parameter name='a' value='b'/><Parameter name='c' value='d'/></Client>"), None),
    "sip": (in_dial("<Sip url='/u' username='x' password='y' statusCallback='/s' machineDetection='Enable'>"
                    "sip:kim@pbx.example.test?x-case=7</Sip>"), None),
    "enqueue": (response("<Enqueue action='/a' method='POST' waitUrl='/w' waitUrlMethod='GET'>support</Enqueue>"), None),
    "enqueue in silence": (response("<Enqueue waitUrl=''>support</Enqueue>"), None),
    "queue": (response("<Dial timeout='5'><Queue url='/u' method='GET'>support</Queue></Dial>"), None),
    "leave": (response("<Leave/>"), None),
    # not a document
    "empty": ("", 11770),
    "blanks": ("  \n ", 11770),
    "cut off": ("<Response><Say>x", 12100),
    "crossed": ("<Response><Say>x</Response></Say>", 12100),
    "two roots": ("<Response/><Response/>", 12100),
    "bare ampersand": (response("<Say>you & me</Say>"), 12100),
    "bare text": ("Hello", 12100),
    "json": ('{"say": "x"}', 12100),
    "a zero byte": (b"<Response>\x00</Response>", 12100),
    "wrong bytes": (b"<Response><Say>\xff\xfe</Say></Response>", 12100),
    "document type": ("<!DOCTYPE Response><Response/>", 12100),
    "entity": ("<!DOCTYPE Response [<!ENTITY a 'b'>]><Response><Say>&a;</Say></Response>", 12100),
    "a billion laughs": (("<!DOCTYPE Response [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
                         "<Response><Say>&c;</Say></Response>"), 12100),
    "a file of ours": (("<!DOCTYPE Response [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
                       "<Response><Say>&a;</Say></Response>"), 12100),
    "entity in utf-16": ("<!DOCTYPE Response [<!ENTITY a 'b'>]><Response><Say>&a;</Say></Response>".encode("utf-16"), 12100),
    "too long": (response("<Say>" + "x" * 65536 + "</Say>"), 11750),
    # another root
    "another root": ("<Answer/>", 12102),
    "small root": ("<response/>", 12102),
    "html": ("<html><body>503</body></html>", 12102),
    "root of another namespace": ("<Response xmlns='urn:x'><Say>x</Say></Response>", 12102),
    # verbs and nesting
    "small verb": (response("<say>x</say>"), 12200),
    "shouted verb": (response("<SAY>x</SAY>"), 12200),
    "unknown verb": (response("<Speak>x</Speak>"), 12200),
    "noun as verb": (response("<Number>+12025550122</Number>"), 12200),
    "conference as verb": (response("<Conference>blue</Conference>"), 12200),
    "a document in a document": (response("<Response/>"), 12200),
    "dial in gather": (response("<Gather><Dial>+12025550122</Dial></Gather>"), 13320),
    "gather in gather": (response("<Gather><Gather/></Gather>"), 13320),
    "redirect in gather": (response("<Gather><Redirect>/x</Redirect></Gather>"), 13320),
    "say in dial": (response("<Dial><Say>x</Say></Dial>"), 13215),
    "play in say": (response("<Say>x<Play>y</Play></Say>"), 13520),
    "say in pause": (response("<Pause><Say>x</Say></Pause>"), 12200),
    "number in conference": (in_dial("<Conference><Number>1</Number></Conference>"), 12200),
    "small noun": (in_dial("<number>+12025550122</number>"), 13215),
    "verb in speech marks": (response("<Say><prosody rate='slow'><Dial/></prosody></Say>"), 13520),
    "text in response": ("<Response>Hello<Say>x</Say></Response>", 12200),
    "text after a verb": ("<Response><Say>x</Say>Hello</Response>", 12200),
    "text in gather": (response("<Gather>Press 1<Say>x</Say></Gather>"), 12200),
    "text in hangup": (response("<Hangup>now</Hangup>"), 12200),
    "text in record": (response("<Record>now</Record>"), 12200),
    "message on the telephone": (response("<Message>x</Message>"), 12200),
    # attributes
    "unknown attribute": (response("<Say voise='x'>x</Say>"), 12200),
    "small attribute": (response("<Gather numdigits='1'/>"), 12200),
    "python's attribute": (response("<Gather num_digits='1'/>"), 12200),
    "attribute of another verb": (response("<Say timeout='1'>x</Say>"), 12200),
    "attribute of hangup": (response("<Hangup reason='busy'/>"), 12200),
    "attribute of response": ("<Response loop='1'/>", 12200),
    "attribute twice": (response("<Say loop='1' loop='2'>x</Say>"), 12100),
    "nameless parameter": (in_dial("<Client><Identity>sam</Identity><Parameter value='b'/></Client>"), 12200),
    "two identities": (in_dial("<Client><Identity>sam</Identity><Identity>kim</Identity></Client>"), 12200),
    # values
    "timeout in words": (response("<Gather timeout='soon'/>"), 13313),
    "timeout in parts": (response("<Gather timeout='1.5'/>"), 13313),
    "empty number": (response("<Gather numDigits=''/>"), 13314),
    "loop in words": (response("<Say loop='twice'>x</Say>"), 13510),
    "pause in words": (response("<Pause length='long'/>"), 13910),
    "length in words": (response("<Record maxLength='long'/>"), 13612),
    "dial timeout in words": (response("<Dial timeout='x'>+12025550122</Dial>"), 13212),
    "reason of one's own": (response("<Reject reason='bored'/>"), 13810),
    "no such voice": (response("<Say voice='robot'>x</Say>"), 13511),
    # values that the schema leaves open, and Twilio's pages do not
    "no digits wanted": (response("<Gather numDigits='0'/>"), 13314),
    "two finish keys": (response("<Gather finishOnKey='12'/>"), 13310),
    "a method of one's own": (response("<Gather method='PUT'/>"), 13312),
    "truth in words": (response("<Record playBeep='yes'/>"), 13616),
    "loud beep": (in_dial("<Conference beep='loud'>x</Conference>"), 13235),
    "too many": (in_dial("<Conference maxParticipants='251'>x</Conference>"), 16002),
    "alone": (in_dial("<Conference maxParticipants='1'>x</Conference>"), 16002),
    "a label like a call": (in_dial(f"<Conference participantLabel='CA{'1' * 32}'>x</Conference>"), 16023),
    "a python list": (in_dial("<Conference statusCallbackEvent=\"['start', 'end']\">x</Conference>"), 12200),
    "events of a call": (in_dial("<Conference statusCallbackEvent='ringing'>x</Conference>"), 12200),
    "no such event": (in_dial("<Number statusCallbackEvent='finished'>+12025550122</Number>"), 12200),
    "letters on the keypad": (in_dial("<Number sendDigits='x'>+12025550122</Number>"), 13222),
    "no such detection": (in_dial("<Number machineDetection='Perhaps'>+12025550122</Number>"), 21263),
    "negative pause": (response("<Pause length='-1'/>"), 13910),
    "queue's own method": (in_dial("<Queue method='PUT'>support</Queue>"), 14210),
    "enqueue's own method": (response("<Enqueue method='PUT'>support</Enqueue>"), 14201),
    "a queue without a name": (response("<Enqueue/>"), 14204),
    "a queue with a long name": (response(f"<Enqueue>{'x' * 65}</Enqueue>"), 14205),
    "leave with words": (response("<Leave>now</Leave>"), 12200),
    "say in enqueue": (response("<Enqueue>support<Say>x</Say></Enqueue>"), 12200),
    # what the sandbox does not have
    "task": (response("<Enqueue workflowSid='WW1'><Task>{}</Task></Enqueue>"), 12200),
    "sim": (in_dial("<Sim>DE1</Sim>"), 13215),
    "sms": (response("<Sms>x</Sms>"), 12200),
}  # fmt: skip

OPEN_VALUE = "the schema takes any text here, Twilio's page of the verb names the values"
NOT_HERE = "Twilio has it, the sandbox does not have it yet, and says so (voice_gateway.sandbox)"
DIFFERENCES = {
    **dict.fromkeys(
        ["no digits wanted", "two finish keys", "a method of one's own", "truth in words", "loud beep", "too many",
         "alone", "a label like a call", "a python list", "events of a call", "no such event", "letters on the keypad",
         "no such detection", "negative pause"], OPEN_VALUE),
    **dict.fromkeys(["queue's own method", "enqueue's own method", "a queue without a name", "a queue with a long name"],
                    OPEN_VALUE),
    **dict.fromkeys(["task", "sim", "sms"], NOT_HERE),
}  # fmt: skip


def as_bytes(document: str | bytes) -> bytes:
    return document if isinstance(document, bytes) else document.encode()


@pytest.mark.parametrize("name", CASES)
def test_the_sandbox_and_the_schema_are_of_one_mind(stage, name):
    document, code = CASES[name]
    stage["/voice"] = Page(document)
    stage["/w"] = response()
    stage.dana.dials(HOUSE)
    stage.exchange.pass_time(1)
    found = [problem.code for problem in stage.exchange.problems][:1]
    assert found == ([] if code is None else [code])
    wrong = twiml_schema.of_document(as_bytes(document))
    if name in DIFFERENCES:
        assert bool(wrong) != bool(code), f"no difference any more: {DIFFERENCES[name]}"
    else:
        assert bool(wrong) == bool(code), (wrong, code)


def test_the_table_of_differences_names_cases():
    assert DIFFERENCES.keys() <= CASES.keys()


@pytest.mark.parametrize(
    "page, code, heard",
    [
        (Page(response("<Say>Hello.</Say>"), "application/xml"), None, "Hello"),
        (Page(response("<Say>Hello.</Say>"), "text/xml; charset=utf-8"), None, "Hello"),
        (Page(response("<Say>Hello.</Say>"), "text/html"), None, "Hello"),
        (Page(response("<Say>Hello.</Say>"), "text/plain"), None, "Hello"),
        (Page("Just read this aloud.", "text/plain"), None, "Just read this aloud"),
        (Page(b"ID3", "audio/mpeg"), None, "[play https://app.example.test/voice]"),
        (Page(response("<Say>Hello.</Say>"), "application/json"), 12300, "application error"),
        (Page(b"\x89PNG", "image/png"), 12300, "application error"),
        (Page(response("<Say>Hello.</Say>"), None), 11200, "application error"),
        (Page("", "text/xml"), 11770, "application error"),
        (Page(response("<Say>Hello.</Say>"), status=404), 11200, "application error"),
        (Page(response("<Say>Hello.</Say>"), status=503), 11200, "application error"),
    ],
)
def test_content_types(stage, page, code, heard):
    stage["/voice"] = page
    stage.dana.dials(HOUSE).hears(heard).is_hung_up()
    assert [problem.code for problem in stage.exchange.problems] == ([] if code is None else [code])


MESSAGES = {
    "nothing": ("<Response/>", None),
    "plain": (response("<Message>x</Message>"), None),
    "in parts": (response("<Message to='+12025550122' from='+12025550100' action='/a' method='POST'><Body>x</Body>"
                          "<Media>https://m.example.test/1.jpg</Media></Message>"), None),
    "redirect": (response("<Redirect method='GET'>/other</Redirect>"), None),
    "small": (response("<message>x</message>"), 12200),
    "say": (response("<Say>x</Say>"), 12200),
    "in itself": (response("<Message><Message>x</Message></Message>"), 14103),
    "unknown attribute": (response("<Message colour='blue'>x</Message>"), 12200),
    "text": ("<Response>x</Response>", 12200),
    "cut off": ("<Response><Message>", 12100),
}  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_documents_that_answer_a_text(stage, name):
    document, code = MESSAGES[name]
    stage["/sms"] = document
    stage["/other"] = "<Response/>"
    stage["/1.jpg"] = Page(b"x", "image/jpeg")
    stage.dana.texts("Hello", to=HOUSE)
    stage.exchange.pass_time(5)
    assert [problem.code for problem in stage.exchange.problems] == ([] if code is None else [code])
    assert bool(twiml_schema.of_document(as_bytes(document), "message")) == bool(code)


def test_whatever_the_sandbox_knows_the_schema_knows():
    """Each verb and attribute of the sandbox's grammar, written as a document, passes the schema."""
    samples = {
        "reason": "busy", "loop": "1", "length": "1", "timeout": "5", "numDigits": "1", "maxSpeechTime": "5",
        "maxLength": "5", "timeLimit": "5", "voice": "alice", "rate": "fast",
    }  # fmt: skip
    strangers = []
    for name, shape in SHAPES.items():
        nested = {"Number", "Client", "Sip", "Conference", "Queue"}
        if name not in VOICE_VERBS | nested:
            continue
        for attribute in shape.attributes:
            element = f"<{name} {attribute}='{samples.get(attribute, 'true')}'></{name}>"
            document = in_dial(element) if name in nested else response(element)
            if twiml_schema.of_document(document.encode()):
                strangers.append(f"{name}@{attribute}")
    assert strangers == []


def test_what_twilios_own_builder_writes_passes_both(stage):
    built = VoiceResponse()
    gather = Gather(num_digits=1, action="/x", timeout=3, finish_on_key="#", input="dtmf speech", hints="a,b")
    gather.say("Press 1", voice="Polly.Joanna-Neural", language="en-US")
    built.append(gather)
    dial = Dial(action="/y", timeout=20, answer_on_bridge=True, record="record-from-answer", recording_track="both")
    dial.number("+12025550122", url="/screen", status_callback="/s", status_callback_event="ringing answered",
                machine_detection="Enable", amd_status_callback="/amd")
    built.append(dial)
    room = Dial(hangup_on_star=True)
    room.conference("blue", participant_label="sam", jitter_buffer_size="small", coach="CA" + "1" * 32,
                    recording_status_callback_event="completed", status_callback_event="start end")
    built.append(room)
    built.record(max_length=5, recording_status_callback="/r")
    built.play(digits="1w2")
    built.pause(length=2)
    built.redirect("/z", method="POST")
    built.reject(reason="busy")
    built.hangup()
    assert twiml_schema.of_document(str(built).encode()) == ()
    stage["/voice"] = str(built)
    stage["/z"] = response("<Hangup/>")
    stage.dana.dials(HOUSE)
    stage.sam.rings().lets_it_ring()
    assert stage.exchange.problems == []
    message = MessagingResponse()
    message.message("Hello", to="+12025550122").media("https://m.example.test/1.jpg")
    assert twiml_schema.of_document(str(message).encode(), "message") == ()
