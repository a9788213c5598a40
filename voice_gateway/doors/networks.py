"""The networks' doors: what X and Meta (and its Threads) tell as soon as it happens.

Whatever is not signed by them, is of another day, or is in no shape of theirs is refused and changes nothing. What comes
again is what came: a post of one id is one.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, current_app, jsonify, request

from voice_gateway import clock
from voice_gateway.gateway import Gateway
from voice_gateway.networks import meta_events, threads_events, x_events
from voice_gateway.networks.signed import Forged, Garbled
from voice_gateway.post_turns import PostTurns
from voice_gateway.settings import Settings

log = logging.getLogger(__name__)
door = Blueprint("networks", __name__, url_prefix="/networks")

LARGEST_WEBHOOK_BYTES = 1024 * 1024
"""Several posts come together, each with all that the network knows of it."""


def gateway() -> Gateway:
    return current_app.extensions["gateway"]  # type: ignore[no-any-return]


@door.before_request
def several_posts_may_come_together() -> None:
    request.max_content_length = LARGEST_WEBHOOK_BYTES


@door.errorhandler(Forged)
def _forged(error: Forged) -> Response:
    log.warning("a network's webhook was refused: %s", error, extra={"path": request.path})
    return _plain(403, "not signed by the network")


@door.errorhandler(Garbled)
def _garbled(error: Garbled) -> Response:
    log.warning("a network's webhook could not be read: %s", error, extra={"path": request.path})
    return _plain(400, str(error))


@door.get("/x")
def x_asks() -> Response:
    """X wants to know whether we are still who we were."""
    secret, _ = _x(gateway().settings)
    return jsonify(x_events.reply_to_challenge(secret, request.args.get("crc_token", "")))


@door.post("/x")
def x_tells() -> Response:
    """Somebody named us on X, or wrote to us there."""
    secret, us = _x(gateway().settings)
    for post in x_events.posts(secret, request.get_data(), request.headers.get(x_events.HEADER), us, clock.now()):
        PostTurns(gateway().turns).post_came_in(post)
    return _plain(200, "thank you")


@door.get("/meta")
def meta_asks() -> Response:
    """Meta wants to know whether this address is ours."""
    token = gateway().settings.meta_verify_token or abort(404)
    return _plain(200, meta_events.reply_to_challenge(token.get_secret_value(), request.args))


@door.post("/meta")
def meta_tells() -> Response:
    """Somebody wrote to our page, or to our Instagram account, or below what it shows."""
    told = gateway().settings
    secret = told.meta_app_secret or abort(404)
    ours = {"messenger": told.meta_page_id, "instagram": told.meta_instagram_id}
    signature = request.headers.get(meta_events.HEADER)
    for post in meta_events.posts(secret.get_secret_value(), request.get_data(), signature,
                                  {name: account for name, account in ours.items() if account}, clock.now()):
        PostTurns(gateway().turns).post_came_in(post)
    return _plain(200, "thank you")


@door.get("/threads")
def threads_asks() -> Response:
    """Meta wants to know the same for Threads."""
    token = gateway().settings.threads_verify_token or abort(404)
    return _plain(200, meta_events.reply_to_challenge(token.get_secret_value(), request.args, "THREADS_VERIFY_TOKEN"))


@door.post("/threads")
def threads_tells() -> Response:
    """Somebody named us on Threads, or replied to what we said there."""
    told = gateway().settings
    secret, us = told.threads_app_secret or abort(404), told.threads_user_id or abort(404)
    signature = request.headers.get(meta_events.HEADER)
    for post in threads_events.posts(secret.get_secret_value(), request.get_data(), signature, us, clock.now()):
        PostTurns(gateway().turns).post_came_in(post)
    return _plain(200, "thank you")


def _x(told: Settings) -> tuple[str, str]:
    """What X signs with, and our account there, with which its token begins."""
    secret, token = told.x_consumer_secret or abort(404), told.x_access_token or abort(404)
    return secret.get_secret_value(), token.partition("-")[0]


def _plain(status: int, words: str) -> Response:
    return Response(words, status=status, content_type="text/plain; charset=utf-8")
