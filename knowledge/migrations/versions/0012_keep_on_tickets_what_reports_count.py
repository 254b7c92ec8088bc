"""Keep on tickets what reports count."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARKS = ["language", "channel", "topic"]
CLOSED = ["closed_at", "state", "assignee_id", "urgency", "snoozed_until"]
COUNTED = ["answered_after", "closed_after", "satisfaction_asked_at", "satisfaction", "request_id", "id"]
COUNTED_BEFORE = ["opened_at", "closed_at", "answered_at", "request_id", "state", "urgency"]
COUNTED_BEFORE += ["satisfaction_asked_at", "satisfaction", "id"]
BY_MARK = {
    "ix_tickets_language": ["language", "opened_at", "channel", "topic"],
    "ix_tickets_channel": ["channel", "opened_at", "language", "topic"],
    "ix_tickets_urgency": ["urgency", "opened_at", *MARKS],
    "ix_tickets_topic": ["topic", "state", "opened_at", "language", "channel"],
}


def upgrade() -> None:
    for mark in MARKS:
        op.add_column("tickets", sa.Column(mark, sa.String(), server_default="", nullable=False))
    for name in ("answered_after", "closed_after"):
        op.add_column("tickets", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(
        "UPDATE tickets SET (language, channel, topic) = "
        "(SELECT language, channel, coalesce(topic, '') FROM requests WHERE requests.id = tickets.request_id), "
        f"answered_after = {_minutes('answered_at')}, closed_after = {_minutes('closed_at')}"
    )
    for name in ("opened_at", "closed_at"):
        op.drop_index(f"ix_tickets_{name}", "tickets")
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at", *MARKS, *COUNTED])
    op.create_index("ix_tickets_closed_at", "tickets", [*CLOSED, *MARKS])
    for name, columns in BY_MARK.items():
        op.create_index(name, "tickets", columns)


def _minutes(end: str) -> str:
    length = f"floor(date_part('epoch', {end} - opened_at) / 60)"
    if op.get_bind().dialect.name == "sqlite":
        length = f"(unixepoch({end}) - unixepoch(opened_at)) / 60"
    return f"CASE WHEN {end} >= opened_at THEN {length} WHEN {end} < opened_at THEN 0 END"


def downgrade() -> None:
    for name in (*BY_MARK, "ix_tickets_opened_at", "ix_tickets_closed_at"):
        op.drop_index(name, "tickets")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name in ("answered_after", "closed_after", *MARKS):
            batch_op.drop_column(name)
    op.create_index("ix_tickets_opened_at", "tickets", COUNTED_BEFORE)
    op.create_index("ix_tickets_closed_at", "tickets", CLOSED)
