"""Know a thread by its own id."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

HEADS = sa.text("thread IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread", sa.String(200), nullable=True))
        batch_op.create_index("ix_outbox_thread", ["thread"], unique=False, sqlite_where=HEADS, postgresql_where=HEADS)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_thread", sqlite_where=HEADS, postgresql_where=HEADS)
        batch_op.drop_column("thread")
