"""`python -m bench identity-attack --steps N --seed S`: how many were told what is another's, and how many got their own."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.attack.deeds import DEEDS
from bench.attack.truth import Score
from bench.attack.world import World
from bench.premises import premises
from voice_gateway.store.identity import audit

BEGIN = datetime(2027, 1, 1, 12, tzinfo=UTC)
PEOPLE = 150
A_COMMIT = 2000
MOST_MINUTES_BETWEEN = 40


def play(steps: int, seed: int, database: str | None = None, people: int = PEOPLE, speaks: bool = False) -> tuple[Score, World]:
    """Play this many steps. The same seed plays the same, but for the codes, which are the product's own chance."""
    chance = random.Random(seed)
    weights, deeds = zip(*DEEDS, strict=True)
    with premises(database) as place, place.store.engine.connect() as memory:
        world = World(memory, chance, BEGIN)
        world.settle(people)
        began = time.monotonic()
        for step in range(1, steps + 1):
            deed = chance.choices(deeds, weights)[0]
            world.score.deeds[deed.__name__] = world.score.deeds.get(deed.__name__, 0) + 1
            deed(world)
            world.later(timedelta(minutes=chance.random() * MOST_MINUTES_BETWEEN))
            if step % A_COMMIT == 0:
                memory.commit()
                if speaks:
                    print(f"\r{step:,} of {steps:,} steps, {step / (time.monotonic() - began):,.0f} a second, "
                          f"{world.score.false} false, {world.score.honest_share:.2%} ", end="", file=sys.stderr, flush=True)
        memory.commit()
        broken = audit.verify(memory).broken
        if broken:
            raise SystemExit(f"the audit does not hold: {broken[:5]}")
        memory.rollback()
        return world.score, world


def main(given: Sequence[str]) -> int:
    """Exit status 1 when anybody was told what is another's, or too few got their own."""
    parser = argparse.ArgumentParser(prog="python -m bench identity-attack", description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL on which databases may be created")
    told = parser.parse_args(given)
    began = time.monotonic()
    score, world = play(told.steps, told.seed, told.database, told.people, speaks=True)
    print(file=sys.stderr)
    print(f"{told.steps:,} steps, seed {told.seed}, {(world.now - BEGIN).days / 365:.1f} years in {time.monotonic() - began:.0f} s")
    print(f"leave was asked for {score.asked:,} times and given {score.granted:,} times; {score.held:,} were used late")
    print(f"told to somebody who is not the person: {score.false}")
    for line in score.falsities[:10]:
        print(f"  {line}")
    print(f"honest and proved, and got it: {score.honest_granted:,} of {score.honest:,} ({score.honest_share:.2%})")
    for why, times in sorted(score.why_not.items(), key=lambda each: -each[1]):
        print(f"  {times:,} did not: {why}")
    return 1 if score.false or score.honest_share < 0.99 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
