"""Two of one person, in scenarios that begin after they have shown it: a number and an account, proved by a code."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from flows import networks
from flows.posts import Author
from tests.house import Customer, House
from voice_gateway.sandbox.citizens import Person
from voice_gateway.store.identity import challenges, links
from voice_gateway.store.tables import CaseRow, ConsentRow, IdentifierRow

KEY = "a secret key of the test house"


def are_one(house: House, account: Person | Author, telephone: Customer, *, agreed: bool = True, ago: timedelta = timedelta(0)) -> int:
    """A code goes round between them, so long `ago`, and (unless not `agreed`) they want to be rung; gives the link's id."""
    at = house.time.now() - ago
    space = networks.of(account.network).namespace
    with house.store.transaction() as memory:
        tel, theirs = (
            memory.scalar(select(IdentifierRow.id).where(IdentifierRow.namespace == ns, IdentifierRow.subject == subject))
            or memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
                "namespace": ns, "subject": subject, "first_seen": at}).scalar_one()
            for ns, subject in (("tel", telephone.phone.number), (space, account.subject)))
        issued = challenges.issue(memory, KEY, tel, theirs, challenges.TO_NUMBER, at)
        proved = challenges.answer(memory, KEY, issued.code, theirs, at).proved
        assert proved is not None
        assert proved.link_id is not None
        if agreed:
            case_id = memory.execute(insert(CaseRow).returning(CaseRow.id), {
                "identifier_id": tel, "caller_name": telephone.name, "about": "", "state": "solved", "ticket_seed": "s",
                "token_hash": f"of {telephone.name} and {account.handle}", "opened_at": at, "closed_at": at, "wanted_at": at, "due_at": at,
            }).scalar_one()
            memory.execute(insert(ConsentRow), {"identifier_id": tel, "case_id": case_id, "at": at,
                                                "wording": "you may ring me when I write about you", "source": "page"})
        return int(proved.link_id)


def no_longer(house: House, link_id: int) -> None:
    """Somebody unties it."""
    with house.store.transaction() as memory:
        assert links.unlink(memory, link_id, "Kim", "they say it is not them", house.time.now())
