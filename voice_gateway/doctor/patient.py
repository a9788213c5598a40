"""The house as the doctor meets it: each part is opened when it is first asked for, and any may be missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from redis import Redis

from voice_gateway import clock, settings
from voice_gateway.doctor.knock import Answer, knock
from voice_gateway.doorbell import redis_client
from voice_gateway.gateway import open_store, redis_url
from voice_gateway.settings import Settings, WrongSettings
from voice_gateway.store import Store, provisions
from voice_gateway.store.inventory import Inventory, inventory

if TYPE_CHECKING:
    from voice_gateway.account import AccountAtCarrier, NumberAtCarrier
    from voice_gateway.carrier import Carrier

STAND_INS = {"twilio_account_sid": "AC", "twilio_auth_token": "none", "public_base_url": "https://not.set",
             "secret_key": "none was configured"}
"""Put where a setting is missing, so that the rest can be read. No check that needs it is made."""
OF_SEVERAL = "together"
SHORTEST_SECRET = 6


@dataclass(frozen=True)
class Seams:
    """What the doctor touches of the world; a test puts its own there."""

    carrier_of: Callable[[Settings], Carrier]
    knock: Callable[[str, Mapping[str, str], str], Answer] = knock
    wait: Callable[[float], None] = time.sleep


class Patient:
    """One house, to be left with `with`. What cannot be opened raises, each time it is asked for; what could be is kept."""

    def __init__(self, seams: Seams) -> None:
        self.seams = seams
        self.wrong: dict[str, str] = {}
        self.settings = self._read_settings()

    def _read_settings(self) -> Settings:
        """The environment, with a stand-in for each value that is wrong, and those noted in `wrong`."""
        given: dict[str, Any] = {}
        while True:  # what is wrong with several together is told only when each of them is right
            try:
                return settings.from_environment(**given)
            except WrongSettings as error:
                wrong = [name for name in _named(error) if name not in given]
                if not wrong:
                    raise
                given |= {name: self._stand_in(name, error) for name in wrong}

    def _stand_in(self, name: str, error: WrongSettings) -> Any:
        told = dict(error.problems)
        self.wrong[name.upper()] = told.get(name.upper()) or told.get(OF_SEVERAL, "")
        return STAND_INS.get(name, Settings.model_fields[name].default)

    @cached_property
    def store(self) -> Store:
        clock.run(self.settings.clock_speed, self.settings.data_dir)
        return open_store(self.settings)

    @cached_property
    def inventory(self) -> Inventory | None:
        with self.store.reading() as memory:
            return inventory(memory)

    @cached_property
    def numbers(self) -> list[str]:
        with self.store.reading() as memory:
            return provisions.numbers(memory)

    @cached_property
    def redis(self) -> Redis:
        return redis_client(redis_url(self.settings))

    @cached_property
    def carrier(self) -> Carrier:
        return self.seams.carrier_of(self.settings)

    @cached_property
    def account(self) -> AccountAtCarrier:
        return self.carrier.account()

    @cached_property
    def numbers_at_carrier(self) -> dict[str, NumberAtCarrier]:
        return {each.number: each for each in self.carrier.own_numbers()}

    def discreet(self, text: str) -> str:
        """The same text without any secret of the house's, wherever it may have come from."""
        for secret in self._secrets():
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "…")
        return text

    def _secrets(self) -> list[str]:
        told = self.settings
        kept = [value for _, value in told if isinstance(value, SecretStr)]
        addresses = [_password(each) for each in (told.database_url, told.redis_url) if each]
        return [each.get_secret_value() for each in kept] + addresses + [unquote(each) for each in addresses]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Close what was opened."""
        if "store" in self.__dict__:
            self.store.close()
        if "redis" in self.__dict__:
            self.redis.close()


def _named(error: WrongSettings) -> list[str]:
    """The settings of which it speaks, by their own name or within what is wrong with several."""
    told = dict(error.problems)
    return [name for name in Settings.model_fields if name.upper() in told or name.upper() in told.get(OF_SEVERAL, "")]


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return address
