"""How much memory the house takes: the proportional set size (PSS) of its processes, from /proc.

PSS counts a page that several processes share in equal parts, so the sum over all processes is what
they really take together (https://docs.kernel.org/filesystems/proc.html). The web worker is looked at
after it has taken turns on all of its threads, the others after they have done their work.

The whole house are the processes of the demo: gunicorn's master and its worker, one worker of RQ's with
a work-horse, the clock, Redis, and the sandbox carrier on a port.

`twilio.rest` must not be in the web process: it costs some 30 MB. The doors are built as gunicorn
builds them, and asked.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from redis import Redis
from rq import Queue
from sqlalchemy import insert

from bench import knocking, rq_marks, seeding
from bench.figures import Figure, Size
from bench.premises import ACCOUNT, ROOT, TOKEN, Premises, free_port, premises
from bench.processes import children, family, pss_mb
from voice_gateway import clock, doorbell
from voice_gateway.store.tables import MessageRow, OrderRow

BUDGET_WEB_MB = 70.0
BUDGET_HOUSE_MB = 350.0
THREADS = 16
A_TICK_SECONDS = 1.5
IN_WEB = "import sys\nfrom voice_gateway import gunicorn_conf\ngunicorn_conf.doors()\nprint('twilio.rest' in sys.modules)"


def measure(size: Size) -> Iterator[Figure]:
    """PSS of a web worker and of the whole house, in MB (millions of bytes are 1024 * 1024 here)."""
    port = free_port()
    with premises(size.database, f"http://127.0.0.1:{port}") as place:
        _without_the_carriers_client(place)
        seeding.furnish(place.store, agents=1)
        place.start("carrier", "-m", "voice_gateway.sandbox", "--port", str(port), "--account-sid", ACCOUNT,
                    "--auth-token", TOKEN, "--number", f"{seeding.OUR_NUMBER}=,")
        place.answers("carrier", port)
        place.start("worker", "-m", "jobs", "worker")
        place.start("clock", "-m", "jobs", "clock")
        web = place.web()
        place.answers("web", web)
        _everybody_works(place, web, size.of(2000, 400, 32))
        master = place.processes["web"].pid
        (worker,) = children(master)
        pss = {name: sum(pss_mb(each) for each in family(process.pid)) for name, process in place.processes.items()}
        with Redis.from_url(place.redis_url) as redis:
            pss["redis"] = pss_mb(int(redis.info("server")["process_id"]))
        alone = pss_mb(worker)
    parts = ", ".join(f"{name} {mb:.0f}" for name, mb in sorted(pss.items()))
    yield Figure("memory.web_worker", alone, BUDGET_WEB_MB, "MB", "a budget of 70 MB", 1.0, "twilio.rest is not imported")
    yield Figure("memory.house", sum(pss.values()), BUDGET_HOUSE_MB, "MB", "a budget of 350 MB", 1.0, parts)


def _without_the_carriers_client(place: Premises) -> None:
    asked = subprocess.run([sys.executable, "-c", IN_WEB], cwd=ROOT, env=place.environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False", "the web process has imported twilio.rest"


def _everybody_works(place: Premises, web: int, turns: int) -> None:
    """Turns on every thread of the web, a text for the worker, and a tick."""
    with seeding.Seeder(place.store) as seeder:
        seeder.past(turns)
        seeder.people_and_cases(turns + 1, turns + 1, state="'open'", closed_at="NULL", disposition="NULL")
        seeder.done()
    now, case = clock.now(), turns + 1
    with place.store.transaction() as memory:
        memory.execute(insert(MessageRow), {"id": 1, "case_id": case, "role": "customer", "phone": "+12025550123",
                                            "our_number": seeding.OUR_NUMBER, "body": "Hello.", "ordered_at": now})
        memory.execute(insert(OrderRow), {"case_id": case, "kind": "text", "message_id": 1, "due_at": now - timedelta(hours=1)})
    path = "/voice/screened_callback/agent_chooses?case={case}&leg={leg}&step=2"
    requests = [knocking.webhook(path.format(case=n, leg=2 * n - 1), f"CA{2 * n - 1}") for n in range(1, turns + 1)]
    with ThreadPoolExecutor(THREADS) as visitors:
        answers = list(visitors.map(lambda several: _send_all(web, several), [requests[n::THREADS] for n in range(THREADS)]))
    assert all(answer == 200 for several in answers for answer in several), answers
    with Redis.from_url(place.redis_url) as redis:
        rq_marks.ring(Queue(doorbell.QUEUE, connection=redis, serializer="json"), [(doorbell.DELIVER, [case]), rq_marks.MARKER])
        rq_marks.next_mark(redis)
    time.sleep(A_TICK_SECONDS)


def _send_all(port: int, requests: list[bytes]) -> list[int]:
    with knocking.Connection(port) as connection:
        return [connection.send(request).status for request in requests]
