"""What people call themselves on a network, to be compared; insiders alone are marked, and nothing else ever was"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.add_column(sa.Column("goes_by", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("marked")


def downgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("marked", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("identifiers") as identifiers:
        identifiers.drop_column("goes_by")
