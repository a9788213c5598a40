"""Which tests go first, and which stay together, where a few workers share them.

Real processes take seconds to start, so what lives in one house of processes, on one network or in one browser is one
worker's work, and the house is left when that is done. The first worker begins with these, which mostly wait, and the
others with the scenarios, which mostly think: they meet at the files between, and stop at about the same time. Whoever
thinks gives way to whoever waits for a real clock, so that there can be one worker more than there are processors.
"""

from __future__ import annotations

import gc
import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LIVE_TOGETHER = ("tests/bluesky/", "tests/processes/", "tests/browser/")
EACH_FOR_ITSELF = ("tests/test_demo.py", "tests/test_bench.py")
FIRST = (*LIVE_TOGETHER, *EACH_FOR_ITSELF, "tests/test_commands.py", "tests/test_house_rules.py", "tests/test_migrations.py")
LAST = ("tests/doors/", "tests/scenarios/")
FIRST_WORKER = "gw0"
POLITE = 10  # of 19


def company(test: str) -> str:
    """Whom this test stays with: a folder, or its file; or nobody."""
    if test.startswith(EACH_FOR_ITSELF):
        return test
    return next((folder for folder in LIVE_TOGETHER if test.startswith(folder)), test.partition("::")[0])


class Companies(LoadScopeScheduling):
    """Each worker takes another company of tests when it has done its own: the first one from the front, others from the back."""

    def _assign_work_unit(self, node: Any) -> None:
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        return company(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Companies:
    config.option.loadscopereorder = False  # ours is the better order
    return Companies(config, log)


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config, "workerinput", {}).get("workerid", FIRST_WORKER) != FIRST_WORKER:
        os.nice(POLITE)


def pytest_collection() -> None:
    gc.disable()  # thousands of tests come into being, and none of them goes


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        place = next((place for place, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST))
        return place + item.nodeid.startswith(LAST)

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what is here now stays until the end, and need not be looked through again and again
    gc.enable()
