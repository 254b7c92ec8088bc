"""Fills the ledger of a run from the database and from the logs of the processes."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select

from desk import tables
from desk.inbox import InboxRow, InboxState
from desk.outbox import UNFINISHED as UNSENT
from desk.outbox import OutboxRow, OutboxState
from knowledge.database import Database
from tests.harness import script
from tests.harness.ledger import Answer, Ledger, Stored

assert tables.TABLES


def progress(database: Database) -> tuple[int, int, int]:
    """How many messages are finished, how many answers are out, and how many still wait to be sent.

    Raises:
        DatabaseUnavailable: when it cannot be asked now.
    """
    with database.reading() as session:

        def count(condition: ColumnElement[bool]) -> int:
            return session.scalar(select(func.count()).where(condition)) or 0

        finished = count(InboxRow.state.in_([InboxState.DONE, InboxState.DEAD]))
        return finished, count(OutboxRow.state == OutboxState.SENT), count(OutboxRow.state.in_(UNSENT))


def read_database(ledger: Ledger, database: Database, aliases: Mapping[str, str]) -> None:
    """Take over inbox and outbox in the order of their rows; `aliases` are events' other ids."""
    with database.reading() as session:
        for row in session.scalars(select(InboxRow).order_by(InboxRow.id)):
            name = aliases.get(row.external_id, row.external_id)
            _, line = ledger.said.get(name, ("", None))
            ledger.stored.append(Stored(name, row.conversation, line, row.state is InboxState.DONE))
        for sent in session.scalars(select(OutboxRow).order_by(OutboxRow.id)):
            ledger.answers.append(_answer(sent))


def _answer(row: OutboxRow) -> Answer:
    return Answer(row.conversation, script.answered(_words(row.payload)), row.state is OutboxState.SENT, row.doubtful)


def _words(payload: dict[str, Any]) -> str:
    card = payload["card"]
    return f"{card['title']}\n{card['body']}"


def read_log(ledger: Ledger, log: str, secrets: Iterable[str]) -> None:
    """Keep the log, and every secret and every person's words that stand in it."""
    ledger.log = log
    ledger.betrayals = [word for word in (*secrets, *script.TELLTALE) if word in log]
