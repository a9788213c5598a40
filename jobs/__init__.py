"""What we do later, on RQ.

A job carries ids and nothing else. The truth of what is owed stands in the
database; Redis only tells that it is time to look. RQ's own retries and
scheduler are off: after a worker's death they run a job twice.
"""

from __future__ import annotations

from dataclasses import dataclass

QUEUES = ("urgent", "calm")
SECONDS = 1


@dataclass(frozen=True, slots=True)
class Periodic:
    """A line in the table of all that recurs: which job, on which queue, how often, why, and within what time."""

    job: str
    queue: str
    every: int
    why: str
    within: int


PERIODIC = (
    Periodic("jobs.look_for_work.look_for_work", "urgent", every=1 * SECONDS, within=30 * SECONDS,
             why="finds what is due, and what a dead worker or a silent bell left behind"),
    Periodic("jobs.climb.climb", "urgent", every=1 * SECONDS, within=30 * SECONDS,
             why="takes the steps of climbs that are due, and tells whoever may be told now"),
    Periodic("jobs.look_after_legs.look_after_legs", "calm", every=15 * SECONDS, within=60 * SECONDS,
             why="asks the carrier about calls that we should have heard of by now"),
    Periodic("jobs.look_after_recordings.look_after_recordings", "calm", every=60 * SECONDS, within=60 * SECONDS,
             why="erases talks when their time is over, and asks for those of which the carrier told nothing"),
    Periodic("jobs.forget_knocks.forget_knocks", "calm", every=3600 * SECONDS, within=60 * SECONDS,
             why="the limits count two days back at most; nobody's address is kept longer"),
    Periodic("jobs.listen.listen", "calm", every=5 * SECONDS, within=60 * SECONDS,
             why="reads what is written about us on networks, also where none of them tells us of it"),
    Periodic("jobs.forget_codes.forget_codes", "calm", every=3600 * SECONDS, within=60 * SECONDS,
             why="a code is counted for a day, and what somebody typed on a page is nobody's to keep"),
    Periodic("jobs.end_what_is_over.end_what_is_over", "calm", every=60 * SECONDS, within=60 * SECONDS,
             why="what a list said years ago is shown to nobody, and need not be read whenever its number calls"),
    Periodic("jobs.own_pages.look_at_own_pages", "calm", every=3600 * SECONDS, within=300 * SECONDS,
             why="a contact's own page and a profile that name each other are shown for a week"),
    Periodic("jobs.ask_whose_telephone.ask_whose_telephone", "calm", every=30 * SECONDS, within=60 * SECONDS,
             why="a colleague's new number may be a slip of the finger: it says whose it is before a customer's words go there"),
    Periodic("jobs.calendars.look_at_calendars", "calm", every=60 * SECONDS, within=300 * SECONDS,
             why="reads on-call calendars, so that no caller waits for them"),
)
