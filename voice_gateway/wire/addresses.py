"""The URLs that we hand out to the carrier."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

RETRIES = "#rc=3&rp=ct,rt,5xx"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs that we hand out. All of them begin with the public address."""

    base: str

    def turn(self, turn: str, case_id: int, leg_id: int, step: int) -> str:
        return f"{self.base}/voice/{turn}?{urlencode({'case': case_id, 'leg': leg_id, 'step': step})}"

    def ended(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/ended?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

    def recorded(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/recorded?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

    def talk_recorded(self, case_id: int, recording_id: int) -> str:
        return f"{self.base}/voice/talk-recorded?{urlencode({'case': case_id, 'recording': recording_id})}{RETRIES}"

    def transcribed(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/transcribed?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

    def sound(self, name: str) -> str:
        return f"{self.base}/static/{name}"

    @property
    def reception_as_any_caller(self) -> str:
        """The house's own door, for a colleague who rings as a customer."""
        return f"{self.base}/voice/reception?as=caller"

    def fallback(self, role: str) -> str:
        return f"{self.base}/voice/fallback?{urlencode({'to': role})}"

    def delivered(self, message_id: int) -> str:
        return f"{self.base}/sms/delivered?{urlencode({'message': message_id})}{RETRIES}"
