"""Remember when a message was postponed; find what waits to be sent without looking at what is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('new', 'sending')")


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("postponed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index("ix_outbox_unfinished")
        batch_op.create_index("ix_outbox_open", ["id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_open", sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index("ix_outbox_unfinished", ["channel", "account", "state", "id"], unique=False)
        batch_op.drop_column("postponed_at")
