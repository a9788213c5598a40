"""What lists say of contacts."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from voice_gateway.store.tables.base import Table


class DeclaredRow(Table):
    """A list says that this contact is found there. With it a whole list can be undone.

    `is_handle`: it is a name on the network `namespace`, which its owner may give away; it becomes an account when
    the network has told whose it is. `gave`: the address hangs on the contact because of this list; `shares`: it counts as
    several people's because of this list. An empty
    `source` is the house itself, which knew the contact there before somebody else claimed the address.
    """

    __tablename__ = "declared"
    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    namespace: Mapped[str]
    subject: Mapped[str]
    is_handle: Mapped[bool] = mapped_column(Boolean, server_default=false())
    source: Mapped[str]
    gave: Mapped[bool] = mapped_column(Boolean, server_default=false())
    shares: Mapped[bool] = mapped_column(Boolean, server_default=false())
    __table_args__ = (
        Index("declared_once", "source", "contact_id", "namespace", "subject", unique=True),
        Index("declared_there", "namespace", "subject"),
    )
