"""The doctor finds what is wrong with a house, says what to do, and tells no secret."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import delete, insert, text, update

from flows.posts import Author
from tests.house import ACCOUNT, BASE, MORNING, OUR_NUMBER, TOKEN, empty, house_settings
from tests.oracles import check_log, signature
from voice_gateway import clock, commands
from voice_gateway.carrier import Carrier
from voice_gateway.doctor import CHECKS, Patient, Seams, State, examine
from voice_gateway.doctor import knock as the_knock
from voice_gateway.doctor.knock import Answer, NobodyOpened, knock
from voice_gateway.gateway import open_gateway, open_store
from voice_gateway.networks.bluesky import Bluesky
from voice_gateway.networks.mastodon import Mastodon
from voice_gateway.networks.threads import Threads
from voice_gateway.networks.x import X
from voice_gateway.provision import wanted
from voice_gateway.sandbox.clock import VirtualClock
from voice_gateway.sandbox.exchange import Exchange
from voice_gateway.settings import Settings
from voice_gateway.store import Store, listening, look_up, staff
from voice_gateway.store.tables import (
    CaseRow,
    ClimbRow,
    HouseRow,
    IdentifierRow,
    NumberRow,
    PersonRow,
    ServiceRow,
    ShiftRow,
)
from voice_gateway.web import create_app

SPARE = "https://spare.example.test/voice/fallback"
REGISTRY = "rq:cron_schedulers"
Findings = dict[str, list[tuple[State, str, str]]]
OK, WARNING, ERROR, NOT_CHECKED = State


class Ward:
    """A house that is well, every part of it within reach."""

    def __init__(self, store: Store, redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.redis, self.monkeypatch = store, redis, monkeypatch
        self.time = VirtualClock(MORNING)
        clock.follow(self.time.now)
        self.settings = self._settings(store, redis_url)
        self.exchange = Exchange(ACCOUNT, TOKEN, clock=self.time)
        self.own = self.exchange.own(OUR_NUMBER, **{name: value for name, value in wanted(BASE).items() if value})
        self.clocks = ["here:101:aaaaaa"]
        self._beats = 0.0
        self.web = create_app(gateway=open_gateway(self.settings, store=store)).test_client()
        self.spare = Answer(200, "<Response/>")
        self.seams = Seams(lambda chosen: Carrier(chosen, self.exchange.http_client()), self.knock, self.wait)
        self._furnish()
        self.wait(0)

    def configure(self, **settings: Any) -> None:
        """The environment says something else."""
        self.settings = self.settings.model_copy(update=settings)

    def sees(self) -> Findings:
        """Everything that the doctor finds."""
        self.monkeypatch.setattr("voice_gateway.settings.from_environment", lambda **_given: self.settings)
        found: Findings = {check.name: [] for check in CHECKS}
        with Patient(self.seams) as patient:
            for name, each in examine(patient):
                found[name].append((each.state, each.found, each.do))
        return found

    def wait(self, seconds: float) -> None:
        """Time goes by, in which every clock that lives beats."""
        self._beats += 1
        for name in self.clocks:
            self.redis.zadd(REGISTRY, {name: self._beats})

    def knock(self, url: str, form: Mapping[str, str], token: str) -> Answer:
        """As from outside, but in this process."""
        if url == SPARE:
            return self.spare
        assert url.startswith(BASE)
        answer = self.web.post(url.removeprefix(BASE), data=form,
                               headers={"X-Twilio-Signature": the_knock.signature(token, url, form)})
        return Answer(answer.status_code, answer.get_data(as_text=True))

    def _settings(self, store: Store, redis_url: str) -> Settings:
        database = store.engine.url.render_as_string(hide_password=False)
        return house_settings(database).model_copy(update={"redis_url": redis_url})

    def _furnish(self) -> None:
        empty(self.store)
        with self.store.transaction() as memory:
            memory.execute(insert(HouseRow), {"id": 1, "name": "Acme", "time_zone": "UTC", "countries": ["US", "PT"]})
            shift = memory.execute(insert(ShiftRow).returning(ShiftRow.id), {
                "name": "house", "openings": [{"days": [1, 2, 3, 4, 5], "open": 540, "close": 1020}]}).scalar_one()
            memory.execute(insert(NumberRow), {"number": OUR_NUMBER})
            for name, phone, role in (("Sam", "+12025550111", "agent"), ("Maria", "+12025550112", "manager")):
                memory.execute(insert(PersonRow), {
                    "name": name, "phone": phone, "roles": [role], "skills": [], "languages": ["en"], "handles": {},
                    "is_agent": role == "agent", "owner_rank": 0, "shift_id": shift, "idle_since": MORNING})
            look_up.sign_of_life(memory, "worker", self.time.now())


@pytest.fixture
def ward(store: Store, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ward]:
    with Redis.from_url(redis_url) as redis:
        yield Ward(store, redis, redis_url, monkeypatch)
    clock.follow(None)


def one(found: Findings, name: str) -> tuple[State, str, str]:
    assert len(found[name]) == 1, found[name]
    return found[name][0]


def ill(found: Findings) -> dict[str, State]:
    """Which checks found something, and how bad it is; those that were not made are left out."""
    return {name: state for name, each in found.items() for state, _, _ in each if state in (WARNING, ERROR)}


def test_a_house_that_is_well(ward: Ward) -> None:
    found = ward.sees()
    assert ill(found) == {}
    assert [name for name, each in found.items() if each[0][0] is NOT_CHECKED] == []
    assert one(found, "countries")[1] == "it may call US, PT"
    assert one(found, "hours")[1] == "open 40 hours a week"
    assert one(found, "clock")[1] == "exactly one, process 101 on here"
    check_log(ward.exchange)
    assert {each.method for each in ward.exchange.rest_log} == {"GET"}, "it only looks"


def test_a_country_that_may_not_be_called(ward: Ward) -> None:
    ward.exchange.permitted_call_prefixes = ("+1",)
    found = ward.sees()
    assert ill(found) == {"countries": ERROR}
    assert one(found, "countries")[1] == "the account may not call PT"


# ---- alarms ----


def test_an_alarm_that_nobody_outside_would_hear(ward: Ward) -> None:
    def now_has(**rules: object) -> tuple[State, str, str]:
        with ward.store.transaction() as memory:
            memory.execute(update(HouseRow).values(escalation=rules))
        return one(ward.sees(), "alarms")
    assert now_has(is_on=False)[:2] == (OK, "the house has no ladder, so that nothing climbs")
    state, what, do = now_has(is_on=True)
    assert (state, what) == (WARNING, "when nobody takes a case, nobody outside the house hears of it")
    assert "alarm_text" in do
    assert now_has(is_on=True, alarm_text="+12025550199")[:2] == (OK, "told outside the house by text")
    ward.configure(alarm_webhook_url="https://operator.example.test")
    assert now_has(is_on=True)[1] == "told outside the house at ALARM_WEBHOOK_URL"


def test_an_alarm_that_stands_is_named(ward: Ward) -> None:
    with ward.store.transaction() as memory:
        memory.execute(update(HouseRow).values(escalation={"is_on": True, "alarm_text": "+12025550199"}))
        memory.execute(insert(IdentifierRow), {"id": 1, "namespace": "tel", "subject": "+12025550121", "first_seen": MORNING})
        memory.execute(insert(CaseRow), {
            "id": 7, "identifier_id": 1, "caller_name": "Dana", "about": "", "state": "open", "ticket_seed": "s", "token_hash": "t",
            "opened_at": MORNING, "wanted_at": MORNING, "due_at": MORNING})
        memory.execute(insert(ClimbRow), {
            "case_id": 7, "rule": "sent_down", "why": "a test", "ladder": "[]", "began_at": MORNING, "counted_from": MORNING,
            "due_at": MORNING, "alarmed_at": MORNING})
    assert ward.sees()["alarms"][1] == (WARNING, "nobody has taken T7", "voice-gateway owed")


# ---- networks ----


def test_a_network_that_is_not_set_up_is_no_trouble(ward: Ward) -> None:
    told = {what.partition(" ")[0]: (state, what) for state, what, _ in ward.sees()["networks"]}
    assert told["Mastodon"] == (OK, "Mastodon is not set up; set MASTODON_URL and MASTODON_TOKEN to be there")


def test_a_network_that_does_not_let_us_in_is_named(ward: Ward) -> None:
    ward.configure(mastodon_url="http://127.0.0.1:9", mastodon_token=SecretStr("a-token-of-the-network"))
    found = ward.sees()
    assert ill(found) == {"networks": ERROR}
    assert "Mastodon: the server of MASTODON_URL cannot be reached" in str(found["networks"])
    assert "a-token-of-the-network" not in str(found)


def test_where_people_can_sign_in_is_told(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mastodon, "us", Author("mastodon", "https://social.example/users/acme", "@acme@social.example"))
    ward.configure(mastodon_url="https://social.example", mastodon_token=SecretStr("a-token-of-the-network"))
    told = [(state, what) for state, what, _ in ward.sees()["networks"]]
    assert (OK, "Mastodon: we are @acme@social.example, and people can sign in there to show who they are") in told


def test_bluesky_and_whoever_listens(ward: Ward) -> None:
    assert (OK, "Bluesky is not set up; set BLUESKY_HANDLE and BLUESKY_PASSWORD to be there", "") in ward.sees()["networks"]
    ward.configure(bluesky_handle="desk.test", bluesky_password=SecretStr("a-word-of-the-house"), bluesky_url="http://127.0.0.1:9")
    found = ward.sees()
    assert "Bluesky: Bluesky cannot be reached to sign in" in str(found["networks"])
    assert "a-word-of-the-house" not in str(found)
    assert found["networks"][0][0] is WARNING
    assert "no listener runs" in found["networks"][0][1]
    with ward.store.transaction() as memory:
        look_up.sign_of_life(memory, "listener", clock.now())
    assert ward.sees()["networks"][0][:2] == (OK, "a listener runs")


@pytest.mark.parametrize("budget, state, words", [
    (50, OK, "X: we are @acme, and people can sign in there"),
    (50, OK, "X: $0.00 of $50.00 spent this month, in 0 calls"),
    (0, WARNING, "X: the $0.00 for X in March are used up: nothing is read or said there before April 1"),
])
def test_what_x_may_still_cost(
    ward: Ward, budget: float, state: State, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(X, "who_is", lambda _, subject: Author("x", subject, "@acme"))
    ward.configure(x_consumer_key="k", x_consumer_secret=SecretStr("s"), x_access_token="12-t", x_access_token_secret=SecretStr("a"),
                   x_budget_usd=budget, x_client_id="c")
    told = [(state, what) for state, what, _ in ward.sees()["networks"] if what.startswith("X")]
    assert any(each is state and what.startswith(words) for each, what in told)


@pytest.mark.parametrize("days, state, words", [
    (40, OK, "Threads: its token holds until 20"),
    (13, WARNING, "Threads lets us in until 20"),
])
def test_a_token_that_is_near_its_end(ward: Ward, days: int, state: State, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Threads, "us", Author("threads", "12345", "@acme"))
    monkeypatch.setattr(Threads, "lets_in_until", lambda _: clock.now() + timedelta(days=days))
    ward.configure(threads_user_id="12345", threads_token=SecretStr("a-token-of-threads"), threads_app_secret=SecretStr("s"),
                   threads_verify_token=SecretStr("v"))
    told = [(each, what) for each, what, _ in ward.sees()["networks"] if what.startswith("Threads")]
    assert told[0] == (OK, "Threads: we are @acme")
    assert (told[1][0], told[1][1].startswith(words)) == (state, True)


def test_a_chat_that_does_not_let_us_in_is_told_once_and_the_rest_goes_on(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bluesky, "us", Author("bluesky", "did:plc:z72i7hdynmk6r22z27h6tvur", "acme.example"))
    ward.configure(bluesky_handle="acme.example", bluesky_password=SecretStr("secret"))
    for why, states in (("", [OK]), ("the app password of the house has no access to messages", [OK, WARNING])):
        monkeypatch.setattr(Bluesky, "unheard", lambda _, why=why: why)
        told = [(each, what) for each, what, _ in ward.sees()["networks"] if what.startswith("Bluesky")]
        assert [each for each, _ in told] == states
        assert why in told[-1][1]


def test_what_is_not_read_and_who_is_not_heard_is_told(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that tells who we are may not read; a server may shut its public timeline. Who has no colleague there misses nothing."""
    monkeypatch.setattr(Mastodon, "us", Author("mastodon", "https://social.example/users/acme", "@acme@social.example"))
    monkeypatch.setattr(Mastodon, "why_deaf", lambda _: "the server of MASTODON_URL refuses it: shut")
    ward.configure(mastodon_url="https://social.example", mastodon_token=SecretStr("a-token-of-the-network"))
    for colleagues, problem, states in (((), "", [OK]), (("x",), "", [OK, WARNING]), (("x",), "outside the authorized scopes", [OK, WARNING, WARNING])):
        monkeypatch.setattr(staff, "subjects", lambda *_, colleagues=colleagues: colleagues)
        with ward.store.transaction() as memory:
            listening.begin(memory, "mastodon", "1")
            listening.could_not_read(memory, "mastodon", clock.now(), problem)
        told = [(each, what) for each, what, _ in ward.sees()["networks"] if what.startswith("Mastodon")]
        assert [each for each, _ in told] == states
        assert problem in str(told)


# ---- settings ----


def test_without_any_settings_it_goes_on_with_what_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    found: Findings = {check.name: [] for check in CHECKS}
    with Patient(Seams(Carrier)) as patient:
        for name, each in examine(patient):
            found[name].append((each.state, each.found, each.do))
    told = [what for _, what, _ in found["settings"]]
    assert told == ["TWILIO_ACCOUNT_SID: is not set", "TWILIO_AUTH_TOKEN: is not set", "PUBLIC_BASE_URL: is not set",
                    "SECRET_KEY: is not set"]
    assert one(found, "database") == (ERROR, f"there is no voice_gateway.db in {tmp_path / 'data'}", "voice-gateway release")
    assert one(found, "redis")[0] is ERROR
    assert one(found, "account") == (NOT_CHECKED, "not checked: it needs TWILIO_ACCOUNT_SID", "")
    assert all(found.values()), "each check says something"
    assert list(tmp_path.iterdir()) == [], "and nothing was made"


@pytest.mark.parametrize("wrong, named, others_go_on", [
    ({"PUBLIC_BASE_URL": "calls.example.com"}, ["PUBLIC_BASE_URL"], "account"),
    ({"TWILIO_API_KEY": "SK1"}, ["TWILIO_API_KEY", "TWILIO_API_SECRET"], "signed"),
    ({"SECRET_KEY": "short", "TWILIO_API_KEY": "SK1"}, ["SECRET_KEY", "TWILIO_API_KEY", "TWILIO_API_SECRET"], "signed"),
    ({"PUBLIC_BASE_URL": "https://my_house.test"}, ["PUBLIC_BASE_URL"], "account"),
    ({"MASTODON_TOKEN": "t"}, ["MASTODON_TOKEN", "MASTODON_URL"], "signed"),
    ({"CLOCK_SPEED": "fast", "PORT": "-1", "LOG_LEVEL": "LOUD"}, ["CLOCK_SPEED", "PORT", "LOG_LEVEL"], "signed"),
])
def test_a_wrong_setting_keeps_only_from_what_needs_it(
    wrong: dict[str, str], named: list[str], others_go_on: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": BASE, "DATA_DIR": str(tmp_path),
             "SECRET_KEY": "a secret key of the test house"}
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in (given | wrong).items():
        monkeypatch.setenv(name, value)
    exchange = Exchange(ACCOUNT, TOKEN)
    seams = Seams(lambda chosen: Carrier(chosen, exchange.http_client()), lambda *_: Answer(200, "<Response/>"))
    with Patient(seams) as patient:
        found = list(examine(patient))
    assert sorted(each.found.partition(":")[0] for name, each in found if name == "settings") == sorted(named)
    assert next(each.state for name, each in found if name == others_go_on) is OK
    assert not [each for _, each in found if "could not be looked at" in each.found]


# ---- memory ----


def test_a_database_that_is_away(ward: Ward) -> None:
    ward.configure(database_url="postgresql://sam:the-password@127.0.0.1:1/nothing")
    found = ward.sees()
    state, told, _ = one(found, "database")
    assert (state, "the-password" in str(found)) == (ERROR, False)
    assert told.startswith("the database did not answer")
    assert one(found, "worker") == (NOT_CHECKED, "not checked: it needs schema", "")
    assert one(found, "signed")[0] is OK


@pytest.mark.parametrize("address", ["nonsense of the-password", "mysql://sam:the-password@[::1/x", "sqlite:////proc/none/x.db"])
def test_an_address_that_is_none(ward: Ward, address: str) -> None:
    ward.configure(database_url=address)
    found = ward.sees()
    assert one(found, "database")[0] is ERROR
    assert "the-password" not in str(found)


def test_an_old_shape(ward: Ward, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'old.db'}"
    store = open_store(house_settings(database))
    with store.transaction() as memory:
        memory.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        memory.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    store.close()
    ward.configure(database_url=database)
    state, told, do = one(ward.sees(), "schema")
    assert (state, do) == (ERROR, "voice-gateway release")
    assert told.startswith("it is at 0001, this version needs ")


def test_an_empty_house(ward: Ward) -> None:
    empty(ward.store)
    found = ward.sees()
    assert one(found, "house")[:2] == (ERROR, "no house was loaded")
    assert one(found, "people")[0] is NOT_CHECKED


@pytest.mark.parametrize("lost, check, state", [
    (delete(NumberRow), "numbers", ERROR),
    (delete(PersonRow).where(PersonRow.is_agent), "people", ERROR),
    (update(PersonRow).values(gone=True), "people", ERROR),
    (delete(PersonRow).where(~PersonRow.is_agent), "people", WARNING),
    (update(ShiftRow).values(openings=[{"days": [], "open": 0, "close": 0}]), "hours", ERROR),
    (update(ShiftRow).values(openings=[]), "hours", OK),
    (delete(ServiceRow), "worker", ERROR),
])
def test_a_part_of_the_house_is_missing(ward: Ward, lost: Any, check: str, state: State) -> None:
    with ward.store.transaction() as memory:
        memory.execute(lost)
    found = ward.sees()
    assert one(found, check)[0] is state
    assert ill(found) == ({check: state} if state is not OK else {})


def test_a_worker_that_was_not_seen_for_long(ward: Ward) -> None:
    ward.time.wait(lambda: False, 61)
    assert one(ward.sees(), "worker")[1] == "no worker was seen since 2026-03-04 15:00 UTC"
    ward.configure(clock_speed=20.0)
    ward.monkeypatch.setattr(clock, "run", lambda *_: None)
    assert one(ward.sees(), "worker")[:2] == (OK, "seen 3 s ago")


# ---- redis, and the clock ----


def test_redis_is_away(ward: Ward) -> None:
    ward.configure(redis_url="redis://:the-password@127.0.0.1:1/0")
    found = ward.sees()
    assert ill(found) == {"redis": ERROR}
    assert one(found, "redis")[2] == "start it, or correct REDIS_URL"
    assert "the-password" not in str(found)
    ward.configure(redis_url="nonsense")
    assert one(ward.sees(), "redis")[0] is ERROR


def test_a_redis_that_forgets(ward: Ward) -> None:
    try:
        ward.redis.config_set("maxmemory-policy", "allkeys-lru")
        assert ill(ward.sees()) == {"redis memory": WARNING}
        ward.redis.config_set("maxmemory", "100mb")
        assert ill(ward.sees()) == {"redis memory": ERROR}
    finally:
        ward.redis.config_set("maxmemory", "0")
        ward.redis.config_set("maxmemory-policy", "noeviction")


def test_a_redis_that_keeps_nothing(ward: Ward) -> None:
    try:
        ward.redis.config_set("appendonly", "no")
        assert ill(ward.sees()) == {"redis keeps": WARNING}
        ward.redis.config_set("save", "60 1")
        assert one(ward.sees(), "redis keeps")[1] == "snapshots"
    finally:
        ward.redis.config_set("save", "")
        ward.redis.config_set("appendonly", "yes")


def test_no_clock_and_two(ward: Ward) -> None:
    ward.clocks = []
    assert one(ward.sees(), "clock")[:2] == (ERROR, "no clock runs: nobody looks for work")
    ward.clocks = ["there:7:cccccc", "here:101:bbbbbb"]
    found = one(ward.sees(), "clock")
    assert found[:2] == (WARNING, "2 clocks run: process 101 on here, process 7 on there")
    ward.clocks = ["there:7:cccccc"]
    assert one(ward.sees(), "clock")[1] == "exactly one, process 7 on there", "the others were killed"


# ---- the carrier ----


def test_a_wrong_token(ward: Ward) -> None:
    ward.exchange.auth_token = "another"
    found = ward.sees()
    assert one(found, "account")[1] == "the carrier does not let us in: carrier error 20003 (HTTP 401): Authenticate"
    assert one(found, "lines")[0] is NOT_CHECKED


def test_a_wrong_key_is_told_apart_from_a_wrong_token(ward: Ward) -> None:
    ward.configure(twilio_api_key="SK1", twilio_api_secret=ward.settings.twilio_auth_token)
    found = ward.sees()
    assert ill(found) == {"lines": ERROR}
    assert "TWILIO_API_KEY" in one(found, "lines")[2]


@pytest.mark.parametrize("body, status, said", [("<html>", 200, "is not the carrier"), ("{}", 200, "is not the carrier"),
                                                ("", 503, "HTTP 503"), ("null", 200, "is not the carrier")])
def test_a_carrier_that_is_none(ward: Ward, body: str, status: int, said: str) -> None:
    client = SimpleNamespace(request=lambda *_, **__: SimpleNamespace(status_code=status, text=body, headers={}))
    ward.seams = replace(ward.seams, carrier_of=lambda chosen: Carrier(chosen, client))
    state, told, _ = one(ward.sees(), "account")
    assert (state, said in told) == (ERROR, True)


def test_an_account_on_trial_or_suspended(ward: Ward) -> None:
    ward.exchange.trial = True
    assert ill(ward.sees()) == {"trial": WARNING}
    ward.exchange.account_status = "suspended"
    assert one(ward.sees(), "account")[:2] == (ERROR, "the account is suspended")


@pytest.mark.parametrize("apart, state", [(0.4, OK), (4.0, OK), (-4.0, OK), (30.0, ERROR), (-30.0, ERROR)])
def test_clocks_that_differ(ward: Ward, apart: float, state: State) -> None:
    clock.follow(lambda: ward.time.now() + timedelta(seconds=apart))
    assert one(ward.sees(), "time")[0] is state


def test_a_number_that_is_not_there(ward: Ward) -> None:
    with ward.store.transaction() as memory:
        memory.execute(insert(NumberRow), {"number": "+12025550109"})
    found = ward.sees()
    assert [told for _, told, _ in found["lines"]] == [f"{OUR_NUMBER} leads to us", "+12025550109 is not on this account"]


@pytest.mark.parametrize("field, value, state", [
    ("voice_url", "https://demo.twilio.com/welcome/voice/", ERROR),
    ("voice_url", f"{BASE}/voice/reception", OK),
    ("voice_url", "https://old.example.test/voice/reception?key=a-secret", ERROR),
    ("voice_method", "GET", ERROR),
    ("trunk_sid", "TK" + "1" * 32, ERROR),
    ("voice_application_sid", "AP" + "1" * 32, ERROR),
    ("status_callback", "", WARNING),
    ("voice_fallback_url", "", WARNING),
    ("voice_fallback_url", SPARE, OK),
])
def test_where_a_number_leads(ward: Ward, field: str, value: str, state: State) -> None:
    setattr(ward.own, field, value)
    found = ward.sees()
    assert one(found, "lines")[0] is state
    assert state is OK or one(found, "lines")[2] == f"voice-gateway provision --number {OUR_NUMBER}"
    assert "a-secret" not in str(found)


def test_a_fallback_that_went_stale(ward: Ward) -> None:
    ward.own.voice_fallback_url = SPARE
    assert one(ward.sees(), "fallback")[:2] == (OK, f"{SPARE} stands in for us")
    ward.spare = Answer(404, "no such shop")
    assert one(ward.sees(), "fallback")[0] is WARNING


# ---- the public address ----


@pytest.mark.parametrize("base, carrier, state", [
    ("https://calls.example.com", None, OK), ("http://calls.example.com", None, WARNING), ("https://localhost:8000", None, ERROR),
    ("http://127.0.0.1:8000", None, ERROR), ("https://10.1.2.3", None, ERROR), ("https://house", None, ERROR),
    ("https://[::1]", None, ERROR), ("http://127.0.0.1:8000", "http://127.0.0.1:8010", OK),
])
def test_the_public_name(ward: Ward, base: str, carrier: str | None, state: State) -> None:
    ward.seams = replace(ward.seams, knock=lambda *_: Answer(200, "<Response/>"))
    ward.configure(public_base_url=base, twilio_api_base_url=carrier)
    assert one(ward.sees(), "public name")[0] is state


@pytest.mark.parametrize("answer, told", [
    (Answer(403, "not signed"), f"our own signature is refused; what was signed is {BASE}/voice/fallback?to=agent"),
    (Answer(301, location="https://www.house.test/"), "sends us on to https://www.house.test/"),
    (Answer(200, "<html>Welcome to nginx"), "what answered 200"),
    (Answer(502, "Bad Gateway"), "what answered 502"),
])
def test_something_before_the_house_answers(ward: Ward, answer: Answer, told: str) -> None:
    ward.seams = replace(ward.seams, knock=lambda *_: answer)
    found = ward.sees()
    assert told in one(found, "signed")[1]
    assert one(found, "forged")[0] is NOT_CHECKED


def test_a_web_process_with_another_token(ward: Ward) -> None:
    token = ward.settings.twilio_auth_token.__class__("a token of yesterday")
    ward.configure(twilio_auth_token=token)
    ward.exchange.auth_token = "a token of yesterday"
    assert ill(ward.sees()) == {"signed": ERROR}


def test_strangers_that_are_let_in(ward: Ward) -> None:
    ward.seams = replace(ward.seams, knock=lambda *_: Answer(200, "<Response/>"))
    assert ill(ward.sees()) == {"forged": ERROR}


def test_nobody_opens(ward: Ward) -> None:
    def lost(*_: Any) -> Answer:
        raise NobodyOpened("Connection refused")

    ward.seams = replace(ward.seams, knock=lost)
    assert one(ward.sees(), "signed")[1] == f"{BASE}/voice/fallback?to=agent cannot be reached: Connection refused"


def test_a_knock_is_signed_as_the_carrier_signs() -> None:
    url, form = f"{BASE}/voice/fallback?to=agent", {"To": "+1", "AccountSid": ACCOUNT, "Body": "ä b"}
    assert the_knock.signature(TOKEN, url, form) == signature(TOKEN, url, form.items())


Says = Callable[[bytes], str]


@pytest.fixture
def door() -> Iterator[Says]:
    """A web server that says these very bytes; gives its address. What it was asked is in `asked`."""
    with ExitStack() as until_the_end:

        def open_door(said: bytes) -> str:
            class Door(BaseHTTPRequestHandler):
                def do_POST(self) -> None:
                    form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                    fits = self.headers["X-Twilio-Signature"] == signature(TOKEN, address, [("AccountSid", ACCOUNT)])
                    assert (form, fits) == ({"AccountSid": [ACCOUNT]}, True)
                    self.wfile.write(said)

                def log_message(self, *_words: object) -> None:
                    pass

            server = until_the_end.enter_context(HTTPServer(("127.0.0.1", 0), Door))
            address = f"http://127.0.0.1:{server.server_port}/voice/fallback?to=agent"
            thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            until_the_end.callback(thread.join)
            until_the_end.callback(server.shutdown)
            return address

        yield open_door


@pytest.mark.parametrize("said, answer", [
    (b"HTTP/1.0 200 OK\r\n\r\n<Response/>", Answer(200, "<Response/>")),
    (b"HTTP/1.0 403 No\r\n\r\nnot signed", Answer(403, "not signed")),
    (b"HTTP/1.0 302 Go\r\nLocation: https://elsewhere.test/\r\n\r\n", Answer(302, "", "https://elsewhere.test/")),
    (b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 9999, Answer(200, "x" * 4096)),
    (b"HTTP/1.0 204 OK\r\n\r\n", Answer(204, "")),
])
def test_a_knock_over_a_real_port(door: Says, said: bytes, answer: Answer) -> None:
    assert knock(door(said), {"AccountSid": ACCOUNT}, TOKEN) == answer


@pytest.mark.parametrize("said, why", [(b"", "RemoteDisconnected|closed"), (b"how do you do?\r\n", "does not speak HTTP")])
def test_a_knock_that_is_not_understood(door: Says, said: bytes, why: str) -> None:
    with pytest.raises(NobodyOpened, match=why):
        knock(door(said), {"AccountSid": ACCOUNT}, TOKEN)


@pytest.mark.parametrize("reason, why", [
    (ssl.SSLCertVerificationError("bad"), "its certificate is not good"), (TimeoutError(), "no answer within 15 s"),
    (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
])
def test_why_nobody_opened(reason: OSError, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: Any, **__: Any) -> Any:
        raise URLError(reason)

    if isinstance(reason, ssl.SSLCertVerificationError):
        reason.verify_message = "self-signed certificate"
    monkeypatch.setattr(the_knock, "_opener", SimpleNamespace(open=lost))
    with pytest.raises(NobodyOpened, match=why):
        knock(f"{BASE}/x", {}, TOKEN)


# ---- what is typed, and what is said ----


@pytest.fixture
def types(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        monkeypatch.setattr("voice_gateway.settings.from_environment", lambda **_given: ward.settings)
        monkeypatch.setattr(commands, "Seams", lambda _carrier_of: ward.seams)
        return CliRunner().invoke(commands.main, ["doctor", *words], catch_exceptions=False)

    return run


def test_what_people_read(types: Callable[..., Result], ward: Ward) -> None:
    well = types()
    assert well.exit_code == 0
    assert well.output.endswith("all is well\n")
    ward.exchange.trial = True
    doubtful = types()
    assert doubtful.exit_code == 1
    assert "! trial         a trial account: " in doubtful.output
    assert "                → verify everybody's number in the carrier's console" in doubtful.output
    ward.clocks = []
    wrong = types()
    assert wrong.exit_code == 2
    assert wrong.output.endswith("1 error, 1 warning\n")


def test_what_programs_read(types: Callable[..., Result], ward: Ward) -> None:
    ward.exchange.trial = True
    told = types("--json")
    assert told.exit_code == 1
    read = json.loads(told.stdout)
    assert (read["warnings"], read["errors"], read["not_checked"], read["ok"]) == (1, 0, 0, len(read["checks"]) - 1)
    assert read["checks"][0]["check"] == "python"
    assert {each["state"] for each in read["checks"]} == {"ok", "warning"}
    assert set(read["checks"][0]) == {"check", "state", "found", "do"}


def test_no_secret_and_nobodys_telephone_is_told(types: Callable[..., Result], ward: Ward) -> None:
    ward.exchange.auth_token = f"{TOKEN} of yesterday"
    for words in ((), ("--json",)):
        told = types(*words).output
        for secret in (TOKEN, "a secret key of the test house", "+12025550111", "+12025550112"):
            assert secret not in told


def test_whatever_goes_wrong_the_doctor_goes_on(ward: Ward) -> None:
    def surprise(*_: Any) -> Answer:
        raise ZeroDivisionError(TOKEN)

    ward.seams = replace(ward.seams, knock=surprise)
    found = ward.sees()
    assert one(found, "signed")[1] == "it could not be looked at: ZeroDivisionError"
    assert one(found, "lines")[0] is OK


def test_what_a_check_needs_is_a_check_before_it_or_a_setting() -> None:
    known = {name.upper() for name in Settings.model_fields}
    for check in CHECKS:
        assert set(check.needs) <= known, check
        known.add(check.name)
