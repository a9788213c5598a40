"""To which numbers a code may go: those that get texts, and whose owner has not said that they want none."""

from __future__ import annotations

from typing import Any

from voice_gateway import callers, dialling
from voice_gateway.store.identity import reaching

WHY_NO_TEXTS = "That telephone gets no texts, so we cannot send a code there. Please give a mobile's number."


def why_none(memory: Any, tel_id: int, number: str) -> str:
    """Why no code goes to this number (E.164); empty when one may. Who wants no texts is nobody else's to know."""
    if not callers.gets_texts(number):
        return WHY_NO_TEXTS
    return dialling.WHY_NOT_THIS if reaching.wants_nothing(memory, tel_id) else ""
