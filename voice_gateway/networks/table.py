"""The table of networks in `docs/networks.md`, drawn from their manners."""

from __future__ import annotations

from flows import networks
from flows.networks import Manners
from voice_gateway.networks.opening import SIGNS_IN_WITH, needed

PLAYED = "square"
HEAD = ("network", "a handle there", "people sign in there", "a code may come back", "we answer", "in at most", "we write privately", "followers", "set")


def table() -> str:
    """One line for each network, as Markdown."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(each) for name, each in sorted(networks.all_manners().items()) if name != PLAYED)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _code(ways: Manners) -> str:
    if not ways.proofs:
        return "never: nobody can prove an account there"
    return ways.how_a_code_comes


def _signs_in(ways: Manners) -> str:
    if "oauth_otp" not in ways.proofs:
        return "no"
    return f"yes, with `{SIGNS_IN_WITH[ways.name]}`" if ways.name in SIGNS_IN_WITH else "yes"


def _row(ways: Manners) -> tuple[str, ...]:
    answers = {"public": "where all can read it", "private": "privately", "nowhere": "never"}[ways.answers]
    privately = "yes" if ways.private_is_private else "yes, and whoever runs the server can read it"
    return (
        ways.told, f"`{ways.examples[0][1]}`", _signs_in(ways), _code(ways),
        f"{answers}, if they named us" if ways.answers_only_if_named else answers, f"{ways.longest_answer:,}",
        privately if ways.writes_privately else "no", "told" if ways.tells_reach else "unknown",
        ", ".join(f"`{name}`" for name in needed(ways.name)) or "nothing more",
    )
