"""What a message by WhatsApp tells of who somebody is: their account there, and the number that it is written from.

Who writes from the WhatsApp of a number is shown as that; only a number for which WhatsApp vouches is a proof. Both end as
soon as the account has another number, or the number another account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.identity import DAYS, NUMBER
from voice_gateway.store import admit
from voice_gateway.store.identity import evidence, links
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.wire import OnWhatsApp

ACCOUNT = "wa_bsuid"
SOURCE = "whatsapp"
INTRINSIC, ATTESTED = BY_WHATSAPP = "wa_intrinsic", "wa_attested"
SEEN_AGAIN_AFTER = 7 * DAYS
OTHER_NUMBER, OTHER_ACCOUNT = "their WhatsApp has another number now", "the number has another WhatsApp now"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it. `tel_id`: a number that is proved by it to be that of the account `account_id`, 0 if there is none.

    `displaced` are the accounts that had shown before that it is theirs: they are to be told.
    """

    account_id: int = 0
    tel_id: int = 0
    displaced: tuple[int, ...] = ()


NOTHING_TOLD = Told()


def told(connection: Connection, address: str, sender: OnWhatsApp, sid: str, now: datetime) -> Told:
    """Keep what a message tells: the `address` that it came from (a number or an id), and what else of its sender."""
    number = address if address.startswith("+") else ""
    account = sender.user_id or address
    account_id = admit.caller(connection, ACCOUNT, account, now).id
    if sender.has_changed:
        for each in filter(None, (account, sender.former_id)):
            for claim in links.of_subject(connection, ACCOUNT, each):
                links.unlink(connection, claim.link_id, SOURCE, OTHER_NUMBER, now)
        return NOTHING_TOLD
    if number:
        _wrote_from(connection, account_id, number, sender.user_id, sid, now)
    if not sender.vouched:
        return NOTHING_TOLD
    tel_id = admit.caller(connection, NUMBER, sender.vouched, now).id
    added = evidence.add(connection, Evidence(tel_id, account_id, ATTESTED, SOURCE, sid, now, "customer", sid), now)
    link = links.held(connection, added.link_id or 0)
    return Told(account_id, tel_id if link and link.is_proof else 0, added.displaced)


def _wrote_from(connection: Connection, account_id: int, number: str, user_id: str, sid: str, now: datetime) -> None:
    tel_id = admit.caller(connection, NUMBER, number, now).id
    seen = []
    for each in links.of_account(connection, account_id):
        if each.kind in BY_WHATSAPP and each.tel_id != tel_id:
            links.unlink(connection, each.link_id, SOURCE, OTHER_NUMBER, now)
        elif each.kind == INTRINSIC:
            seen.append(each)
    for each in links.of_tel(connection, tel_id):
        if user_id and each.kind in BY_WHATSAPP and each.account not in (user_id, number):
            links.unlink(connection, each.link_id, SOURCE, OTHER_ACCOUNT, now)
    if any(now - each.verified_at < SEEN_AGAIN_AFTER for each in seen):
        return
    for each in seen:
        links.unlink(connection, each.link_id, SOURCE, "seen again", now)
    evidence.add(connection, Evidence(tel_id, account_id, INTRINSIC, SOURCE, sid, now, "customer", sid), now)
