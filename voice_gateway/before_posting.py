"""What is looked at in a colleague's words before they are said on a network: whether they fit, and what is nobody else's business."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows import answering, networks, voices
from flows.facts import Call
from flows.words import Words
from voice_gateway import personal_data
from voice_gateway.answer_length import counted
from voice_gateway.store import listening, posts
from voice_gateway.store.recall import Line


def looked_at(memory: Any, line: Line, call: Call, said: str) -> Call:
    """The same case, with what they wrote last; `said` is what of the colleague's words goes out there."""
    mention = call.mention or posts.mention(memory, call.case.id, call.now)
    words = replace(call.words or Words(said), personal=personal_data.in_words(memory, line, said))
    if mention:
        manners, private = networks.of(mention.post.network), answering.way_of(mention.post) == answering.PRIVATELY
        room = (private and manners.longest_message) or listening.longest_answer(memory, manners.name) or manners.longest_answer
        read = voices.said(call, call.meant_for, said) if call.meant_for else said
        words = replace(words, length=counted(manners, read, mention.post.author.handle), room=room, as_read=read)
    return replace(call, mention=mention, words=words)
