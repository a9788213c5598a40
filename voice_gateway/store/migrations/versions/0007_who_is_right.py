"""On-call calendars and what they say, languages, and how many cases somebody may look after"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWNED = "closed_at IS NULL AND owner_id IS NOT NULL"
IDLE = "is_agent AND NOT gone"
IDLE_AS_ASKED = "is_agent = 1 AND gone = 0"


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_schedule", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True)),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
    )
    op.create_index("duties_of_person", "duties", ["person_id", "calendar_id", "begins_at"])
    op.create_index("duties_of_calendar", "duties", ["calendar_id", "begins_at"])
    op.create_table(
        "tongues",
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("language", "person_id"),
    )
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("calendar_id", sa.Integer()))
        people.add_column(sa.Column("most_cases", sa.Integer()))
        people.create_foreign_key("people_calendar", "calendars", ["calendar_id"], ["id"])
    with op.batch_alter_table("house") as house:
        house.add_column(sa.Column("on_call", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("numbers") as numbers:
        numbers.add_column(sa.Column("language", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("language", sa.String(), nullable=False, server_default=""))
        cases.add_column(sa.Column("asked_for_id", sa.Integer()))
        cases.create_foreign_key("cases_asked_for", "people", ["asked_for_id"], ["id"])
    op.create_index("cases_looked_after", "cases", ["owner_id"], sqlite_where=sa.text(OWNED),
                    postgresql_where=sa.text(OWNED))
    _idle(IDLE_AS_ASKED)


def downgrade() -> None:
    """Who follows a calendar works a shift that never opens: load the house file again afterwards."""
    _idle(IDLE)
    op.drop_index("cases_looked_after", "cases")
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint("cases_asked_for", type_="foreignkey")
        cases.drop_column("asked_for_id")
        cases.drop_column("language")
    with op.batch_alter_table("numbers") as numbers:
        numbers.drop_column("language")
    with op.batch_alter_table("house") as house:
        house.drop_column("on_call")
    with op.batch_alter_table("people") as people:
        people.drop_constraint("people_calendar", type_="foreignkey")
        people.drop_column("most_cases")
        people.drop_column("calendar_id")
    op.drop_table("tongues")
    op.drop_table("duties")
    op.drop_table("calendars")


def _idle(where: str) -> None:
    """SQLite uses an index of some rows only for a question in the very words in which it was made."""
    op.drop_index("people_idle", "people")
    op.create_index("people_idle", "people", ["idle_since"], sqlite_where=sa.text(where), postgresql_where=sa.text(IDLE))
