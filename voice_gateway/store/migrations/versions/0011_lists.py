"""What lists say of contacts, so that a whole list can be undone"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("is_handle", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("gave", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("shares", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"]),
    )
    op.create_index("ix_declared_contact_id", "declared", ["contact_id"])
    op.create_index("declared_once", "declared", ["source", "contact_id", "namespace", "subject"], unique=True)
    op.create_index("declared_there", "declared", ["namespace", "subject"])


def downgrade() -> None:
    op.drop_table("declared")
