"""Signing in on Mastodon (OAuth), by which somebody shows that an account is theirs: on their own server, whichever it is.

The server is a stranger's: it may vouch for accounts that have their address on it, and for no other. Each has an address of
ours to itself to which it sends browsers back, so that what one server gave is never shown to another. What we may see is who
they are, and the key is given back. https://docs.joinmastodon.org/spec/oauth/
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flows.facts import HOURS
from flows.posts import Author
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks.strangers import challenge, told_by, word
from voice_gateway.public_web import PublicWeb

log = logging.getLogger(__name__)

NAME = "mastodon"
OURSELVES = "Voice gateway"
LEAST, OLDER = "profile", "read:accounts"
"""What we ask to see: who they are. Servers before 4.3 have no word for so little."""
PKCE = "S256"
KEPT = 1 * HOURS
"""A server makes five apps for one address in ten minutes at most, so one serves all who sign in there; unused ones it forgets."""
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class App:
    """What we are on one server."""

    client: str
    secret: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """Our side of it, and what we are on the servers where somebody has signed in lately."""

    web: PublicWeb
    apps: dict[tuple[str, str, str], App] = field(default_factory=dict)

    def begin(self, whom: Author, server: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Where to send their browser, and what must be remembered. Raises Trouble."""
        back_to = f"{back_to}/{urlsplit(server).netloc}"
        scope, knows_pkce = self._ways(server)
        app = self._app(server, back_to, scope)
        verifier = secrets.token_urlsafe(48) if knows_pkce else ""
        proof = {"code_challenge": challenge(verifier), "code_challenge_method": PKCE} if verifier else {}
        asked = {"response_type": "code", "client_id": app.client, "redirect_uri": back_to, "scope": scope, "state": state} | proof
        return f"{server}/oauth/authorize?{urlencode(asked)}", {
            "subject": whom.subject, "handle": whom.handle, "name": whom.name, "server": server, "client": app.client,
            "secret": app.secret, "verifier": verifier, "back_to": back_to, "state": state, "scope": scope,
        }

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> Author:
        """Who has signed in: it is who was asked for. Raises Trouble, after which the same answer is of no use."""
        if (answer.get("state"), answer.get("came_back_to")) != (remembered["state"], remembered["back_to"]):
            raise Trouble("this is no answer to what we asked", lasting=True, theirs=True)
        if answer.get("error") or not answer.get("code"):
            raise Trouble("we were not let know who you are", lasting=True, theirs=True)
        token = self._key(remembered, answer["code"])
        try:
            told = told_by(self.web, "GET", f"{remembered['server']}/api/v1/accounts/verify_credentials",
                           headers={"Authorization": f"Bearer {token}"})
        except Trouble as trouble:
            raise Trouble(str(trouble), lasting=True, theirs=True) from trouble
        finally:
            self._give_back(remembered, token)
        if word(told, "uri") != remembered["subject"]:
            raise Trouble(f"there you are signed in as somebody else than {remembered['handle']}", lasting=True, theirs=True)
        return Author(NAME, remembered["subject"], remembered["handle"], remembered["name"])

    # ---- asking ----

    def _ways(self, server: str) -> tuple[str, bool]:
        """The least that we can ask to see there, and whether it knows PKCE. Older servers tell nothing of it."""
        try:
            told = told_by(self.web, "GET", f"{server}/.well-known/oauth-authorization-server")
        except Trouble as trouble:
            if not trouble.lasting:
                raise
            return OLDER, False
        if urlsplit(word(told, "issuer")).netloc.lower() != urlsplit(server).netloc.lower():
            raise Trouble("the server of this account says that it is another", lasting=True, theirs=True)
        return LEAST if _lists(told, "scopes_supported", LEAST) else OLDER, _lists(told, "code_challenge_methods_supported", PKCE)

    def _app(self, server: str, back_to: str, scope: str) -> App:
        now = clock.now()
        known = self.apps.get((server, back_to, scope))
        if known and now - known.made_at < KEPT:
            return known
        house = "{0.scheme}://{0.netloc}".format(urlsplit(back_to))
        told = told_by(self.web, "POST", f"{server}/api/v1/apps", data={
            "client_name": OURSELVES, "redirect_uris": back_to, "scopes": scope, "website": house})
        if len(self.apps) >= MOST_KEPT:
            self.apps.clear()
        app = self.apps[server, back_to, scope] = App(word(told, "client_id"), word(told, "client_secret"), now)
        return app

    def _key(self, remembered: dict[str, str], code: str) -> str:
        """What lets us see who they are, for the code that they brought back."""
        try:
            told = told_by(self.web, "POST", f"{remembered['server']}/oauth/token", data={
                "grant_type": "authorization_code", "code": code, "redirect_uri": remembered["back_to"],
                "scope": remembered["scope"], **_as_app(remembered),
                **({"code_verifier": remembered["verifier"]} if remembered["verifier"] else {})})
        except Trouble:
            self.apps.pop((remembered["server"], remembered["back_to"], remembered["scope"]), None)
            raise
        if word(told, "token_type").lower() != "bearer":
            raise Trouble("the server of this account gave a key that we do not know", lasting=True, theirs=True)
        return word(told, "access_token")

    def _give_back(self, remembered: dict[str, str], token: str) -> None:
        """We need no key to their account."""
        try:
            told_by(self.web, "POST", f"{remembered['server']}/oauth/revoke", data={"token": token, **_as_app(remembered)})
        except Trouble as trouble:
            log.info("a key could not be given back: %s", trouble)


def _as_app(remembered: dict[str, str]) -> dict[str, str]:
    return {"client_id": remembered["client"], "client_secret": remembered["secret"]}


def _lists(told: dict[str, Any], name: str, wanted: str) -> bool:
    listed = told.get(name)
    return isinstance(listed, list) and wanted in listed
