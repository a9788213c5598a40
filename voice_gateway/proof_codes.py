"""The codes by which somebody proves that a number and an account are theirs.

Six digits where they are typed on a telephone; two groups of four letters and digits, without those that look
alike, where they are written in a post or a message. A code is kept nowhere: it is made from a salt and the house's
secret key whenever it is sent, and of what comes back a digest is compared.
"""

from __future__ import annotations

import hmac
import itertools
import re

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TYPED_DIGITS = 6
_WRITTEN = [re.compile(rf"(?<![0-9A-Z])(?=([{LETTERS}]{{4}}){between}([{LETTERS}]{{4}})(?![0-9A-Z]))")
            for between in ("-", "", r"\s")]
_HANDLE = re.compile(r"@\S+")
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
    plain = _HANDLE.sub(" ", words.upper())
    forms = [{code for pair in form.findall(plain) if any(map(str.isdigit, code := "".join(pair)))} for form in _WRITTEN]
    found = next((codes for codes in (*forms, set(_TYPED.findall(words))) if codes), set())
    return found.pop() if len(found) == 1 else ""


def digest(secret_key: str, salt: str, code: str) -> str:
    """What is kept of a code: few enough that only who has the key can try them all."""
    plain = code.upper().replace("-", "")
    return hmac.digest(secret_key.encode(), f"proof:{salt}:{plain}".encode(), "sha256").hex()
