"""Ladders, climbs and those who acknowledge"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "ended_at IS NULL"
LOOKED_AT = "closed_at IS NULL AND look_at IS NOT NULL"
WAITING = "sent_at IS NULL AND dropped_at IS NULL"
DUE = "due_at IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "ladders",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "climbs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("round", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by_id", sa.Integer()),
        sa.Column("will_call_by", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["people.id"]),
    )
    op.create_index("ix_climbs_case_id", "climbs", ["case_id"])
    _some("climbs_one_per_case", "climbs", ["case_id"], OPEN, unique=True)
    _some("climbs_due", "climbs", ["due_at"], OPEN)
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("climb_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
        sa.Column("leg_id", sa.Integer()),
        sa.Column("is_first", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["climb_id"], ["climbs.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["leg_id"], ["legs.id"]),
    )
    op.create_index("ix_pages_leg_id", "pages", ["leg_id"])
    op.create_index("pages_of_climb", "pages", ["climb_id", "person_id"])
    op.create_index("pages_of_case", "pages", ["case_id"])
    _some("pages_waiting", "pages", ["person_id", "how"], WAITING)
    op.create_index("pages_bundles", "pages", ["person_id", "how", "sent_at"], sqlite_where=sa.text("is_first = 1"),
                    postgresql_where=sa.text("is_first"))
    op.create_table(
        "pagers",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("person_id", "how"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
    )
    _some("pagers_due", "pagers", ["due_at"], DUE)
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("climb_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("told_by", sa.Integer()),
        sa.Column("texted_by", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["climb_id"], ["climbs.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    for column in ("climb_id", "case_id", "told_by", "texted_by"):
        op.create_index(f"ix_alarms_{column}", "alarms", [column])
    with op.batch_alter_table("house") as house:
        house.add_column(sa.Column("escalation", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("look_at", sa.DateTime(timezone=True)))
    _some("cases_to_look_at", "cases", ["look_at"], LOOKED_AT)


    op.add_column("house", sa.Column("accept_key", sa.String(), nullable=False, server_default="1"))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("zone", sa.String(), nullable=False, server_default=""))
        people.add_column(sa.Column("manager_id", sa.Integer()))
        people.create_foreign_key("people_manager", "people", ["manager_id"], ["id"])
    op.create_table(
        "shares",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("own", sa.Integer()),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
    )
    op.create_table(
        "brought",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("climb_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("personally", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["climb_id"], ["climbs.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_brought_climb_id", "brought", ["climb_id"])
    op.create_index("brought_to", "brought", ["person_id", "id"])
    op.create_index("brought_once", "brought", ["person_id", "climb_id"], unique=True)
    op.create_index("pages_told", "pages", ["person_id", "sent_at"])


def downgrade() -> None:
    op.drop_index("cases_to_look_at", "cases")
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("look_at")
    with op.batch_alter_table("house") as house:
        house.drop_column("escalation")
    with op.batch_alter_table("people") as people:
        people.drop_constraint("people_manager", type_="foreignkey")
        people.drop_column("manager_id")
        people.drop_column("zone")
    op.drop_column("house", "accept_key")
    for table in ("brought", "shares", "alarms", "pagers", "pages", "climbs", "ladders"):
        op.drop_table(table)


def _some(name: str, table: str, columns: list[str], which: str, unique: bool = False) -> None:
    """An index of those rows only that are still of interest."""
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
