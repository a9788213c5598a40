"""An agent's line, holding, recording with consent, and how it was for the customer"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WAYS = ("recording", "texts", "replies")
UNDER_WAY = "state <> 'ended'"
TO_ERASE = "erased_at_carrier_at IS NULL"
LIVE = "ended_at IS NULL AND person_id IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("house") as house:
        for way in WAYS:
            house.add_column(sa.Column(way, sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("may_record", sa.String(), nullable=False, server_default=""))
        cases.add_column(sa.Column("rating", sa.Integer()))
        cases.add_column(sa.Column("rating_asked_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("legs") as legs:
        legs.add_column(sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
        legs.add_column(sa.Column("may_record", sa.String(), nullable=False, server_default=""))
    _one_leg_per_agent(f"{LIVE} AND NOT inbound")
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("leg_id", sa.Integer(), nullable=False),
        sa.Column("recording_sid", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_as", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fetched", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("erased_at_carrier_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["leg_id"], ["legs.id"]),
        sa.UniqueConstraint("recording_sid"),
    )
    op.create_index("ix_recordings_case_id", "recordings", ["case_id"])
    op.create_index("ix_recordings_leg_id", "recordings", ["leg_id"])
    op.create_index("recordings_under_way", "recordings", ["id"], sqlite_where=sa.text(UNDER_WAY),
                    postgresql_where=sa.text(UNDER_WAY))
    op.create_index("recordings_to_erase", "recordings", ["erase_at"], sqlite_where=sa.text(TO_ERASE),
                    postgresql_where=sa.text(TO_ERASE))
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("recording_id", sa.Integer()))
        orders.create_foreign_key("orders_recording", "recordings", ["recording_id"], ["id"])


def downgrade() -> None:
    """What was recorded stays in the vault and at the carrier: erase it there before you go back."""
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("orders_recording", type_="foreignkey")
        orders.drop_column("recording_id")
    op.drop_table("recordings")
    _one_leg_per_agent(LIVE)
    with op.batch_alter_table("legs") as legs:
        legs.drop_column("may_record")
        legs.drop_column("held")
    with op.batch_alter_table("cases") as cases:
        for column in ("rating_asked_at", "rating", "may_record"):
            cases.drop_column(column)
    with op.batch_alter_table("house") as house:
        for way in WAYS:
            house.drop_column(way)


def _one_leg_per_agent(where: str) -> None:
    """A colleague who rings us while we ring them is on two telephones, and may be."""
    op.drop_index("legs_one_per_agent", "legs")
    op.create_index("legs_one_per_agent", "legs", ["person_id"], unique=True, sqlite_where=sa.text(where),
                    postgresql_where=sa.text(where))
