"""By whose clock hours are read, the time zone of which the house file told of somebody, and who was away when"""

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
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("absences_said", "absences", ["person_id", "said_at"])
    op.execute("INSERT INTO absences (person_id, said_at, until) SELECT id, CURRENT_TIMESTAMP, away_until FROM people "
               "WHERE away_until IS NOT NULL")


def downgrade() -> None:
    op.drop_table("absences")
    with op.batch_alter_table("people") as people:
        people.drop_column("home_zone")
    with op.batch_alter_table("shifts") as shifts:
        shifts.drop_column("zone")
