"""Twilio's TwiML schema as a judge of documents, with what has been added to TwiML since.

The schema is of 2018. What is newer is added to a copy in memory, each with its reason.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from lxml import etree

from tests.honesty.folder import FOLDER

LIMIT = 64 * 1024
XS = "{http://www.w3.org/2001/XMLSchema}"
XML_NAMESPACE = "http://www.w3.org/2001/xml.xsd"
# The schema imports W3C's xml.xsd; these four attributes are all it takes from there.
XML_STAND_IN = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:language"/><xs:attribute name="base" type="xs:anyURI"/>
  <xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">
    <xs:enumeration value="default"/><xs:enumeration value="preserve"/></xs:restriction></xs:simpleType>
  </xs:attribute>
  <xs:attribute name="id" type="xs:ID"/>
</xs:schema>"""

DETECTION = (
    "machineDetection machineDetectionTimeout machineDetectionSpeechThreshold"
    " machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod"
)
ADDED_ATTRIBUTES = {
    # Answering machine detection on Dial's nouns came in 2021 (docs/voice/twiml/number, docs/voice/twiml/sip).
    "NumberType": f"{DETECTION} byoc",
    "SipType": f"{DETECTION}",
    # Labels (2019) and the jitter buffer (2020): docs/voice/twiml/conference.
    "conferenceType": "participantLabel jitterBufferSize",
    # recordingTrack (2020): docs/voice/twiml/dial; sequential was there before.
    "DialType": "recordingTrack",
    # Better and cheaper ears (2018 to 2020): docs/voice/twiml/gather.
    "GatherType": "enhanced debug",
}
ADDED_VERBS = {
    # Leave was always documented (docs/voice/twiml/leave) and is not in the file.
    "Leave": "EchoType",
}
# docs/voice/twiml/say/text-speech: alice, neural and generative Polly, Google's voices.
VOICES = r"man|woman|alice|male|female|eve|brian|Polly\.[a-zA-Z]+(-Neural|-Generative)?|Google\.[a-zA-Z0-9\-]+"
# docs/messaging/twiml: documents that answer a text have a grammar of their own, of which there is no schema.
MESSAGING = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="Response"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">
    <xs:element name="Message"><xs:complexType mixed="true">
      <xs:choice minOccurs="0" maxOccurs="unbounded">
        <xs:element name="Body" type="xs:string"/><xs:element name="Media" type="xs:string"/>
      </xs:choice>
      <xs:attribute name="to"/><xs:attribute name="from"/><xs:attribute name="action"/>
      <xs:attribute name="method"/><xs:attribute name="statusCallback"/>
    </xs:complexType></xs:element>
    <xs:element name="Redirect"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="method"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
  </xs:choice></xs:complexType></xs:element>
</xs:schema>"""


class _StandIn(etree.Resolver):
    def resolve(self, system_url: str, public_id: str, context: Any = None) -> Any:
        return self.resolve_string(XML_STAND_IN, context, base_url=None) if system_url == XML_NAMESPACE else None


def _attributes_of(kind: Any) -> Any:
    """Where a type keeps its attributes: in its extension, if it has one."""
    extensions = list(kind.iter(f"{XS}extension"))
    return extensions[0] if extensions else kind


@cache
def voice() -> etree.XMLSchema:
    """The schema of documents that answer a call, as of today."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_StandIn())
    file = FOLDER / "twiml_v20100401_twilioRealtimeCallSchema.xsd"
    tree = etree.fromstring(file.read_bytes(), parser, base_url=str(file))
    kinds = {kind.get("name"): kind for kind in tree.iter(f"{XS}complexType", f"{XS}simpleType")}
    for name, added in ADDED_ATTRIBUTES.items():
        home = _attributes_of(kinds[name])
        there = {one.get("name") for one in home.iter(f"{XS}attribute")}
        for attribute in dict.fromkeys(added.split()):
            assert attribute not in there, f"{name}@{attribute} is in the schema already"
            etree.SubElement(home, f"{XS}attribute", name=attribute, type="xs:string")
    choice = next(kinds["responseType"].iter(f"{XS}choice"))
    for verb, kind in ADDED_VERBS.items():
        etree.SubElement(choice, f"{XS}element", name=verb, type=kind)
    next(kinds["voiceType"].iter(f"{XS}pattern")).set("value", VOICES)
    return etree.XMLSchema(tree.getroottree())


@cache
def messaging() -> etree.XMLSchema:
    """The schema of documents that answer a text."""
    return etree.XMLSchema(etree.fromstring(MESSAGING))


@cache
def of_document(body: bytes, kind: str = "voice") -> tuple[str, ...]:
    """What is wrong with a TwiML document; nothing if it may be answered to a webhook of this kind."""
    if len(body) > LIMIT:
        return (f"{len(body)} bytes are more than 64 kB",)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return (f"not XML: {error}",)
    if root.getroottree().docinfo.internalDTD is not None:
        return ("a document type has no business in TwiML",)
    schema = messaging() if kind == "message" else voice()
    if schema.validate(root):
        return ()
    return tuple(str(error.message) for error in cast("Any", schema.error_log))
