"""Numbers are led to the house and back, at the carrier in the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert

from tests.house import ACCOUNT, BASE, MORNING, OUR_NUMBER, TOKEN, empty, house_settings
from tests.oracles import check_log
from voice_gateway import clock, commands
from voice_gateway.carrier import Carrier
from voice_gateway.gateway import open_gateway
from voice_gateway.provision import is_ours, shown, wanted
from voice_gateway.sandbox import weather
from voice_gateway.sandbox.exchange import Exchange
from voice_gateway.settings import Settings
from voice_gateway.store import Store, provisions
from voice_gateway.store.tables import NumberRow
from voice_gateway.web import create_app

WELCOME = "https://demo.twilio.com/welcome/voice/"
OTHERS = "https://ivr.example.test/answer?key=secret"
OUR_OWN = {name: value for name, value in wanted(BASE).items() if value}
Types = Callable[..., Result]


@pytest.fixture
def exchange() -> Exchange:
    """An account with one number, as it is when it has just been bought."""
    exchange = Exchange(ACCOUNT, TOKEN)
    exchange.own(OUR_NUMBER, voice_url=WELCOME)
    return exchange


@pytest.fixture
def types(store: Store, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Types]:
    """Type `voice-gateway provision ...` in a house with one number."""
    empty(store)
    with store.transaction() as memory:
        memory.execute(insert(NumberRow), {"number": OUR_NUMBER})
    given = settings_of(store)
    monkeypatch.setattr("voice_gateway.settings.from_environment", lambda: given)
    monkeypatch.setattr(commands, "carrier_of", lambda chosen: Carrier(chosen, exchange.http_client()))
    clock.follow(lambda: MORNING)
    yield lambda *words: CliRunner().invoke(commands.main, ["provision", *words], catch_exceptions=False)
    clock.follow(None)


def settings_of(store: Store) -> Settings:
    return house_settings(store.engine.url.render_as_string(hide_password=False))


def number_of(exchange: Exchange) -> dict[str, str]:
    """What the account's first number has now."""
    own = next(iter(exchange.own_numbers.values()))
    return {name: getattr(own, name) for name in OUR_OWN}


def changes(exchange: Exchange) -> int:
    return sum(each.method == "POST" for each in exchange.rest_log)


def test_a_new_number_is_led_to_the_house_once(types: Types, exchange: Exchange) -> None:
    first = types()
    assert first.exit_code == 0
    assert f"voice_url           {WELCOME}  →  {BASE}/voice/reception#rc=2&rp=all\n" in first.output
    assert f"voice_fallback_url  (none)  →  {BASE}/voice/fallback\n" in first.output
    assert number_of(exchange) == OUR_OWN
    again = types()
    assert (again.exit_code, again.output) == (0, f"{OUR_NUMBER}  nothing to change\n")
    assert changes(exchange) == 1
    check_log(exchange)


def test_a_dry_run_only_tells(types: Types, exchange: Exchange, store: Store) -> None:
    told = types("--dry-run")
    assert told.exit_code == 0
    assert told.output.endswith("nothing was changed: this was a dry run\n")
    assert changes(exchange) == 0
    with store.reading() as memory:
        assert provisions.last(memory, OUR_NUMBER) is None
    assert types().output == told.output.removesuffix("nothing was changed: this was a dry run\n")


def test_what_was_there_is_put_back(types: Types, exchange: Exchange) -> None:
    before = number_of(exchange)
    types()
    told = types("--rollback", "--dry-run")
    assert f"voice_url           {BASE}/voice/reception#rc=2&rp=all  →  {WELCOME}\n" in told.output
    assert number_of(exchange) == OUR_OWN
    assert types("--rollback").exit_code == 0
    assert number_of(exchange) == before
    assert types("--rollback").output == f"{OUR_NUMBER}  nothing was kept of it\n"
    check_log(exchange)


def test_each_change_can_be_gone_back(types: Types, exchange: Exchange) -> None:
    next(iter(exchange.own_numbers.values())).voice_url = OTHERS
    types("--force")
    own = next(iter(exchange.own_numbers.values()))
    own.status_callback = ""
    types()
    types("--rollback")
    assert number_of(exchange) == OUR_OWN | {"status_callback": ""}
    types("--rollback")
    assert own.voice_url == OTHERS


@pytest.mark.parametrize("field, value", [
    ("voice_url", OTHERS), ("status_callback", OTHERS), ("voice_url", f"{BASE}.evil.test/"),
    ("voice_application_sid", "AP" + "1" * 32), ("trunk_sid", "TK" + "1" * 32),
])
def test_another_applications_number_is_left_alone(types: Types, exchange: Exchange, field: str, value: str) -> None:
    own = next(iter(exchange.own_numbers.values()))
    setattr(own, field, value)
    refused = types()
    assert refused.exit_code == 1
    assert f"it leads to another application: {field} {shown(value)}; --force takes it over" in refused.output
    assert "secret" not in refused.output
    assert (changes(exchange), getattr(own, field)) == (0, value)
    assert types("--force").exit_code == 0
    assert number_of(exchange) == OUR_OWN
    assert getattr(own, field) in (OUR_OWN.get(field), None)
    types("--rollback")
    assert getattr(own, field) == value
    check_log(exchange)


def test_whoever_changed_it_since_is_not_overruled(types: Types, exchange: Exchange) -> None:
    types()
    own = next(iter(exchange.own_numbers.values()))
    own.voice_url = OTHERS
    assert types("--rollback").exit_code == 1
    assert own.voice_url == OTHERS
    assert types("--rollback", "--force").exit_code == 0
    assert own.voice_url == WELCOME


def test_a_fallback_on_another_machine_stays(types: Types, exchange: Exchange) -> None:
    own = next(iter(exchange.own_numbers.values()))
    own.voice_fallback_url = "https://spare.example.test/voice/fallback"
    assert types().exit_code == 0
    assert own.voice_fallback_url == "https://spare.example.test/voice/fallback"
    own.voice_url = "https://spare.example.test/voice/reception"
    assert types().exit_code == 1, "all of it leads to another copy of this house"


def test_a_number_that_is_not_on_the_account_is_named(types: Types, exchange: Exchange, store: Store) -> None:
    with store.transaction() as memory:
        memory.execute(insert(NumberRow), {"number": "+12025550109"})
    told = types()
    assert told.exit_code == 1
    assert "+12025550109\n  it is not on this account" in told.output
    assert number_of(exchange) == OUR_OWN
    assert types("--number", OUR_NUMBER).exit_code == 0


@pytest.mark.parametrize("number, why", [("+12025550177", "is not a number of the house"), ("front", "not a telephone number")])
def test_a_wrong_number_is_a_mistake_in_typing(types: Types, number: str, why: str) -> None:
    told = types("--number", number)
    assert told.exit_code == 2
    assert why in told.output


def test_a_house_without_numbers_is_told_so(types: Types, store: Store) -> None:
    with store.transaction() as memory:
        memory.execute(delete(NumberRow))
    told = types()
    assert told.exit_code == 2
    assert "load a house file first" in told.output


def test_a_wrong_token_changes_nothing(types: Types, exchange: Exchange) -> None:
    exchange.auth_token = "another"
    told = types()
    assert told.exit_code == 1
    assert "nothing was changed: carrier error 20003" in told.output


def test_a_carrier_that_refuses_is_told_and_nothing_is_kept(types: Types, exchange: Exchange, store: Store) -> None:
    exchange.weather = weather.rest_429()
    told = types()
    assert told.exit_code == 1
    assert "it was not changed: carrier error 20429" in told.output
    with store.reading() as memory:
        assert provisions.last(memory, OUR_NUMBER) is None


def test_an_answer_that_is_lost_is_no_loss(types: Types, exchange: Exchange) -> None:
    before = number_of(exchange)
    exchange.weather = weather.rest_fails_after()
    told = types()
    assert told.exit_code == 1
    assert "nobody can say whether the carrier took it" in told.output
    assert types().output == f"{OUR_NUMBER}  nothing to change\n"
    types("--rollback")
    assert number_of(exchange) == before


def test_every_address_that_we_set_is_a_door(store: Store) -> None:
    """And every door for what comes in at a number is set."""
    doors = {str(rule) for rule in create_app(gateway=open_gateway(settings_of(store), store=store)).url_map.iter_rules() if "POST" in (rule.methods or ())}
    set_here = {address.removeprefix(BASE).partition("#")[0] for name, address in OUR_OWN.items() if not name.endswith("_method")}
    assert set_here <= doors
    texts = {door for door in doors if door.startswith("/sms")} - {"/sms/delivered"}
    assert texts <= set_here, "texts have a door now: set sms_url and its fellows in voice_gateway/provision.py"


@pytest.mark.parametrize("address, ours", [
    (BASE, True), (f"{BASE}/voice", True), (f"{BASE}#rc=1", True), (f"{BASE}.evil.test/voice", False), ("", False),
    (f"{BASE}evil/voice", False), ("http://house.example.test/voice", False),
])
def test_what_leads_to_us(address: str, ours: bool) -> None:
    assert is_ours(address, BASE) is ours


def test_no_secret_of_an_address_is_shown() -> None:
    assert shown("https://user:pass@h.test/a?key=1#rc=2") == "https://h.test/a?…#rc=2"
    assert shown("") == "(none)"
    assert shown("AP1") == "AP1"
