"""To find the links whose time is over without reading the others"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WEAK = sa.text("state = 'active' AND tier <> 'route'")


def upgrade() -> None:
    op.create_index("links_running_out", "links", ["expires_at"], sqlite_where=WEAK, postgresql_where=WEAK)


def downgrade() -> None:
    op.drop_index("links_running_out", "links")
