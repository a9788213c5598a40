"""Signing in on Bluesky (OAuth of the AT Protocol), by which somebody shows that an account is theirs.

From a handle to an account, from the account to the server that keeps it, from there to whoever vouches for it; each is
asked, none is believed about another's account. What we get to do there is nothing: who they are is all that is told, and
the key is given back. https://atproto.com/specs/oauth
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks.strangers import SERVER_ERRORS, ask, refused, word
from voice_gateway.public_web import OUR_OWN_MACHINE, PublicWeb

log = logging.getLogger(__name__)

DIRECTORY = "https://plc.directory"
SCOPE = "atproto"
METADATA_PATH = "/bluesky-client.json"
NONCE_WANTED = "use_dpop_nonce"


def client_metadata(public_base_url: str, back_to: str) -> dict[str, Any]:
    """What the house says of itself to servers there; to be found at PUBLIC_BASE_URL and METADATA_PATH."""
    return {
        "client_id": f"{public_base_url}{METADATA_PATH}", "client_uri": public_base_url, "client_name": "Voice gateway",
        "redirect_uris": [back_to], "scope": SCOPE, "application_type": "web", "dpop_bound_access_tokens": True,
        "grant_types": ["authorization_code"], "response_types": ["code"], "token_endpoint_auth_method": "none",
    }


@dataclass(frozen=True, slots=True)
class SignIn:
    """Our side of it. `home`: the operator's server, which tells whose handle is whose."""

    public_base_url: str
    home: str
    web: PublicWeb

    @staticmethod
    def of(public_base_url: str, home: str) -> SignIn:
        """For this house, and an account at this server: on this machine only where that server is."""
        return SignIn(public_base_url, home, PublicWeb(near=urlsplit(home).hostname in OUR_OWN_MACHINE))

    def begin(self, handle: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Where to send their browser, and what must be remembered. Raises Trouble."""
        did = handle if handle.startswith("did:") else self._did(handle)
        issuer, places = self._vouches_for(did)
        back_to, client = self._client(back_to)
        verifier, key = secrets.token_urlsafe(48), ec.generate_private_key(ec.SECP256R1())
        remembered = {
            "did": did, "issuer": issuer, "token": places["token_endpoint"], "revoke": places.get("revocation_endpoint", ""),
            "verifier": verifier, "key": _written(key), "back_to": back_to, "client": client, "state": state,
        }
        told = self._post(remembered, places["pushed_authorization_request_endpoint"], {
            "response_type": "code", "redirect_uri": back_to, "scope": SCOPE, "state": state, "login_hint": handle,
            "code_challenge": _base64(hashlib.sha256(verifier.encode()).digest()), "code_challenge_method": "S256",
        })
        asked = urlencode({"client_id": client, "request_uri": word(told, "request_uri")})
        return f"{places['authorization_endpoint']}?{asked}", remembered

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> str:
        """The DID of whoever has signed in: it is the one that was asked for. Raises Trouble."""
        if answer.get("error"):
            raise Trouble("we were not let know who you are", lasting=True, theirs=True)
        if answer.get("state") != remembered["state"] or answer.get("iss") != remembered["issuer"] or not answer.get("code"):
            raise Trouble("this is no answer to what we asked", lasting=True, theirs=True)
        told = self._post(remembered, remembered["token"], {
            "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": remembered["back_to"],
            "code_verifier": remembered["verifier"],
        })
        self._give_back(remembered, told)
        if word(told, "sub") != remembered["did"] or word(told, "token_type") != "DPoP" or SCOPE not in word(told, "scope").split():
            raise Trouble("there you are signed in as somebody else", lasting=True, theirs=True)
        if self._vouches_for(remembered["did"])[0] != remembered["issuer"]:
            raise Trouble("this account has moved to another server meanwhile", lasting=True, theirs=True)
        return remembered["did"]

    # ---- who vouches for whom ----

    def _did(self, handle: str) -> str:
        there = f"{self.home}/xrpc/com.atproto.identity.resolveHandle?{urlencode({'handle': handle})}"
        told = self._get(there, f"there is nobody called {handle} on Bluesky")
        return word(told, "did")

    def _vouches_for(self, did: str) -> tuple[str, dict[str, str]]:
        """Who lets this account's owner in, and where: as the account's own document and its server say."""
        document = self._document(did)
        if document.get("id") != did:
            raise Trouble(f"the directory tells of another account than {did}", lasting=True, theirs=True)
        services = [each for each in document.get("service") or () if isinstance(each, dict)]
        server = next((str(each.get("serviceEndpoint")) for each in services
                       if str(each.get("id")).endswith("#atproto_pds")), "")
        resource = self._get(f"{server.rstrip('/')}/.well-known/oauth-protected-resource", "nobody can sign in at the server of this account")
        issuer = next((each for each in resource.get("authorization_servers") or () if isinstance(each, str)), "")
        places = self._get(f"{issuer}/.well-known/oauth-authorization-server", "nobody can sign in at the server of this account")
        if word(places, "issuer") != issuer or SCOPE not in (places.get("scopes_supported") or ()):
            raise Trouble("the server of this account does not say who vouches for it", lasting=True, theirs=True)
        for name in ("authorization_endpoint", "pushed_authorization_request_endpoint", "token_endpoint"):
            self._is_web(word(places, name))
        return issuer, {name: value for name, value in places.items() if isinstance(value, str)}

    def _document(self, did: str) -> dict[str, Any]:
        missing = f"there is no account {did}"
        if did.startswith("did:web:"):
            return self._get(f"https://{did.removeprefix('did:web:')}/.well-known/did.json", missing)
        if urlsplit(self.home).hostname in OUR_OWN_MACHINE:
            there = f"{self.home}/xrpc/com.atproto.repo.describeRepo?{urlencode({'repo': did})}"
            return dict(self._get(there, missing).get("didDoc") or {})
        return self._get(f"{DIRECTORY}/{quote(did, safe=':')}", missing)

    def _is_web(self, address: str) -> None:
        """A browser is sent there, or we ask there: neither a script, nor this machine unless the operator's is."""
        parts = urlsplit(address)
        near = urlsplit(self.home).hostname in OUR_OWN_MACHINE and parts.hostname in OUR_OWN_MACHINE
        if parts.scheme != "https" and not (near and parts.scheme == "http"):
            raise Trouble("the server of this account has no address that begins with https://", lasting=True, theirs=True)

    def _client(self, back_to: str) -> tuple[str, str]:
        """Where their browser comes back to, and our name there: an address, or what stands for a house that is only tried."""
        if urlsplit(self.public_base_url).hostname not in OUR_OWN_MACHINE:
            return back_to, f"{self.public_base_url}{METADATA_PATH}"
        back_to = back_to.replace("://localhost", "://127.0.0.1", 1)
        return back_to, f"http://localhost?{urlencode({'redirect_uri': back_to, 'scope': SCOPE})}"

    # ---- asking ----

    def _get(self, address: str, missing: str) -> dict[str, Any]:
        status, told, _ = ask(self.web, "GET", address)
        if 400 <= status < SERVER_ERRORS:
            raise Trouble(missing, lasting=True, theirs=True)
        return told

    def _post(self, remembered: dict[str, str], address: str, told: dict[str, str]) -> dict[str, Any]:
        """Ask as the holder of our key; once more with the word that the server wants to find in it."""
        def asked(nonce: str) -> tuple[int, dict[str, Any], str]:
            status, answer, above = ask(self.web, "POST", address, headers={"DPoP": _proof(remembered["key"], address, nonce)},
                                        data={"client_id": remembered["client"], **told})
            return status, answer, above.get("dpop-nonce", "")

        status, answer, nonce = asked("")
        if status >= 400 and answer.get("error") == NONCE_WANTED and nonce:
            status, answer, _ = asked(nonce)
        if status < 400:
            return answer
        raise refused(status, answer)

    def _give_back(self, remembered: dict[str, str], told: dict[str, Any]) -> None:
        """We need no key to their account. Whoever cannot take it back sees it run out."""
        try:
            if remembered["revoke"]:
                self._post(remembered, remembered["revoke"], {"token": word(told, "access_token")})
        except Trouble as trouble:
            log.info("a key could not be given back: %s", trouble)

def _proof(written: str, address: str, nonce: str) -> str:
    """That whoever asks this holds the key: good for one question at one place (RFC 9449)."""
    key = serialization.load_pem_private_key(written.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "it is the one that we have made"
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    told = {"jti": secrets.token_urlsafe(16), "htm": "POST", "htu": address.partition("?")[0], "iat": int(clock.now().timestamp())}
    return jwt.encode(told | ({"nonce": nonce} if nonce else {}), key, "ES256", {"typ": "dpop+jwt", "jwk": public})


def _written(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
