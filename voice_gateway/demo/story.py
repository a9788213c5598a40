"""Twelve stories, played by scripted people on the telephones of a house that really runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from voice_gateway.demo import aeroplane, colleagues, incoming, texts
from voice_gateway.demo.narrator import Narrator
from voice_gateway.demo.processes import HouseOfProcesses
from voice_gateway.demo.stage import Person, Stage

Script = Callable[[Stage], Iterator[datetime]]

ROOM_FOR_A_STORY = timedelta(seconds=90)
KEPT_WITHIN = timedelta(seconds=60)
SLOW_MACHINES_ANSWER_WITHIN = 120.0  # seconds of the story's clock, of which many pass in one of ours
JOINED = ["asked for a call", "ringing", "answered", "takes it", "ringing", "answered", "talking", "closed"]


@dataclass(frozen=True, slots=True)
class Story:
    """A title and a script. A script may put itself aside until an instant, by yielding it."""

    title: str
    play: Script


def nobody_takes_it(stage: Stage) -> Iterator[datetime]:
    """One lets it ring, one passes, one declines: the customer has a promise in writing, and it is kept."""
    ben = stage.customers["Ben"]
    ticket = stage.asks(ben, about="an invoice")
    first = stage.who_is_rung()
    second = stage.who_is_rung(but=[first])
    second.phone.hears("Ben", "an invoice").presses("2").hears("next colleague")
    third = stage.who_is_rung(but=[first, second])
    third.phone.declines()
    ben.phone.reads("nobody was free", "We ring you again at")
    promised = ticket.promised_at
    assert promised is not None and promised > stage.now, "nothing is promised on Ben's ticket"
    yield promised
    agent = stage.who_is_rung(within=(promised - stage.now + KEPT_WITHIN).total_seconds())
    late = stage.now - promised
    assert late < KEPT_WITHIN, f"the promise was kept {late} late"
    agent.phone.hears("Ben").presses("1").hears("Calling them now")
    talk(agent, ben)
    assert ticket.state == "solved", f"Ben's ticket says {ticket.state}"


def two_yeses(stage: Stage) -> Iterator[datetime]:
    """An agent says yes, the customer says yes; what one says the other hears; a key tells how it went."""
    dana = stage.customers["Dana"]
    ticket = stage.asks(dana, about="a refund", impact="I cannot pay my rent")
    agent = stage.who_is_rung()
    agent.phone.hears("Dana", "a refund", "I cannot pay my rent").presses("1").hears("Calling them now")
    talk(agent, dana, "My parcel came back.", "The money is on its way.")
    steps = ticket.steps
    assert steps == JOINED, f"Dana's ticket says {steps}"
    yield from ()


def a_machine_picks_up(stage: Stage) -> Iterator[datetime]:
    """It is told everything, says nothing, and is never connected; a colleague is."""
    ada = stage.customers["Ada"]
    away = stage.longest_idle()
    away.phone.is_an_answering_machine(f"This is {away.name}. Please leave a message.", after=8)
    stage.asks(ada, about="a broken lamp")
    agent = stage.who_is_rung(but=[away], within=90)
    agent.phone.hears("Ada").presses("1").hears("Calling them now")
    assert "a broken lamp" in away.phone.heard, f"{away.name}'s machine was not rung"
    talk(agent, ada)
    met = {each.text for each in stage.exchange.diary(ada.phone.number) if each.kind == "with" and each.text}
    assert met == {agent.phone.number}, f"Ada was joined with {met}"
    away.phone.is_hung_up().is_a_person()
    yield from ()


def two_agents_at_once(stage: Stage) -> Iterator[datetime]:
    """One hesitates for so long that a second one is asked; both press 1."""
    eve = stage.customers["Eve"]
    stage.asks(eve, about="two lamps")
    first = stage.who_is_rung()
    stage.exchange.pass_time(12)
    first.phone.hears("Eve")
    second = hesitates(stage, first)
    second.phone.hears("Eve")
    stage.exchange.run(lambda: first.phone.is_listened_to and second.phone.is_listened_to, 30)
    second.phone.presses("1", at_once=True)
    first.phone.presses("1", at_once=True)
    stage.exchange.run(lambda: any(_won(each) for each in (first, second)), SLOW_MACHINES_ANSWER_WITHIN)
    winner, loser = (second, first) if _won(second) else (first, second)
    winner.phone.hears("Calling them now")
    loser.phone.hears("A colleague was quicker")
    talk(winner, eve)
    yield from ()


def hesitates(stage: Stage, first: Person) -> Person:
    """Somebody who presses keys that do nothing, until a colleague is asked as well."""
    others = [each for each in stage.agents if each is not first]
    for _key in range(5):
        if stage.exchange.run(lambda: any(each.phone.is_ringing for each in others), 10):
            break
        first.phone.presses("9").hears("does nothing")
    return stage.who_is_rung(but=[first])


def _won(person: Person) -> bool:
    return person.phone.heard.rstrip().endswith("Calling them now.")


def the_customer_does_not_answer(stage: Stage) -> Iterator[datetime]:
    """The agent is told at once, the customer finds a text, and a second try is due."""
    gus = stage.customers["Gus"]
    ticket = stage.asks(gus, about="a delivery")
    agent = stage.who_is_rung()
    agent.phone.hears("Gus").presses("1").hears("Calling them now")
    gus.phone.rings().lets_it_ring()
    agent.phone.hears("Gus is not coming to the phone", "ring again at", within=120)
    gus.phone.reads("could not reach you", "We ring you again at")
    promised = ticket.promised_at
    assert promised is not None and promised > stage.now, "no second try is due"
    yield from ()


def talk(agent: Person, customer: Person, *sentences: str) -> None:
    """The customer says yes; they talk in turns; the customer hangs up; the agent tells how it went."""
    customer.phone.rings().hears("You asked us to call", agent.name).presses("1")
    joined = customer.phone.talks_with(agent.phone)
    assert joined, f"{customer.name} and {agent.name} were not joined"
    pair = [customer, agent]
    for sentence in sentences:
        speaker, listener = pair
        speaker.phone.says(sentence)
        listener.phone.hears(sentence)
        pair.reverse()
    customer.phone.hangs_up()
    agent.phone.hears("How did it go").presses("1").hears("Solved").is_hung_up()


NOBODY = Story("Nobody takes it: the next one is asked, then there is a promise", nobody_takes_it)
MEANWHILE = (
    Story("Two yeses join the call", two_yeses),
    Story("An answering machine picks up at the agent's", a_machine_picks_up),
    Story("Two agents at once: one wins, the other is told", two_agents_at_once),
    Story("Somebody rings, waits in line, and is put through", incoming.waits_and_is_put_through),
    Story("Somebody leaves the line, and is rung back at another number", incoming.leaves_the_line_and_keeps_the_place),
    Story("A message is told by text, heard by its link, and rung back", incoming.a_message_is_work),
    Story("Somebody texts, and is answered from a colleague's own phone", texts.is_answered_from_a_colleagues_own_phone),
    Story("A manager helps in a talk from her own telephone", colleagues.coaches_from_her_own_phone),
    Story("A colleague is brought in, and left with the customer", colleagues.brings_in_a_colleague),
    Story("A post climbs to the manager, who is joined to whoever wrote it", aeroplane.sits_on_the_ground),
    Story("The customer does not answer", the_customer_does_not_answer),
)
STORIES = 1 + len(MEANWHILE)


class Play:
    """Plays all stories, one while another one waits for its hour. `tell` prints a line."""

    def __init__(self, house: HouseOfProcesses, tell: Callable[[str], None]) -> None:
        self.house = house
        self.stage = Stage(house)
        self.tell = tell
        self.narrator = Narrator(house.carrier_url, self.stage.names, tell)
        self.kept = 0

    def play(self) -> bool:
        """True when everything went as it should."""
        begun = time.monotonic()
        try:
            self._play()
        except AssertionError as differently:
            self._blame(str(differently))
        except requests.RequestException as gone:
            self._blame(f"somebody does not answer any more: {gone}")
        else:
            self.tell(f"\n✓ {STORIES} stories of {STORIES}, in {time.monotonic() - begun:.1f} s.")
            return True
        finally:
            self.narrator.stop()
        return False

    def _play(self) -> None:
        self._headline(NOBODY.title)
        waiting = NOBODY.play(self.stage)
        due = next(waiting)
        self.narrator.catch_up(self.stage.exchange)
        self.tell("  … and Ben waits. Meanwhile:")
        rest = list(MEANWHILE)
        while rest and due - self.stage.now > ROOM_FOR_A_STORY:
            self._whole(rest.pop(0))
        self._headline("Nobody takes it, continued: the promise is kept")
        self._end(waiting)
        for story in rest:
            self._whole(story)
        problems = self.stage.exchange.log()["problems"]
        assert not problems, f"the carrier complains: {problems}"

    def _whole(self, story: Story) -> None:
        self._headline(story.title)
        self._end(story.play(self.stage))

    def _end(self, script: Iterator[datetime]) -> None:
        for _instant in script:
            raise AssertionError("a story waits that should have come to its end")
        self.narrator.catch_up(self.stage.exchange)
        self.kept += 1
        self.tell("  ✓")

    def _headline(self, title: str) -> None:
        self.tell(f"\n{title}")

    def _blame(self, why: str) -> None:
        self.narrator.catch_up(self.stage.exchange)
        self.tell(f"  ✗ It went differently: {why}")
        for name, last_words in self.house.dead():
            self.tell(f"  the {name} is dead; its last words:\n{last_words}")
        self.tell(f"\n✗ {self.kept} stories of {STORIES} went well.")
