"""STOP and its friends: what the carrier does about them by itself.

https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out; for toll-free numbers the
network behind the carrier does it, with a text of its own, and only START and UNSTOP undo it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .lookup import TOLL_FREE

if TYPE_CHECKING:
    from .exchange import Exchange
    from .messages import Message

REPLIES_AFTER = 1.0
"""Seconds."""


@dataclass(frozen=True)
class OptOutWords:
    """Which single words stop, start and help, and what is answered; a Messaging Service may have its own."""

    stop: frozenset[str] = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
    start: frozenset[str] = frozenset({"START", "UNSTOP", "YES"})
    help: frozenset[str] = frozenset({"HELP", "INFO"})
    stopped: str = (
        "You have successfully been unsubscribed. You will not receive any more "
        "messages from this number. Reply START to resubscribe."
    )
    started: str = (
        "You have successfully been re-subscribed to messages from this number. "
        "Reply HELP for help. Reply STOP to unsubscribe."
    )
    helped: str = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."

    def meaning(self, body: str) -> str:
        """STOP, START, HELP or nothing; only a word that stands alone counts."""
        word = body.strip().upper()
        kinds = (("STOP", self.stop), ("START", self.start), ("HELP", self.help))
        return next((kind for kind, words in kinds if word in words), "")


PLAIN = OptOutWords()
NETWORK = OptOutWords(
    frozenset({"STOP"}),
    frozenset({"START", "UNSTOP"}),
    frozenset(),
    'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number. '
    'Text back "unstop" to receive messages again.',
    'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',
)
"""What the network does for toll-free numbers."""


def service_of(x: Exchange, ours: str) -> str:
    """The Messaging Service that this number or address sends for, if any."""
    return next((sid for sid, senders in x.messaging_services.items() if ours in senders), "")


def is_blocked(x: Exchange, person: str, ours: str) -> bool:
    """Whether this person has said STOP to this number, or to the service it sends for."""
    blocks = {(person, ours), (person, service_of(x, ours))}
    return bool(blocks & (x.opted_out | x.network_blocks))


def answer(message: Message) -> str:
    """Obey a text that came in, as far as it is for the carrier; gives the webhook's OptOutType, if it has one."""
    x, person, ours = message.x, message.from_, message.to
    service = service_of(x, ours)
    advanced = x.advanced_opt_outs.get(service)
    if TOLL_FREE.fullmatch(ours):
        _network(message)
        if NETWORK.meaning(message.body) == "STOP":
            return "STOP" if advanced else ""
    if not advanced and not ours.startswith("+"):
        return ""
    words, pair = advanced or PLAIN, (person, service or ours)
    meaning = words.meaning(message.body)
    blocked = is_blocked(x, person, ours)
    if meaning == "STOP":
        x.opted_out.add(pair)
        _reply(message, words.stopped)
    elif meaning == "START":
        was = {pair, (person, ours)} & x.opted_out
        x.opted_out -= was
        if was or advanced:
            _reply(message, words.started)
    elif meaning == "HELP" and not blocked:
        _reply(message, words.helped)
    return meaning if advanced else ""


def _network(message: Message) -> None:
    pair = (message.from_, message.to)
    meaning, blocks = NETWORK.meaning(message.body), message.x.network_blocks
    if meaning == "STOP":
        blocks.add(pair)
        _reply(message, NETWORK.stopped)
    elif meaning == "START" and pair in blocks:
        blocks.discard(pair)
        _reply(message, NETWORK.started)


def _reply(message: Message, text: str) -> None:
    sender, sid = message.to, message.sid
    handset = message.x.handset(message.from_)
    message.x.clock.after(REPLIES_AFTER, lambda: handset.note("auto_text", text, sender, sid))
