"""Of which post a colleague was told, so that their answer goes to it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("post_id", sa.Integer(), nullable=True))
        messages.create_foreign_key("messages_post_id", "posts", ["post_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("messages_post_id", type_="foreignkey")
        messages.drop_column("post_id")
