"""The square of a scenario: the same social networks as in the demo, without a wire, in the scenario's weather."""

from __future__ import annotations

import json

import httpx

from flows import networks
from voice_gateway.networks import Network
from voice_gateway.networks.square import Square
from voice_gateway.sandbox.exchange import Exchange
from voice_gateway.sandbox.square_doors import answer

SIGNING_IN = ("/sign_in", "/who")


class WorkerDied(BaseException):
    """Kill -9, right after a network took what we said."""


class Wire:
    """Leads to the exchange's square, and is as unsure as the weather."""

    def __init__(self, line: Exchange) -> None:
        self._line = line
        self._died_after: set[tuple[str, bytes]] = set()

    def carry(self, request: httpx.Request) -> httpx.Response:
        """One request and its answer, or what befalls it on the way."""
        body = request.read()
        weather, path = self._line.weather, request.url.path.removeprefix("/square/")
        befell = weather.befalls(request.method, path, [("body", body.decode())])
        if path.endswith(SIGNING_IN):  # by a person's browser, and no worker's; its code counts once, so that it cannot be repeated
            befell = befell if befell == "429" else ""
        if befell == "before":
            raise httpx.ConnectTimeout("the weather: not accepted", request=request)
        if befell == "429":
            return httpx.Response(429, json={"message": "too many requests"})
        status, told = answer(self._line.square, request.method, path, dict(request.url.params),
                              json.loads(body) if body else {})
        if befell == "after":
            raise httpx.ReadTimeout("the weather: accepted, but the answer is lost", request=request)
        if weather.worker_dies_after_each_send and not path.endswith(SIGNING_IN) and request.method == "POST" and (path, body) not in self._died_after:
            self._died_after.add((path, body))
            raise WorkerDied
        if path.endswith("/news"):
            told["posts"] = [each for each in told["posts"] for _ in range(weather.webhook_copies)]
        return httpx.Response(status, json=told)


def networks_of(line: Exchange) -> dict[str, Network]:
    """Every network that the house knows, as the square plays it."""
    wire = httpx.MockTransport(Wire(line).carry)
    return {name: Square(name, "https://square.example.test", wire) for name in networks.all_manners()}
