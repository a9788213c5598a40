"""Said before sent, on a network: what waits for the end of its quiet hours is looked at once more, and kept if it is not said.

It is six in the morning in Kiritimati, and X asks for quiet until seven. What a colleague wrote is theirs, and is said at once.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from flows.facts import HOURS
from tests.house import BASE, OUR_NUMBER, Agent, House
from voice_gateway.store import saying
from voice_gateway.store.tables import CaseRow, EvidenceRow, IdentifierRow, PostRow

CALM = pytest.mark.weather("calm")
SHE_MAY_SLEEP_BY_THEN = 3700
UNTIL_SEVEN = 3600 + 600
LATE = 300


def invited_by_night(house: House, *handles: str) -> tuple[list[Any], Agent]:
    """They wrote more than an hour ago, and may well sleep; Sam sends each a link."""
    house.keeps(time_zone="Pacific/Kiritimati")
    sam, people = house.agent("Sam"), [house.person_on("x", each) for each in handles]
    for each in people:
        each.posts("@house where is my bag")
        sam.phone.reads("wrote on X", within=LATE)
    house.passes(SHE_MAY_SLEEP_BY_THEN)
    for n, handle in enumerate(handles, 1):
        sam.phone.reads("wrote on X, and is to hear from you by", within=LATE)
        sam.phone.reads("has no answer yet", within=LATE)
        sam.phone.texts(f"LINK T{n}", to=OUR_NUMBER)
        sam.phone.reads(f"{handle} gets a link", within=LATE)
    return people, sam


def held_back(house: House) -> list[tuple[str, str]]:
    with house.store.reading() as memory:
        return [(row.problem, row.words) for row in saying.not_said(memory)]


def test_a_link_waits_for_the_day_and_is_not_said_of_what_is_over(house: House) -> None:
    """Sam and Jess have settled it by hand; what was held back is told with its reason, without the link's secret."""
    (jess,), sam = invited_by_night(house, "@jess")
    sam.phone.texts("T1 It is found, and yours tomorrow", to=OUR_NUMBER)
    jess.reads("It is found", private=False, within=LATE)
    sam.phone.texts("APOLOGY T1 We are sorry that you had to wait. NEXT Sam brings it tomorrow.", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved", within=LATE)
    jess.reads("We are sorry", private=False, within=LATE)
    house.passes(UNTIL_SEVEN)
    assert held_back(house) == [("the case was closed meanwhile", f"Thank you for writing. Tap, and we call you: {BASE}/prove/...")]


@CALM
def test_nothing_is_against_it(house: House) -> None:
    (jess,), _sam = invited_by_night(house, "@jess")
    with pytest.raises(AssertionError):
        jess.reads("", within=1500)
    jess.reads("Tap, and we call you", private=False, within=UNTIL_SEVEN)
    assert held_back(house) == []
    house.is_forgotten()


@CALM
def test_what_was_learned_by_night_is_against_it(house: House) -> None:
    """Ann took it back, Bob says that it is not him, Cid is on the telephone, Dan will be rung, and Eve reads something newer."""
    people, sam = invited_by_night(house, "@ann", "@bob", "@cid", "@dan", "@eve")
    with house.store.transaction() as memory:
        memory.execute(update(PostRow).where(PostRow.inbound, PostRow.case_id == 1).values(gone_at=house.time.now()))
        tel = memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": "tel", "subject": "+12025550188", "first_seen": house.time.now()}).scalar_one()
        memory.execute(insert(EvidenceRow), {
            "tel_id": tel, "account_id": house.cases[1].identifier_id, "kind": "not_same", "polarity": -1, "tier": "", "source": "",
            "actor": "", "channel_sid": "", "reason": "", "observed_at": house.time.now(),
            "expires_at": house.time.now() + 9 * HOURS, "policy_version": 1, "payload_sha256": "", "salt": ""})
        memory.execute(update(CaseRow).where(CaseRow.id == 3).values(taken_by_id=sam.id))
        memory.execute(update(CaseRow).where(CaseRow.id == 4).values(round=CaseRow.round + 1))
        older = memory.execute(select(*PostRow.__table__.columns).where(~PostRow.inbound, PostRow.case_id == 5)).one()._asdict()
        older.pop("id")
        memory.execute(insert(PostRow), older | {"words": "Thank you, that is shown.", "state": "said"})
    house.passes(UNTIL_SEVEN)
    assert sorted(why for why, _words in held_back(house)) == [
        "something else was arranged meanwhile", "something newer is said in its place", "the call was made meanwhile",
        "they have said meanwhile that it is not them", "they have taken back what it answers"]
    for each in people:
        with pytest.raises(AssertionError):
            each.reads("", within=1)
    house.is_forgotten()
