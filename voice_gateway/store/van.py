"""What carries a house file into the tables, and tells in words what it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from voice_gateway.store.tables import AnyRow

NAMED_ONLY = {"code_digest": "insider code", "greeting": "greeting"}
IN_SECONDS = ("longest_wait", "longest", "update_every")


@dataclass(slots=True)
class Van:
    """Carries one house in. The words of what changed are in `told`."""

    connection: Connection
    now: datetime
    dry_run: bool
    told: list[str] = field(default_factory=list)

    def tell(self, deed: str, what: str) -> None:
        """One change: "would add person Sam", or "added person Sam"."""
        past = f"{deed}d" if deed.endswith("e") else f"{deed}ed"
        self.told.append(f"would {deed} {what}" if self.dry_run else f"{past} {what}")

    def run(self, statement: Any, values: Any = None) -> Any:
        return self.connection.execute(statement, values)

    def change(self, row: AnyRow, key: Any, wanted: dict[str, Any], whose: str) -> None:
        """Bring a row, found by this column, to what is wanted, if it differs, and say in what."""
        different = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if different:
            self.run(update(key.class_).where(key == getattr(row, key.key)).values(**different))
            told = (difference(name, getattr(row, name), value) for name, value in different.items())
            self.tell("change", f"{whose}: {', '.join(told)}")


def difference(name: str, old: Any, new: Any) -> str:
    """What changed, in words. Greetings are long and codes secret: of those only the name is told."""
    spaced = name.replace("_", " ")
    if name in NAMED_ONLY:
        return NAMED_ONLY[name]
    if isinstance(old, dict) and isinstance(new, dict):
        changed = [each for each in old | new if old.get(each) != new.get(each)]
        return ", ".join(f"{spaced} {difference(each, old.get(each), new.get(each))}" for each in changed)
    if name == "rules":
        return "rules"
    unit = " s" if name in IN_SECONDS else ""
    return f"{spaced} {_words(old, unit)} -> {_words(new, unit)}"


def _words(value: Any, unit: str = "") -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(map(_words, value.values()))
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "none"
    return "none" if value in (None, "") else f"{value}{unit}"
