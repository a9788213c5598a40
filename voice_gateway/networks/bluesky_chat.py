"""Bluesky's chat: a service of its own that only the public network has. Here one writes to somebody privately.

Bluesky's people can read it; many take messages only from those whom they follow. What comes in is read in `bluesky_inbox`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from atproto import Client, models
from atproto.exceptions import RequestErrorBase

from flows.posts import Author
from voice_gateway.networks import Trouble
from voice_gateway.networks.bluesky_account import Account, error_name

Answer = TypeVar("Answer")

NOT_THERE, OUT_OF_ORDER = (404, 501), 500
REQUEST = "request"
"""How a conversation stands that we have not taken up yet: whoever began it is told nothing, and sees no answer."""
NO_LEAVE = "the app password of the house has no access to messages: make one there that has, and set it as BLUESKY_PASSWORD"


def ask(account: Account, what: str, question: Callable[[Client], Answer], *, writes: bool = False) -> Answer:
    """Put this question to the chat. Raises Trouble in plain words, also for the habits that it alone has."""
    def asked(client: Client) -> Answer:
        chatting = client.with_bsky_chat_proxy()
        try:
            return question(chatting)
        except RequestErrorBase as refused:
            if why := _why(refused):
                raise Trouble(why, lasting=True) from None
            if refused.response and refused.response.status_code == OUT_OF_ORDER:  # all that a server without a chat says
                raise Trouble("this network has no private messages, or they are out of order", maybe_done=writes) from None
            raise
        finally:
            chatting.request.close()

    return account.ask(what, asked, writes=writes)


def write(account: Account, to: Author, words: str) -> str:
    """Write, as often as it is asked for, and give the id of the message. Raises Trouble."""
    return ask(account, "write privately", lambda client: _written(client, to, words), writes=True)


def name_of(talk: str, message: str) -> str:
    """How a message is called here: its own id counts within its conversation."""
    return f"{talk}/{message}"


def with_them(client: Client, whom: Author) -> models.ChatBskyConvoDefs.ConvoView:
    """The conversation with them, which begins with this question if there is none."""
    told = models.ChatBskyConvoGetConvoForMembers.Params(members=[whom.subject])
    return client.chat.bsky.convo.get_convo_for_members(told).convo


def _written(client: Client, to: Author, words: str) -> str:
    there = client.chat.bsky.convo
    talk = with_them(client, to)
    if talk.status == REQUEST:
        there.accept_convo(models.ChatBskyConvoAcceptConvo.Data(convo_id=talk.id))
    message = models.ChatBskyConvoDefs.MessageInput(text=words)
    return name_of(talk.id, there.send_message(models.ChatBskyConvoSendMessage.Data(convo_id=talk.id, message=message)).id)


def _why(refused: RequestErrorBase) -> str:
    """What is in the way for good, where the chat has habits of its own; else empty."""
    if refused.response is None:
        return ""
    told = str(getattr(refused.response.content, "message", "") or "")
    if refused.response.status_code in NOT_THERE:
        return "this network has no private messages"
    if "Bad token" in told or error_name(refused) == "InvalidToken":
        return NO_LEAVE
    return "they take no private messages from us" if "recipient" in told.lower() else ""
