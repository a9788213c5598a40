"""Our own house, played on the sandbox: all that it asks and answers is Twilio's language.

The sandbox by itself is judged in tests/honesty; the judge is tests/oracles.py.
"""

from __future__ import annotations

import pytest

from tests.honesty import twiml_schema
from tests.house import House
from tests.oracles import check_log, complaints, with_oracles
from voice_gateway import wire

pytestmark = [pytest.mark.weather("calm"), with_oracles]


def play(house: House) -> None:
    """Sam passes, Kim takes it, they talk, Dana is asked for nothing more."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call(about="a refund")
    sam.phone.rings().hears("Dana").presses("2")
    kim.phone.rings().hears("Dana").presses("1")
    dana.phone.rings().hears("Kim").presses("1")
    assert dana.phone.talks_with(kim.phone)
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1")
    assert kim.becomes_free()


def test_all_that_the_house_says_and_hears(house: House) -> None:
    play(house)
    check_log(house.exchange)
    kinds = {hook.kind for hook in house.exchange.webhooks}
    assert {"voice", "call-status"} <= kinds, "otherwise this test judges nothing"
    assert any(entry.method == "POST" for entry in house.exchange.rest_log)


def test_a_mistake_of_the_house_would_be_seen(house: House) -> None:
    play(house)
    create = next(entry for entry in house.exchange.rest_log if entry.method == "POST")
    create.params.append(("Colour", "blue"))
    assert any("Colour is unknown" in words for words in complaints(house.exchange))
    create.params.pop()


@pytest.mark.parametrize(
    "document",
    [wire.please_leave_a_message("https://house.example.test"), wire.please_call_again(), wire.thanks(), wire.silence(),
     wire.apology("https://house.example.test/voice/x?case=1&leg=2&step=3", 1)],
)  # fmt: skip
def test_what_the_house_says_when_nothing_else_works(document: str) -> None:
    assert twiml_schema.of_document(document.encode()) == ()
