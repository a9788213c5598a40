"""The listener: hears at once of what is written about us on networks, and reads it. One is enough.

Each network is read every few seconds, and at once when its stream rings. A stream is only a bell: what it missed is found
at the next look. While no listener lives, a worker looks (`jobs/listen.py`). Why it is so: docs/decisions/0018-listening.md.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from jobs.listen import LISTENER, read
from jobs.workshop import Workshop, another_workshop, workshop
from voice_gateway import clock, log_lines
from voice_gateway.networks import Network, Trouble
from voice_gateway.store import look_up
from voice_gateway.store.schema import must_be_at_head

log = logging.getLogger(__name__)

LINES = ("wake", "overhear")
LOOK_EVERY_SECONDS = 5.0
LOOKS_AFTER_A_RING, BETWEEN_THEM_SECONDS = 20, 0.2
"""A stream tells of a post before the network's own notices do."""
SHORTEST_REST_SECONDS, LONGEST_REST_SECONDS = 1.0, 60.0
STOPS_WITHIN_SECONDS = 10.0


class Ear:
    """One network: somebody who reads it, and somebody at each line on which it rings by itself."""

    def __init__(self, shop: Workshop, network: Network, told_to_stop: threading.Event) -> None:
        self._shop, self._network, self._told_to_stop = shop, network, told_to_stop
        self._rung = threading.Event()
        self.reader = threading.Thread(target=self._read, name=f"reads {network.name}")
        lines = [getattr(network, name) for name in LINES if hasattr(network, name)]
        self._hearers = [threading.Thread(target=self._hear, args=(line,), name=f"hears {network.name}", daemon=True) for line in lines]

    def open(self) -> None:
        """Begin."""
        self.reader.start()
        for hearer in self._hearers:
            hearer.start()

    def ring(self) -> None:
        """There may be something new, or it is time to stop."""
        self._rung.set()

    def _read(self) -> None:
        while not self._told_to_stop.is_set():
            rung = self._rung.wait(LOOK_EVERY_SECONDS)
            self._rung.clear()
            for _look in range(LOOKS_AFTER_A_RING if rung else 1):
                if self._looked() or self._told_to_stop.wait(BETWEEN_THEM_SECONDS):
                    break

    def _looked(self) -> bool:
        """Was there anything? Whatever goes wrong, there is a next look."""
        try:
            return read(self._shop, self._network) > 0
        except Exception:
            log.exception("%s could not be read", self._network.name)
            return False

    def _hear(self, line: Callable[[Callable[[], None]], None]) -> None:
        """For as long as this process lives: a line that breaks is taken up again, more and more patiently."""
        rest = SHORTEST_REST_SECONDS
        while not self._told_to_stop.is_set():
            begun = clock.now()
            try:
                line(self.ring)
            except Trouble as trouble:
                log.info("%s: %s", self._network.name, trouble)
            except Exception:
                log.exception("the stream of %s ended", self._network.name)
            lived = (clock.now() - begun).total_seconds() > LONGEST_REST_SECONDS
            rest = SHORTEST_REST_SECONDS if lived else min(2 * rest, LONGEST_REST_SECONDS)
            self._told_to_stop.wait(rest)


def tell_that_we_live(shop: Workshop) -> None:
    """So that no worker reads beside us. A memory that is away for a moment ends nothing: else we read on, and nobody knew."""
    try:
        with shop.gateway.store.transaction() as memory:
            look_up.sign_of_life(memory, LISTENER, clock.now())
    except Exception:
        log.exception("the listener could not tell that it lives")


def run() -> None:
    """Listen until told to stop. Raises WrongSettings and OldSchema before it begins."""
    shop, told_to_stop = workshop(), threading.Event()
    log_lines.begin(shop.gateway.settings.log_format, shop.gateway.settings.log_level)
    must_be_at_head(shop.gateway.store)

    def stop(_sign: int, _frame: Any) -> None:
        told_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ears = [Ear(own, own.networks[name], told_to_stop) for name in shop.networks for own in (another_workshop(),)]
    for ear in ears:
        ear.open()
    while not told_to_stop.is_set():
        tell_that_we_live(shop)
        told_to_stop.wait(LOOK_EVERY_SECONDS)
    for ear in ears:
        ear.ring()
        ear.reader.join(STOPS_WITHIN_SECONDS)
