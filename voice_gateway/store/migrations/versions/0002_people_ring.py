"""People ring: reception, line, voicemail"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ONE_CUSTOMER = "ended_at IS NULL AND role = 'customer'"
LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("house") as house:
        house.add_column(sa.Column("rings_first", sa.String(), nullable=False, server_default="agent"))
        house.add_column(sa.Column("code_digest", sa.String()))
        house.add_column(sa.Column("calendar", sa.String()))
        house.add_column(sa.Column("closings", sa.JSON(), nullable=False, server_default="[]"))
        house.add_column(sa.Column("line", sa.JSON(), nullable=False, server_default="{}"))
        house.add_column(sa.Column("voicemail", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("numbers") as numbers:
        numbers.add_column(sa.Column("greeting", sa.Text(), nullable=False, server_default=""))
        numbers.add_column(sa.Column("skill", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("takes", sa.String(), nullable=False, server_default="everyone"))
        people.add_column(sa.Column("greeting", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "skills",
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("skill", "person_id"),
    )
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("insider", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.add_column(sa.Column("blocked_until", sa.DateTime(timezone=True)))
        identifiers.add_column(sa.Column("blocked_why", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("contact_id", existing_type=sa.Integer(), nullable=True)
        cases.add_column(sa.Column("phone", sa.String()))
        cases.add_column(sa.Column("our_number", sa.String()))
        cases.add_column(sa.Column("skill", sa.String(), nullable=False, server_default=""))
        cases.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        cases.create_index("cases_of_identifier", ["identifier_id", "id"])
    with op.batch_alter_table("legs") as legs:
        legs.add_column(sa.Column("inbound", sa.Boolean(), nullable=False, server_default=sa.false()))
        legs.add_column(sa.Column("attested", sa.Boolean(), nullable=False, server_default=sa.text("true")))
        legs.add_column(sa.Column("verstat", sa.String(), nullable=False, server_default=""))
        legs.add_column(sa.Column("talked_at", sa.DateTime(timezone=True)))
        legs.add_column(sa.Column("typed", sa.String(), nullable=False, server_default=""))
        legs.drop_index("legs_one_customer_per_case")
    _one_customer(f"{ONE_CUSTOMER} AND NOT inbound")
    op.create_index("legs_on_the_phone", "legs", ["phone"], sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_table(
        "voicemails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("leg_id", sa.Integer()),
        sa.Column("recording_sid", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer()),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("heard_at", sa.DateTime(timezone=True)),
        sa.Column("heard_by_id", sa.Integer()),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("climbs", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("transcript_sid", sa.String(), nullable=False),
        sa.Column("kept_as", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fetched", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["leg_id"], ["legs.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["heard_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recording_sid"),
    )
    op.create_index("ix_voicemails_case_id", "voicemails", ["case_id"])
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("voicemail_id", sa.Integer()))
        orders.create_foreign_key("orders_voicemail", "voicemails", ["voicemail_id"], ["id"])


def downgrade() -> None:
    """Messages have no place in the shape before; strangers become one contact that nobody knows."""
    op.execute("INSERT INTO contacts (name, blocked, created_at) SELECT 'Strangers', false, CURRENT_TIMESTAMP "
               "WHERE EXISTS (SELECT 1 FROM cases WHERE contact_id IS NULL)")
    op.execute("UPDATE cases SET contact_id = (SELECT max(id) FROM contacts) WHERE contact_id IS NULL")
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("orders_voicemail", type_="foreignkey")
        orders.drop_column("voicemail_id")
    op.drop_table("voicemails")
    op.drop_index("legs_on_the_phone", "legs")
    with op.batch_alter_table("legs") as legs:
        legs.drop_index("legs_one_customer_per_case")
        for column in ("typed", "talked_at", "verstat", "attested", "inbound"):
            legs.drop_column(column)
    _one_customer(ONE_CUSTOMER)
    with op.batch_alter_table("cases") as cases:
        cases.drop_index("cases_of_identifier")
        for column in ("urgent", "skill", "our_number", "phone"):
            cases.drop_column(column)
        cases.alter_column("contact_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.drop_column("blocked_why")
        identifiers.drop_column("blocked_until")
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("insider")
    op.drop_table("skills")
    with op.batch_alter_table("people") as people:
        people.drop_column("greeting")
        people.drop_column("takes")
    with op.batch_alter_table("numbers") as numbers:
        numbers.drop_column("skill")
        numbers.drop_column("greeting")
    with op.batch_alter_table("house") as house:
        for column in ("voicemail", "line", "closings", "calendar", "code_digest", "rings_first"):
            house.drop_column(column)


def _one_customer(where: str) -> None:
    op.create_index("legs_one_customer_per_case", "legs", ["case_id"], unique=True,
                    sqlite_where=sa.text(where), postgresql_where=sa.text(where))
