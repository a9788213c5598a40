"""People text: threads, pictures, whose PIN, and since when somebody waits for an answer"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("pin_digest", sa.String()))
        people.add_column(sa.Column("trusted_until", sa.DateTime(timezone=True)))
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.add_column(sa.Column("wrote_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("unanswered_since", sa.DateTime(timezone=True)))
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("inbound", sa.Boolean(), nullable=False, server_default=sa.false()))
        messages.add_column(sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.text("true")))
        messages.add_column(sa.Column("pictures", sa.JSON(), nullable=False, server_default="[]"))
        messages.add_column(sa.Column("person_id", sa.Integer()))
        messages.create_foreign_key("messages_person", "people", ["person_id"], ["id"])
    op.create_index("messages_with", "messages", ["phone", "id"])


def downgrade() -> None:
    """What people wrote stays; who wrote it, and what came with it, has no place in the shape before."""
    op.drop_index("messages_with", "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("messages_person", type_="foreignkey")
        for column in ("person_id", "pictures", "automatic", "inbound"):
            messages.drop_column(column)
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("unanswered_since")
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.drop_column("wrote_at")
    with op.batch_alter_table("people") as people:
        people.drop_column("trusted_until")
        people.drop_column("pin_digest")
