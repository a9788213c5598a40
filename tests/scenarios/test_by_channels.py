"""WhatsApp and Messenger, through the carrier: who it is, where they are answered, and what WhatsApp vouches for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import aliased

from tests.house import OUR_NUMBER, House, talks_and_ends_it_in_public
from tests.identity.graph import claims
from tests.scenarios.test_who_is_it import WhoIsIt
from voice_gateway.sandbox.phones import Phone
from voice_gateway.sandbox.unconfirmed import Unconfirmed
from voice_gateway.store.tables import ConsentRow, IdentifierRow, LinkRow, MessageRow

CALM = pytest.mark.weather("calm")
OURS, PAGE = f"whatsapp:{OUR_NUMBER}", "messenger:104023456789012"
NUMBER = "+12025550177"


@pytest.fixture
def here(house: House) -> House:
    for sender in (OURS, PAGE):
        house.exchange.own(sender, sms_url="https://house.example.test/sms")
    return house


def on_whatsapp(here: House, address: str = NUMBER, user_id: str = "") -> Phone:
    return here.exchange.phone(f"whatsapp:{address}").is_called("Dana", user_id=user_id)


def accounts(here: House) -> list[tuple[str, str, str]]:
    found = here.rows(select(IdentifierRow.namespace, IdentifierRow.scope, IdentifierRow.subject).order_by(IdentifierRow.id))
    return [tuple(each) for each in found if each.namespace != "staff"]


def joined(here: House) -> list[tuple[str, str, str, str]]:
    """Kind, number, account and state of every link."""
    tel, account = aliased(IdentifierRow), aliased(IdentifierRow)
    found = here.rows(select(LinkRow.kind, tel.subject, account.subject.label("account"), LinkRow.state)
                      .join(tel, tel.id == LinkRow.tel_id).join(account, account.id == LinkRow.account_id).order_by(LinkRow.id))
    return [tuple(each) for each in found]


def writes(person: Phone, sam: Any, words: str = "My lamp is broken", to: str = OURS) -> None:
    person.texts(words, to=to)
    sam.phone.reads(words)
    person.reads("a colleague reads it now")


def test_by_messenger_somebody_is_answered_where_they_wrote(here: House) -> None:
    """They are known to that page only, and have no number."""
    sam, jess = here.agent("Sam"), here.exchange.phone("messenger:6012345678901234")
    writes(jess, sam, to=PAGE)
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    jess.reads("Which one?")
    jess.texts("CALL", to=PAGE)
    jess.reads("we see no number here that we may ring")
    sam.phone.reads("CALL")
    assert accounts(here) == [("fb_psid", "104023456789012", "6012345678901234")]
    sent = here.rows(select(MessageRow.our_number).where(MessageRow.phone.startswith("messenger:")))
    assert {each.our_number for each in sent} == {PAGE}


def is_thanked(person: Phone, sam: Any, here: House, told: str = "Text CALL to be rung") -> None:
    """On WhatsApp and at the number itself; and the colleague knows."""
    person.reads("the number that ends in 0177 is yours, as WhatsApp says", told, "NOT ME", "SHARED", within=180)
    here.exchange.phone(NUMBER).reads("has shown by WhatsApp that this number is theirs", "NOT ME", "SHARED", within=180)
    sam.phone.reads("has shared the number that ends in 0177", within=180)


@CALM
def test_messenger_too_lets_us_answer_for_a_day(here: House) -> None:
    sam, jess = here.agent("Sam"), here.exchange.phone("messenger:6012345678901234")
    writes(jess, sam, to=PAGE)
    with here.store.transaction() as memory:
        memory.execute(update(IdentifierRow).where(IdentifierRow.namespace == "fb_psid")
                       .values(wrote_at=here.time.now() - timedelta(hours=25)))
    sam.phone.texts("Are you there?", to=OUR_NUMBER)
    sam.phone.reads("Messenger lets us answer only within 24 hours")


@CALM
@pytest.mark.parametrize("spelt", ["ExternalUserIdentifier", "ExternalUserId"])
def test_who_writes_from_a_number_is_shown_as_that_and_no_more(here: House, spelt: str) -> None:
    here.exchange.unconfirmed = Unconfirmed(whatsapp_user_id_field=spelt)
    sam, dana = here.agent("Sam"), on_whatsapp(here, user_id="US.ABC123")
    writes(dana, sam)
    assert accounts(here) == [("wa_bsuid", "", NUMBER), ("wa_bsuid", "", "US.ABC123"), ("tel", "", NUMBER)]
    assert joined(here) == [("wa_intrinsic", NUMBER, "US.ABC123", "active")]
    dana.texts("And my kettle", to=OURS)
    sam.phone.reads("And my kettle")
    assert len(joined(here)) == 1, "not again with every word"
    with here.store.reading() as memory:
        [claim] = claims(memory, "wa_bsuid", "US.ABC123")
    assert not claim.is_proof


@CALM
def test_who_hides_their_number_is_the_same_account(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam)
    assert accounts(here) == [("wa_bsuid", "", "US.ABC123")]
    assert joined(here) == []


@CALM
def test_a_number_that_they_share_because_we_asked_is_vouched_for(here: House) -> None:
    """One that they type, or share unasked, may be anybody's."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam, f"My number is {NUMBER}")
    dana.shares_a_contact(NUMBER, OURS, asked_for=False)
    sam.phone.reads("(shares a contact)")
    assert joined(here) == []
    dana.shares_a_contact(NUMBER, OURS)
    is_thanked(dana, sam, here)
    assert joined(here) == [("wa_attested", NUMBER, "US.ABC123", "active")]
    with here.store.reading() as memory:
        [claim] = claims(memory, "wa_bsuid", "US.ABC123")
    assert claim.is_proof


@CALM
def test_who_says_there_that_the_number_is_shared_means_the_number(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam)
    dana.shares_a_contact(NUMBER, OURS)
    is_thanked(dana, sam, here)
    dana.texts("SHARED", to=OURS)
    dana.reads("We tell nobody anything at this number because of a post")
    assert here.rows(select(IdentifierRow.subject).where(IdentifierRow.shared)) == [(NUMBER,)]


def test_from_whatsapps_word_to_a_ring_for_a_post(here: House) -> None:
    """It is for WhatsApp alone, so a post rings nobody; a code from the account there is one step, and then the next post rings."""
    sam, post, dana = here.agent("Sam"), here.person_on("square", "@dana"), here.customer("Dana", NUMBER)
    hidden = on_whatsapp(here, "US.ABC123")
    writes(hidden, sam)
    hidden.shares_a_contact(NUMBER, OURS)
    is_thanked(hidden, sam, here)
    post.posts("@house my lamp is broken")
    sam.phone.reads("T2 @dana wrote on the square", within=180)
    here.passes(60)
    dana.phone.texts("It is me", to=OUR_NUMBER)
    sam.phone.reads("T3", "It is me", within=180)
    dana.phone.reads("a colleague reads it now", within=180)
    page = WhoIsIt(here, sam, 3)
    assert "their WhatsApp vouched for the number" in page.said
    assert "It might be @dana on the square" in page.said
    page.presses("ask_there", status=200)
    code = re.search(r"\d{6}", post.reads("links this account with the number that ends in 0177", private=True, within=180))
    assert code
    dana.phone.texts(code[0], to=OUR_NUMBER)
    dana.phone.reads("@dana on the square and the number that ends in 0177 are yours", within=180)
    sam.phone.reads("T3", "has shown who they are", within=180)
    assert [(kind, account) for kind, _, account, _ in joined(here)] == [("wa_attested", "US.ABC123"), ("otp_roundtrip", post.subject)]
    agrees_to_be_rung(here)
    post.posts("@house and again")
    sam.phone.rings(within=180).hears("@dana wrote on the square", "and again").presses("1")
    dana.phone.rings(within=180).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(dana, sam, post)


def agrees_to_be_rung(here: House) -> None:
    with here.store.transaction() as memory:
        tel = memory.execute(select(IdentifierRow.id).where(IdentifierRow.namespace == "tel", IdentifierRow.subject == NUMBER)).scalar_one()
        memory.execute(insert(ConsentRow), {"identifier_id": tel, "case_id": here.cases[-1].id, "at": here.time.now(), "wording": "you may ring me",
                                            "source": "page"})


@CALM
def test_whoever_had_the_number_that_another_shares_is_told_where_they_write(here: House) -> None:
    sam, dana, heir = here.agent("Sam"), on_whatsapp(here, "US.ABC123"), on_whatsapp(here, "US.OTHER9")
    writes(dana, sam)
    dana.shares_a_contact(NUMBER, OURS)
    is_thanked(dana, sam, here)
    writes(heir, sam, "Hello")
    heir.shares_a_contact(NUMBER, OURS)
    is_thanked(heir, sam, here, "For now we ring nobody there")
    dana.reads("somebody else has shown that they have the telephone number")
    assert [(account, state) for _, _, account, state in joined(here)] == [("US.ABC123", "superseded"), ("US.OTHER9", "active")]


@CALM
def test_another_number_ends_every_link_of_the_account(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, user_id="US.ABC123")
    writes(dana, sam)
    dana.shares_a_contact(NUMBER, OURS)
    sam.phone.reads(f"(shares the number {NUMBER})")
    anew = on_whatsapp(here, "US.NEW456")
    anew.has_another_number(OURS, PreviousExternalUserId="US.ABC123")
    here.passes(5)
    assert {state for *_, state in joined(here)} == {"revoked"}
    assert len(here.cases) == 1, "nobody wrote anything"


@CALM
def test_a_number_whose_whatsapp_is_another_now_has_changed_hands(here: House) -> None:
    """We may never be told: but the next who writes from it shows it."""
    sam = here.agent("Sam")
    writes(on_whatsapp(here, user_id="US.ABC123"), sam)
    heir = on_whatsapp(here, user_id="US.OTHER9")
    heir.texts("Hello", to=OURS)
    sam.phone.reads("Hello")
    assert joined(here) == [("wa_intrinsic", NUMBER, "US.ABC123", "revoked"), ("wa_intrinsic", NUMBER, "US.OTHER9", "active")]


@CALM
@pytest.mark.parametrize("besides", [
    {"ExternalUserId": "nobody's"}, {"ExternalUserId": "US." + "A" * 65}, {"Contacts": "{"}, {"Contacts": "[" * 9000},
    {"Contacts": '[{"origin": "contact_request", "phones": [{"wa_id": "1"}]}]'},
    {"Contacts": '[{"origin": "contact_request", "phones": [{"wa_id": "12025550178"}, {"wa_id": "12025550179"}]}]'},
    {"Contacts": '[{"origin": "contact_request", "phones": 5}]'}, {"MessageType": "user_changed_mind"},
])
def test_what_is_in_another_shape_was_not_told(here: House, besides: dict[str, str]) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    here.exchange.handset(dana.number).tells_besides = besides
    writes(dana, sam)
    assert joined(here) == []
    assert accounts(here) == [("wa_bsuid", "", "US.ABC123")]
