"""Whether a colleague's telephone is surely theirs; those that were in use before are"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("telephone", sa.String(), nullable=False, server_default="theirs"))


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_column("telephone")
