"""By whose clock hours are read, and the time zone of which the house file told of somebody"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shifts") as shifts:
        shifts.add_column(sa.Column("zone", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("home_zone", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE people SET home_zone = zone")


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_column("home_zone")
    with op.batch_alter_table("shifts") as shifts:
        shifts.drop_column("zone")
