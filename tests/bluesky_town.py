"""A stand-in for Bluesky, over the square's town of that name: the house's own client speaks to it as to the network itself.

It is no real server, and there is none to be had: the chat runs nowhere but on the public network. Methods, parameters and
answers have the shapes of the lexicons (`chat.bsky.convo.*`, `app.bsky.*`) that come with the `atproto` SDK. Where these
leave something open the stand-in is the stricter one: nothing can be sent into a conversation that was not accepted,
the log begins now when no cursor is given, and its marks are words that can be compared and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import jwt

from tests.house import House
from tests.square import WorkerDied
from voice_gateway.networks.bluesky import Bluesky
from voice_gateway.networks.bluesky_account import Account
from voice_gateway.networks.bluesky_sign_in import SignIn
from voice_gateway.sandbox.square import Citizen, Said, Town
from voice_gateway.sandbox.weather import Weather

HOME = "https://bluesky.example.test"
CHAT = "did:web:api.bsky.chat#bsky_chat"
CAPITAL = re.compile("[A-Z]")
DEFS = "chat.bsky.convo.defs#"
PAGE = 3
"""Of everything, so that whoever reads one page only is found out."""

Told = dict[str, Any]


class Refused(Exception):
    """An answer that is none: its status, its name and its words."""

    def __init__(self, status: int, name: str = "", words: str = "") -> None:
        super().__init__(words)
        self.status, self.told = status, {"error": name, "message": words}


@dataclass
class Talk:
    """One conversation, as the house's account sees it."""

    id: str
    members: list[str]
    status: str = "request"
    is_group: bool = False
    messages: list[Told] = field(default_factory=list)


class Chat:
    """What was written privately in the town, and the log of it."""

    def __init__(self, town: Town) -> None:
        self._town, self._taken = town, 0
        self.talks: dict[str, Talk] = {}
        self.log: list[Told] = []
        self.oldest_mark = ""
        self.loses_its_log = False

    def catch_up(self) -> None:
        """What was written in the town since the last look has come here, in the order in which it was written."""
        for said in self._town.said[self._taken:]:
            if said.to:
                other = said.by if said.to == self._town.house else said.to
                self.adds(self.with_(other), said.by, said.words, said.at)
        self._taken = len(self._town.said)

    def with_(self, *others: str) -> Talk:
        """The conversation with them, begun if there is none."""
        talk_id = "-".join(each[-5:] for each in others)
        if talk_id not in self.talks:
            self.talks[talk_id] = Talk(talk_id, [self._town.house, *others], is_group=len(others) > 1)
            self._happens("logBeginConvo", self.talks[talk_id])
        return self.talks[talk_id]

    def adds(self, talk: Talk, by: str, words: str, at: datetime, **more: Any) -> Told:
        """One message. `more`: its `embed`, its `facets`."""
        if by == self._town.house and talk.status == "request" and not talk.messages:
            talk.status = "accepted"  # whoever begins a conversation has no need to accept it
        message = {"$type": f"{DEFS}messageView", "id": f"m{sum(len(each.messages) for each in self.talks.values())}", "rev": self._next,
                   "sender": {"did": by}, "sentAt": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "text": words, **more}
        talk.messages.append(message)
        self._happens("logCreateMessage", talk, message=message)
        return message

    def hides(self, talk: Talk, message: Told) -> None:
        """The house's own account deletes a message for itself; there is no other way to delete one."""
        gone = {"$type": f"{DEFS}deletedMessageView", **{name: message[name] for name in ("id", "rev", "sender", "sentAt")}}
        talk.messages[talk.messages.index(message)] = gone
        self._happens("logDeleteMessage", talk, message=gone)

    def accepts(self, talk: Talk) -> None:
        talk.status = "accepted"
        self._happens("logAcceptConvo", talk)

    def forgets(self) -> None:
        """Marks from before now are known no more."""
        self.log, self.oldest_mark = [], self._next

    @property
    def _next(self) -> str:
        return f"22222222{self._happened:06}"

    _happened = 1

    def _happens(self, what: str, talk: Talk, **more: Any) -> None:
        if not self.loses_its_log:
            self.log.append({"$type": f"{DEFS}{what}", "convoId": talk.id, "rev": self._next, **more})
        self._happened += 1


class BlueskyTown:
    """The server. `down`: what befalls whoever asks its chat; `asked`: the methods that were asked of it."""

    def __init__(self, town: Town, weather: Weather) -> None:
        self.town, self._weather = town, weather
        self.chat = Chat(town)
        self.down: Callable[[str], Refused | None] = lambda _method: None
        self.asked: list[str] = []
        self._died_after: set[bytes] = set()

    def carry(self, request: httpx.Request) -> httpx.Response:
        """One request and its answer."""
        method = request.url.path.removeprefix("/xrpc/")
        self.asked.append(method)
        told: Any = json.loads(request.read()) if request.method == "POST" and request.read() else dict(request.url.params.multi_items())
        lists = {name: request.url.params.get_list(name) for name in ("uris", "actors", "members")}
        try:
            if method.startswith("chat."):
                if request.headers.get("atproto-proxy") != CHAT:
                    raise Refused(501, "MethodNotImplemented", "not here")
                if refused := self.down(method):
                    raise refused
                self.chat.catch_up()
            befell = self._weather.befalls("POST", method, [("body", request.read().decode())]) if method.endswith("sendMessage") else ""
            if befell == "before":
                raise httpx.ConnectTimeout("the weather: not accepted", request=request)
            if befell == "429":
                raise Refused(429, "RateLimitExceeded", "too many")
            answer = getattr(self, CAPITAL.sub(lambda each: f"_{each[0].lower()}", method.rpartition(".")[2]))(told, lists)
        except Refused as refused:
            return httpx.Response(refused.status, json=refused.told)
        if befell == "after":
            raise httpx.ReadTimeout("the weather: accepted, but the answer is lost", request=request)
        if self._weather.worker_dies_after_each_send and method.endswith("sendMessage") and request.read() not in self._died_after:
            self._died_after.add(request.read())
            raise WorkerDied
        return httpx.Response(200, json=answer)

    # ---- the methods, by their own names ----

    def create_session(self, _told: Told, _lists: Told) -> Told:
        key = jwt.encode({"exp": 4102444800}, "of nobody's interest, but long enough for it")
        return {"did": self.town.house, "handle": self._citizen(self.town.house).handle, "accessJwt": key, "refreshJwt": key}

    def list_notifications(self, _told: Told, _lists: Told) -> Told:
        public = [each for each in reversed(self.town.news(0)) if not each.to]
        return {"notifications": [self._post(each) | {"reason": "mention"} for each in public]}

    def get_posts(self, _told: Told, lists: Told) -> Told:
        return {"posts": [self._post(said) for each in lists["uris"] if (said := self.town.get(each))]}

    def get_profiles(self, _told: Told, lists: Told) -> Told:
        return {"profiles": [self._profile(found) for each in lists["actors"] if (found := self.town.find(each))]}

    def get_profile(self, told: Told, _lists: Told) -> Told:
        if not (found := self.town.find(told["actor"])):
            raise Refused(400, "InvalidRequest", "Profile not found")
        return self._profile(found)

    def get_log(self, told: Told, _lists: Told) -> Told:
        cursor = told.get("cursor")
        if cursor is None:
            return {"logs": [], "cursor": self.chat.log[-1]["rev"] if self.chat.log else self.chat.oldest_mark or "22222222000000"}
        if cursor < self.chat.oldest_mark:
            raise Refused(400, "InvalidRequest", "invalid cursor")
        logs = [each for each in self.chat.log if each["rev"] > cursor][:PAGE]
        return {"logs": logs, "cursor": logs[-1]["rev"] if logs else cursor}

    def list_convos(self, told: Told, _lists: Told) -> Told:
        talks = [each for each in self.chat.talks.values() if each.status == told.get("status", each.status)]
        talks.sort(key=lambda each: str(each.messages[-1]["rev"]) if each.messages else "", reverse=True)
        return self._paged("convos", [self._talk(each) for each in talks], told)

    def get_messages(self, told: Told, _lists: Told) -> Told:
        return self._paged("messages", self._of(told["convoId"]).messages[::-1], told)

    def get_convo(self, told: Told, _lists: Told) -> Told:
        return {"convo": self._talk(self._of(told["convoId"]))}

    def get_convo_for_members(self, _told: Told, lists: Told) -> Told:
        if lists["members"][0] not in self.town.people:
            raise Refused(400, "InvalidRequest", "recipient not found")
        return {"convo": self._talk(self.chat.with_(*lists["members"]))}

    def accept_convo(self, told: Told, _lists: Told) -> Told:
        self.chat.accepts(self._of(told["convoId"]))
        return {}

    def send_message(self, told: Told, _lists: Told) -> Told:
        talk = self._of(told["convoId"])
        if talk.status == "request" and talk.messages:
            raise Refused(400, "InvalidRequest", "this conversation was not accepted")
        self.town.write(self.town.house, talk.members[1], told["message"]["text"])
        self.chat.catch_up()
        return talk.messages[-1]

    # ---- their shapes ----

    def _of(self, talk: str) -> Talk:
        if talk not in self.chat.talks:
            raise Refused(400, "InvalidConvo", "there is no such conversation")
        return self.chat.talks[talk]

    def _citizen(self, subject: str) -> Citizen:
        return self.town.people.get(subject) or Citizen(subject, "missing.invalid")

    def _basic(self, whom: Citizen) -> Told:
        return {"did": whom.subject, "handle": whom.handle, "displayName": whom.name}

    def _profile(self, whom: Citizen) -> Told:
        return self._basic(whom) | {"followersCount": whom.followers}

    def _talk(self, talk: Talk) -> Told:
        kind = {"$type": f"{DEFS}groupConvo", "name": "several"} if talk.is_group else {"$type": f"{DEFS}directConvo"}
        last = {"lastMessage": talk.messages[-1]} if talk.messages else {}
        return {"id": talk.id, "rev": "22222222000000", "muted": False, "unreadCount": 0, "status": talk.status, "kind": kind,
                "members": [self._basic(self._citizen(each)) for each in talk.members], **last}

    def _post(self, said: Said) -> Told:
        facets = [{"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": each}]}
                  for each in said.mentions]
        return {"uri": said.id, "cid": f"c{said.n}", "author": self._basic(self._citizen(said.by)), "indexedAt": said.at.isoformat(),
                "record": {"text": said.words, "facets": facets}}

    @staticmethod
    def _paged(name: str, things: list[Told], told: Told) -> Told:
        first = int(told.get("cursor") or 0)
        more = {"cursor": str(first + PAGE)} if first + PAGE < len(things) else {}
        return {name: things[first:first + PAGE], **more}


def bluesky(town: BlueskyTown, folder: Path) -> Bluesky:
    """The house's account there: a process of its own, whose session is kept in this folder."""
    account = Account(HOME, "acme.example", "secret", folder, httpx.MockTransport(town.carry))
    return Bluesky(account, SignIn.of("https://calls.example.test", HOME))


def opens_on(house: House, folder: Path) -> BlueskyTown:
    """The house is on this Bluesky, and listens."""
    town = BlueskyTown(house.exchange.square.town("bluesky"), house.weather)
    house.is_on(bluesky(town, folder))
    return town
