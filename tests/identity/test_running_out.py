"""What ends by itself: what somebody said long ago, and nobody proved."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from jobs.end_what_is_over import end_what_is_over
from tests.house import House
from tests.identity.graph import DAY, Town
from voice_gateway.store.identity import audit, links, running_out
from voice_gateway.store.tables import IdentityEventRow, LinkRow


def states(town: Town) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in town.memory.execute(select(LinkRow.kind, LinkRow.state).order_by(LinkRow.id))]


def test_what_is_less_than_a_proof_ends_when_its_time_is_over_and_a_proof_is_told_to_be_over(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    town.says(tel, alice, "profile_link")
    town.says(tel, alice, "import_bare")
    town.now += 8 * DAY
    before = town.view(tel)
    assert running_out.end(town.memory, town.now) == 1
    assert states(town) == [("otp_roundtrip", "active"), ("profile_link", "expired"), ("import_bare", "active")]
    assert town.view(tel) == before
    town.now += 200 * DAY
    assert running_out.end(town.memory, town.now) == 1
    assert running_out.end(town.memory, town.now) == 0
    assert [claim.kind for claim in links.of_tel(town.memory, tel)] == ["otp_roundtrip"]
    assert town.grant(town.case(alice)).why == "its time is over"
    assert audit.verify(town.memory).broken == ()


def test_the_audit_names_the_house_and_the_same_said_again_holds_anew(town):
    tel, alice = town.tel(1), town.account("alice")
    town.says(tel, alice, "customer_declared", payload="first")
    town.now += 91 * DAY
    running_out.end(town.memory, town.now)
    town.says(tel, alice, "customer_declared", payload="again")
    assert states(town) == [("customer_declared", "expired"), ("customer_declared", "active")]
    line = town.memory.execute(select(IdentityEventRow).where(IdentityEventRow.what == "expired")).one()
    assert (line.who, line.before, line.after, line.at) == ("house", "active", "expired", town.now)


@pytest.mark.weather("calm")
def test_the_job_ends_several_batches_and_leaves_the_rest_for_the_next_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_out, "_over", running_out._over.limit(2))
    with house.store.transaction() as memory:
        town = Town(memory, house.time.now() - 100 * DAY)
        for n in range(11):
            town.says(town.tel(n), town.account(f"a{n}"), "import_bare")
    end_what_is_over()
    assert Counter(row.state for row in house.rows(select(LinkRow.state))) == {"expired": 10, "active": 1}
    end_what_is_over()
    assert {row.state for row in house.rows(select(LinkRow.state))} == {"expired"}
    assert len(house.rows(select(IdentityEventRow.id).where(IdentityEventRow.what == "expired"))) == 11
