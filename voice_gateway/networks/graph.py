"""Meta's Graph, over plain HTTP: one question at a time, and whatever goes wrong told in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from voice_gateway.networks import Trouble
from voice_gateway.wire import legible

SECONDS = 10.0
A_WHILE = timedelta(minutes=15)
TOO_OFTEN = frozenset({4, 17, 32, 613})
NOT_LET_IN = frozenset({102, 190})


class Refused(Trouble):
    """Meta says no, and will tomorrow too. `code` is Meta's own number for why, where it gives one."""

    def __init__(self, why: str, code: Any) -> None:
        super().__init__(why, lasting=True)
        self.code = code


@dataclass(frozen=True, slots=True)
class Graph:
    """One account's way to it.

    `told`: what people call the network; `look_at`: what to correct when Meta does not let us in; `gone`: the codes by
    which Meta says that there is no such thing; `means`: what some of its inner codes mean, in words.
    """

    web: httpx.Client
    told: str
    look_at: str
    gone: frozenset[int]
    means: Mapping[int, str] = field(default_factory=dict)

    def asked(self, method: str, what: str, *, or_none: bool = False, **given: Any) -> Any:
        """What Meta answers; with `or_none` nothing where there is no such thing. Raises Trouble."""
        how: dict[str, Any] = {"params": given} if method == "GET" else {"json": given}
        return self.sent(method, what, or_none=or_none, **how)

    def sent(self, method: str, what: str, *, or_none: bool = False, **how: Any) -> Any:
        """The same, with what is given in the very form in which it goes out."""
        writes = method == "POST"
        try:
            answer = self.web.request(method, what, **how)
            body = answer.json()
        except httpx.HTTPError as error:
            raise Trouble("Meta cannot be reached, or is too slow", maybe_done=writes) from error
        except ValueError as error:
            raise Trouble("Meta answers what we do not understand", maybe_done=writes) from error
        if answer.is_success and isinstance(body, dict):
            return body
        if answer.is_server_error:
            raise Trouble(f"Meta is out of order ({answer.status_code})", maybe_done=writes)
        if answer.is_success:
            raise self.another_shape(maybe_done=writes)
        return self._refused(answer.status_code, body, or_none)

    def another_shape(self, *, maybe_done: bool = False) -> Trouble:
        """What it answers is not what its documentation shows."""
        return Trouble(f"{self.told} answers in another shape than we know", maybe_done=maybe_done)

    def id_of(self, told: Any, name: str) -> str:
        """The id of what was made by this answer. Raises Trouble: without an id it may have been made."""
        if not (isinstance(told, dict) and told.get(name)):
            raise self.another_shape(maybe_done=True)
        return str(told[name])

    def _refused(self, status: int, body: Any, or_none: bool) -> None:
        error = body.get("error", {}) if isinstance(body, dict) else {}
        error = error if isinstance(error, dict) else {}
        code, inner = error.get("code"), error.get("error_subcode")
        if or_none and (status == 404 or code in self.gone):
            return
        if status == 401 or code in NOT_LET_IN:
            raise Trouble(f"Meta does not let us in: look at {self.look_at}", lasting=True)
        if status == 429 or code in TOO_OFTEN:
            raise Trouble("Meta says that we ask too often", again_after=A_WHILE)
        raise Refused(self.means.get(inner or 0) or f"Meta refuses it: {legible(str(error.get('message') or status))[:200]}", code)
