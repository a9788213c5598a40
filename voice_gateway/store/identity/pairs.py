"""A number and an account side by side, as people call them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from flows import networks
from flows.codes import Pair
from flows.identity import NUMBER
from voice_gateway.store.tables import IdentifierRow

_tel, _account = aliased(IdentifierRow, name="tel"), aliased(IdentifierRow, name="account")
_pair = (
    select(_tel.id, _tel.subject, _account.id.label("account_id"), _account.namespace, _account.subject.label("account"),
           _account.display)
    .join_from(_tel, _account, _account.id == bindparam("account")).where(_tel.id == bindparam("tel"))
)


def pair(connection: Connection, tel_id: int, account_id: int, us: str = "") -> Pair:
    """These two. `us` is our own name on that network."""
    row = connection.execute(_pair, {"tel": tel_id, "account": account_id}).one()
    manners = networks.of_namespace(row.namespace)
    how = manners.how_a_code_comes if manners else ""
    return Pair(row.id, row.account_id, row.subject, called(row.namespace, row.account, row.display), us, how)


def called(namespace: str, subject: str, display: str) -> str:
    """How people call a number or an account: `@dana.example on Bluesky`. A number is nobody's to read out."""
    if namespace == NUMBER:
        return f"the number that ends in {subject[-4:]}"
    manners = networks.of_namespace(namespace)
    return f"{display or subject} on {manners.told if manners else namespace}"
