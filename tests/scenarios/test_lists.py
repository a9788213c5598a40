"""Who rings is known from the lists that were taken in; who is not in one is no contact because they rang."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flows.posts import Author
from tests.house import House
from tests.identity.graph import claims
from voice_gateway.lists import Address, Entry
from voice_gateway.store import posts
from voice_gateway.store.identity import audit, listing, unlisting
from voice_gateway.store.identity.listing import Source
from voice_gateway.store.tables import ContactRow, IdentifierRow


def takes(house: House, **names: str) -> None:
    """A list says whose these numbers are."""
    now = house.time.now()
    entries = [Entry(row, name.replace("_", " "), (Address("tel", number),)) for row, (name, number) in enumerate(names.items(), 2)]
    with house.store.transaction() as memory:
        listing.take(memory, entries, Source("list", now), now)


@pytest.mark.weather("calm")
def test_who_rings_is_known_from_a_list_and_a_stranger_is_not_saved_as_a_contact(house: House) -> None:
    dana, ben, sam = house.customer("Dana"), house.customer("Ben"), house.agent("Sam")
    takes(house, Dana_Lee=dana.phone.number)
    dana.waits_in_line()
    sam.phone.rings().hears("Dana Lee").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    ben.waits_in_line()
    sam.phone.rings(within=300).hears("is on the line").presses("1")
    assert ben.phone.talks_with(sam.phone)
    ben.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    assert [each.name for each in house.rows(select(ContactRow.name))] == ["Dana Lee"]
    [theirs] = house.rows(select(IdentifierRow.contact_id).where(IdentifierRow.subject == ben.phone.number))
    assert theirs.contact_id is None


@pytest.mark.weather("calm")
def test_nobody_is_guessed_from_a_number_that_several_share(house: House) -> None:
    family, sam = house.customer("Family"), house.agent("Sam")
    takes(house, Ann=family.phone.number, Bob=family.phone.number)
    family.waits_in_line()
    sam.phone.rings().hears("Ann or Bob").presses("1")
    assert family.phone.talks_with(sam.phone)
    family.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    assert {each.contact_id for each in house.rows(select(IdentifierRow.contact_id))} == {None}


@pytest.mark.weather("calm")
def test_what_a_list_says_of_a_handle_is_shown_when_the_network_tells_whose_it_is(house: House) -> None:
    """Until then it joins nobody to anything; then it is what a list says, which proves nothing."""
    dana, now = house.customer("Dana"), house.time.now()
    said = Entry(2, "Dana Lee", (Address("tel", dana.phone.number), Address("square", "@dana", is_handle=True)))
    twice = [Entry(row, name, (Address("square", "@bob", is_handle=True), Address("tel", f"+1303555000{row}")))
             for row, name in ((3, "Bob Roe"), (4, "Bob Poe"))]
    with house.store.transaction() as memory:
        listing.take(memory, [said, *twice], Source("list", now), now)
        assert claims(memory, "tel", dana.phone.number) == []
        for subject, handle in (("sq1", "@Dana"), ("sq2", "@bob"), ("sq3", "@eve")):
            posts.author_of(memory, Author("square", subject, handle), "square", now)
    with house.store.reading() as memory:
        [claim] = claims(memory, "tel", dana.phone.number)
        assert (claim.account, claim.kind, claim.is_proof) == ("sq1", "import_bare", False)
        assert claims(memory, "square", "sq2") == claims(memory, "square", "sq3") == []
    assert unlisting.undo(house.store, "list", "Kim", "it was wrong", now).links == 1
    with house.store.picture() as memory:
        assert claims(memory, "tel", dana.phone.number) == []
        assert audit.verify(memory).broken == ()
