"""The floor of a webhook: the least that it could do.

The bare view checks the carrier's signature, makes one indexed read and one commit. It is
served by the same gunicorn with the same settings, on the same database through the same
engine as ours.
"""

from __future__ import annotations

import gc

from flask import Flask, Response, request
from sqlalchemy import bindparam, insert, select
from twilio.request_validator import RequestValidator

from voice_gateway import clock, log_lines, settings
from voice_gateway.gateway import open_store
from voice_gateway.store.tables import CaseRow, JournalRow

_read = select(CaseRow.id, CaseRow.state).where(CaseRow.id == bindparam("case"))
_write = insert(JournalRow)
HELLO = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello.</Say></Response>'


def floor() -> Flask:
    """The bare view as an application."""
    chosen = settings.from_environment()
    log_lines.begin(chosen.log_format, chosen.log_level)
    store = open_store(chosen)
    validator = RequestValidator(chosen.twilio_auth_token.get_secret_value())
    app = Flask("floor")

    @app.post("/voice/floor")
    def bare() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        url = chosen.public_base_url + request.full_path
        if not validator.validate(url, request.form, signature):
            return Response("not signed by the carrier", status=403)
        with store.transaction() as memory:
            row = memory.execute(_read, {"case": int(request.args["case"])}).one()
            memory.execute(_write, {"case_id": row.id, "at": clock.now(), "what": "floor", "who": "", "detail": ""})
        return Response(HELLO, content_type="text/xml; charset=utf-8")

    gc.collect()
    gc.freeze()
    return app
