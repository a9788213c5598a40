"""The share of what climbs to a manager that they take personally: kept, never in the way, and told."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from flows.share import in_words
from tests.house import OUR_NUMBER, Agent, House
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, rung
from voice_gateway.share_command import share
from voice_gateway.store import shares as shares_kept
from voice_gateway.store.tables import BroughtRow, PersonRow, ShareRow

CALM = pytest.mark.weather("calm")


def shares(house: House, who: Agent, target: int, delegate: Agent) -> None:
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).where(PersonRow.id == who.id).values(delegate_id=delegate.id))
        memory.execute(insert(ShareRow), {"person_id": who.id, "target": target, "since": house.time.now()})


def taken(house: House) -> list[bool]:
    return [row.personally for row in house.rows(select(BroughtRow.personally).order_by(BroughtRow.id))]


def resolves(who: Agent) -> None:
    who.phone.rings(within=90).presses("6").hears("Why?").presses("1").hears("resolved").is_hung_up()


def test_half_of_it_goes_to_the_delegate(house: House) -> None:
    maria, kim = house.manager("Maria"), house.agent("Kim")
    has_ladder(house, rung("Maria"))
    shares(house, maria, 50, kim)
    for whom in (maria, kim, maria):
        climbs(house, a_case(house, "Dana"))
        resolves(whom)
        house.passes(400)
    assert taken(house) == [True, False, True]


def test_what_is_urgent_does_not_wait_for_it(house: House) -> None:
    maria, kim = house.manager("Maria"), house.agent("Kim")
    has_ladder(house, rung("Maria"))
    shares(house, maria, 0, kim)
    climbs(house, a_case(house, "Dana"), urgent=True)
    resolves(maria)
    climbs(house, a_case(house, "Ben"))
    resolves(kim)
    assert taken(house) == [True, False]


@CALM
def test_nothing_waits_for_a_delegate_who_is_away(house: House) -> None:
    maria, kim = house.manager("Maria"), house.agent("Kim")
    has_ladder(house, rung("Maria"))
    shares(house, maria, 0, kim)
    kim.differs(away_until=house.time.now().replace(hour=23))
    climbs(house, a_case(house, "Dana"))
    resolves(maria)


def test_a_delegate_who_does_not_answer_is_not_the_end(house: House) -> None:
    """What was decided for a case stays so; the ladder that begins again reaches the manager."""
    maria, kim = house.manager("Maria"), house.agent("Kim")
    has_ladder(house, rung("Maria"))
    shares(house, maria, 0, kim)
    climbs(house, a_case(house, "Dana"))
    kim.phone.rings().declines()
    maria.phone.rings(within=900).presses("6").presses("1").hears("resolved")
    assert taken(house) == [False]
    with house.store.reading() as memory:
        assert [in_words(*each) for each in shares_kept.report(memory)] == [
            "Maria: 0 % wanted, 100 % taken personally (1 of the last 1). sent_down: 1 of 1."]
    house.is_forgotten()


@CALM
def test_a_share_that_leaves_some_to_nobody_is_refused(house: House) -> None:
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    maria.phone.texts("SHARE 40", to=OUR_NUMBER)
    maria.phone.reads("That leaves some to nobody", "Nothing was changed")
    maria.phone.texts("SHARE 100", to=OUR_NUMBER)
    maria.phone.reads("You take 100 %")
    assert [row.own for row in house.rows(select(ShareRow.own))] == [100]


@CALM
def test_a_manager_texts_their_share_and_the_house_reports_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    maria, kim = house.manager("Maria"), house.agent("Kim")
    has_ladder(house, rung("Maria"))
    shares(house, maria, 100, kim)
    maria.phone.texts("share 0", to=OUR_NUMBER)
    maria.phone.reads("You take 0 % of what climbs to you")
    climbs(house, a_case(house, "Dana"))
    resolves(kim)
    monkeypatch.setattr("voice_gateway.share_command.open_house", lambda **_how: _Open(house))
    told = CliRunner().invoke(share).output
    assert "Maria: 0 % wanted, 0 % taken personally (0 of the last 1). sent_down: 0 of 1." in told
    assert climb_rows(house)[0].acknowledged_by_id == kim.id


class _Open:
    """The house of this scenario, as a command opens one."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __enter__(self) -> House:
        return self.house

    def __exit__(self, *_error: object) -> None:
        pass
