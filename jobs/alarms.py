"""The alarm that cannot be silent: told outside the house, until it was heard."""

from __future__ import annotations

import logging

from jobs.workshop import Workshop
from voice_gateway.store import outbox

log = logging.getLogger(__name__)


def cry_out(shop: Workshop, order: outbox.Owed) -> str:
    """Nobody of the house could be reached: whoever looks after it is told."""
    log.warning("nobody has taken a case that climbs", extra={"case": order.case_id})
    return "told"
