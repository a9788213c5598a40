"""Stories of colleagues who help each other in a talk, each from their own ordinary telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from voice_gateway.demo import incoming
from voice_gateway.demo.stage import Stage

VOUCHED_FOR = "TN-Validation-Passed-A"


def coaches_from_her_own_phone(stage: Stage) -> Iterator[datetime]:
    """She rings the house and is recognised, whispers to the colleague alone, then talks with both."""
    joy = stage.customers["Joy"]
    maria = next(each for each in stage.staff if each.name == "Maria")
    joy.phone.dials(stage.number).hears("Press 1 to wait").presses("1")
    joy.phone.hears("what is it about").says("My delivery is late")
    agent = stage.who_is_rung()
    agent.phone.hears("My delivery is late").presses("1").hears("Connecting you")
    assert joy.phone.talks_with(agent.phone), f"Joy and {agent.name} were not joined"
    maria.phone.dials(stage.number, verstat=VOUCHED_FOR).hears("Hello Maria").presses("6").hears(f"{agent.name} with").presses("1")
    maria.phone.hears("2 to coach").presses("2")
    entered = stage.exchange.run(lambda: agent.phone.number in maria.phone.hears_whom, 30)
    assert entered, f"Maria does not hear {agent.name}"
    maria.phone.says("Give her the delivery for nothing.")
    agent.phone.hears("for nothing")
    assert "for nothing" not in joy.phone.heard, "Joy heard what was for the colleague alone"
    maria.phone.presses("*").hears("3 to talk with both").presses("3")
    assert joy.phone.talks_with(maria.phone), "Joy and Maria were not joined"
    maria.phone.says("I am Maria, and I am sorry.")
    joy.phone.hears("I am sorry")
    maria.phone.hangs_up()
    stage.exchange.pass_time(3)
    assert joy.phone.is_talking_to(agent.phone), "the talk ended with Maria"
    joy.phone.hangs_up()
    incoming.solved(agent)
    yield from ()


def brings_in_a_colleague(stage: Stage) -> Iterator[datetime]:
    """The star key: music for the customer, a colleague hears whom it is about, comes, and is left with them."""
    them = stage.customers["Max"]
    them.phone.dials(stage.number).hears("Press 1 to wait").presses("1")
    them.phone.hears("what is it about").says("A lamp on my invoice that I never had")
    agent = stage.who_is_rung()
    agent.phone.hears("A lamp on my invoice").presses("1").hears("Connecting you")
    assert them.phone.talks_with(agent.phone), f"Max and {agent.name} were not joined"
    agent.phone.presses("*").hears("2 for a colleague").presses("2")
    agent.phone.hears("Press 1 for").presses("1").hears("We ring")
    colleague = stage.who_is_rung(but=[agent])
    colleague.phone.hears("asks you to join them").presses("1")
    assert colleague.phone.talks_with(them.phone), f"{colleague.name} and Max were not joined"
    agent.phone.presses("*").hears(f"leave them to {colleague.name}").presses("1")
    agent.phone.is_hung_up()
    assert them.phone.is_talking_to(colleague.phone), f"Max lost {colleague.name}"
    them.phone.hangs_up()
    incoming.solved(colleague)
    yield from ()
