"""Everything about somebody, to be given to them: a folder with all that is written, as JSON, and each recording and picture beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice_gateway.gateway import Gateway
from voice_gateway.lists.forgetting import Find
from voice_gateway.recordings import KEY, NotKept
from voice_gateway.store.identity import persons

Told = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Given:
    """How many persons were told of, with how many recordings and pictures, and how many were not."""

    persons: int = 0
    files: int = 0
    refused: int = 0
    unknown: int = 0


def give(house: Gateway, who: Iterable[tuple[str, Find]], to: Path, given: Given) -> Iterator[str]:
    """A folder for each person, numbered; count in `given`, and tell of everybody who cannot be told of."""
    to.mkdir(mode=0o700)
    seen = set()
    for called, find in who:
        try:
            with house.store.picture() as memory:
                keys = find(memory)
                told = persons.export(memory, keys) if keys else {}
        except persons.Unclear as error:
            given.refused += 1
            yield f"{called}: {error}"
            continue
        if keys is None:
            given.unknown += 1
        elif (one := (*keys["contacts"], 0, *keys["identifiers"])) not in seen:
            seen.add(one)
            given.persons += 1
            given.files += write(house, told, to / f"{given.persons:06d}")


def write(house: Gateway, told: Told, folder: Path) -> int:
    """All of it, into a new folder that nobody else may read. Tells how many recordings and pictures there were."""
    folder.mkdir(mode=0o700)
    _write(folder / "everything.json", json.dumps(told, indent=1, ensure_ascii=False).encode())
    many = 0
    for key in _kept(told):
        try:
            _write(folder / key.replace("/", "-"), house.vault.open(key).content)
            many += 1
        except NotKept:
            continue
    return many


def _kept(told: Told) -> Iterator[str]:
    rows = [row for table in ("recordings", "voicemails") for row in told.get(table, ())]
    rows += [picture for row in told.get("messages", ()) for picture in row["pictures"] or ()]
    yield from dict.fromkeys(key for row in rows if KEY.fullmatch(key := row.get("kept_as") or ""))


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
