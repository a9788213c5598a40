"""A furnished house, and what an operator types about lists."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Executable, func, select

from tests.house import MORNING, house_settings
from voice_gateway import house_file
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.store import Store, furnish
from voice_gateway.store.tables import AnyRow, ContactRow, DeclaredRow, IdentifierRow

HOUSE = '[house]\nname = "Acme"\ntime_zone = "America/New_York"\ncountries = ["US"]\n\n[[numbers]]\nnumber = "+12025550100"\n'


class Desk:
    """An operator at the terminal, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str) -> Result:
        return CliRunner().invoke(main, words, catch_exceptions=False)

    def contacts(self, *words: str) -> Result:
        return self.types("contacts", *words)

    def list_of(self, text: str | bytes, name: str = "list.csv") -> str:
        """A file with this in it."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def takes(self, text: str | bytes, *more: str, name: str = "list.csv") -> str:
        """What the house says of this list, in its last lines."""
        return self.contacts("import", self.list_of(text, name), *more).stdout.partition("\n")[2].strip()

    def wrong(self, name: str = "list.csv") -> list[str]:
        """The lines of the error file."""
        return (self.folder / f"{name}.errors.csv").read_text("utf-8-sig").splitlines()[1:]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory, new_house):
    """The file of a furnished house, made once, since to make one takes seconds."""
    made = tmp_path_factory.mktemp("furnished") / "house.db"
    shutil.copyfile(new_house, made)
    (toml := made.with_name("house.toml")).write_text(HOUSE)
    store = open_store(house_settings(f"sqlite:///{made}"))
    with store.transaction() as memory:
        furnish.furnish(memory, house_file.read(toml), MORNING, str)
    store.close()
    return made


@pytest.fixture
def desk(environment, tmp_path, furnished, monkeypatch):
    shutil.copyfile(furnished, tmp_path / "house.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'house.db'}")
    return Desk(tmp_path)


class Memory:
    """The house's tables as they are at the moment at which they are looked at."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def rows(self, statement: Executable) -> list[AnyRow]:
        with self.store.reading() as connection:
            return list(connection.execute(statement))

    def scalar(self, statement: Executable) -> object:
        rows = self.rows(statement)
        return rows[0][0] if rows else None


@pytest.fixture
def memory(desk):
    store = open_store(house_settings(f"sqlite:///{desk.folder / 'house.db'}"))
    yield Memory(store)
    store.close()


def who_is_at(memory, subject):
    """The name of the contact at this address; None when it is nobody's alone."""
    return memory.scalar(select(ContactRow.name).join(IdentifierRow, IdentifierRow.contact_id == ContactRow.id)
                         .where(IdentifierRow.subject == subject))


def counted(memory):
    """How many contacts, addresses that hang on one, and lines of lists there are."""
    return tuple(memory.scalar(select(func.count(column))) for column in (
        ContactRow.id, IdentifierRow.contact_id, DeclaredRow.id))
