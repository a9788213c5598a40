"""What a job works with: the house, and the line to the carrier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from jobs import QUEUES
from voice_gateway import settings
from voice_gateway.carrier import Carrier
from voice_gateway.doorbell import Doorbell, OwnBell
from voice_gateway.gateway import Gateway, open_gateway
from voice_gateway.networks import Network
from voice_gateway.networks.opening import open_networks
from voice_gateway.recordings import Vault, vault
from voice_gateway.siren import Siren, siren


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a job works with."""

    gateway: Gateway
    carrier: Carrier
    bell: OwnBell
    vault: Vault
    networks: Mapping[str, Network]
    siren: Siren = field(default_factory=Siren)


_opened: list[Workshop] = []


def workshop() -> Workshop:
    """This process's workshop, opened from the environment the first time."""
    if not _opened:
        _opened.append(another_workshop())
    return _opened[0]


def another_workshop() -> Workshop:
    """One more, for a thread of its own."""
    bell = OwnBell()
    gateway = open_gateway(settings.from_environment(), Doorbell(bell))
    return Workshop(gateway, Carrier(gateway.settings), bell, vault(gateway.settings), open_networks(gateway.settings),
                    siren(gateway.settings))


def work_in(given: Workshop | None) -> None:
    """Work here from now on; None forgets it. For the scenarios, which bring their own."""
    _opened[:] = [given] if given else []


def job(queue: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job: a function of the workshop and of ids."""

    def declare(do: Callable[..., None]) -> Callable[..., None]:
        if queue not in QUEUES:
            raise ValueError(f"there is no queue {queue!r}, only {', '.join(QUEUES)}")

        @wraps(do)
        def run(*ids: Any) -> None:
            do(workshop(), *ids)

        return run

    return declare
