"""To take in a list, a batch at a time: each is written whole or not at all, and the house goes on working meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from flows.how_many import how_many
from voice_gateway import clock
from voice_gateway.lists import Entry, Wrong
from voice_gateway.lists.error_file import ErrorFile
from voice_gateway.store import Refused, Store
from voice_gateway.store.identity import listing
from voice_gateway.store.identity.listing import Source, Taken

IN_A_BATCH = 1000
TRIES = 5

Row = Entry | list[Wrong]


@dataclass(slots=True)
class Told:
    """What came of a list so far, counted in rows; `shared` counts addresses."""

    new: int = 0
    changed: int = 0
    same: int = 0
    wrong: int = 0
    shared: int = 0

    def add(self, taken: Taken, wrong: int) -> None:
        self.new += taken.new
        self.changed += taken.changed
        self.same += taken.same
        self.shared += taken.shared
        self.wrong += wrong

    def in_words(self) -> str:
        are = f"{how_many(self.shared, 'address is', 'addresses are')} several people's now"
        shared = f"; {are}, and nothing is guessed from {'it' if self.shared == 1 else 'them'}" if self.shared else ""
        return f"{self.new:,} new, {self.changed:,} changed, {self.same:,} same, {self.wrong:,} wrong{shared}"


def take_in(store: Store, rows: Iterable[Row], source: Source, errors: ErrorFile, told: Told,
            went_on: Callable[[int], object], *, dry_run: bool = False) -> None:
    """Write all of it down, and count in `told`. `went_on` is told how many rows are done, batch by batch.

    Whoever interrupts it loses the batch under way, and may begin again: what was taken in is the same then.
    """
    try:
        for batch in _batches(rows):
            wrong = [each for row in batch if isinstance(row, list) for each in row]
            taken = _take(store, [row for row in batch if isinstance(row, Entry)], source, dry_run=dry_run)
            errors.write(sorted([*wrong, *taken.wrong], key=lambda each: each.row))
            told.add(taken, len({each.row for each in (*wrong, *taken.wrong)}))
            went_on(len(batch))
    finally:
        errors.close()


def _take(store: Store, entries: list[Entry], source: Source, *, dry_run: bool) -> Taken:
    """One batch. Somebody of a list may ring the house at this moment and be written down first: then it is looked at anew."""
    for again in reversed(range(TRIES)):
        try:
            with store.transaction() as memory:
                attempt = memory.begin_nested()
                taken = listing.take(memory, entries, source, clock.now())
                if dry_run:
                    attempt.rollback()
                return taken
        except Refused:
            if not again:
                raise
    raise AssertionError("the last try returns or raises")


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    going = iter(rows)
    while batch := list(islice(going, IN_A_BATCH)):
        yield batch
