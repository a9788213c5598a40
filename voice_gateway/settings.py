"""The environment, read once.

Every name is listed in the README. A wrong or missing value stops the start with
one message that names them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EXAMPLE_BUCKET = "s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-1"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)*/?")
REGION = re.compile(r"[a-z0-9-]+")

TOGETHER = (
    ("twilio_api_key", "twilio_api_secret"),
    ("bluesky_handle", "bluesky_password"),
    ("mastodon_url", "mastodon_token"),
    ("x_consumer_key", "x_consumer_secret", "x_access_token", "x_access_token_secret"),
    ("meta_app_secret", "meta_verify_token", "meta_page_id", "meta_page_token"),
    ("threads_app_secret", "threads_verify_token", "threads_user_id", "threads_token"),
)
"""Settings of which none is of use without the others."""


class WrongSettings(ValueError):
    """The environment cannot be used; the message names each wrong value and how to mend it.

    `problems` are the same in pairs: the name of the variable, and what is wrong with it.
    """

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        lines = [f"  {name}: {problem}" for name, problem in self.problems]
        super().__init__("cannot start, these settings are wrong or missing:\n" + "\n".join(lines))


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://calls.example.com")
    if parts.username or parts.password:
        raise ValueError("must not carry a user name or a password: signatures could not be checked")
    return value.rstrip("/")


def _bucket_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "s3" or not BUCKET.fullmatch(parts.netloc) or not PREFIX.fullmatch(parts.path) or parts.fragment:
        raise ValueError(f"must be an address such as {EXAMPLE_BUCKET}")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if wrong := [name for name, _ in asked if name not in ("endpoint", "region")]:
        raise ValueError(f"knows endpoint and region, not {', '.join(wrong)}; keys come from the usual AWS_ variables")
    told = dict(asked)
    if len(told) < len(asked):
        raise ValueError("names its endpoint or region twice")
    if not REGION.fullmatch(told.get("region", "none")):
        raise ValueError("its region must be a name such as eu-central-1")
    try:
        _web_address(told.get("endpoint", "https://none"))
    except ValueError:
        raise ValueError("its endpoint must be an address such as https://s3.example.com, without keys") from None
    if find_spec("boto3") is None:
        raise ValueError("a bucket needs the extra s3: install voice-gateway[s3]")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", value.get_secret_value()):
        raise ValueError("must be whsec_ and then at least 24 bytes in base64, as Standard Webhooks has it")
    return value


WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
BucketAddress = Annotated[str, AfterValidator(_bucket_address)]


class Settings(BaseSettings):
    """One frozen reading of the environment."""

    model_config = SettingsConfigDict(frozen=True, env_file=None, extra="ignore", case_sensitive=False)

    twilio_account_sid: str = Field(min_length=1, description="the account, AC...")
    twilio_auth_token: SecretStr = Field(min_length=1, description="checks webhook signatures")
    twilio_auth_token_secondary: SecretStr | None = None
    twilio_api_key: str | None = None
    twilio_api_secret: SecretStr | None = None
    twilio_api_base_url: WebAddress | None = None
    public_base_url: WebAddress
    database_url: str | None = None
    redis_url: str | None = None
    data_dir: Path = Path("data")
    recordings_url: BucketAddress | None = None
    ask_sim_changes: bool = Field(default=False, description="asks the carrier when a SIM was changed before somebody is rung because of an account")
    alarm_webhook_url: WebAddress | None = None
    alarm_webhook_secret: WebhookSecret | None = None
    bluesky_handle: str | None = None
    bluesky_password: SecretStr | None = None
    bluesky_url: WebAddress = "https://bsky.social"
    square_url: WebAddress | None = None
    square_networks: str = Field(default="square", description="those that the sandbox's square plays")
    mastodon_url: WebAddress | None = None
    mastodon_token: SecretStr | None = None
    x_consumer_key: str | None = None
    x_consumer_secret: SecretStr | None = None
    x_access_token: str | None = None
    x_access_token_secret: SecretStr | None = None
    x_client_id: str | None = None
    x_client_secret: SecretStr | None = None
    x_budget_usd: float = Field(default=50.0, ge=0, description="what may be spent there in a month")
    meta_app_secret: SecretStr | None = None
    meta_verify_token: SecretStr | None = None
    meta_page_id: str | None = Field(default=None, pattern=r"^[0-9]{5,25}$")
    meta_page_token: SecretStr | None = None
    meta_instagram_id: str | None = Field(default=None, pattern=r"^[0-9]{5,25}$")
    threads_app_secret: SecretStr | None = None
    threads_verify_token: SecretStr | None = None
    threads_user_id: str | None = Field(default=None, pattern=r"^[0-9]{5,25}$")
    threads_token: SecretStr | None = None
    clock_speed: float = Field(default=1.0, ge=1, le=1000)
    port: int = Field(default=8000, ge=1, le=65535)
    secret_key: SecretStr = Field(min_length=16)
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _keys_come_in_pairs(self) -> Settings:
        for names in TOGETHER:
            if len({getattr(self, name) is None for name in names}) > 1:
                told = f"{', '.join(names[:-1])} and {names[-1]}".upper().replace(" AND ", " and ")
                raise ValueError(f"{told} belong together: set {'both or neither' if len(names) == 2 else 'all or none'}")
        if (self.x_client_id and not self.x_consumer_key) or (self.x_client_secret and not self.x_client_id):
            raise ValueError("X_CLIENT_SECRET needs X_CLIENT_ID, and that needs X_CONSUMER_KEY and what belongs to it")
        if self.meta_instagram_id and not self.meta_page_id:
            raise ValueError("META_INSTAGRAM_ID needs META_PAGE_ID and what belongs to it")
        if (self.alarm_webhook_url is None) != (self.alarm_webhook_secret is None):
            raise ValueError("ALARM_WEBHOOK_URL and ALARM_WEBHOOK_SECRET belong together: set both or neither")
        if "_" in (urlsplit(self.public_base_url).hostname or ""):
            raise ValueError("PUBLIC_BASE_URL: the carrier refuses host names with underscores")
        return self

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL; by default a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'voice_gateway.db'}"

    @cached_property
    def webhook_tokens(self) -> tuple[str, ...]:
        """Every token that may have signed a webhook: two while one is being rotated."""
        tokens = (self.twilio_auth_token, self.twilio_auth_token_secondary)
        return tuple(token.get_secret_value() for token in tokens if token)


def from_environment(**given: object) -> Settings:
    """Read the environment; `given` values come before it.

    Raises WrongSettings naming every wrong value at once.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [(_name(problem["loc"]), problem["msg"]) for problem in error.errors(include_input=False)]
        raise WrongSettings(problems) from None


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "together"
