"""A small town for tests: numbers, accounts, cases, and the product's own functions by short names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from flows.identity.claims import Claim, shown, why_not
from flows.identity.grant import RouteGrant
from tests.house import MORNING
from voice_gateway.store.identity import challenges, evidence, grants, links
from voice_gateway.store.identity.evidence import Added, Evidence
from voice_gateway.store.tables import CaseRow, IdentifierRow

KEY = "a secret key of the test house"
DAY = timedelta(days=1)


def claims(memory: Connection, namespace: str, subject: str) -> list[Claim]:
    """All that is claimed about the number or account of this name."""
    which = memory.scalar(select(IdentifierRow.id).where(
        IdentifierRow.namespace == namespace, IdentifierRow.subject == subject, IdentifierRow.scope == ""))
    return [] if which is None else (links.of_tel if namespace == "tel" else links.of_account)(memory, which)


@dataclass
class Town:
    """Numbers are 1, 2, ..., accounts have names; `now` is turned by hand."""

    memory: Connection
    now: datetime = MORNING
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    said: int = 0

    def known(self, namespace: str, subject: str) -> int:
        """The id of a number or account; made when first asked for."""
        if (namespace, subject) not in self.ids:
            self.ids[namespace, subject] = self.memory.execute(
                insert(IdentifierRow).returning(IdentifierRow.id),
                {"namespace": namespace, "subject": subject, "first_seen": self.now}).scalar_one()
        return self.ids[namespace, subject]

    def tel(self, n: int) -> int:
        return self.known("tel", f"+1202555{n:04d}")

    def account(self, name: str, network: str = "atproto") -> int:
        return self.known(network, f"did:plc:{name}")

    def case(self, identifier_id: int, opened_at: datetime | None = None) -> int:
        """A closed case on this number or account, since one number has one open case."""
        at = opened_at or self.now
        self.said += 1
        case_id: int = self.memory.execute(insert(CaseRow).returning(CaseRow.id), {
            "identifier_id": identifier_id, "caller_name": "", "about": "a refund", "state": "solved",
            "ticket_seed": "s", "token_hash": f"hash {identifier_id} {self.said}", "opened_at": at, "closed_at": at,
            "wanted_at": at, "due_at": at,
        }).scalar_one()
        return case_id

    def says(self, tel_id: int, account_id: int, kind: str = "customer_declared", payload: str = "", **more: object) -> Added:
        """Evidence, seen just now; new unless it has the same payload."""
        self.said += 1
        said = Evidence(tel_id, account_id, kind, "test", payload or str(self.said), self.now, **more)  # type: ignore[arg-type]
        return evidence.add(self.memory, said, self.now)

    def code(self, tel_id: int, account_id: int, way: str = challenges.TO_NUMBER, **more: object) -> challenges.Issued:
        return challenges.issue(self.memory, KEY, tel_id, account_id, way, self.now, **more)  # type: ignore[arg-type]

    def answers(self, code: str, from_id: int, **more: object) -> challenges.Answered:
        return challenges.answer(self.memory, KEY, code, from_id, self.now, **more)  # type: ignore[arg-type]

    def proves(self, tel_id: int, account_id: int, **more: object) -> Added:
        """A code goes round, as it does for honest people."""
        proved = self.answers(self.code(tel_id, account_id).code, account_id, **more).proved
        assert proved is not None
        return proved

    def grant(self, case_id: int, towards: str = "tel", *, authentic: bool = True, only: int | None = None) -> object:
        return grants.resolve_for_route(self.memory, case_id, towards, self.now, authentic=authentic, only=only)

    def reaches(self, case_id: int, towards: str = "tel") -> int | None:
        """Who may be told of this case; None for nobody."""
        given = self.grant(case_id, towards)
        return given.to_id if isinstance(given, RouteGrant) else None

    def view(self, identifier_id: int, case_id: int | None = None) -> list[tuple[object, ...]]:
        """What an agent sees of it, and whether it may route."""
        known = links.of_tel(self.memory, identifier_id) + links.of_account(self.memory, identifier_id)
        return [(each.tel_id, each.account_id, each.kind, each.tier, each.expires_at, why_not(each, self.now))
                for each in shown(known, self.now, case_id)]
