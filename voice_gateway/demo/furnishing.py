"""Bring the demo's database into shape and load its house, before anybody else begins."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from voice_gateway import clock, house_file, settings
from voice_gateway.store import Store, furnish, listening, migrate, telephones
from voice_gateway.tickets import Tickets, code_digest


def main() -> None:
    """What `voice-gateway release` and `voice-gateway load` do, in one process."""
    chosen = settings.from_environment()
    clock.run(chosen.clock_speed, chosen.data_dir)
    secret = chosen.secret_key.get_secret_value()
    store = Store(chosen.database, Tickets(secret, chosen.public_base_url))
    migrate.upgrade(store)
    with store.transaction() as memory:
        furnish.furnish(memory, house_file.read(Path(sys.argv[1])), clock.now(), partial(code_digest, secret))
        telephones.vouch_for_all(memory)
        for name in chosen.square_networks.split():
            listening.begin(memory, name, "0")  # whoever posts before the first look is heard as well


if __name__ == "__main__":
    main()
