"""Those whom the house serves: contacts, the addresses at which they are known, and what they agreed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table

ABOUT_RECORDING = "recording"


class ContactRow(Table):
    """A person we serve. `insider`: the house has marked them; a colleague's word about who they are needs a second one's.

    `page`: their own on the web, as the house file says, and `look_at`: when it is read again.
    """

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
    insider: Mapped[bool] = mapped_column(Boolean, server_default=false())
    created_at: Mapped[datetime]
    page: Mapped[str] = mapped_column(server_default="")
    look_at: Mapped[datetime | None]
    __table_args__ = (
        Index("contacts_pages", "look_at", sqlite_where=text("look_at IS NOT NULL"), postgresql_where=text("look_at IS NOT NULL")),
    )


class IdentifierRow(Table):
    """A number or an account: (namespace, scope, immutable subject). Never a handle.

    `shared`: several people use it. `claimed_twice_until`: whoever proves it until then is not the only one.
    `swapped_at`: when its SIM was changed last, as the carrier says. `pinned`: what is written from this account goes first.
    `goes_by`: what they call themselves there now; anybody may take any name, so it is compared, and tells nobody who they are.
    """

    __tablename__ = "identifiers"
    id: Mapped[int] = mapped_column(primary_key=True)
    namespace: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    display: Mapped[str] = mapped_column(default="")
    goes_by: Mapped[str] = mapped_column(server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
    blocked_until: Mapped[datetime | None]
    blocked_why: Mapped[str] = mapped_column(server_default="")
    opted_out_at: Mapped[datetime | None]
    unreachable: Mapped[str | None]
    wrote_at: Mapped[datetime | None]
    first_seen: Mapped[datetime]
    shared: Mapped[bool] = mapped_column(Boolean, server_default=false())
    claimed_twice_until: Mapped[datetime | None]
    swapped_at: Mapped[datetime | None]
    pinned: Mapped[bool] = mapped_column(Boolean, server_default=false())
    __table_args__ = (Index("identifiers_one", "namespace", "scope", "subject", unique=True),)


class ConsentRow(Table):
    """Who agreed to what, in which words, and where. Append-only.

    What is said about being recorded, yes or no, has a source of its own: it is no consent to texts.
    """

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    wording: Mapped[str]
    source: Mapped[str]


class KnockRow(Table):
    """Who asked for a call, and when: what the limits on the click are counted from."""

    __tablename__ = "knocks"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index("knocks_what", "what", "at"),)
