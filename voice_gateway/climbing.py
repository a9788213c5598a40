"""The shell around the law of climbing: steps that are due are taken, and whoever may be told now is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flows import ladder
from flows.climbing import Escalate
from flows.escalation import sent_down
from flows.facts import MINUTES, SECONDS
from voice_gateway import clock
from voice_gateway.store import MemoryLost, Refused, admit, climbs, keep, pages, recall
from voice_gateway.turn import Turns

log = logging.getLogger(__name__)

LOOK_AGAIN = 10 * MINUTES
TURNS = {"ring": ladder.somebody_is_rung, "text": ladder.somebody_is_texted}


@dataclass(frozen=True, slots=True)
class Climbing:
    """Takes the steps of climbs."""

    turns: Turns

    def climb(self) -> None:
        """Whatever is due now: first the rules look, then all steps are taken, then telephones ring."""
        with self.turns.store.reading() as memory:
            looked_at = climbs.to_look_at(memory, clock.now())
        for case_id in looked_at:
            with self._whatever_breaks(partial(climbs.look_at, case_id=case_id), LOOK_AGAIN):
                self.turns.until_nobody_was_faster(partial(self._look, case_id))
        stepped_at = self._steps()
        with self.turns.store.reading() as memory:
            due = pages.due(memory, clock.now())
        for person_id, how in due:
            if clock.now() - stepped_at >= SECONDS:  # many are told: steps keep their times meanwhile
                stepped_at = self._steps()
            with self._whatever_breaks(partial(pages.again, person_id=person_id, how=how), pages.LINE_BUSY_FOR):
                self._tell(person_id, how)

    def _steps(self) -> datetime:
        """All steps that are due; gives when they were."""
        now = clock.now()
        while self._step() == climbs.MOST_AT_ONCE:
            pass
        return now

    @contextmanager
    def _whatever_breaks(self, put_off: Callable[..., None], after: timedelta) -> Iterator[None]:
        """One case or one person holds up nobody else: they are looked at again after a while."""
        try:
            yield
        except MemoryLost:
            raise
        except Exception as error:
            if not isinstance(error, Refused):  # which says that they have just been rung for something else
                log.exception("a climb cannot go on")
            with self.turns.store.transaction() as memory:
                put_off(memory, at=clock.now() + after)

    def case_at(self, number: str, about: str) -> int:
        """The open case of this number (E.164), or a new one."""
        with self.turns.deciding() as (memory, line):
            return admit.case_of_number(memory, self.turns.store.tickets, number, clock.now(), our_number=line.numbers[0], about=about)

    def send_up(self, case_id: int, reason: str, who: str, note: str = "", *, urgent: bool = False) -> bool:
        """Somebody says that it climbs; False when there is no such open case."""
        with self.turns.deciding() as (memory, line):
            return self.begins(memory, line, case_id, sent_down.sent(reason, who, note, urgent=urgent))

    def begins(self, memory: Any, line: recall.Line, case_id: int, order: Escalate) -> bool:
        """The same, where several are sent at once."""
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        if known is None or known.call.case.is_over:
            return False
        keep.keep(memory, known.call, (), [order], our_number=line.numbers[0], tickets=self.turns.store.tickets)
        return True

    def _look(self, case_id: int) -> None:
        with self.turns.deciding() as (memory, line):
            known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
            assert known is not None, f"case {case_id} has vanished"
            self.turns.play(memory, line, ladder.rules_look, known.call)

    def _step(self) -> int:
        with self.turns.deciding() as (memory, line):
            return climbs.step(memory, line.house, clock.now())

    def _tell(self, person_id: int, how: str) -> None:
        with self.turns.deciding() as (memory, line):
            bundle = pages.bundle(memory, person_id, how, clock.now())
            if bundle is None:
                return
            known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=bundle.case_id)
            assert known is not None, f"case {bundle.case_id} has vanished"
            call = replace(known.call, meant_for=recall.agent(memory, person_id))
            self.turns.play(memory, line, TURNS[how], call)
            pages.went_out(memory, bundle, clock.now())
