"""The story of the aeroplane: an hour on the ground, a post, and twenty minutes later somebody who can act.

Jess writes where twenty thousand people read it. She shows in one sitting that the account and the telephone are hers, and
wants to be called. Nobody comes to the phone, nor does the manager, who is in a meeting. But the case has begun to climb
the moment it was read: it finds her, and one key joins the two. What began in public ends there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import requests

from voice_gateway.demo.stage import Person, Stage

POST = "An hour on the ground with @house, two small children, no water, and nobody answers"
LINK = re.compile(r"https?://\S+")
CODE = re.compile(r"\b\d{6}\b")
TICKET = re.compile(r"\bT\d+\b")
SECONDS = 1.0
WITHIN = 600 * SECONDS


def sits_on_the_ground(stage: Stage) -> Iterator[datetime]:
    """Post, case, ladder, the manager's key, both telephones, and an apology where it was said."""
    jess, phone = stage.on_the_square("@jess", "Jess", followers=25_000), stage.customers["Jess"]
    maria = next(each for each in stage.staff if each.name == "Maria")
    jess.posts(POST)
    reader = stage.who_reads("@jess wrote on the square", "25,000 follow them", within=WITHIN)
    told = reader.phone.received[-1]
    ticket, page = TICKET.findall(told)[0], LINK.findall(told)[-1]
    stage.presses_button(page, "invite")
    shows_who_she_is(stage, LINK.findall(jess.reads("Tap, and we call you"))[0], phone)
    nobody_has_time(stage, phone)
    maria.phone.rings(within=WITHIN).hears("@jess", "25,000 follow them", "no water", "Press 1 to talk with them now").presses("1").hears("Calling")
    phone.phone.rings().hears("You wrote about us on the square", "Maria, our manager").presses("1")
    assert phone.phone.talks_with(maria.phone), "Jess and Maria were not joined"
    maria.phone.says("I am so sorry. You are off the aeroplane in ten minutes.")
    phone.phone.hears("I am so sorry")
    phone.phone.hangs_up()
    maria.phone.hears("How did it go").presses("1").hears("it ends there: with an apology").is_hung_up()
    maria.phone.texts(f"APOLOGY {ticket} We are sorry for the hour on the ground. NEXT We have told the tower, and you leave in "
                      "ten minutes", to=stage.number)
    jess.reads("We are sorry for the hour on the ground", "you leave in ten minutes", "Maria")
    phone.phone.reads("Maria of ", "you leave in ten minutes", "Where it stands")
    yield from ()


def shows_who_she_is(stage: Stage, link: str, phone: Person) -> None:
    """In one browser: she signs in, types her number, and types the code that it gets."""
    browser = requests.Session()
    browser.trust_env = False

    def does(deed: str, **typed: str) -> str:
        answer = browser.post(link, data={"deed": deed, **typed}, timeout=20 * SECONDS)
        answer.raise_for_status()
        return answer.text

    does("sign_in", network="square", handle="@jess")
    does("number", phone=phone.phone.number, consent="yes")
    phone.phone.reads("links @jess on the square with this number")
    code = CODE.findall(phone.phone.received[-1])[0]
    assert "we call you now" in does("code", code=code), "nobody calls Jess"


def nobody_has_time(stage: Stage, phone: Person) -> None:
    """Whoever is rung declines, the manager too: she is in a meeting. Jess reads that nobody was free."""

    def all_have_declined() -> bool:
        for each in stage.staff:
            if each.phone.is_ringing:
                each.phone.declines()
        return any("nobody was free" in each for each in phone.phone.received)

    declined = stage.exchange.run(all_have_declined, WITHIN)
    assert declined, "Jess was not told that nobody was free"
    phone.phone.reads("nobody was free to ring you yet")
