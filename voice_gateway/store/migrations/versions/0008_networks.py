"""Posts, and what the house says and asks on social networks"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _proofs()


def downgrade() -> None:
    _no_proofs()


def _proofs() -> None:
    """Codes on their way say what they are for, and people may be invited to show who they are."""
    with op.batch_alter_table("challenges") as challenges:
        challenges.add_column(sa.Column("case_id", sa.Integer()))
        challenges.add_column(sa.Column("then_rings", sa.Boolean(), nullable=False, server_default=sa.false()))
        challenges.create_foreign_key("challenges_case", "cases", ["case_id"], ["id"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("challenge_id", sa.Integer()))
        messages.create_foreign_key("messages_challenge", "challenges", ["challenge_id"], ["id"], ondelete="SET NULL")
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("made_by_id", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"]),
    )
    op.create_index("ix_invitations_case_id", "invitations", ["case_id"])
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False, server_default=""),
        sa.Column("state_hash", sa.String(), nullable=False, server_default=""),
        sa.Column("remembered", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("account_id", sa.Integer()),
        sa.Column("tel_id", sa.Integer()),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["tel_id"], ["identifiers.id"]),
    )
    op.create_index("ix_sittings_invitation_id", "sittings", ["invitation_id"])


def _no_proofs() -> None:
    op.drop_table("sittings")
    op.drop_table("invitations")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("messages_challenge", type_="foreignkey")
        messages.drop_column("challenge_id")
    with op.batch_alter_table("challenges") as challenges:
        challenges.drop_constraint("challenges_case", type_="foreignkey")
        challenges.drop_column("then_rings")
        challenges.drop_column("case_id")
