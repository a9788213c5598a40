"""The address of a ticket: long, random, and never stored.

The database keeps a seed and a digest. Only who also holds the house's secret
key can make the address again, to put it into a text.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

LINK_HOLDS = timedelta(days=14)
PICTURE_HOLDS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tickets:
    """Makes addresses of ticket pages under `base_url`."""

    secret_key: str
    base_url: str

    def new_seed(self) -> str:
        return secrets.token_hex(16)

    def token(self, seed: str) -> str:
        """The 128-bit token that belongs to a seed, in 22 characters fit for an address."""
        digest = hmac.digest(self.secret_key.encode(), f"ticket:{seed}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def voicemail_page(self, voicemail_id: int, person_id: int, now: datetime) -> str:
        """Where this colleague hears this message, for as long as the link holds."""
        return f"{self.base_url}/v/{self._links.dumps([voicemail_id, person_id, int((now + LINK_HOLDS).timestamp())])}"

    def read_voicemail_link(self, token: str, now: datetime) -> tuple[int, int] | None:
        """Which message, and for whom; None for a link that is not ours or does not hold any more."""
        try:
            voicemail_id, person_id, until = self._links.loads(token)
        except (BadData, ValueError, TypeError):
            return None
        return (voicemail_id, person_id) if now.timestamp() <= until else None

    def another_voicemail_page(self, token: str, voicemail_id: int) -> str:
        """The same link for another message: for the same colleague, and for no longer."""
        _, person_id, until = self._links.loads(token)
        return f"{self.base_url}/v/{self._links.dumps([voicemail_id, person_id, until])}"

    def thread_page(self, case_id: int, person_id: int, now: datetime) -> str:
        """Where this colleague reads and answers what the customer of this case texts, for as long as the link holds."""
        return f"{self.base_url}/w/{self._signed('thread', case_id, person_id, now + LINK_HOLDS)}"

    def read_thread_link(self, token: str, now: datetime) -> tuple[int, int] | None:
        """Which case, and for whom; None for a link that is not ours or does not hold any more."""
        return self._read("thread", token, now)

    def climb_page(self, case_id: int, person_id: int, now: datetime) -> str:
        """Where this colleague takes this case, which climbs, for as long as the link holds."""
        return f"{self.base_url}/climbs/{self._signed('climb', case_id, person_id, now + LINK_HOLDS)}"

    def read_climb_link(self, token: str, now: datetime) -> tuple[int, int] | None:
        """Which case, and for whom; None for a link that is not ours or does not hold any more."""
        return self._read("climb", token, now)

    def picture_address(self, message_id: int, n: int, now: datetime) -> str:
        """Where the n-th picture of a text is shown for a day, to whoever has this address."""
        return f"{self.base_url}/m/{self._signed('picture', message_id, n, now + PICTURE_HOLDS)}"

    def read_picture_address(self, token: str, now: datetime) -> tuple[int, int] | None:
        """Which text, and which of its pictures; None for an address that is not ours or does not hold any more."""
        return self._read("picture", token, now)

    def picture_name(self, message_id: int, n: int) -> str:
        """Under which name a picture is kept: nobody can guess it, and another try finds the same."""
        return hmac.digest(self.secret_key.encode(), f"picture:{message_id}:{n}".encode(), "sha256").hex()[:32]

    def _signed(self, what: str, one: int, other: int, until: datetime) -> str:
        return str(URLSafeSerializer(self.secret_key, salt=what).dumps([one, other, int(until.timestamp())]))

    def _read(self, what: str, token: str, now: datetime) -> tuple[int, int] | None:
        try:
            one, other, until = URLSafeSerializer(self.secret_key, salt=what).loads(token)
        except (BadData, ValueError, TypeError):
            return None
        return (one, other) if now.timestamp() <= until else None

    @property
    def _links(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt="voicemail")

    def recording_name(self, voicemail_id: int) -> str:
        """Under which name a message's recording is kept: nobody can guess it, and another try finds the same."""
        return self._unguessable(f"recording:{voicemail_id}")

    def talk_name(self, recording_id: int) -> str:
        """Under which name a recorded talk is kept."""
        return self._unguessable(f"talk:{recording_id}")

    def _unguessable(self, what: str) -> str:
        return hmac.digest(self.secret_key.encode(), what.encode(), "sha256").hex()[:32]

    def page(self, seed: str) -> str:
        return f"{self.base_url}/t/{self.token(seed)}"


def digest(token: str) -> str:
    """What is stored of a token, and looked up by."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest(secret_key: str, code: str) -> str:
    """What is stored of the insiders' code: six digits are few, so only who has the key can try them."""
    return hmac.digest(secret_key.encode(), f"code:{code}".encode(), "sha256").hex()


def pin_of(name: str, pin: str) -> str:
    """What stands for somebody's PIN in `code_digest`: theirs alone, so that equal PINs do not look alike."""
    return f"pin:{name}:{pin}"
