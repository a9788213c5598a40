"""Kill -9: whatever dies, everything owed happens, and no telephone rings twice for it."""

from __future__ import annotations

import signal
import threading

import pytest
import requests
from redis import Redis
from rq import Worker

from tests.processes.conftest import Accident, until
from tests.processes.relay import Way
from voice_gateway.demo import child


@pytest.mark.parametrize("way", ["requests", "answers"])
def test_the_worker_dies_while_it_rings_a_customer(accident: Accident, way: Way) -> None:
    """Before the carrier has taken the call, and just after it has: nobody knows, so it is looked up."""
    dana = accident.somebody()
    accident.asks(dana)
    accident.sam.phone.rings().hears("Dana")
    accident.line.hold(way)
    accident.sam.phone.presses("1").hears("Calling them now")
    assert accident.line.caught.wait(10)
    accident.house.kill("worker")
    accident.line.release()
    accident.house.begin("worker")
    accident.they_talk(dana)
    accident.is_calm()
    assert accident.calls_to(dana) == 1


def test_a_worker_that_is_told_to_stop_stops_by_itself(accident: Accident) -> None:
    """Idle as it is, it does not begin again; what comes meanwhile is done by the next one."""
    bell = Redis.from_url(accident.house.redis_url)
    assert until(lambda: any(each.get_state() == "idle" for each in Worker.all(connection=bell)), 30), "it never began"
    accident.house.signal(signal.SIGTERM, "worker")
    assert until(lambda: accident.house.children["worker"].status is not None, 15), "it works on"
    assert accident.house.children["worker"].status == 0
    dana = accident.somebody()
    accident.asks(dana)
    accident.house.begin("worker")
    accident.says_yes(dana)
    accident.they_talk(dana)
    accident.is_calm()


@pytest.mark.parametrize("after", [0.0, 0.01, 0.03])
def test_a_web_worker_dies_while_somebody_clicks(accident: Accident, after: float) -> None:
    """Either they see an error and nothing happens, or the promise is kept."""
    ben = accident.somebody("Ben")
    promised = threading.Event()

    def click() -> None:
        try:
            if accident.stage.click(ben, about="an invoice").status_code == 202:
                promised.set()
        except requests.RequestException:
            return

    visitor = threading.Thread(target=click)
    visitor.start()
    threading.Event().wait(after)
    child.kill_all(accident.house.web_workers())
    visitor.join(30)
    accident.house.await_up()
    opened = accident.cases_of(ben)
    assert opened == 1 or (opened == 0 and not promised.is_set())
    if opened:
        accident.says_yes(ben)
        accident.they_talk(ben)
    assert accident.calls_to(ben) == opened
