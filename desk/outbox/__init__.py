"""Everything that goes out, written in the transaction that decided it and sent afterwards.

Neither chat platform has an idempotency key for sending. A send whose outcome is unknown (the connection broke, the
process was killed) is tried again, once for each time that happens, marked `doubtful` and noted on its ticket: at least
once, never silently twice.
"""

from desk.outbox.claiming import LEASE, claim, let_go
from desk.outbox.entering import add, wipe
from desk.outbox.outcomes import faulted, postponed, sent
from desk.outbox.parcels import MAX_FAULTS, Parcel
from desk.outbox.rows import (
    UNFINISHED,
    OutboxRow,
    OutboxState,
    doubtful,
    is_headed,
    last_offered,
    last_said,
    offered,
    told,
    waiting,
)

__all__ = [
    "LEASE",
    "MAX_FAULTS",
    "UNFINISHED",
    "OutboxRow",
    "OutboxState",
    "Parcel",
    "add",
    "claim",
    "doubtful",
    "faulted",
    "is_headed",
    "last_offered",
    "last_said",
    "let_go",
    "offered",
    "postponed",
    "sent",
    "told",
    "waiting",
    "wipe",
]
