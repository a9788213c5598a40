"""`python -m voice_gateway.demo`: the whole house on this machine, no account needed."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from voice_gateway import house_file
from voice_gateway.demo.folder import folder_for
from voice_gateway.demo.narrator import Narrator
from voice_gateway.demo.processes import CARRIER_PORT, HouseOfProcesses, NotUp
from voice_gateway.demo.story import Play
from voice_gateway.sandbox.square import HOUSE as HOUSE_ON_THE_SQUARE

BEGUN = time.monotonic() - time.process_time()
LOOK_AFTER_EVERY = 0.2
STORY_SPEED = 20.0


def arguments() -> argparse.ArgumentParser:
    """What it can be told."""
    parser = argparse.ArgumentParser(prog="voice-gateway demo", description=(
        "The whole house on this machine, with a telephone company of its own: no account needed, "
        "nothing leaves this machine."))
    parser.add_argument("--port", type=_port, help="where to open the web (default: 8000, or any free one)")
    parser.add_argument("--carrier-port", type=_port, help="where the telephone company answers (8010, or any)")
    parser.add_argument("--speed", type=_speed, help="how many seconds pass in one real second (default: 1)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep everything in this folder, and its logs")
    parser.add_argument("--story", action="store_true",
                        help="play twelve stories with scripted people, at speed 20, and tell whether all went well")
    return parser


def _port(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or not 0 < int(typed) < 65536:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a port (1 to 65535)")
    return int(typed)


def _speed(typed: str) -> float:
    try:
        speed = float(typed)
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= 1000:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a speed (1 to 1000)")
    return speed


def main(argv: list[str] | None = None) -> int:
    """Run until told to stop. Exit status 2 when it cannot start, 1 when it could not go on."""
    told = arguments().parse_args(argv)
    signs: list[int] = []  # a list, for a handler must not wait for the lock of an Event that it has interrupted
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler if told.story else lambda sign, _frame: signs.append(sign))
    speed = told.speed or (STORY_SPEED if told.story else 1.0)
    try:
        with folder_for(told.keep) as folder:
            any_port = 0 if told.story else None  # nobody opens the doors of a story
            house = HouseOfProcesses(folder, speed=speed, port=told.port or any_port,
                                     carrier_port=told.carrier_port or any_port)
            return play(house) if told.story else live(house, signs)
    except KeyboardInterrupt:
        return 130
    except (NotUp, house_file.WrongHouse) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2


def live(house: HouseOfProcesses, signs: Sequence[int]) -> int:
    """Open the house, look after it, and leave nothing running."""
    try:
        house.start()
        tell(*welcome(house, time.monotonic() - BEGUN))
        Narrator(house.carrier_url, everybody(house.house), tell, only=frozenset({"ring", "text"}),
                 hint=lambda number: f"   {terminal(house, number)}")
        pause = threading.Event()
        while not signs:
            house.look_after(tell)
            pause.wait(LOOK_AFTER_EVERY)
        tell("", "Stopping.")
        return 0
    finally:
        house.stop()


def play(house: HouseOfProcesses) -> int:
    """Play the stories; 1 when anything went differently."""
    try:
        house.start()
        tell(f"{house.house.name} is open, after {time.monotonic() - BEGUN:.1f} s, "
             f"at {house.speed:g} times the speed of life.")
        return 0 if Play(house, tell).play() else 1
    finally:
        house.stop()


def tell(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def everybody(file: house_file.HouseFile) -> dict[str, str]:
    """Whose telephone is whose."""
    return ({phone: each.name for each in file.contacts for phone in each.phones}
            | {each.phone: each.name for each in file.people})


def terminal(house: HouseOfProcesses, number: str) -> str:
    """What to type to have this telephone in one's terminal."""
    return f"./run phone {number}" + ("" if house.carrier_port == CARRIER_PORT else f" --carrier {house.carrier_url}")


def welcome(house: HouseOfProcesses, seconds: float) -> Iterator[str]:
    """What runs, what to open, which telephones there are, and how to stop."""
    file = house.house
    at_speed = "" if house.speed == 1 else f", at {house.speed:g} times the speed of life"
    agents = [each for each in file.people if each.is_agent]
    others = [each for each in file.people if not each.is_agent]
    customers = [(each.name, each.phones[0]) for each in file.contacts if each.phones]
    yield f"{file.name} is open, after {seconds:.1f} s{at_speed}. Nothing leaves this machine."
    yield f"  running    web :{house.port}, worker, clock, redis, and a telephone company :{house.carrier_port}"
    yield f"  data, logs {house.folder}"
    yield ""
    yield f"Ask for a call here:     {house.url}/click-to-call"
    yield f"Everybody's telephones:  {house.carrier_url}/"
    for name, number in customers[:1]:
        yield f"Ask as {name}, with the number {number}. Telephones can also be had in terminals of their own:"
        yield f"  a customer's           {terminal(house, number)}"
    for agent in agents[:1]:
        yield f"  an agent's             {terminal(house, agent.phone)}"
    for each in file.numbers[:1]:
        yield f"Or ring the house, from any of these telephones: {each.number}"
    yield "There, when one rings, type a to answer, then the key you are asked for; h hangs up."
    yield "Whoever has been idle longest is rung first, for 20 s; here you read whose telephone rings."
    yield ""
    yield from on_the_square(f"{house.carrier_url}/square/square")
    yield ""
    yield f"Agents       {', '.join(f'{each.name} {each.phone}' for each in agents)}"
    yield f"Others       {', '.join(f'{each.name} {each.phone}' for each in others)}"
    yield f"Customers    {', '.join(f'{name} {number}' for name, number in customers)}"
    yield f"Our number   {', '.join(each.number for each in file.numbers)}"
    yield ""
    yield "Ctrl-C stops everything."


def on_the_square(url: str) -> Iterator[str]:
    """How to write about the house in public, and to read what it answers."""
    yield f"Post on the square, a pretend social network, and read the answers: {url}, or"
    yield f"""  curl -d '{{"by": "@jess", "words": "@{HOUSE_ON_THE_SQUARE} my bag is lost"}}' {url}/said"""
    yield f"  curl '{url}/heard?by=@jess'"


if __name__ == "__main__":
    raise SystemExit(main())
