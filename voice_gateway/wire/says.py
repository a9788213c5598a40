"""What we answer the carrier: verbs to TwiML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from flows import Turn
from flows.verbs import Ask, Join, Listen, Play, Record, Say, StartAnew, Verb, Visit
from voice_gateway.wire.addresses import RETRIES, Addresses

LONGEST_NUMBER = 20  # keys
MOST_WITH_GUESTS = 8


def twiml(verbs: Iterable[Verb], addresses: Addresses, case_id: int, leg_id: int, step: int) -> str:
    """What the leg hears next. `step` is the step that the next webhook of this leg will have."""
    here = _Here(addresses, case_id, leg_id, step)
    response = VoiceResponse()
    for verb in verbs:
        here.speak(response, verb)
    return str(response)


def aside(verbs: Iterable[Verb], addresses: Addresses, again: str) -> str:
    """What somebody hears who waits: music is asked for again when it has run out, words alone are said once."""
    response = VoiceResponse()
    heard = tuple(verbs)
    for verb in heard:
        _Here(addresses, 0, 0, 0).speak(response, verb)
    if any(isinstance(verb, Play) for verb in heard):
        response.redirect(again, method="POST")
    return str(response)


@dataclass(frozen=True, slots=True)
class _Here:
    """A place in a leg's story, from which its next addresses are made."""

    addresses: Addresses
    case_id: int
    leg_id: int
    step: int

    def url(self, turn: Turn) -> str:
        return self.addresses.turn(turn.address, self.case_id, self.leg_id, self.step)

    def speak(self, response: VoiceResponse, verb: Verb) -> None:
        match verb:
            case Say(words):
                response.say(words)
            case Play(sound, times):
                response.play(self.addresses.sound(sound), loop=times)
            case Ask():
                self._ask(response, verb)
            case Listen():
                self._listen(response, verb)
            case Record():
                self._record(response, verb)
            case Join():
                response.append(self._dial(verb))
            case Visit():
                response.append(self._visit(verb))
            case StartAnew():
                response.redirect(self.addresses.reception_as_any_caller, method="POST")
            case _:
                raise TypeError(f"wire.py has no words for {type(verb).__name__}")

    def _ask(self, response: VoiceResponse, ask: Ask) -> None:
        keys = {"finish_on_key": "#", "num_digits": LONGEST_NUMBER} if ask.several else {"num_digits": 1}
        spoken = {"speech_timeout": "auto", "hints": ", ".join(ask.hints)} if ask.hints else {}
        for again in range(ask.times):
            gather = Gather(input="dtmf speech" if ask.hints else "dtmf", timeout=ask.patience,
                            action=self.url(ask.then), method="POST", **keys, **spoken)
            if ask.plays and not again:
                gather.play(ask.plays)
            gather.say(ask.words)
            response.append(gather)
        if ask.silent:
            response.redirect(self.url(ask.silent), method="POST")

    def _listen(self, response: VoiceResponse, listen: Listen) -> None:
        gather = Gather(input="dtmf speech", num_digits=1, timeout=5, speech_timeout="auto",
                        action=self.url(listen.then), method="POST")
        gather.say(listen.words)
        response.append(gather)
        response.redirect(self.url(listen.then), method="POST")

    def _record(self, response: VoiceResponse, record: Record) -> None:
        written = {"transcribe": True, "transcribe_callback": self.addresses.transcribed(self.case_id, self.leg_id)}
        response.record(action=self.url(record.then), method="POST", max_length=record.seconds, timeout=6,
                        finish_on_key="#", play_beep=record.beep, trim="trim-silence",
                        recording_status_callback=self.addresses.recorded(self.case_id, self.leg_id),
                        recording_status_callback_event="completed absent",
                        **(written if record.transcribe else {}))
        response.redirect(self.url(record.then), method="POST")

    def _dial(self, join: Join) -> Dial:
        after: dict[str, Any] = {"action": self.url(join.then), "method": "POST"} if join.then else {}
        if join.waits or join.muted or join.opens_menu:
            after["hangup_on_star"] = True
        terms: dict[str, Any] = {"wait_url": self.url(join.waits), "wait_method": "POST"} if join.waits else {}
        if join.records:
            # Whoever comes first sets how a conference is recorded, so all who enter it say the same.
            terms = {"wait_url": "", "record": "record-from-start", "recording_status_callback_method": "POST",
                     "recording_status_callback": self.addresses.recorded(self.case_id, join.records.id)}
        if join.muted:
            terms["muted"] = True
        dial = Dial(**after)
        dial.conference(join.room, beep="false", start_conference_on_enter=True,
                        end_conference_on_exit=join.closes_with_them, max_participants=MOST_WITH_GUESTS,
                        participant_label=f"leg-{self.leg_id}", **terms)
        return dial


    def _visit(self, visit: Visit) -> Dial:
        """Who comes as a guest begins nothing, records nothing, and leaves without ending anything.

        Only the one who is coached hears a coach: https://www.twilio.com/docs/voice/twiml/conference#attributes-coach
        """
        ways: dict[str, dict[str, Any]] = {"nobody": {"muted": True}, "colleague": {"coach": visit.talk.sid}, "all": {}}
        dial = Dial(action=self.url(visit.then), method="POST", hangup_on_star=True)
        dial.conference(visit.talk.room, beep="false", start_conference_on_enter=False, end_conference_on_exit=False,
                        max_participants=MOST_WITH_GUESTS, participant_label=f"leg-{self.leg_id}", **ways[visit.heard_by])
        return dial


def silence() -> str:
    """Nothing more to say: the line is hung up."""
    return str(VoiceResponse())


def refused() -> str:
    """Somebody whom the house refuses. The call is not even answered.

    https://www.twilio.com/docs/voice/twiml/reject
    """
    response = VoiceResponse()
    response.reject(reason="rejected")
    return str(response)


def apology(again: str, sorry: int) -> str:
    """One moment please, and the same turn once more."""
    response = VoiceResponse()
    response.say("One moment please.")
    response.redirect(f"{_without_sorry(again)}&sorry={sorry}", method="POST")
    return str(response)


def _without_sorry(url: str) -> str:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items() if key != "sorry"}
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}"


def please_leave_a_message(base: str) -> str:
    """For a customer, when nothing else works: a voicemail that the carrier keeps for us."""
    response = VoiceResponse()
    response.say("We are sorry, something does not work here at the moment. "
                 "Please leave a message after the tone, and we will ring you back.")
    response.record(action=f"{base}/voice/fallback/thanks", method="POST", max_length=120, timeout=6,
                    play_beep=True, recording_status_callback=f"{base}/voice/fallback/recorded{RETRIES}")
    response.say("Please call again. Goodbye.")
    return str(response)


def please_call_again() -> str:
    """For a colleague, or whoever they have rung, when nothing else works."""
    response = VoiceResponse()
    response.say("We are sorry, something does not work here at the moment. Thank you, goodbye.")
    return str(response)


def thanks() -> str:
    response = VoiceResponse()
    response.say("Thank you. We will ring you back. Goodbye.")
    response.hangup()
    return str(response)
