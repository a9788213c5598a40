"""The law of climbing as tables: times of steps, what an empty rung does, and when somebody may be told again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from flows import escalation
from flows.climbing import Rung

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
LADDER = escalation.steps([Rung("Sam", "ring", 0 * MINUTES), Rung("Maria", "ring", 3 * MINUTES, times=2), Rung("Noor", "text", 10 * MINUTES)])


def climbed(*somebody: bool, at=NOW):
    """A climb step by step, each taken when it is due: who stood there, and the alarms."""
    place, told = escalation.first(LADDER, at), []
    for each in somebody:
        found = escalation.climb(LADDER, place, place.due_at, somebody=each)
        told.append(((place.due_at - NOW) / MINUTES, found.alarm))
        place = found.place
    return told, place


def test_steps_come_in_the_order_of_their_times():
    assert [(each.who, each.after / MINUTES) for each in LADDER] == [("Sam", 0), ("Maria", 3), ("Maria", 8), ("Noor", 10)]


def test_each_step_has_its_time_and_the_end_is_an_alarm_and_a_new_round():
    told, place = climbed(True, True, True, True, True)
    assert told == [(0, ""), (3, ""), (8, ""), (10, ""), (15, escalation.END)]
    assert (place.at, place.round, place.due_at) == (0, 1, NOW + 15 * MINUTES)


def test_a_rung_with_nobody_on_it_is_an_alarm_and_brings_the_next_at_once():
    told, place = climbed(False, True, False, True)
    assert told == [(0, escalation.NOBODY), (0, ""), (5, escalation.NOBODY), (5, "")]
    assert place.due_at == NOW + 10 * MINUTES


def test_a_ladder_with_nobody_at_all_does_not_run_in_circles():
    told, place = climbed(*[False] * 5)
    assert told[-1] == (5, escalation.END)
    assert place.round == 1


def test_later_rounds_pause():
    _, place = climbed(*[True] * 10)
    assert (place.round, place.due_at) == (2, NOW + 30 * MINUTES + escalation.BETWEEN_ROUNDS)


def test_the_last_one_is_waited_for_even_if_somebody_passes():
    _, place = climbed(True, True, True, True)
    assert escalation.at_once(LADDER, place, NOW + 11 * MINUTES) == place


def test_two_rungs_at_one_instant_are_found():
    twice = [Rung("Sam", "ring", 5 * MINUTES), Rung("Maria", "ring", 0 * MINUTES, times=2), Rung("Noor", "ring", 5 * MINUTES)]
    assert escalation.at_one_instant(twice) == [(1, 0), (2, 0)]
    assert not escalation.at_one_instant(LADDER)


def test_the_ladder_of_every_house_ends_at_a_human_and_has_no_two_rungs_at_one_instant():
    ladder = escalation.WITHOUT_A_LADDER
    assert not escalation.at_one_instant(ladder)
    assert any(each.hours == "always" and each.who != "owner" for each in ladder)


@settings(max_examples=25, deadline=None)
@given(some.sampled_from(["ring", "text"]), some.lists(some.integers(0, 1800), min_size=1, max_size=60))
def test_whoever_waits_until_they_may_be_told_is_never_told_too_often(how, gaps):
    told: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        now = escalation.free_at(how, [each for each in told if each > now - escalation.LOOKED_BACK], now)
        told.append(now)
    for span, most in escalation.THROTTLES[how]:
        assert all(sum(at - span < each <= at for each in told) <= most for at in told)
