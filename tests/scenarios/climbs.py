"""What scenarios of climbs have in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from flows.climbing import Escalate
from flows.orders import CloseCase
from tests.house import OUR_NUMBER, Agent, House
from voice_gateway.store import admit, keep
from voice_gateway.store.tables import CaseRow, ClimbRow, HouseRow, JournalRow, LadderRow

CALM = ("calm",)


def rung(who: str, how: str = "ring", minutes: float = 0, times: int = 1, hours: str = "always") -> dict[str, Any]:
    """A rung as it is kept."""
    return {"who": who, "how": how, "after": int(minutes * 60), "times": times, "hours": hours}


def has_ladder(house: House, *rungs: dict[str, Any], name: str = "default", skills: tuple[str, ...] = (),
               rules: tuple[str, ...] = (), **thresholds: Any) -> None:
    """The house has this ladder, and these thresholds (in seconds), as if its file said so."""
    with house.store.transaction() as memory:
        memory.execute(delete(LadderRow).where(LadderRow.name == name))
        memory.execute(insert(LadderRow), {"name": name, "rungs": list(rungs), "skills": list(skills), "rules": list(rules)})
        memory.execute(update(HouseRow).values(escalation={"is_on": True} | thresholds))
    house.gateway.turns.forget_the_house()


def climbs(house: House, case_id: int, why: str = "a test wants it", *, rule: str = "sent_down", urgent: bool = False) -> None:
    """This case begins to climb."""
    with house.store.transaction() as memory:
        call = house.facts(memory, case_id)
        keep.keep(memory, call, (), [Escalate(rule, why, urgent)], our_number=OUR_NUMBER, tickets=house.store.tickets)


def a_case(house: House, name: str, owner: Agent | None = None, about: str = "a lost dog", **more: Any) -> int:
    """A case that is open and with somebody; gives its id."""
    with house.store.transaction() as memory:
        who = admit.caller(memory, "tel", house.customer(name).phone.number, house.time.now())
        case_id = admit.new_case(memory, house.store.tickets, who, who, house.time.now(), our_number=OUR_NUMBER)
        memory.execute(update(CaseRow).where(CaseRow.id == case_id).values(
            **{"caller_name": name, "about": about, "state": "open", "owner_id": owner.id if owner else None} | more))
    return case_id


def is_closed(house: House, case_id: int) -> None:
    """It is solved, whoever did it."""
    with house.store.transaction() as memory:
        call = house.facts(memory, case_id)
        if not call.case.is_over:
            keep.keep(memory, call, (), [CloseCase("solved")], our_number=OUR_NUMBER, tickets=house.store.tickets)


def takes(house: House, who: Agent) -> None:
    """Their telephone rings because a case climbs, and they take it."""
    who.phone.rings(within=7200).hears("Press").presses("4").hears("By when").presses("1").hears("It is yours")
    who.phone.reads("is yours: you call")


def journal(house: House, case_id: int = 1) -> list[tuple[str, str]]:
    """What the journal says, in order: what, and who."""
    query = select(JournalRow.what, JournalRow.who).where(JournalRow.case_id == case_id).order_by(JournalRow.id)
    return [tuple(each) for each in house.rows(query)]


def climb_rows(house: House) -> list[Any]:
    return house.rows(select(*ClimbRow.__table__.columns).order_by(ClimbRow.id))
