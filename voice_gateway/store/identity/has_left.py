"""Nobody has a number or an account any more: who says so, and that nobody is reached because of it from then on.

What is only out of order for a while says nothing of whose it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows import networks
from flows.posts import Author
from voice_gateway.store import outbox
from voice_gateway.store.identity import links
from voice_gateway.store.tables import MessageRow

UNKNOWN_HANDSET, TAKES_NO_TEXTS = 30005, 30006  # https://www.twilio.com/docs/api/errors

_went_to = select(MessageRow.phone).where(MessageRow.id == bindparam("which"))
_took_texts = (
    select(MessageRow.id)
    .where(MessageRow.phone == bindparam("phone"), MessageRow.status == "delivered", ~MessageRow.inbound).limit(1)
)


def number(connection: Connection, message_id: int, error_code: int | None, now: datetime) -> None:
    """A text did not arrive. If that means that its number is nobody's, or another telephone's, no proof of it holds.

    A landline has never taken texts; a number that did, and takes none now, has changed hands.
    """
    if error_code not in (UNKNOWN_HANDSET, TAKES_NO_TEXTS):
        return
    phone = connection.scalar(_went_to, {"which": message_id})
    if not phone:
        return
    if error_code == UNKNOWN_HANDSET:
        outbox.unreachable(connection, phone, f"carrier error {error_code}")
    elif connection.scalar(_took_texts, {"phone": phone}) is None:
        return
    for claim in links.of_number(connection, phone):
        if claim.is_proof:
            links.suspend(connection, claim.link_id, "the carrier says that this number is not in use as it was", now)


def account(connection: Connection, whom: Author, now: datetime) -> None:
    """The network says that this account is closed or suspended: whoever has it next must prove it anew."""
    for claim in links.of_subject(connection, networks.of(whom.network).namespace, whom.subject, whom.scope):
        if claim.is_proof:
            links.suspend(connection, claim.link_id, "the network says that this account is not there any more", now)
