"""The browser in which tests look at our pages: the Chromium or Chrome that this machine has.

It is the program that `CHROMIUM` names, else the first of the usual names on PATH that works. Nothing is
ever downloaded. Where there is none, tests/browser stays closed and the summary says so in one line; in CI
(`CI` is set) it is opened all the same, and fails for want of a browser: there it must have been played.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("browser")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NONE_HERE = "no Chromium or Chrome on PATH works here, and CHROMIUM names none"


class NoBrowser(RuntimeError):
    """There is no browser here. The message says where it was looked for."""


@cache
def program() -> str:
    """The path of a browser that works. Raises NoBrowser."""
    given = os.environ.get("CHROMIUM")
    for name in [given] if given else NAMES:
        found = shutil.which(name)
        if found and _works(found):
            return found
    raise NoBrowser(f"CHROMIUM={given} does not work" if given else NONE_HERE)


def why_left_out() -> str:
    """Why the browser's tests are not played here; empty when they are, or must be."""
    if os.environ.get("CI"):
        return ""
    try:
        program()
    except NoBrowser as error:
        return str(error)
    return ""


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Keep the folder closed where nobody could look at it."""
    return True if FOLDER in (collection_path, *collection_path.parents) and why_left_out() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line what was left out, to whoever had asked for it."""
    asked_for = {(config.invocation_params.dir / word.partition("::")[0]).resolve() for word in config.args}
    why = why_left_out() if asked_for & {FOLDER, *FOLDER.parents} else ""
    if why:
        terminalreporter.write_line(f"left out: the pages in a browser (tests/browser): {why}", yellow=True)


def _works(path: str) -> bool:
    """Some distributions put a script there that only says what to install."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
