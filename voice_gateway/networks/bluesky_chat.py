"""Writing to somebody privately on Bluesky: its chat, a service of its own that only the public network has.

Bluesky's people can read it; many take messages only from those whom they follow.
"""

from __future__ import annotations

from atproto import Client, models
from atproto.exceptions import RequestErrorBase

from flows.posts import Author
from voice_gateway.networks import Trouble
from voice_gateway.networks.bluesky_account import Account, error_name

NOT_THERE = (404, 500, 501)
NO_LEAVE = "the app password of the house may not write messages: make one there that may, and set it as BLUESKY_PASSWORD"


def write(account: Account, to: Author, words: str) -> str:
    """Write, and give the id of the message. What we wrote last is not written twice. Raises Trouble."""
    def question(client: Client) -> str:
        chatting = client.with_bsky_chat_proxy()
        try:
            return _written(chatting, to, words)
        except RequestErrorBase as refused:
            if why := _why(refused):
                raise Trouble(why, lasting=True) from None
            raise
        finally:
            chatting.request.close()

    return account.ask("write privately", question, writes=True)


def _written(client: Client, to: Author, words: str) -> str:
    there = client.chat.bsky.convo
    talk = there.get_convo_for_members(models.ChatBskyConvoGetConvoForMembers.Params(members=[to.subject])).convo
    last = talk.last_message
    if isinstance(last, models.ChatBskyConvoDefs.MessageView) and last.text == words and last.sender.did != to.subject:
        return str(last.id)
    message = models.ChatBskyConvoDefs.MessageInput(text=words)
    return str(there.send_message(models.ChatBskyConvoSendMessage.Data(convo_id=talk.id, message=message)).id)


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
