"""They hang up, at every single point of every story: nothing rings on, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.house import ON_THE_LINE, Agent, Customer, House
from voice_gateway.store.tables import VoicemailRow
from voice_gateway.tickets import code_digest

Step = Callable[[Customer, Agent], object]
SOON = 5  # seconds
IN_LINE = ("waiting", "asking")


def hears(*words: str) -> Step:
    return lambda dana, _sam: dana.phone.hears(*words)


def presses(keys: str) -> Step:
    return lambda dana, _sam: dana.phone.presses(keys)


def says(words: str) -> Step:
    return lambda dana, _sam: dana.phone.says(words)


def sam_rings(_dana: Customer, sam: Agent) -> None:
    sam.phone.rings()


def sam_hears(*words: str) -> Step:
    return lambda _dana, sam: sam.phone.hears(*words)


def sam_presses(key: str) -> Step:
    return lambda _dana, sam: sam.phone.presses(key)


def sam_declines(_dana: Customer, sam: Agent) -> None:
    sam.phone.declines()


def they_talk(dana: Customer, sam: Agent) -> None:
    assert dana.phone.talks_with(sam.phone)


def sam_has_dana_rung(dana: Customer, sam: Agent) -> None:
    sam.phone.presses("1")
    dana.phone.rings()


def sam_listens(dana: Customer, sam: Agent) -> None:
    assert dana.house.exchange.run(lambda: dana.phone.number in sam.phone.hears_whom, 20)


def dials_a_full_line(dana: Customer, _sam: Agent) -> None:
    dana.house.keeps(line={"places": 0})
    dana.dials()


def dials_where_nobody_comes(dana: Customer, _sam: Agent) -> None:
    dana.house.keeps(line={"longest_wait": 5})
    dana.dials()


def dials_too_early(dana: Customer, _sam: Agent) -> None:
    """It is ten, and we open in five minutes."""
    dana.house.keeps_hours([{"days": [3], "open": 10 * 60 + 5, "close": 17 * 60}])
    dana.dials()


def dials_again(dana: Customer, _sam: Agent) -> None:
    """About what is somebody's work already."""
    dana.dials().phone.hears("Welcome").hangs_up()
    dana.house.passes(200)
    dana.dials()


GREETED: list[Step] = [lambda dana, _sam: dana.dials(), hears("Welcome"), hears("Press 1 to wait")]
IN_THE_LINE: list[Step] = [*GREETED, presses("1"), hears("what is it about"), says("my shoes"), hears("One moment please"),
                           hears("hold.wav")]
ASKED: list[Step] = [*IN_THE_LINE, sam_rings, sam_hears("is on the line")]
STORIES: dict[str, list[Step]] = {
    "is put through": [*ASKED, sam_presses("1"), they_talk, presses("*")],
    "types a number": [*ASKED, presses("*"), hears("2 at another number"), presses("2"), hears("type the number"),
                       presses("2025550199#"), hears("We will ring"), presses("2"), hears("type the number")],
    "goes on waiting": [*IN_THE_LINE, sam_rings, sam_declines, presses("*"), hears("To keep waiting"), presses("0"), hears("kept your place"),
                        hears("hold.wav")],
    "is told of another time": [*ASKED, sam_presses("3"), hears("will ring you at")],
    "is asked for a message": [*ASKED, sam_presses("4"), hears("after the tone"), hears("[beep]"), says("please ring me")],
    "is rung back": [*GREETED, presses("2"), hears("at this number"), presses("1"), hears("Thank you"), sam_rings,
                     sam_hears("is waiting for a call"), sam_has_dana_rung, hears("You asked us to call"), presses("1"), they_talk],
    "is listened to": [*GREETED, presses("3"), hears("[beep]"), says("please ring me"), sam_hears("Press 1 to listen"), sam_presses("1"),
                       sam_listens, says("and more"), sam_presses("*"), hears("is on the line now"), they_talk],
    "finds the line full": [dials_a_full_line, hears("Press 1 to wait"), presses("1"), hears("cannot take one more"), presses("2"),
                            hears("at this number"), presses("1"), hears("Thank you")],
    "waits in vain": [dials_where_nobody_comes, hears("Press 1 to wait"), presses("1"), hears("what is it about"), says("my shoes"),
                      hears("hold.wav"), sam_rings, sam_declines, hears("nobody could come"), presses("3"), hears("[beep]"), says("please ring me")],
    "rings too early": [dials_too_early, hears("We are closed now. We open again 10:05 am."), presses("2"), hears("at this number"),
                        presses("1"), hears("We will ring you")],
    "hides the number": [lambda dana, _sam: dana.dials(anonymous=True), hears("Press 2"), presses("2"), hears("type the number"),
                         presses("2025550199#"), hears("We will ring"), presses("2"), hears("type the number")],
    "rings again": [dials_again, hears("One moment please"), hears("hold.wav")],
    "gets a text": [*GREETED, presses("4"), hears("We have sent it"), presses("9"), hears("does nothing")],
    "knows a code": [*GREETED, presses("*"), hears("enter your code"), presses("1#"), hears("not right"), presses("246810#"),
                     hears("One moment")],
    "is late": [*GREETED, presses("8"), hears("does nothing"), hears("leave a message"), sam_declines, hears("[beep]")],
}
POINTS = {tuple(story[:n]): f"{name}-{n}" for name, story in STORIES.items() for n in range(1, len(story) + 1)}


@pytest.mark.weather("calm")
@pytest.mark.parametrize("story", POINTS, ids=POINTS.values())
def test_they_hang_up_after(house: House, story: tuple[Step, ...]) -> None:
    house.keeps(code_digest=code_digest(house.settings.secret_key.get_secret_value(), "246810"))
    maria, sam, dana = house.manager("Maria"), house.agent("Sam"), house.customer("Dana")
    for act in story:
        act(dana, sam)
    house.passes(1)
    for colleague in (sam, maria):
        if colleague.phone.is_ringing:
            colleague.phone.lets_it_ring()
    if dana.phone.is_ringing:
        dana.phone.declines()
    elif dana.phone.is_off_hook:
        dana.phone.hangs_up()
    house.exchange.run(lambda: not sam.phone.is_ringing, SOON)
    assert not sam.phone.is_ringing or promised(house)
    everything_ends(house, dana, sam, maria)


def promised(house: House) -> bool:
    return house.cases[0].state in IN_LINE and house.cases[0].owner_id is None


def everything_ends(house: House, dana: Customer, sam: Agent, maria: Agent) -> None:
    """They talked, or it is somebody's work, or we ring them as we promised."""
    house.exchange.run(lambda: "How did it go" in sam.phone.heard or not sam.phone.is_off_hook, 30)
    if sam.phone.is_off_hook:
        sam.phone.presses("1").hears("Solved")
    house.exchange.run(lambda: sam.phone.is_ringing, 20)
    if promised(house):
        house.exchange.run(lambda: sam.phone.is_ringing, 11 * 60)
        sam.phone.hears("is waiting for a call").presses("1")
        dana.phone.rings().presses("1")
        they_talk(dana, sam)
        dana.phone.hangs_up()
        sam.phone.hears("How did it go").presses("1").hears("Solved")
    spoke = "please ring me" in told(dana)
    house.exchange.run(lambda: bool(house.rows(select(VoicemailRow.id))) == spoke, 60)
    house.exchange.run(lambda: not house.rows(ON_THE_LINE), 30)
    case = house.cases[0]
    assert case.state == "solved" or (case.owner_id and case.next_at)
    for phone in (dana.phone, sam.phone, maria.phone):
        for text in phone.received:
            phone.reads(text)
    assert bool(house.rows(select(VoicemailRow.id))) == spoke


def told(dana: Customer) -> str:
    return " ".join(event.text for event in dana.phone._events if event.kind == "did")
