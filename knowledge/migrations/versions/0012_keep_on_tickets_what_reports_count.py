"""Keep on tickets what reports count."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARKS = ["language", "channel", "topic"]
LENGTHS = ["answered_after", "closed_after"]
TURNS = ["corrected", "turned_down", "reopened", "offered"]
CLOSED = ["closed_at", "state", "assignee_id", "urgency", "snoozed_until"]
COUNTED = ["opened_at", *MARKS, *LENGTHS, "id"]
COUNTED_BEFORE = ["opened_at", "closed_at", "answered_at", "request_id", "state", "urgency"]
COUNTED_BEFORE += ["satisfaction_asked_at", "satisfaction", "id"]
BY_MARK = {
    "ix_tickets_language": ["language", "opened_at", "channel", "topic"],
    "ix_tickets_channel": ["channel", "opened_at", "language", "topic"],
    "ix_tickets_urgency": ["urgency", "opened_at", *MARKS],
    "ix_tickets_topic": ["topic", "state", "opened_at", "language", "channel"],
}
FEW = {
    "satisfaction": ("satisfaction_asked_at IS NOT NULL", ["satisfaction", "opened_at", *MARKS]),
    **{turn: (turn, ["opened_at", *MARKS, "corrected", "id"]) for turn in TURNS},
}
REOPENED = (
    "what = 'moved' AND details ->> 'before' IN ('closed', 'no_answer', 'solved', 'withdrawn')"
    " AND details ->> 'after' = 'waiting'"
)
TURNED_DOWN = "rejected <> '[]'"


def upgrade() -> None:
    for mark in MARKS:
        op.add_column("tickets", sa.Column(mark, sa.String(), server_default="", nullable=False))
    for name in LENGTHS:
        op.add_column("tickets", sa.Column(name, sa.Integer(), nullable=True))
    for name in TURNS:
        op.add_column("tickets", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE tickets SET (language, channel, topic, turned_down) = "
        f"(SELECT language, channel, coalesce(topic, ''), {TURNED_DOWN} FROM requests"
        " WHERE requests.id = tickets.request_id), "
        f"answered_after = {_minutes('answered_at')}, closed_after = {_minutes('closed_at')}, "
        "corrected = id IN (SELECT ticket_id FROM ticket_events WHERE what = 'rerouted'), "
        f"reopened = id IN (SELECT ticket_id FROM ticket_events WHERE {REOPENED}), "
        "offered = id IN (SELECT ticket_id FROM referrals)"
    )
    for name, table in (
        *((f"ix_tickets_{name}", "tickets") for name in ("opened_at", "closed_at")),
        ("ix_ticket_events_reopened", "ticket_events"),
        ("ix_requests_turned_down", "requests"),
        ("ix_referrals_ticket_id", "referrals"),
    ):
        op.drop_index(name, table)
    op.create_index("ix_tickets_opened_at", "tickets", COUNTED)
    op.create_index("ix_tickets_closed_at", "tickets", [*CLOSED, *MARKS])
    op.create_index("ix_referrals_ticket_id", "referrals", ["ticket_id", "organisation", "state"])
    for name, columns in BY_MARK.items():
        op.create_index(name, "tickets", columns)
    for name, (which, columns) in FEW.items():
        where = sa.text(which)
        op.create_index(f"ix_tickets_{name}", "tickets", columns, sqlite_where=where, postgresql_where=where)


def _minutes(end: str) -> str:
    length = f"floor(date_part('epoch', {end} - opened_at) / 60)"
    if op.get_bind().dialect.name == "sqlite":
        length = f"(unixepoch({end}) - unixepoch(opened_at)) / 60"
    return f"CASE WHEN {end} >= opened_at THEN {length} WHEN {end} < opened_at THEN 0 END"


def downgrade() -> None:
    for name in (*BY_MARK, *(f"ix_tickets_{few}" for few in FEW), "ix_tickets_opened_at", "ix_tickets_closed_at"):
        op.drop_index(name, "tickets")
    op.drop_index("ix_referrals_ticket_id", "referrals")
    for name in (*TURNS, *LENGTHS, *MARKS):
        op.drop_column("tickets", name)
    op.create_index("ix_referrals_ticket_id", "referrals", ["ticket_id"])
    op.create_index("ix_tickets_opened_at", "tickets", COUNTED_BEFORE)
    op.create_index("ix_tickets_closed_at", "tickets", CLOSED)
    for name, table, columns, where in (
        ("ix_ticket_events_reopened", "ticket_events", ["what", "ticket_id"], sa.text(REOPENED)),
        ("ix_requests_turned_down", "requests", ["id"], sa.text(TURNED_DOWN)),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
