"""The codes by which somebody proves that a number and an account are theirs.

Six digits where they are typed on a telephone; two groups of four letters and digits, without those that look
alike, where they are written in a post or a message. A code is kept nowhere: it is made from a salt and the house's
secret key whenever it is sent, and of what comes back a digest is compared.
"""

from __future__ import annotations

import hmac
import itertools
import re
from collections.abc import Callable, Iterator

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TYPED_DIGITS = 6
_WRITTEN = [re.compile(rf"(?<![0-9A-Z])(?=([{LETTERS}]{{4}}){between}([{LETTERS}]{{4}})(?![0-9A-Z]))")
            for between in ("-", "", r"\s")]
_HANDLE = re.compile(r"@\S+")
_WORD = re.compile(r"\w+")
HIDDEN = "(a code)"
BESIDE_IT = frozenset(  # what people write around a code, and nobody needs to read
    "a all and best bye code cheers confirmation dear evening for from good got hello here here's hey hi i is it it's kind mine morning my "
    "ok okay pin please received regards s sure thank thanks that that's the there this to u verification was yes you your yours".split())
_TYPED = re.compile(rf"(?<!\d)(\d{{{TYPED_DIGITS}}})(?!\d)")


def written(secret_key: str, salt: str) -> str:
    """A code to be written, such as `K7QX-M2PA`. There is a digit in it, so that it looks like no word."""
    for n in itertools.count():
        letters = "".join(LETTERS[each % len(LETTERS)] for each in _drawn(secret_key, f"written:{salt}:{n}")[:8])
        if any(letter.isdigit() for letter in letters):
            return f"{letters[:4]}-{letters[4:]}"
    raise AssertionError("unreachable")


def typed(secret_key: str, salt: str) -> str:
    """A code to be typed on a telephone."""
    number = int.from_bytes(_drawn(secret_key, f"typed:{salt}"), "big")
    return f"{number % 10**TYPED_DIGITS:0{TYPED_DIGITS}d}"


def _drawn(secret_key: str, what: str) -> bytes:
    """32 bytes that only who has the key can tell, the same each time."""
    return hmac.digest(secret_key.encode(), f"code {what}".encode(), "sha256")


def found_in(words: str) -> str:
    """What may be a code in what somebody wrote or typed, in one form; empty when there is none, or several."""
    found: dict[int, set[str]] = {}
    for form, code, _, _ in _looks_like_one(words):
        found.setdefault(form, set()).add(code)
    likeliest = found[min(found)] if found else set()
    return likeliest.pop() if len(likeliest) == 1 else ""


def may_be_in(words: str) -> bool:
    """Is there anything that looks like a code?"""
    return next(_looks_like_one(words), None) is not None


def without(words: str, is_one: Callable[[str], bool]) -> str:
    """These words as others may read them: every code in them is hidden, and all else stays."""
    spans = sorted({(begins, ends) for _, code, begins, ends in _looks_like_one(words) if is_one(code)}, reverse=True)
    for begins, ends in spans:
        words = f"{words[:begins]}{HIDDEN}{words[ends:]}"
    return words


def is_all_there_is(hidden: str) -> bool:
    """Is there nothing but a hidden code in it, but for a handle and what is polite?"""
    rest = _HANDLE.sub(" ", hidden.replace(HIDDEN, " "))
    return HIDDEN in hidden and BESIDE_IT.issuperset(each.casefold() for each in _WORD.findall(rest))


def _looks_like_one(words: str) -> Iterator[tuple[int, str, int, int]]:
    """In which form, which code it would be, and from where to where it stands; the likelier forms first."""
    plain = _HANDLE.sub(lambda handle: " " * len(handle[0]), "".join(each.upper() if len(each.upper()) == 1 else each for each in words))
    for form, pattern in enumerate(_WRITTEN):
        for found in pattern.finditer(plain):
            if any(map(str.isdigit, code := found[1] + found[2])):
                yield form, code, found.start(1), found.end(2)
    for found in _TYPED.finditer(plain):
        yield len(_WRITTEN), found[1], *found.span()


def digest(secret_key: str, salt: str, code: str) -> str:
    """What is kept of a code: few enough that only who has the key can try them all."""
    plain = code.upper().replace("-", "")
    return hmac.digest(secret_key.encode(), f"proof:{salt}:{plain}".encode(), "sha256").hex()
