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
    "meta": "meta_page_id",
    "threads": "threads_user_id",
}
"""Each file of this folder that opens networks, and the setting without which there is none."""


OF_META = {"messenger": (), "instagram": ("META_INSTAGRAM_ID",)}
"""The networks that one file opens together, and what each needs besides."""

SIGNS_IN_WITH = {"x": "X_CLIENT_ID"}
"""Where people can sign in only with something more than what sets the network up."""


def open_networks(settings: Settings) -> Mapping[str, Network]:
    """Every network that is set up, by its name in `flows/networks`."""
    found: dict[str, Network] = {}
    for name, setting in SET_UP_BY.items():
        if getattr(settings, setting):
            found |= import_module(f"voice_gateway.networks.{name}").opened(settings)
    return found


def needed(network: str) -> tuple[str, ...]:
    """The variables of the environment that set this network up; none where nothing of ours does."""
    setting = SET_UP_BY.get("meta" if network in OF_META else network, "")
    together = next((names for names in TOGETHER if setting in names), (setting,) if setting else ())
    return (*(name.upper() for name in together), *OF_META.get(network, ()))
