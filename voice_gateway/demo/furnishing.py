"""Bring the demo's database into shape and load its house, before anybody else begins."""

from __future__ import annotations

import sys
from pathlib import Path

from voice_gateway import clock, house_file, settings
from voice_gateway.gateway import open_store
from voice_gateway.store import furnish, migrate


def main() -> None:
    """What `voice-gateway release` and `voice-gateway load` do, in one process."""
    chosen = settings.from_environment()
    clock.run(chosen.clock_speed, chosen.data_dir)
    store = open_store(chosen)
    migrate.upgrade(store)
    with store.transaction() as memory:
        furnish.furnish(memory, house_file.read(Path(sys.argv[1])), clock.now())


if __name__ == "__main__":
    main()
