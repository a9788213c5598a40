"""Three stories of people who ring the house, played by scripted people on its telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from voice_gateway.demo.stage import Person, Stage

LINK = re.compile(r"https?://\S+/v/\S+")


def waits_and_is_put_through(stage: Stage) -> Iterator[datetime]:
    """Dana rings, says what it is about, hears her place, and a colleague comes to the phone."""
    dana = stage.customers["Dana"]
    dana.phone.dials(stage.number).hears("Press 1 to wait").presses("1")
    dana.phone.hears("what is it about").says("My refund has not come")
    agent = stage.who_is_rung()
    agent.phone.hears("Dana is on the line", "My refund has not come").presses("1").hears("Connecting you")
    assert dana.phone.talks_with(agent.phone), f"Dana and {agent.name} were not joined"
    assert "You are next" in dana.phone.heard, "Dana was not told her place"
    dana.phone.hangs_up()
    solved(agent)
    yield from ()


def leaves_the_line_and_keeps_the_place(stage: Stage) -> Iterator[datetime]:
    """Ada has no time to wait: the star key, another number, and that one rings when it is her turn."""
    ada, other = stage.customers["Ada"], stage.customers["Ada's other telephone"]
    ada.phone.dials(stage.number).hears("Press 1 to wait").presses("1")
    ada.phone.hears("what is it about").says("A lamp arrived broken")
    ada.phone.hears("You are next").presses("*")
    ada.phone.hears("at another number").presses("2")
    ada.phone.hears("type the number").presses(f"{other.phone.number.removeprefix('+1')}#")
    ada.phone.hears(" ".join(other.phone.number.removeprefix("+1"))).presses("1").hears("We will ring you")
    agent = stage.who_is_rung()
    agent.phone.hears("Ada", "A lamp arrived broken").presses("1").hears("Calling them now")
    other.phone.rings().hears("You asked us to call").presses("1")
    assert other.phone.talks_with(agent.phone), f"Ada and {agent.name} were not joined"
    other.phone.hangs_up()
    solved(agent)
    yield from ()


def a_message_is_work(stage: Stage) -> Iterator[datetime]:
    """Eve leaves a message; a colleague reads of it, hears it by a link, and rings her back."""
    eve = stage.customers["Eve"]
    eve.phone.dials(stage.number).hears("Press 3 to leave a message").presses("3")
    eve.phone.hears("[beep]").says("This is Eve. Nobody has called me for a week.").hangs_up()
    told = stage.who_reads("left a message", "Nobody has called me")
    link = LINK.search(told.phone.received[-1])
    assert link, f"{told.name} got no link"
    sound = stage.fetch(f"{link[0]}/sound")
    assert sound[:4] == b"RIFF", "the link plays no recording"
    stage.presses_button(link[0], "ring")
    told.phone.rings().hears("Eve").presses("1").hears("Calling them now")
    eve.phone.rings().hears("You asked us to call").presses("1")
    assert eve.phone.talks_with(told.phone), f"Eve and {told.name} were not joined"
    eve.phone.hangs_up()
    solved(told)
    yield from ()


def solved(agent: Person) -> None:
    """The talk is over, and the colleague says how it went."""
    agent.phone.hears("How did it go").presses("1").hears("Solved").is_hung_up()
