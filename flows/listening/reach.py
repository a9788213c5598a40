"""How many people may have read a post, as far as its network tells.

A network that does not tell is not one on which nobody reads: unknown counts as wide until somebody knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.posts import Post

WIDE = 5_000  # followers; the author of a crisis had nearly ten thousand
SPREAD = 10  # times passed on


@dataclass(frozen=True, slots=True)
class Reach:
    """`is_wide`: it is read by many, or nobody knows. `why`, and `told` as a sentence."""

    is_wide: bool
    why: str
    told: str


def of(post: Post) -> Reach:
    """From those who follow the author, and how often it was passed on by others."""
    passed_on = f" Passed on {post.spread:,} time{'s' if post.spread > 1 else ''}." if post.spread else ""
    if post.private:
        return Reach(False, "", "")
    if post.spread >= SPREAD:
        return Reach(True, f"it was passed on {post.spread:,} times", f"{_follow(post)}{passed_on}")
    if post.author.followers is None:
        return Reach(True, "nobody knows how many read it", f"{_follow(post)}{passed_on}")
    wide = post.author.followers >= WIDE
    return Reach(wide, f"{post.author.followers:,} follow them" if wide else "", f"{_follow(post)}{passed_on}")


def _follow(post: Post) -> str:
    count = post.author.followers
    if count is None:
        return "It is not known how many follow them."
    return f"{count:,} follow{'s' if count == 1 else ''} them."
