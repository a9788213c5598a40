"""Everything that doors and jobs share, wired once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from voice_gateway import clock, embedded_redis, recordings, wire
from voice_gateway.doorbell import Doorbell, RedisRinger
from voice_gateway.knowledge import Knowledge
from voice_gateway.settings import Settings
from voice_gateway.store import Store
from voice_gateway.tickets import Tickets
from voice_gateway.turn import Turns


@dataclass(frozen=True)
class Gateway:
    """The house, ready to work."""

    settings: Settings
    store: Store
    addresses: wire.Addresses
    signatures: wire.Signatures
    turns: Turns

    @cached_property
    def vault(self) -> recordings.Vault:
        """Where recordings are kept; made when first asked for, so that most processes need no client of a bucket."""
        return recordings.vault(self.settings)


def open_gateway(settings: Settings, doorbell: Doorbell | None = None, store: Store | None = None) -> Gateway:
    """Wire the house. Opens no connection: the first turn does.

    `doorbell` and `store` are for tests, which hear the one and keep the other.
    """
    clock.run(settings.clock_speed, settings.data_dir)
    memory = store or open_store(settings)
    addresses = wire.Addresses(settings.public_base_url)
    signatures = wire.Signatures(settings.twilio_account_sid, settings.webhook_tokens, settings.public_base_url)
    bell = doorbell or Doorbell(RedisRinger(redis_url(settings)))
    knowledge = Knowledge(settings.secret_key.get_secret_value(), memory.tickets)
    return Gateway(settings, memory, addresses, signatures, Turns(memory, addresses, bell, knowledge))


def open_store(settings: Settings) -> Store:
    """The house's memory, with the tickets of this house."""
    return Store(settings.database, Tickets(settings.secret_key.get_secret_value(), settings.public_base_url))


def redis_url(settings: Settings) -> str:
    """Where Redis is: as configured, else the embedded server of the data folder."""
    return settings.redis_url or embedded_redis.url(settings.data_dir)
