"""Twilio's OpenAPI as a judge of requests and answers, stricter than the document itself.

The document demands nothing in its answers and forbids nothing. Here every field it
names must be there, and no other may be. A verdict is a list of complaints in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.honesty.folder import FOLDER

Check = Callable[[Any, str], Iterator[str]]
Pairs = Sequence[tuple[str, str]]

RFC_2822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" \d\d:\d\d:\d\d \+0000"
)
FORMATS = {
    "date-time-rfc-2822": RFC_2822,
    "date-time": re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    # Twilio's own pages give paths without a host, and its examples give "" for an address that is not set.
    "uri": re.compile(r"(https?://[^\s/]+\S*|/2010-04-01/\S+)?"),
    "currency": re.compile(r"[A-Z]{3}"),
    "phone-number": re.compile(r"\+[1-9]\d{6,14}|\d{3,6}|[a-z]+:\S+|anonymous|unknown"),
}
# A field that refers to an enum cannot say `nullable` in OpenAPI 3.0; these are null until something happens.
NULL_UNTIL_IT_HAPPENS = frozenset({"reason_conference_ended"})
# Lookup's document says `nullable` nowhere within its packages; its own examples have null for all of these.
NULL_IN_LOOKUP = frozenset({
    "caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence", "identity_match",
    "reassigned_number", "sms_pumping_risk", "phone_number_quality_score", "pre_fill", "error_code",
    "mobile_country_code", "mobile_network_code", "last_verified_date", "number_blocked_date", "last_sim_swap_date",
    "number_blocked_last_3_months", "validation_errors", "error_message",
})  # fmt: skip
# An answer of these formats has keys of its own; `phone-number-capabilities` names them.
MAPS = {"uri-map": FORMATS["uri"]}
# "Conferences/{ConferenceSid or FriendlyName}/Participants" (handbook 1.7): the document knows the sid only.
PATTERNS_TOO_NARROW = frozenset({"ConferenceSid"})
# The sound itself is on no page of the document: GET RecordingUrl is WAV, with .mp3 it is MP3 (handbook 1.5).
SOUND = re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}/Recordings/RE[0-9a-f]{32}(\.wav|\.mp3)?")
# The bytes of a picture: the media's address without .json sends us on to a CDN (docs/messaging/api/media-resource).
PICTURE = re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}/Messages/(SM|MM)[0-9a-f]{32}/Media/ME[0-9a-f]{32}")
CDN = re.compile(r"/AC[0-9a-f]{32}/[0-9a-f]{32}")
COUNTRY = re.compile(r"/v1/DialingPermissions/Countries/[A-Z]{2}")
COUNTRY_FIELDS = {"iso_code", "name", "continent", "country_codes", "low_risk_numbers_enabled", "url", "links",
                  "high_risk_special_numbers_enabled", "high_risk_tollfraud_numbers_enabled"}


def _fine(_value: Any, _where: str) -> Iterator[str]:
    return iter(())


@dataclass(frozen=True)
class Operation:
    """What one method on one path takes and gives."""

    name: str
    in_path: Mapping[str, Check]
    takes: Mapping[str, Check]
    lists: frozenset[str]
    required: frozenset[str]
    gives: Mapping[int, Check | None]


class Document:
    """One OpenAPI document, compiled as far as it is asked for."""

    def __init__(self, file: str, may_be_null: frozenset[str] = frozenset()) -> None:
        self._may_be_null = may_be_null | NULL_UNTIL_IT_HAPPENS
        raw = json.loads((FOLDER / file).read_text("utf-8"))
        self._schemas, self.paths = raw["components"]["schemas"], raw["paths"]
        self._compiled: dict[str, Check] = {}
        self._operations: dict[tuple[str, str], Operation | None] = {}
        templates = sorted(self.paths, key=lambda path: path.count("{"))
        self._patterns = [(path, re.compile(_as_pattern(path))) for path in templates]

    def operation(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of this path, and what stands in its gaps; None if Twilio has none."""
        for template, pattern in self._patterns:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            key = (method, template)
            if key not in self._operations:
                raw = self.paths[template].get(method.lower())
                self._operations[key] = None if raw is None else self._operation(raw)
            operation = self._operations[key]
            return None if operation is None else (operation, match.groupdict())
        return None

    def _operation(self, raw: dict[str, Any]) -> Operation:
        given = raw.get("parameters", [])
        schemas = {one["name"]: one["schema"] for one in given if one["in"] == "query"}
        required = {one["name"] for one in given if one["in"] == "query" and one.get("required")}
        body = raw.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
        schemas |= body.get("schema", {}).get("properties", {})
        required |= set(body.get("schema", {}).get("required", ()))
        return Operation(
            raw["operationId"],
            {one["name"]: self._gap(one) for one in given if one["in"] == "path"},
            {name: self._written(self._resolved(schema)) for name, schema in schemas.items()},
            frozenset(name for name, schema in schemas.items() if schema.get("type") == "array"),
            frozenset(required),
            {int(status): self._answer(answer) for status, answer in raw["responses"].items()},
        )

    def _gap(self, parameter: dict[str, Any]) -> Check:
        if parameter["name"] in PATTERNS_TOO_NARROW:
            return _fine
        return self._written(self._resolved(parameter["schema"]))

    def _answer(self, answer: dict[str, Any]) -> Check | None:
        content = answer.get("content", {}).get("application/json")
        return None if content is None else self.check(content["schema"])

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        reference = schema.get("$ref")
        resolved: dict[str, Any] = self._schemas[reference.rpartition("/")[2]] if reference else schema
        return resolved

    # what is written in a form

    def _written(self, schema: dict[str, Any]) -> Check:
        """A check of one value of a form or a path."""
        kind = schema.get("type", "string")
        if kind == "array":
            return self._written(self._resolved(schema["items"]))
        rules: list[tuple[re.Pattern[str], str]] = []
        if kind == "integer":
            rules.append((re.compile(r"-?\d+"), "a whole number"))
        elif kind == "number":
            rules.append((re.compile(r"-?\d+(\.\d+)?"), "a number"))
        elif kind == "boolean":
            rules.append((re.compile("true|false", re.IGNORECASE), "true or false"))
        if "enum" in schema:
            rules.append((re.compile("|".join(map(re.escape, schema["enum"]))), f"one of {schema['enum']}"))
        if "pattern" in schema:
            rules.append((re.compile(schema["pattern"].strip("^$")), schema["pattern"]))
        if schema.get("format") in FORMATS:
            rules.append((FORMATS[schema["format"]], schema["format"]))
        least, most = schema.get("minimum"), schema.get("maximum")

        def check(value: str, where: str) -> Iterator[str]:
            for pattern, words in rules:
                if not pattern.fullmatch(value):
                    yield f"{where}={value!r} is not {words}"
                    return
            if (least is not None and int(value) < least) or (most is not None and int(value) > most):
                yield f"{where}={value!r} is not from {least} to {most}"

        return check

    # what is written in JSON

    def check(self, schema: dict[str, Any]) -> Check:
        """A check of one value in an answer."""
        reference = schema.get("$ref")
        if reference is None:
            return self._compile(schema)
        if reference not in self._compiled:
            self._compiled[reference] = self._compile(self._resolved(schema))
        return self._compiled[reference]

    def _compile(self, schema: dict[str, Any]) -> Check:
        kind = schema.get("type")
        if kind == "object" and schema.get("properties"):
            inner = self._object(schema)
        elif kind == "object":
            inner = _map(schema)
        elif kind == "array":
            inner = _array(self.check(schema["items"]))
        elif kind is None and "enum" not in schema:
            inner = _fine
        else:
            inner = _scalar(schema)
        nullable, may_be_null = bool(schema.get("nullable")), self._may_be_null

        def check(value: Any, where: str) -> Iterator[str]:
            if value is not None:
                yield from inner(value, where)
            elif not nullable and where.rpartition(".")[2] not in may_be_null:
                yield f"{where} is null"

        return check

    def _object(self, schema: dict[str, Any]) -> Check:
        fields = {name: self.check(inner) for name, inner in schema["properties"].items()}

        def check(value: Any, where: str) -> Iterator[str]:
            if not isinstance(value, dict):
                yield f"{where} is {type(value).__name__}, not an object"
                return
            for name in fields.keys() - value.keys():
                yield f"{where}.{name} is missing"
            for name, one in value.items():
                if name in fields:
                    yield from fields[name](one, f"{where}.{name}")
                else:
                    yield f"{where}.{name} is unknown to Twilio"

        return check


def _map(schema: dict[str, Any]) -> Check:
    pattern = MAPS.get(schema.get("format", ""))

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where} is {type(value).__name__}, not an object"
        elif pattern is not None:
            for name, one in value.items():
                if not isinstance(one, str) or not pattern.fullmatch(one):
                    yield f"{where}.{name}={one!r} is not an address"

    return check


def _array(inner: Check) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where} is {type(value).__name__}, not a list"
            return
        for n, one in enumerate(value):
            yield from inner(one, f"{where}[{n}]")

    return check


KINDS: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def _scalar(schema: dict[str, Any]) -> Check:
    kind = KINDS[schema.get("type", "string")]
    words = frozenset(schema.get("enum", ()))
    pattern = re.compile(schema["pattern"]) if "pattern" in schema else None
    form, name = FORMATS.get(schema.get("format", "")), schema.get("format")

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            yield f"{where}={value!r} is not of type {schema.get('type')}"
        elif words and value not in words:
            yield f"{where}={value!r} is not one of {sorted(words)}"
        elif pattern is not None and not pattern.fullmatch(value):
            yield f"{where}={value!r} does not look like {schema['pattern']}"
        elif form is not None and not form.fullmatch(value):
            yield f"{where}={value!r} is not {name}"

    return check


def _as_pattern(path: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+?)", re.escape(path))


@cache
def v2010() -> Document:
    """Calls, messages, conferences, recordings, numbers, accounts."""
    return Document("twilio_api_v2010.json")


@cache
def lookups() -> Document:
    """What the network knows of a number."""
    return Document("twilio_lookups_v2.json", NULL_IN_LOOKUP)


@cache
def verify() -> Document:
    """Codes sent and checked."""
    return Document("twilio_verify_v2.json")


def operation_of(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation, in whichever document has the path."""
    document = verify() if path.startswith("/v2/Services") else lookups() if path.startswith("/v2/") else v2010()
    return document.operation(method, path)


def of_request(method: str, path: str, params: Pairs) -> list[str]:
    """What Twilio's document has against a request; ``path`` may carry a query."""
    parts = urlsplit(path)
    if method == "GET" and any(one.fullmatch(parts.path) for one in (SOUND, PICTURE, CDN, COUNTRY)):
        return []
    found = operation_of(method, parts.path)
    if found is None:
        return [f"{method} {parts.path} is not in Twilio's OpenAPI"]
    operation, gaps = found
    complaints: list[str] = []
    for name, value in gaps.items():
        complaints += operation.in_path[name](unquote(value), name)
    sent = [*params, *parse_qsl(parts.query, keep_blank_values=True)]
    names = [name for name, _ in sent]
    complaints += [f"{name} is required" for name in sorted(operation.required - set(names))]
    for name in sorted(set(names)):
        if name not in operation.takes:
            complaints.append(f"{name} is unknown to {operation.name}")
        elif names.count(name) > 1 and name not in operation.lists:
            complaints.append(f"{name} is sent {names.count(name)} times and is no list")
    for name, value in sent:
        if name in operation.lists and " " in value:
            complaints.append(f"{name}={value!r}: the words of a list are sent as repeated keys")
        if name in operation.takes and value:
            complaints += operation.takes[name](value, name)
    return complaints


def of_answer(method: str, path: str, status: int, body: Any) -> list[str]:
    """What Twilio's document has against an answer. Errors have Twilio's one shape."""
    parts = urlsplit(path)
    if method == "GET" and CDN.fullmatch(parts.path):
        return [] if isinstance(body, bytes) or (status == 307 and body is None) else ["a CDN has bytes"]
    if status >= 400:
        return _of_error(status, body)
    if method == "GET" and COUNTRY.fullmatch(parts.path):
        fine = status == 200 and isinstance(body, dict) and body.keys() == COUNTRY_FIELDS
        return [] if fine else [f"{status} is not what Twilio's own client reads of a country"]
    if method == "GET" and PICTURE.fullmatch(parts.path):
        fine = status in (302, 307) if body is None else status == 200 and isinstance(body, bytes)
        return [] if fine else [f"{status} is neither a picture nor the way to it"]
    if method == "GET" and SOUND.fullmatch(parts.path):
        return [] if status == 200 and isinstance(body, bytes) else [f"{status} is no sound"]
    found = operation_of(method, parts.path)
    if found is None:
        return [f"{method} {parts.path} is not in Twilio's OpenAPI, and yet is answered {status}"]
    operation, _ = found
    if status not in operation.gives:
        return [f"{operation.name} is answered {status}, not {sorted(operation.gives)}"]
    if operation.gives[status] is None and body is not None:
        return [f"{operation.name} answers {status} with a body"]
    return of_body(operation, status, body)


def of_body(operation: Operation, status: int, body: Any) -> list[str]:
    """What an operation's own schema has against an answer."""
    check = operation.gives[status]
    return [] if check is None else list(check(body, operation.name))


def _of_error(status: int, body: Any) -> list[str]:
    if not isinstance(body, dict) or body.keys() != {"code", "message", "more_info", "status"}:
        return [f"an error must be code, message, more_info, status, not {body!r}"]
    wrong = []
    if body["status"] != status:
        wrong.append(f"status {body['status']} in the body of a {status}")
    if not isinstance(body["code"], int) or not 10_000 <= body["code"] <= 99_999:
        wrong.append(f"code {body['code']!r} is none of Twilio's")
    if body["more_info"] != f"https://www.twilio.com/docs/errors/{body['code']}":
        wrong.append(f"more_info {body['more_info']!r} is not the page of {body['code']}")
    if not isinstance(body["message"], str) or not body["message"]:
        wrong.append("an error without words")
    return wrong
