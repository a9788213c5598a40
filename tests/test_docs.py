"""The docs say what is true: every path, command, variable and picture in them is checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest

from flows import escalation, flows
from voice_gateway import diagrams, house_file
from voice_gateway.commands import main
from voice_gateway.house_file.page import Page
from voice_gateway.networks import table as networks_table
from voice_gateway.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
HOUSE_FILE = (ROOT / "docs" / "house-file.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_readme_names_every_variable_and_no_other() -> None:
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", README.partition("| variable |")[2].partition("A wrong or missing")[0]))
    assert told == {name.upper() for name in Settings.model_fields} | {"DEBUG", "ERROR"}


def test_every_command_in_the_readme_exists() -> None:
    for command in re.findall(r"`voice-gateway ([a-z-]+)", README):
        assert command in main.commands
    for command in re.findall(r"`\./run ([a-z-]+)", README):
        assert command in {*main.commands, "test", "check", "bench"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_exists(page: Path) -> None:
    for name, rest in re.findall(r"(?:^|`)voice-gateway ([a-z][a-z-]*)([^`\n]*)", page.read_text(), re.MULTILINE):
        command = main.commands[name]
        parts = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
        known = {option for part in parts for each in part.params for option in each.opts}
        told = set(re.findall(r"--[a-z-]+", rest))
        assert name == "demo" or told <= known, f"{page.name}: voice-gateway {name} has no {told - known}"


def test_every_key_of_the_house_file_is_told_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    known: set[tuple[str, str]] = set()

    def note(page: Page) -> None:
        known.update((re.sub(r"\[\d+\]", "", page.place), key) for key in page.asked)

    monkeypatch.setattr(Page, "done", note)
    one: list[dict[str, Any]] = [{"hours": [{}], "rungs": [{}]}]
    lists = dict.fromkeys(("numbers", "hours", "closed", "people", "schedules", "contacts", "ladders", "recording"), one)
    house_file.parse({"house": {}, "networks": {"x": {}}, "escalation": {"rules": one}, **lists}, [])
    told = {
        (section, key)
        for section, rows in re.findall(r"^## `\[+([a-z.]+)\]+`\n(.*?)(?=^## |\Z)", HOUSE_FILE, re.MULTILINE | re.DOTALL)
        for key in re.findall(r"^\| `([a-z_]+)` \|", rows, re.MULTILINE)
    }
    hours = {("people.hours", key) for _, key in known if ("hours", key) in known}
    assert told | hours == {(place, key) for place, key in known if place}


def test_every_table_of_the_house_file_is_told() -> None:
    problems: list[str] = []
    house_file.parse(dict.fromkeys(re.findall(r"^## `\[+([a-z]+)\]+`", HOUSE_FILE, re.MULTILINE), 0), problems)
    assert not [problem for problem in problems if "is not known" in problem]


def test_the_rules_for_climbing_are_told_and_no_other() -> None:
    page = (ROOT / "docs" / "escalation.md").read_text()
    assert re.findall(r"^\| `([a-z_]+)` \| (.+?) \|", page, re.MULTILINE) == [
        (each.name, each.why) for each in escalation.rules().values()]


def test_the_pictures_of_the_stories_are_fresh() -> None:
    assert (ROOT / "docs" / "flows.md").read_text() == diagrams.page(), "run: ./run flows > docs/flows.md"


def test_every_story_has_its_calls() -> None:
    told = {path.name.removeprefix("test_").removesuffix(".py") for path in (ROOT / "tests/scenarios").glob("test_*.py")}
    assert set(flows()) <= told, "each flow has a file of scenarios of its own"


def test_the_table_of_networks_is_as_they_are() -> None:
    assert networks_table.table() in (ROOT / "docs" / "networks.md").read_text(), "put table.table() there anew"
