"""The simulator of crooks: it runs, nobody is told what is another's, and it would see if somebody were."""

from __future__ import annotations

from dataclasses import replace

from bench.attack.__main__ import main, play
from flows import identity

STEPS = 250


def test_nobody_is_told_what_is_anothers(capsys):
    main(["--steps", str(STEPS), "--seed", "2", "--people", "40"])
    assert "told to somebody who is not the person: 0" in capsys.readouterr().out


def test_the_simulator_would_see_it(monkeypatch):
    """Were a colleague's word a proof, it would soon be found false."""
    monkeypatch.setitem(identity.KINDS, "agent_confirmed", replace(identity.KINDS["agent_confirmed"], route=True))
    score, _world = play(STEPS, 3, people=40)
    assert score.false > 0
    assert score.falsities
