"""Who may knock: one file per kind of visitor. Flask lives here."""

from __future__ import annotations

from flask import Flask

from voice_gateway.doors import (
    amends,
    climbs,
    customers,
    health,
    identity,
    messages,
    networks,
    people,
    pictures,
    proofs,
    telephone,
    threads,
)
from voice_gateway.gateway import Gateway

LARGEST_REQUEST_BYTES = 64 * 1024


def open_doors(gateway: Gateway) -> Flask:
    """A Flask application with every door of the house."""
    app = Flask("voice_gateway", template_folder="pages", static_folder="pages/static")
    app.config.update(SECRET_KEY=gateway.settings.secret_key.get_secret_value(),
                      MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES, MAX_FORM_PARTS=200)
    app.extensions["gateway"] = gateway
    for door in (telephone, customers, proofs, messages, identity, amends, threads, climbs, pictures, networks, people, health):
        app.register_blueprint(door.door)
    return app
