"""A colleague's desk, with a message of Dana's on it, and nobody's telephone has rung."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import html
from sqlalchemy import select, update

from tests.doors.front import BASE, DANA, Front
from voice_gateway import clock
from voice_gateway.store.tables import CaseRow, IdentifierRow, JournalRow, PersonRow, VoicemailRow

KEY = "2026/03/k7Qx.wav"
SOUND = b"RIFF" + bytes(range(250)) * 4
SAM, KIM = 1, 2


class Desk(Front):
    """A house in which Dana has left a message for Sam, and Kim works as well."""

    def with_a_message(self) -> Desk:
        self.furnish()
        self.put(PersonRow, name="Kim Kern", phone="+12025550112", roles=["agent"], skills=[], languages=["en"], handles={},
                 is_agent=True, owner_rank=2, shift_id=1, idle_since=self.now)
        self.put(IdentifierRow, namespace="tel", subject=DANA, first_seen=self.now)
        self.put(CaseRow, identifier_id=1, caller_name="Dana", about="a refund", state="open", ticket_seed="seed", token_hash="hash",
                 opened_at=self.now, wanted_at=self.now, due_at=self.now, owner_id=SAM)
        self.leaves_another()
        self.gateway.vault.keep(KEY, SOUND, "audio/wav")
        return self

    def leaves_another(self, **more: Any) -> None:
        self.put(VoicemailRow, **({
            "case_id": 1, "recording_sid": f"RE{self.count(VoicemailRow)}", "seconds": 67, "owner_id": SAM, "left_at": self.now,
            "transcript": "My order is broken", "kept_as": KEY, "kind": "audio/wav", "fetched": "kept"} | more))

    def message(self, **changes: Any) -> None:
        with self.store.transaction() as memory:
            memory.execute(update(VoicemailRow).where(VoicemailRow.id == 1).values(**changes))

    def link(self, person: int = SAM, which: int = 1) -> str:
        return self.store.tickets.voicemail_page(which, person, self.now).removeprefix(BASE)

    def page(self, link: str = "", status: int = 200) -> Any:
        answer = self.browser.get(link or self.link())
        assert answer.status_code == status
        return html.document_fromstring(answer.get_data(as_text=True))

    def words(self, link: str = "", status: int = 200) -> str:
        return spoken(self.page(link, status))

    def does(self, deed: str, link: str = "") -> str:
        """Press a button, and read the page that it leads to."""
        answer = self.browser.post(link or self.link(), data={"deed": deed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{link or self.link()}#next")
        return self.words(link)

    def journal(self) -> list[tuple[str, str]]:
        with self.store.reading() as memory:
            return [(what, who) for what, who in memory.execute(select(JournalRow.what, JournalRow.who).order_by(JournalRow.id))]


@contextmanager
def desk_with_a_message(folder: Path) -> Iterator[Desk]:
    built = Desk(folder)
    try:
        yield built.with_a_message()
    finally:
        clock.follow(None)
        built.store.close()


def spoken(page: Any) -> str:
    return " ".join(page.text_content().split())
