"""Which tests go first, and which stay together, where two workers share them.

Real processes take seconds to start, so what lives in one house of processes, on one network or in one browser is one
worker's work, and the house is left when that is done. What takes long begins first: at the end there are only short
files left, and both workers stop at about the same time.
"""

from __future__ import annotations

import gc
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LIVE_TOGETHER = ("tests/bluesky/", "tests/processes/", "tests/browser/")
EACH_FOR_ITSELF = ("tests/test_demo.py", "tests/test_bench.py")
LONG = (*LIVE_TOGETHER, *EACH_FOR_ITSELF, "tests/test_commands.py", "tests/test_migrations.py", "tests/test_dialling.py",
        "tests/doors/test_customers.py", "tests/test_doctor.py", "tests/test_house_rules.py", "tests/scenarios/",
        "tests/networks/", "tests/doors/", "tests/lists/", "tests/identity/", "tests/climbing/")


def company(test: str) -> str:
    """Whom this test stays with: a folder, or its file; or nobody."""
    if test.startswith(EACH_FOR_ITSELF):
        return test
    return next((folder for folder in LIVE_TOGETHER if test.startswith(folder)), test.partition("::")[0])


class Companies(LoadScopeScheduling):
    """Each worker takes the next company of tests when it has done its own."""

    def _split_scope(self, nodeid: str) -> str:
        return company(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Companies:
    config.option.loadscopereorder = False  # ours is the better order
    return Companies(config, log)


def pytest_collection() -> None:
    gc.disable()  # thousands of tests come into being, and none of them goes


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what is here now stays until the end, and need not be looked through again and again
    gc.enable()
