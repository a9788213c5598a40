"""The environment: read once, refused as a whole."""

from __future__ import annotations

import pytest

from voice_gateway.settings import Settings, WrongSettings, from_environment

RIGHT = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "public_base_url": "https://calls.example.com/",
         "secret_key": "k" * 16}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("PUBLIC_BASE_URL", "calls.example.com")
    monkeypatch.setenv("CLOCK_SPEED", "0")
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(WrongSettings) as refused:
        from_environment()
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_BASE_URL", "PORT", "CLOCK_SPEED", "SECRET_KEY"):
        assert name in str(refused.value)
    assert "short" not in str(refused.value)


def test_a_right_environment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name.upper(), value)
    taken = from_environment()
    assert taken.public_base_url == "https://calls.example.com"
    assert taken.database.startswith("sqlite:///")
    assert taken.webhook_tokens == ("t",)


@pytest.mark.parametrize("wrong, why", [
    ({"public_base_url": "https://user:pass@calls.example.com"}, "password"),
    ({"public_base_url": "https://my_calls.example.com"}, "underscores"),
    ({"public_base_url": "https://calls.example.com/?x=1"}, "address such as"),
    ({"twilio_api_key": "SK1"}, "belong together"),
    ({"log_level": "LOUD"}, "LOG_LEVEL"),
    ({"bluesky_handle": "desk.example.com"}, "BLUESKY_HANDLE and BLUESKY_PASSWORD belong together: set both or neither"),
    ({"mastodon_url": "https://social.example"}, "MASTODON_URL and MASTODON_TOKEN belong together: set both or neither"),
    ({"x_access_token": "t", "x_consumer_key": "k"}, "X_ACCESS_TOKEN and X_ACCESS_TOKEN_SECRET belong together: set all or none"),
    ({"meta_page_id": "12345"}, "META_PAGE_TOKEN belong together: set all or none"),
    ({"meta_instagram_id": "12345"}, "META_INSTAGRAM_ID needs META_PAGE_ID"),
    ({"threads_token": "t"}, "THREADS_USER_ID and THREADS_TOKEN belong together: set all or none"),
    ({"x_client_id": "c"}, "X_CLIENT_SECRET needs X_CLIENT_ID, and that needs X_CONSUMER_KEY"),
    ({"x_budget_usd": "-1"}, "X_BUDGET_USD"),
])
def test_what_cannot_work_is_refused(wrong: dict[str, str], why: str) -> None:
    with pytest.raises(WrongSettings, match=why):
        from_environment(**(RIGHT | wrong))


def test_both_tokens_check_webhooks_while_one_is_rotated() -> None:
    assert from_environment(**RIGHT, twilio_auth_token_secondary="next").webhook_tokens == ("t", "next")


def test_secrets_do_not_show() -> None:
    shown = repr(from_environment(**(RIGHT | {"twilio_auth_token": "very-secret-token"})))
    assert "very-secret-token" not in shown
