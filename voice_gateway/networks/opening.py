"""Which networks the house has an account on, as its settings tell. A network's library is loaded only then."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from voice_gateway.networks import Network
from voice_gateway.settings import TOGETHER, Settings

SET_UP_BY = {
    "bluesky": "bluesky_handle",
    "square": "square_url",
    "mastodon": "mastodon_url",
    "x": "x_consumer_key",
}
"""Each file of this folder that opens networks, and the setting without which there is none."""


def open_networks(settings: Settings) -> Mapping[str, Network]:
    """Every network that is set up, by its name in `flows/networks`."""
    found: dict[str, Network] = {}
    for name, setting in SET_UP_BY.items():
        if getattr(settings, setting):
            found |= import_module(f"voice_gateway.networks.{name}").opened(settings)
    return found


def needed(network: str) -> tuple[str, ...]:
    """The variables of the environment that set this network up; none where nothing of ours does."""
    setting = SET_UP_BY.get(network, "")
    together = next((names for names in TOGETHER if setting in names), (setting,) if setting else ())
    return tuple(name.upper() for name in together)
