"""Let urgent messages go first."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_index("ix_outbox_conversation")
        batch_op.create_index("ix_outbox_conversation", ["conversation", "state", "urgent", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_conversation")
        batch_op.create_index("ix_outbox_conversation", ["conversation", "state", "id"], unique=False)
        batch_op.drop_column("urgent")
