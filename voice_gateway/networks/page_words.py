"""Words out of a web page's markup."""

from __future__ import annotations

from html.parser import HTMLParser

BREAKS = {"br": "\n", "p": "\n\n"}


class _Reader(HTMLParser):
    """Keeps the words and where their lines break, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.words.append(BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def plain(markup: str) -> str:
    """The words of it, as somebody reads them."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "".join(reader.words).strip()
