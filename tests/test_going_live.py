"""docs/going-live.md is played: from an empty account to the first call, each command as it stands there."""

from __future__ import annotations

import re
import shlex
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from tests.house import ACCOUNT, BASE, MORNING, OUR_NUMBER, TOKEN
from tests.oracles import check_log
from voice_gateway import clock, commands, house_file
from voice_gateway.carrier import Carrier
from voice_gateway.doctor import Seams
from voice_gateway.doctor.knock import Answer, signature
from voice_gateway.doorbell import Doorbell, OwnBell
from voice_gateway.gateway import Gateway, open_gateway
from voice_gateway.sandbox.clock import VirtualClock
from voice_gateway.sandbox.exchange import Exchange
from voice_gateway.sandbox.posting import wsgi_post
from voice_gateway.sandbox.webhooks import WebhookAnswer, WebhookRequest
from voice_gateway.settings import Settings, from_environment
from voice_gateway.store import look_up
from voice_gateway.web import create_app

PAGE = (Path(__file__).parent.parent / "docs" / "going-live.md").read_text()
COMMANDS = [shlex.split(line)[1:] for block in re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
            for line in block.splitlines()]
SAMPLE = Path(house_file.__file__).parent.parent / "demo" / "sample.toml"
WELCOME = "https://demo.twilio.com/welcome/voice/"


class Newcomer:
    """Somebody with a new account, an empty folder, and this page."""

    def __init__(self, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
        self.redis = redis
        self.time = VirtualClock(MORNING)
        clock.follow(self.time.now)
        self.exchange = Exchange(ACCOUNT, TOKEN, clock=self.time, post=self._post)
        self.own = self.exchange.own(OUR_NUMBER, voice_url=WELCOME)
        self.gateway: Gateway | None = None
        self._beats = 0.0
        monkeypatch.setattr(commands, "carrier_of", self._carrier_of)
        monkeypatch.setattr(commands, "Seams", lambda carrier_of: Seams(carrier_of, self._knock, self._wait))

    def types(self, words: list[str]) -> Result:
        typed = [str(SAMPLE) if word == "FILE.toml" else word for word in words]
        return CliRunner().invoke(commands.main, typed, catch_exceptions=False)

    def starts_the_processes(self) -> None:
        self.gateway = open_gateway(from_environment(), Doorbell(OwnBell()))
        self.web = create_app(gateway=self.gateway)
        self._deliver = wsgi_post(self.web.wsgi_app, BASE)
        with self.gateway.store.transaction() as memory:
            look_up.sign_of_life(memory, "worker", self.time.now())

    def _carrier_of(self, chosen: Settings) -> Carrier:
        return Carrier(chosen, self.exchange.http_client())

    def _post(self, webhook: WebhookRequest, on_answer: Callable[[WebhookAnswer], None]) -> None:
        self._deliver(webhook, on_answer)

    def _wait(self, _seconds: float) -> None:
        self._beats += 1
        if self.gateway:
            self.redis.zadd("rq:cron_schedulers", {"here:1:aaaaaa": self._beats})

    def _knock(self, url: str, form: Any, token: str) -> Answer:
        if self.gateway is None:
            return Answer(502)
        signed = {"X-Twilio-Signature": signature(token, url, form)}
        answer = self.web.test_client().post(url.removeprefix(BASE), data=form, headers=signed)
        return Answer(answer.status_code, answer.get_data(as_text=True))


@pytest.fixture
def newcomer(redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Newcomer]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    given = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": BASE, "REDIS_URL": redis_url,
             "DATA_DIR": str(tmp_path), "SECRET_KEY": "a secret key of the test house",
             "ALARM_WEBHOOK_URL": "https://operator.example.test", "ALARM_WEBHOOK_SECRET": f"whsec_{b64encode(bytes(24)).decode()}"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with Redis.from_url(redis_url) as redis:
        somebody = Newcomer(redis, monkeypatch)
        yield somebody
        if somebody.gateway:
            somebody.gateway.store.close()
    clock.follow(None)


def test_from_an_empty_account_to_the_first_call_and_back(newcomer: Newcomer) -> None:
    *before, dry, provision, doctor, back = COMMANDS
    first = newcomer.types(before[0])
    assert (before[0], first.exit_code) == (["doctor"], 2)
    assert "→ voice-gateway release" in first.output
    assert [newcomer.types(words).exit_code for words in before[1:]] == [0, 0, 0]
    newcomer.starts_the_processes()
    assert newcomer.types(dry).output.startswith(newcomer.types(provision).output)
    assert "whose telephones have not said that they are theirs: Kim, Lee, Maria, Sam" in newcomer.types(doctor).output
    for person in house_file.read(SAMPLE).people:
        assert newcomer.types(["vouch", person.name, "--by", "Kim"]).exit_code == 0
    last = newcomer.types(doctor)
    assert (last.exit_code, last.output.splitlines()[-1]) == (0, "all is well")
    newcomer.exchange.phone("+12025550199").dials(OUR_NUMBER).hears("Acme").hangs_up()
    newcomer.exchange.settle()
    assert not newcomer.exchange.problems
    assert newcomer.types(back).exit_code == 0
    assert newcomer.own.voice_url == WELCOME
    check_log(newcomer.exchange)
