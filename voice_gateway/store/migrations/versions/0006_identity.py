"""Who is it: evidence, links, codes, and a chain of what was done"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("marked", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.add_column(sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
        identifiers.add_column(sa.Column("claimed_twice_until", sa.DateTime(timezone=True)))
        identifiers.add_column(sa.Column("swapped_at", sa.DateTime(timezone=True)))
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tel_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("polarity", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("channel_sid", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("payload_sha256", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["tel_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("evidence_once", "evidence", ["tel_id", "account_id", "kind", "source", "payload_sha256"], unique=True)
    op.create_index("evidence_of_account", "evidence", ["account_id"])
    _index("evidence_denials", "evidence", ["tel_id", "account_id", "observed_at"], "polarity < 0")
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tel_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer()),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("covers_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["tel_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"]),
        sa.UniqueConstraint("evidence_id"),
    )
    _index("links_one_route", "links", ["tel_id", "network"], "state = 'active' AND tier = 'route'", unique=True)
    _index("links_of_number", "links", ["tel_id"], "state = 'active'")
    _index("links_of_account", "links", ["account_id"], "state = 'active'")
    op.create_table(
        "challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tel_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("answerer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("sitting", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["tel_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["answerer_id"], ["identifiers.id"]),
    )
    _index("challenges_one_open", "challenges", ["tel_id", "account_id", "purpose"], "consumed_at IS NULL", unique=True)
    _index("challenges_to_answer", "challenges", ["answerer_id"], "consumed_at IS NULL")
    op.create_index("challenges_of_number", "challenges", ["tel_id", "issued_at"])
    op.create_index("challenges_of_account", "challenges", ["account_id", "issued_at"])
    op.create_table(
        "identity_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("tel_id", sa.Integer()),
        sa.Column("account_id", sa.Integer()),
        sa.Column("evidence_id", sa.Integer()),
        sa.Column("link_id", sa.Integer()),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prev_hash"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("ix_identity_events_evidence_id", "identity_events", ["evidence_id"])
    op.create_index("ix_identity_events_link_id", "identity_events", ["link_id"])


def downgrade() -> None:
    """Who belongs together is forgotten, and so is how it was proved."""
    for table in ("identity_events", "challenges", "links", "evidence"):
        op.drop_table(table)
    with op.batch_alter_table("identifiers") as identifiers:
        for column in ("swapped_at", "claimed_twice_until", "shared"):
            identifiers.drop_column(column)
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("marked")


def _index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
