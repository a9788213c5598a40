"""The loopback carrier alone, on a port: ``python -m voice_gateway.sandbox --port N``."""

from __future__ import annotations

import argparse
import signal
import threading
from contextlib import suppress
from pathlib import Path

from .clock import RealClock
from .control import address
from .exchange import Exchange
from .posting import http_post
from .repro import repro
from .server import SandboxServer
from .weather import ALL


def arguments() -> argparse.ArgumentParser:
    """What it can be told."""
    parser = argparse.ArgumentParser(prog="python -m voice_gateway.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--speed", type=float, default=1.0, help="its seconds in one real second")
    parser.add_argument("--origin", type=float, help="unix time at which both clocks agree")
    parser.add_argument("--shared-clock", action="store_true", help="others go by this clock: its speed stays as it is")
    parser.add_argument("--account-sid", default="AC" + "0" * 32)
    parser.add_argument("--auth-token", default="12345")
    parser.add_argument("--api-key", action="append", default=[], metavar="SK...:SECRET")
    parser.add_argument(
        "--number",
        action="append",
        default=[],
        metavar="+12025550100=VOICE_URL,SMS_URL,STATUS_URL,VOICE_FALLBACK_URL",
        help="one of the account's numbers and its webhooks (may be repeated)",
    )
    parser.add_argument(
        "--people",
        default="",
        metavar="Sam=+12025550122,Dana=+12025550111",
        help="telephones that the page shows from the start",
    )
    parser.add_argument("--sound", action="append", default=[], metavar="FILE=SECONDS",
                        help="how long a sound of the application plays (may be repeated)")
    parser.add_argument("--template", action="append", default=[], metavar="HX...=WORDS",
                        help="a content template of the account's and what it says (may be repeated)")
    parser.add_argument("--token", default="", help="needed to use it from beyond this computer")
    parser.add_argument("--weather", choices=sorted(ALL), default="calm")
    parser.add_argument("--calls-per-second", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repro", type=Path, help="write what was played as a test, at the end")
    return parser


def exchange_for(told: argparse.Namespace) -> Exchange:
    """The exchange that the command line describes."""
    exchange = Exchange(
        account_sid=told.account_sid,
        auth_token=told.auth_token,
        clock=RealClock(told.speed, told.origin, shared=told.shared_clock),
        post=http_post(),
        seed=told.seed,
        weather=ALL[told.weather](),
        calls_per_second=told.calls_per_second,
    )
    for key in told.api_key:
        name, _, secret = key.partition(":")
        exchange.api_keys[name] = secret
    for given in told.number:
        number, _, rest = given.partition("=")
        voice, sms, status, fallback = (*rest.split(","), "", "", "")[:4]
        exchange.own(number, voice_url=voice, sms_url=sms, status_callback=status, voice_fallback_url=fallback)
    for given in told.template:
        sid, _, exchange.templates[sid] = given.partition("=")
    for given in told.sound:
        name, _, seconds = given.partition("=")
        exchange.lengths[name] = float(seconds)
    for given in filter(None, told.people.split(",")):
        name, _, number = given.rpartition("=")
        number = address(number)
        exchange.people[number] = name.strip()
        exchange.handset(number)
    return exchange


def main(argv: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = arguments()
    told = parser.parse_args(argv)
    try:
        exchange = exchange_for(told)
    except ValueError as error:
        parser.error(str(error))
    try:
        server = SandboxServer((told.host, told.port), exchange, told.token)
    except ValueError as error:
        parser.error(f"{error}; give --token")
    exchange.public_base_url = server.url
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, signal.default_int_handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"sandbox carrier on {server.url} at speed {told.speed:g}", flush=True)
    print(f"telephones in the browser: {server.url}/{f'?token={told.token}' if told.token else ''}", flush=True)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    server.shutdown()
    exchange.clock.stop()
    if told.repro:
        told.repro.write_text(repro(exchange))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
