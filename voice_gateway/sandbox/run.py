"""Carrying out TwiML on a leg: fetch a document, do its verbs, go where they lead.

https://www.twilio.com/docs/voice/twiml: top to bottom; a document that runs out ends
the call; an action or Redirect hands over control for good.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from urllib.parse import urljoin

from .calls import Call, Program
from .grammar import VOICE_VERBS
from .process import Signal, Steps
from .twiml import Document, Element, TwimlTrouble, at, parse, read
from .webhooks import Params, WebhookAnswer, is_url

MOST_REDIRECTS = 100
"""Documents fetched in a row with nothing done in between."""
BESIDE_THE_CALL = frozenset({"conference-wait", "queue-wait", "queue-whisper"})
"""Kinds of documents whose failure ends the waiting, and not the call."""
APOLOGY = "We are sorry. An application error has occurred. Goodbye."


class HangUp(Exception):
    """A verb ends the call; ``status`` is how it ends."""

    def __init__(self, status: str = "completed") -> None:
        super().__init__(status)
        self.status = status


Verb = Callable[["Run", Element], Steps["Document | None"]]
VERBS: dict[str, Verb] = {}


def verb(name: str) -> Callable[[Verb], Verb]:
    """Register how a verb is carried out. It returns the next document, or None to go on."""

    def keep(function: Verb) -> Verb:
        VERBS[name] = function
        return function

    return keep


class Run:
    """One run of instructions on one leg: which verbs it may use, what it adds to requests."""

    def __init__(
        self,
        call: Call,
        program: Program | None = None,
        allowed: frozenset[str] = VOICE_VERBS,
        extra: Params | Callable[[], Params] | None = None,
        kind: str = "voice",
    ) -> None:
        self.call, self.x = call, call.x
        self.program = program or call.program
        self.allowed, self.kind = allowed, kind
        self._extra = extra or []
        self.document = Document(())
        self.first_verb = True
        self._fallen_back = False
        self._on_one_spot = 0

    @property
    def extra(self) -> Params:
        """What its requests tell besides the standard parameters, as of now."""
        return self._extra() if callable(self._extra) else self._extra

    def whole(self) -> Steps[str | None]:
        """Everything from the first request on. None: it ran out; else how it hangs up."""
        try:
            document = yield from self._opening()
            return (yield from self._until_done(document))
        except TwimlTrouble as trouble:
            trouble.url = trouble.url or self.document.url
            self.x.postman.problem(trouble.code, trouble.message, trouble.url, self.call.sid)
            return (yield from self._fall_back(trouble))

    def _opening(self) -> Steps[Document]:
        if self.program.twiml:
            body = self.program.twiml.encode()
            document = parse(body, self.allowed, strict=self.x.unconfirmed.schema_error_stops)
            self._warn(document)
            return document
        told = []
        if (
            self.program is self.call.program
            and self.call.answered_by
            and not self.call.detection.asynchronous
        ):
            told = [("AnsweredBy", self.call.answered_by)]
        return (yield from self.fetch(self.program.url, self.program.method, told))

    def _until_done(self, document: Document | None) -> Steps[str | None]:
        try:
            while document is not None:
                self.document = document
                document = yield from self._verbs(document)
            self.call.pick_up()
        except HangUp as hang_up:
            return hang_up.status
        return None

    def _verbs(self, document: Document) -> Steps[Document | None]:
        for element in document.verbs:
            began = self.x.clock.time()
            following = yield from VERBS[element.name](self, element)
            self.first_verb = False
            if element.name != "Redirect" and self.x.clock.time() - began >= 0.5:
                self._on_one_spot = 0
            if following is not None:
                return following
        return None

    def _fall_back(self, trouble: TwimlTrouble) -> Steps[str | None]:
        url = self.program.fallback_url
        if not url or self._fallen_back or (not self.first_verb and not self.x.unconfirmed.fallback_mid_call):
            return (yield from self._apologise())
        self._fallen_back, self._on_one_spot = True, 0
        told = [("ErrorCode", str(trouble.code)), ("ErrorUrl", trouble.url)]
        try:
            document = yield from self.fetch(url, self.program.fallback_method, told)
            return (yield from self._until_done(document))
        except TwimlTrouble as again:
            self.x.postman.problem(again.code, again.message, again.url, self.call.sid)
            return (yield from self._apologise())

    def _apologise(self) -> Steps[str]:
        if self.kind in BESIDE_THE_CALL:
            return "failed"
        if self.call.direction == "inbound" and self.call.started is None:
            self.call.pick_up()
        self.call.hear(APOLOGY)
        yield self.x.clock.timer(4.0)
        return self.x.unconfirmed.failed_document_status

    def resolve(self, address: str) -> str:
        """An address as seen from the current document; nothing means the document itself."""
        url = urljoin(self.document.url, address) if address else self.document.url
        if not is_url(url):
            raise TwimlTrouble(11100, f"Invalid URL format: {address!r}", url)
        return url

    def fetch(self, url: str, method: str, params: Params) -> Steps[Document]:
        """Ask for a document, with the standard parameters and these.

        Raises TwimlTrouble with Twilio's code when there is none to be had.
        """
        if not is_url(url):
            raise TwimlTrouble(11100, f"Invalid URL format: {url!r}", url)
        self._on_one_spot += 1
        if self._on_one_spot > MOST_REDIRECTS:
            raise TwimlTrouble(11215, f"Too many redirects: {MOST_REDIRECTS} documents led nowhere", url)
        answer, code = yield from self._ask(url, method, params)
        if code is not None:
            said = answer.failure or f"HTTP {answer.status}"
            raise TwimlTrouble(code, f"HTTP retrieval failure: {said}", url)
        if answer.status == 204 or (not answer.body.strip() and answer.content_type):
            raise TwimlTrouble(11770, "Empty response body", url)
        if not answer.content_type:
            raise TwimlTrouble(11200, "HTTP retrieval failure: no Content-Type", url)
        try:
            document = read(
                answer.body,
                answer.content_type,
                self.allowed,
                strict=self.x.unconfirmed.schema_error_stops,
                media_url=url,
            )
        except TwimlTrouble as trouble:
            code, message = trouble.code, trouble.message
            if self.kind == "screening" and code == 12200 and "starting with element" in message:
                code, message = 13201, f"Cannot do this in a Dial Call Segment: {message}"
            elif self.kind == "conference-wait" and code == 12200:
                code, message = 13238, f"Dial->Conference: {message}"
            raise TwimlTrouble(code, message, url) from None
        self._warn(document)
        return at(document, url.partition("#")[0], method)

    def _ask(self, url: str, method: str, params: Params) -> Steps[tuple[WebhookAnswer, int | None]]:
        answered = Signal(self.x.clock)
        headers = {}
        if self.call.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.call.cookies.items())
        self.x.postman.ask(
            self.kind,
            url,
            self.call.params() + self.extra + params,
            method,
            lambda answer, code: answered.fire((answer, code)),
            headers,
        )
        answer, code = yield answered
        for name, value in answer.headers.items():
            if name.lower() == "set-cookie":
                self.call.cookies.update({k: m.value for k, m in SimpleCookie(value).items()})
        return answer, code

    def _warn(self, document: Document) -> None:
        for code, message in document.warnings:
            self.x.postman.problem(code, message, document.url, self.call.sid)

    def prompts(self, elements: tuple[Element, ...]) -> Steps[None]:
        """Say and play these, one after the other; what cannot be played is shown and skipped."""
        for element in elements:
            try:
                yield from VERBS[element.name](self, element)
            except TwimlTrouble as trouble:
                self.x.postman.problem(trouble.code, trouble.message, trouble.url, self.call.sid)
