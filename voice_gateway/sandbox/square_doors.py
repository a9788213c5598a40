"""How programs speak with the square, in JSON. (`/square/<network>` is a page for people: square_page.py.)

    GET  /square/<network>/news?since=N&also=SUBJECT,SUBJECT
    GET  /square/<network>/posts?id=ID              GET /square/<network>/people?who=HANDLE or SUBJECT
    GET  /square/<network>/answers?key=KEY              GET /square/<network>/heard?by=HANDLE or SUBJECT: what the house said to them
    POST /square/<network>/answers {"to", "words", "key"}       the house's: under a post
    POST /square/<network>/messages {"to", "words", "key"}      the house's: privately
    POST /square/<network>/follows {"whom"}
    POST /square/<network>/people {"handle", "name", "followers"}
    POST /square/<network>/said {"by", "words", "private", "answers", "repeats"}      somebody's
    POST /square/<network>/taken_back {"id"}
    POST /square/<network>/sign_in {"handle"}  gives a code;  POST /square/<network>/who {"code"}  whose it was
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

from .square import NotDone, Said, Square, Town

Answer = tuple[int, dict[str, Any]]


def answer(square: Square, method: str, path: str, query: dict[str, str], told: dict[str, Any]) -> Answer:
    """One request; ``path`` without its beginning ``/square/``."""
    network, _, what = path.partition("/")
    deed = DEEDS.get((method, what))
    if deed is None or not network.isidentifier():
        return 404, {"message": "the square knows no such thing; see square_doors.py"}
    try:
        return deed(square.town(network), query if method == "GET" else told)
    except NotDone as why:
        return 422, {"message": str(why)}
    except KeyError as missing:
        return 400, {"message": f"{missing.args[0]} is missing"}


def _news(town: Town, asked: dict[str, Any]) -> Answer:
    since = asked.get("since", "")
    if not since:
        return 200, {"posts": [], "cursor": str(len(town.said))}
    also = tuple(filter(None, asked.get("also", "").split(",")))
    return 200, {"posts": [_told(town, each) for each in town.news(int(since), also)], "cursor": str(len(town.said))}


def _post(town: Town, asked: dict[str, Any]) -> Answer:
    found = town.get(asked["id"])
    return (200, _told(town, found)) if found else (404, {"message": "that post is gone"})


def _person(town: Town, asked: dict[str, Any]) -> Answer:
    found = town.find(asked["who"]) if asked["who"] != "us" else town.people[town.house]
    return (200, asdict(found)) if found else (404, {"message": "nobody has that account"})


def _answered(town: Town, asked: dict[str, Any]) -> Answer:
    found = town.of_key(town.house, asked["key"])
    return 200, {"id": found.id if found else ""}


def _heard(town: Town, asked: dict[str, Any]) -> Answer:
    found = town.find(asked["by"])
    if found is None:
        return 404, {"message": "nobody has that account"}
    return 200, {"posts": [_told(town, each) for each in town.said_by_the_house_to(found.subject)]}


def _answer(town: Town, told: dict[str, Any]) -> Answer:
    return 201, {"id": town.post(town.house, told["words"], answers=told["to"], key=told["key"]).id}


def _message(town: Town, told: dict[str, Any]) -> Answer:
    return 201, {"id": town.write(town.house, told["to"], told["words"], told["key"]).id}


def _follow(town: Town, told: dict[str, Any]) -> Answer:
    if told["whom"] not in town.people:
        raise NotDone("nobody has that account")
    town.follows.add((town.house, told["whom"]))
    return 201, {}


def _join(town: Town, told: dict[str, Any]) -> Answer:
    return 201, asdict(town.join(told["handle"], told.get("name", ""), int(told.get("followers", 0))))


def _say(town: Town, told: dict[str, Any]) -> Answer:
    by = town.join(told["by"]).subject
    if told.get("private"):
        return 201, _told(town, town.write(by, town.house, told["words"]))
    said = town.post(by, told["words"], answers=told.get("answers", ""), repeats=told.get("repeats", ""))
    return 201, _told(town, said)


def _take_back(town: Town, told: dict[str, Any]) -> Answer:
    town.take_back(told["id"])
    return 200, {}


def _sign_in(town: Town, told: dict[str, Any]) -> Answer:
    who = town.find(told["handle"])
    if who is None:
        raise NotDone("nobody has that account")
    code = secrets.token_hex(8)
    town.signed_in[code] = who.subject
    return 201, {"code": code}


def _who(town: Town, told: dict[str, Any]) -> Answer:
    subject = town.signed_in.pop(told["code"], "")
    if not subject:
        raise NotDone("this code was used already, or never given")
    return 200, asdict(town.people[subject])


def _told(town: Town, said: Said) -> dict[str, Any]:
    return asdict(said) | {"at": said.at.isoformat(), "author": asdict(town.people[said.by]),
                           "spread": town.spread(said.id)}


DEEDS = {
    ("GET", "news"): _news, ("GET", "posts"): _post, ("GET", "people"): _person, ("GET", "answers"): _answered, ("GET", "heard"): _heard,
    ("POST", "answers"): _answer, ("POST", "messages"): _message, ("POST", "follows"): _follow,
    ("POST", "people"): _join, ("POST", "said"): _say, ("POST", "taken_back"): _take_back,
    ("POST", "sign_in"): _sign_in, ("POST", "who"): _who,
}
"""What can be asked, by method and name."""
