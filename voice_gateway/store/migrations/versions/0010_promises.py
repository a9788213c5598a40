"""Promises, what was not sent, and how a public case ends"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOT_SENT = sa.text("not_sent <> ''")
NOT_SAID = sa.text("state = 'not said'")
PROMISED = sa.text("closed_at IS NULL AND next_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "amends",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("apology", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
    )
    with op.batch_alter_table("house") as house:
        house.add_column(sa.Column("promises", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("delegate_id", sa.Integer()))
        people.create_foreign_key("people_delegate", "people", ["delegate_id"], ["id"])
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("nudge_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("words", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("assumes", sa.JSON(), nullable=False, server_default="{}"))
        messages.add_column(sa.Column("not_sent", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("posts") as posts:
        posts.add_column(sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
        posts.add_column(sa.Column("assumes", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index("posts_not_said", "posts", ["id"], sqlite_where=NOT_SAID, postgresql_where=NOT_SAID)
    op.create_index("messages_not_sent", "messages", ["id"], sqlite_where=NOT_SENT, postgresql_where=NOT_SENT)
    op.create_index("cases_promised", "cases", ["next_at"], sqlite_where=PROMISED, postgresql_where=PROMISED)


def downgrade() -> None:
    op.drop_index("cases_promised", "cases")
    op.drop_index("messages_not_sent", "messages")
    op.drop_index("posts_not_said", "posts")
    with op.batch_alter_table("posts") as posts:
        posts.drop_column("assumes")
        posts.drop_column("automatic")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("not_sent")
        messages.drop_column("assumes")
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("words")
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("nudge_at")
    with op.batch_alter_table("people") as people:
        people.drop_constraint("people_delegate", type_="foreignkey")
        people.drop_column("delegate_id")
    with op.batch_alter_table("house") as house:
        house.drop_column("promises")
    op.drop_table("amends")
