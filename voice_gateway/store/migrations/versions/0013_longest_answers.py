"""How long an answer may be on a network whose servers each have their own limit"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("networks") as networks:
        networks.add_column(sa.Column("longest_answer", sa.Integer()))


def downgrade() -> None:
    with op.batch_alter_table("networks") as networks:
        networks.drop_column("longest_answer")
