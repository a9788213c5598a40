"""Words out of a web page's markup."""

from __future__ import annotations

import html
import re

_BREAK, _PARAGRAPH, _TAG = re.compile(r"<br\b[^>]*>", re.I), re.compile(r"</p\s*>", re.I), re.compile(r"<[^>]*>")


def plain(markup: str) -> str:
    """The words of it, as somebody reads them; what somebody typed as a tag comes escaped, and stays."""
    lines = _PARAGRAPH.sub("\n\n", _BREAK.sub("\n", markup))
    return html.unescape(_TAG.sub("", lines)).strip()
