"""Posts, and what the house says and asks on social networks"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE identifiers SET namespace = 'wa_bsuid' WHERE namespace = 'whatsapp'")
    op.create_table(
        "networks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False, server_default=""),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("problem", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "spendings",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("millionths", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "month"),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("post_id", sa.String()),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("url", sa.String(), nullable=False, server_default=""),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("can_reply", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("mentions", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("repeats", sa.String(), nullable=False, server_default=""),
        sa.Column("followers", sa.Integer()),
        sa.Column("spread", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("inbound", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.Column("answers_id", sa.Integer()),
        sa.Column("person_id", sa.Integer()),
        sa.Column("state", sa.String(), nullable=False, server_default=""),
        sa.Column("problem", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["answers_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
    )
    op.create_index("posts_once", "posts", ["network", "post_id"], unique=True)
    op.create_index("posts_of_thread", "posts", ["network", "thread"])
    op.create_index("posts_of_account", "posts", ["account_id", "heard_at"])
    op.create_index("ix_posts_case_id", "posts", ["case_id"])
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("post_id", sa.Integer()))
        orders.add_column(sa.Column("link_id", sa.Integer()))
        orders.create_foreign_key("orders_post", "posts", ["post_id"], ["id"])
        orders.create_foreign_key("orders_link", "links", ["link_id"], ["id"])
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.add_column(sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("page", sa.String(), nullable=False, server_default=""))
        contacts.add_column(sa.Column("look_at", sa.DateTime(timezone=True)))
    op.create_index("contacts_pages", "contacts", ["look_at"], sqlite_where=sa.text("look_at IS NOT NULL"),
                    postgresql_where=sa.text("look_at IS NOT NULL"))
    _proofs()


def downgrade() -> None:
    """What was written on networks has no place in the shape before; the cases that it opened stay."""
    op.execute("UPDATE identifiers SET namespace = 'whatsapp' WHERE namespace = 'wa_bsuid'")
    _no_proofs()
    op.drop_index("contacts_pages", "contacts")
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("look_at")
        contacts.drop_column("page")
    with op.batch_alter_table("people") as people:
        people.drop_column("public")
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.drop_column("pinned")
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("orders_link", type_="foreignkey")
        orders.drop_constraint("orders_post", type_="foreignkey")
        orders.drop_column("link_id")
        orders.drop_column("post_id")
    op.drop_table("posts")
    op.drop_table("spendings")
    op.drop_table("networks")


def _proofs() -> None:
    """Codes on their way say what they are for, and people may be invited to show who they are."""
    with op.batch_alter_table("challenges") as challenges:
        challenges.add_column(sa.Column("case_id", sa.Integer()))
        challenges.add_column(sa.Column("then_rings", sa.Boolean(), nullable=False, server_default=sa.false()))
        challenges.create_foreign_key("challenges_case", "cases", ["case_id"], ["id"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("challenge_id", sa.Integer()))
        messages.create_foreign_key("messages_challenge", "challenges", ["challenge_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table("posts") as posts:
        posts.add_column(sa.Column("challenge_id", sa.Integer()))
        posts.create_foreign_key("posts_challenge", "challenges", ["challenge_id"], ["id"], ondelete="SET NULL")
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("made_by_id", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"]),
    )
    op.create_index("ix_invitations_case_id", "invitations", ["case_id"])
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False, server_default=""),
        sa.Column("state_hash", sa.String(), nullable=False, server_default=""),
        sa.Column("remembered", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("account_id", sa.Integer()),
        sa.Column("tel_id", sa.Integer()),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["identifiers.id"]),
        sa.ForeignKeyConstraint(["tel_id"], ["identifiers.id"]),
    )
    op.create_index("ix_sittings_invitation_id", "sittings", ["invitation_id"])


def _no_proofs() -> None:
    op.drop_table("sittings")
    op.drop_table("invitations")
    with op.batch_alter_table("posts") as posts:
        posts.drop_constraint("posts_challenge", type_="foreignkey")
        posts.drop_column("challenge_id")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("messages_challenge", type_="foreignkey")
        messages.drop_column("challenge_id")
    with op.batch_alter_table("challenges") as challenges:
        challenges.drop_constraint("challenges_case", type_="foreignkey")
        challenges.drop_column("then_rings")
        challenges.drop_column("case_id")
