"""Signing in on X (OAuth 2.0 with PKCE), by which somebody shows that an account is theirs.

It needs a client of the house's own app there (`X_CLIENT_ID`), to which the address is known to which browsers come back. Who they
are is looked at once, which costs, and the key is given back. https://docs.x.com/fundamentals/authentication/oauth-2-0
"""

from __future__ import annotations

import logging
import secrets
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlencode

from flows.posts import Author
from voice_gateway.networks import Trouble
from voice_gateway.networks.purse import Purse
from voice_gateway.networks.strangers import challenge, told_by, word
from voice_gateway.public_web import PublicWeb

log = logging.getLogger(__name__)

NAME = "x"
THERE, API = "https://x.com/i/oauth2/authorize", "https://api.x.com/2"
SCOPE = "tweet.read users.read"
"""The least with which X tells who somebody is."""
A_LOOK = 0.010  # dollars


@dataclass(frozen=True, slots=True)
class SignIn:
    """Our side of it. `secret` is empty for a client that X calls public."""

    client: str
    secret: str
    purse: Purse
    web: PublicWeb

    def begin(self, handle: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Where to send their browser, and what must be remembered. Raises Trouble where there is no money to look who comes back."""
        self.purse.must_hold(A_LOOK)
        verifier = secrets.token_urlsafe(48)
        asked = urlencode({"response_type": "code", "client_id": self.client, "redirect_uri": back_to, "scope": SCOPE, "state": state,
                           "code_challenge": challenge(verifier), "code_challenge_method": "S256"})
        return f"{THERE}?{asked}", {"handle": handle, "verifier": verifier, "back_to": back_to, "state": state}

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> Author:
        """Who has signed in: it is who was asked for. Raises Trouble, after which the same answer is of no use."""
        if (answer.get("state"), answer.get("came_back_to")) != (remembered["state"], remembered["back_to"]):
            raise Trouble("this is no answer to what we asked", lasting=True, theirs=True)
        if answer.get("error") or not answer.get("code"):
            raise Trouble("we were not let know who you are", lasting=True, theirs=True)
        self.purse.pay(A_LOOK)
        token = word(told_by(self.web, "POST", f"{API}/oauth2/token", headers=self._as_client(), data={
            "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": remembered["back_to"],
            "code_verifier": remembered["verifier"], "client_id": self.client}), "access_token")
        try:
            who = told_by(self.web, "GET", f"{API}/users/me", headers={"Authorization": f"Bearer {token}"}).get("data")
        except Trouble as trouble:
            raise Trouble(str(trouble), lasting=True, theirs=True) from trouble
        finally:
            self._give_back(token)
        who = who if isinstance(who, dict) else {}
        if f"@{word(who, 'username').lower()}" != remembered["handle"]:
            raise Trouble(f"there you are signed in as somebody else than {remembered['handle']}", lasting=True, theirs=True)
        return Author(NAME, word(who, "id"), remembered["handle"])

    def _as_client(self) -> dict[str, str]:
        known = b64encode(f"{self.client}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {known}"} if self.secret else {}

    def _give_back(self, token: str) -> None:
        """We need no key to their account; it would run out in two hours."""
        try:
            told_by(self.web, "POST", f"{API}/oauth2/revoke", headers=self._as_client(), data={"token": token, "client_id": self.client})
        except Trouble as trouble:
            log.info("a key could not be given back: %s", trouble)
