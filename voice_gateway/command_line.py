"""What all commands share: the house of this environment, and plain words when something cannot be done."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from voice_gateway import house_file, settings
from voice_gateway import who as who_is_rung
from voice_gateway.gateway import Gateway, open_gateway
from voice_gateway.lists import WrongList
from voice_gateway.store import MemoryLost, Refused, schema
from voice_gateway.turn import NothingLoaded

EXPECTED = (settings.WrongSettings, house_file.WrongHouse, NothingLoaded, schema.OldSchema, MemoryLost, Refused,
            WrongList, who_is_rung.NotToBeSaid, PermissionError, FileExistsError, NotADirectoryError)


class Stop(click.ClickException):
    """It cannot be done, and this is why. Exit status 2."""

    exit_code = 2


class PlainSpoken(click.Group):
    """Commands that say in one message what is wrong, and never show a traceback for it."""

    def invoke(self, ctx: click.Context) -> Any:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal that knows no arrows shall still hear the rest
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            raise Stop(str(error)) from error


@contextmanager
def open_house(*, at_head: bool = False) -> Iterator[Gateway]:
    """The house of this environment, closed again afterwards."""
    gateway = open_gateway(settings.from_environment())
    try:
        if at_head:
            schema.must_be_at_head(gateway.store)
        yield gateway
    finally:
        gateway.store.close()


def number_typed(typed: str) -> str:
    """What the operator typed, in the one form of a number."""
    number = house_file.e164(typed)
    if not number:
        raise Stop(f'"{printable(typed)}" is not a telephone number; it begins with + and the country\'s code')
    return number


def printable(text: str) -> str:
    """The same without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
