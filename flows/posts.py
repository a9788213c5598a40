"""What people say on social networks, as the house tells it. Frozen facts, whatever the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody on a network. `subject` never changes, however often they rename themselves; `scope` is where it counts.

    `followers` is None where the network does not tell: that is unknown, and never nobody.
    """

    network: str
    subject: str
    handle: str
    name: str = ""
    scope: str = ""
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Something written to us or about us.

    `id` never changes, and neither does `thread`, the id of the post with which the conversation began. `private`:
    only we can read it. `mentions`: the subjects of those whom it names. `repeats`: the id of the post that this one
    only passes on. `can_reply`: the network allows us to answer it. `spread`: how often it was passed on by others.
    """

    network: str
    id: str
    thread: str
    author: Author
    words: str
    at: datetime
    url: str = ""
    private: bool = False
    mentions: tuple[str, ...] = ()
    repeats: str = ""
    can_reply: bool = True
    spread: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """What somebody wrote, as a story is given it: the post that came in, or the newest of whose case it is.

    `kept`: the number under which the house keeps it. `is_news`: it has come in this very moment. `lately`: how many they
    wrote within the hour, this one among them. `is_anothers`: somebody joined in whose case it is not. `voices`: the handles
    of all who write about this case, where they are several. `is_pinned`: the house has said that theirs go first.
    `is_invited`: they have got a link since, by which they can show who they are. `may_be_rung`: we may ring them because of it; `why_not` says in words why we may not.
    """

    post: Post
    kept: int = 0
    is_news: bool = False
    lately: int = 1
    is_anothers: bool = False
    voices: tuple[str, ...] = ()
    is_pinned: bool = False
    is_invited: bool = False
    may_be_rung: bool = False
    why_not: str = ""
