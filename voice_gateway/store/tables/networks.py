"""What is written on social networks to us and about us, what we say there, and how far we have read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class PostRow(Table):
    """A post or a private message, theirs or ours.

    `post_id` is the network's own, empty while ours has not been said yet; `thread` the id of the post with which the
    conversation began; `account_id` whose account it is: of ours, to whom it is said. `said_at`: when it was said
    there; `heard_at`: when it came here, or was ordered. `mentions`: the subjects of those whom it names. `gone_at`:
    since when we know that it was deleted. `followers` is empty where the network does not tell. `praises`: it is praise
    and nothing else.

    Of ours: `answers_id` is the post that it answers, `person_id` the colleague who wrote it, `state` what became of
    it (`owed`, `said`, `failed` or `not said`), and `problem` why it failed, or why we did not say it after all.
    `automatic`: nobody of ours wrote it, and `assumes` is what it takes for granted.
    """

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    post_id: Mapped[str | None]
    thread: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"))
    handle: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    private: Mapped[bool] = mapped_column(Boolean, server_default=false())
    can_reply: Mapped[bool] = mapped_column(Boolean, server_default=true())
    mentions: Mapped[list[Any]] = mapped_column(server_default="[]")
    repeats: Mapped[str] = mapped_column(server_default="")
    followers: Mapped[int | None]
    spread: Mapped[int] = mapped_column(server_default="0")
    inbound: Mapped[bool] = mapped_column(Boolean, server_default=true())
    gone_at: Mapped[datetime | None]
    praises: Mapped[bool] = mapped_column(Boolean, server_default=false())
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(server_default="")
    problem: Mapped[str] = mapped_column(server_default="")
    automatic: Mapped[bool] = mapped_column(Boolean, server_default=false())
    assumes: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id", ondelete="SET NULL"))
    __table_args__ = (
        Index("posts_once", "network", "post_id", unique=True),
        Index("posts_of_thread", "network", "thread"),
        Index("posts_of_account", "account_id", "heard_at"),
        Index("posts_not_said", "id", sqlite_where=text("state = 'not said'"), postgresql_where=text("state = 'not said'")),
    )


class NetworkRow(Table):
    """How far we have read on a network. Whoever reads holds it until `held_until`; `problem` is why the last look failed.
    `longest_answer`: what its server has told of how long an answer may be; empty where it does not tell.
    """

    __tablename__ = "networks"
    name: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str] = mapped_column(server_default="")
    held_until: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(server_default="")
    longest_answer: Mapped[int | None]


class SpendingRow(Table):
    """What a network was paid in a month (`2026-11`), in millionths of a dollar, and for how many calls."""

    __tablename__ = "spendings"
    network: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    millionths: Mapped[int] = mapped_column(BigInteger)
