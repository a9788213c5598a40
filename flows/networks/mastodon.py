"""Mastodon: many servers, and whoever runs one can read what is written there, even "privately"."""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle, as_typed

TOLD = "Mastodon"
_ADDRESS = re.compile(r"(?:https://(?P<at>[^/@]+)/@(?P<who>[^/@]+)/?|(?:acct:|@)?(?P<user>[^/@:]+)@(?P<host>[^/@:]+))")
_USER = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?")
_HOST = re.compile(r"(?=.{4,100}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def handle(typed: str) -> str:
    """`@somebody@server.example`, from that or from the address of their profile."""
    found = _ADDRESS.fullmatch(as_typed(typed, TOLD))
    user, host = ((found["user"] or found["who"]).lower(), (found["host"] or found["at"]).lower()) if found else ("", "")
    if not (_USER.fullmatch(user) and _HOST.fullmatch(host)):
        raise NotAHandle("a handle on Mastodon looks like @jess@mastodon.example, with the server that they are on")
    return f"@{user}@{host}"


manners = Manners(
    name="mastodon", told=TOLD, namespace="mastodon", handle=handle,
    proofs=frozenset({"otp_roundtrip", "oauth_otp"}),
    examples=(("@Jess@Mastodon.Example", "@jess@mastodon.example"), ("jess@mastodon.example", "@jess@mastodon.example"),
              ("acct:jess@mastodon.example", "@jess@mastodon.example"),
              ("https://mastodon.example/@jess", "@jess@mastodon.example")),
    code_in_public=True, writes_privately=True, private_is_private=False, tells_reach=True, lets_follow=True, quiet=(22, 7),
    longest_answer=500, counts="graphemes", link_counts=23, names_them=True,
)
