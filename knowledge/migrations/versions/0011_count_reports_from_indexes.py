"""Count reports from indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COUNTED = ["opened_at", "closed_at", "answered_at", "request_id", "state", "urgency"]
COUNTED += ["satisfaction_asked_at", "satisfaction", "id"]
REOPENED = sa.text(
    "what = 'moved' AND details ->> 'before' IN ('closed', 'no_answer', 'solved', 'withdrawn')"
    " AND details ->> 'after' = 'waiting'"
)
TURNED_DOWN = sa.text("rejected <> '[]'")


def upgrade() -> None:
    op.drop_index("ix_tickets_opened_at", "tickets")
    op.create_index("ix_tickets_opened_at", "tickets", COUNTED)
    for name, table, columns, where in (
        ("ix_ticket_events_reopened", "ticket_events", ["what", "ticket_id"], REOPENED),
        ("ix_requests_turned_down", "requests", ["id"], TURNED_DOWN),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_requests_turned_down", "requests")
    op.drop_index("ix_ticket_events_reopened", "ticket_events")
    op.drop_index("ix_tickets_opened_at", "tickets")
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"])
