"""The codes by which somebody proves that a number and an account are theirs.

Six digits where they are typed on a telephone; two groups of four letters and digits, without those that look
alike, where they are written in a post or a message. Only a digest is kept, made with the house's secret key.
"""

from __future__ import annotations

import hmac
import re
import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
TYPED_DIGITS = 6
_WRITTEN = [re.compile(rf"(?<![0-9A-Z])(?=([{LETTERS}]{{4}}){between}([{LETTERS}]{{4}})(?![0-9A-Z]))")
            for between in ("-", "", r"\s")]
_HANDLE = re.compile(r"@\S+")
_TYPED = re.compile(rf"(?<!\d)(\d{{{TYPED_DIGITS}}})(?!\d)")


def written() -> str:
    """A new code to be written, such as `K7QX-M2PA`. There is a digit in it, so that it looks like no word."""
    while True:
        letters = "".join(secrets.choice(LETTERS) for _ in range(8))
        if any(letter.isdigit() for letter in letters):
            return f"{letters[:4]}-{letters[4:]}"


def typed() -> str:
    """A new code to be typed on a telephone."""
    return "".join(secrets.choice(DIGITS) for _ in range(TYPED_DIGITS))


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
