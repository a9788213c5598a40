"""How many of a thing there are, as people write it."""

from __future__ import annotations


def how_many(count: int, one: str, several: str = "") -> str:
    """`1 row`, `2,000 rows`; what does not merely take an s is given as `several`."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
