"""Stories of people who write, and of colleagues who have nothing but their own telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from voice_gateway.demo.stage import Person, Stage


def is_answered_from_a_colleagues_own_phone(stage: Stage) -> Iterator[datetime]:
    """Hal and Ida write; whoever reads both tells them apart by their tags, and neither side sees the other's number."""
    hal, ida = stage.customers["Hal"], stage.customers["Ida"]
    hal.phone.texts("My lamp arrived broken", to=stage.number)
    reader = stage.who_reads("My lamp arrived broken")
    hal.phone.reads("a colleague reads it now")
    of_hal = tag(reader)
    reader.phone.texts(f"{of_hal} I am sorry. A new one is on its way.", to=stage.number)
    hal.phone.reads("A new one is on its way")
    ida.phone.texts("Where is my order?", to=stage.number)
    other = stage.who_reads("Where is my order?")
    ida.phone.reads("a colleague reads it now")
    of_ida = tag(other)
    assert of_ida != of_hal, "two customers have one tag"
    other.phone.texts(f"{of_ida} It left our house this morning.", to=stage.number)
    ida.phone.reads("It left our house this morning")
    for customer, colleague in ((hal, reader), (ida, other)):
        seen = " ".join((*customer.phone.received, *colleague.phone.received))
        assert customer.phone.number not in seen, f"{colleague.name} saw {customer.name}'s number"
        assert colleague.phone.number not in seen, f"{customer.name} saw {colleague.name}'s number"
    yield from ()


def tag(reader: Person) -> str:
    """The short tag by which a colleague tells this thread from others."""
    return reader.phone.received[-1].split()[0]
