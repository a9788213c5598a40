"""Reading TwiML: from the bytes of an answer to a list of elements, or Twilio's complaint.

https://www.twilio.com/docs/voice/twiml: names are case-sensitive, the root is
Response, a document is at most 64 kB, and DTDs have no business in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from xml.etree import ElementTree

from .grammar import SHAPES, SSML

LIMIT = 64 * 1024
XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


class TwimlTrouble(Exception):
    """A document that cannot be carried out; ``code`` is Twilio's."""

    def __init__(self, code: int, message: str, url: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.url = code, message, url


@dataclass(frozen=True)
class Element:
    """A verb or noun: its name, attributes, text and children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Element, ...] = ()

    def get(self, attribute: str, default: str = "") -> str:
        """The attribute's value or the default."""
        return self.attributes.get(attribute, default)

    def is_true(self, attribute: str, default: bool = False) -> bool:
        """Whether a true/false attribute says true."""
        return self.attributes.get(attribute, "true" if default else "false") == "true"

    def number(self, attribute: str, default: int) -> int:
        """A whole-number attribute."""
        return int(self.attributes.get(attribute, default))


@dataclass(frozen=True)
class Document:
    """The verbs of one answer, where it came from, and what was odd about it."""

    verbs: tuple[Element, ...]
    url: str = ""
    method: str = "POST"
    warnings: tuple[tuple[int, str], ...] = ()


def read(
    body: bytes,
    content_type: str,
    allowed: frozenset[str],
    *,
    strict: bool = True,
    media_url: str = "",
) -> Document:
    """Read a webhook's answer. ``strict``: what the schema does not know fails the document.

    Raises TwimlTrouble with Twilio's code.
    """
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if len(body) > LIMIT:
        raise TwimlTrouble(11750, f"TwiML response body too large: {len(body)} bytes")
    if kind.startswith("audio/"):
        return Document((Element("Play", text=media_url), Element("Hangup")))
    if kind == "text/plain":
        try:
            return parse(body, allowed, strict=strict)
        except TwimlTrouble as trouble:
            if trouble.code != 12100:
                raise
            spoken = body.decode("utf-8", "replace")
            return Document((Element("Say", text=spoken), Element("Hangup")))
    if kind not in XML_TYPES:
        raise TwimlTrouble(12300, f"Invalid Content-Type: {content_type or 'none'}")
    return parse(body, allowed, strict=strict)


def parse(body: bytes, allowed: frozenset[str], *, strict: bool = True) -> Document:
    """Parse XML into a Document, checking it against the grammar."""
    if len(body) > LIMIT:
        raise TwimlTrouble(11750, f"TwiML response body too large: {len(body)} bytes")
    if not body.strip():
        raise TwimlTrouble(11770, "Empty response body")
    plain = body.replace(b"\0", b"")  # so that UTF-16 does not hide it
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise TwimlTrouble(12100, "Document parse failure: a DTD is not accepted")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise TwimlTrouble(12100, f"Document parse failure: {error}") from None
    if root.tag != "Response":
        raise TwimlTrouble(12102, f"The root element must be Response, not {root.tag}")
    warnings: list[tuple[int, str]] = []
    if _stray(root):
        warnings.append((12200, "Text is not expected in Response"))
    warnings += [
        (12200, f"Attribute '{key}' is not allowed in element 'Response'")
        for key in root.attrib.keys() - {"version"}
    ]
    verbs = []
    for node in root:
        if node.tag not in allowed:
            warnings.append((12200, f"Invalid content was found starting with element '{node.tag}'"))
        else:
            verbs.append(_element(node, warnings))
    if strict and warnings:
        raise TwimlTrouble(*warnings[0])
    return Document(tuple(verbs), warnings=tuple(warnings))


def _element(node: ElementTree.Element, warnings: list[tuple[int, str]]) -> Element:
    name = node.tag
    shape = SHAPES[name]
    attributes = {}
    for key, value in node.attrib.items():
        rule = shape.attributes.get(key)
        if rule is None:
            warnings.append((12200, f"Attribute '{key}' is not allowed in element '{name}'"))
        elif not rule[0](value):
            warnings.append((rule[1], f"{name}: invalid {key} value '{value}'"))
        else:
            attributes[key] = value
    missing = shape.required - node.attrib.keys()
    warnings += [(12200, f"Attribute '{key}' is missing in element '{name}'") for key in sorted(missing)]
    children: list[Element] = []
    for child in node:
        if child.tag in SSML and name == "Say":
            strangers = {inner.tag for inner in child.iter()} - SSML
            warnings += [(13520, f"Say: invalid nested element '{tag}'") for tag in sorted(strangers)]
            continue
        if child.tag in shape.once and any(other.name == child.tag for other in children):
            warnings.append((12200, f"{name}: element '{child.tag}' may be there once"))
        if child.tag not in shape.children:
            warnings.append((shape.bad_child, f"{name}: invalid nested element '{child.tag}'"))
        else:
            children.append(_element(child, warnings))
    text = " ".join("".join(node.itertext()).split()) if name != "Dial" else (node.text or "").strip()
    if name == "Gather":
        text = ""
    if _stray(node) and not shape.text:
        warnings.append((12200, f"Element '{name}' must not hold text"))
    return Element(name, attributes, text, tuple(children))


def _stray(node: ElementTree.Element) -> bool:
    """Whether there is text beside the children."""
    return any((text or "").strip() for text in (node.text, *(child.tail for child in node)))


def at(document: Document, url: str, method: str) -> Document:
    """The same document, saying where it came from."""
    return replace(document, url=url, method=method)
