"""How often somebody came about one matter, and with which reasons a climb began and ended"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
        cases.add_column(sa.Column("came_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE cases SET times = 0")  # nobody has counted
    with op.batch_alter_table("climbs") as climbs:
        climbs.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        climbs.add_column(sa.Column("ended_with", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("climbs") as climbs:
        climbs.drop_column("ended_with")
        climbs.drop_column("reason")
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("came_at")
        cases.drop_column("times")
