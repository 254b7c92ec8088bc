"""`guidepost outbox` and `guidepost inbox`: what waits, what was set aside, and what to do with it."""

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.bootstrap import open_house, utc_now
from bot.settings import load
from desk import queues
from desk.queues import UNSETTLED, CannotChange, Entry, Standing
from knowledge.database import Database

Listing = Callable[..., list[Entry]]


def list_outbox(state: str | None, *, as_json: bool) -> int:
    """Print messages that are not out, or may be out twice. What they say is not printed."""
    return _list(queues.outgoing, state, as_json)


def list_inbox(state: str | None, *, as_json: bool) -> int:
    """Print events that are not answered. What they say is not printed."""
    return _list(queues.incoming, state, as_json)


def retry_outbox(id: int | None) -> int:
    """Give a dead message, or all of them, another round."""
    by = at_the_keyboard()
    return _retry(queues.outgoing, id, lambda session, one: queues.send_again(session, one, by, utc_now()))


def retry_inbox(id: int | None) -> int:
    """Let a dead event, or all of them, be worked on once more."""
    return _retry(queues.incoming, id, queues.answer_again)


def drop_outbox(id: int) -> int:
    """Set a message aside for good."""
    by = at_the_keyboard()
    return _with_database(
        lambda database: _change(
            database, [id], "dropped", lambda session, one: queues.drop(session, one, by, utc_now())
        )
    )


def _list(listing: Listing, state: str | None, as_json: bool) -> int:
    def run(database: Database) -> int:
        with database.reading() as session:
            entries = listing(session, [Standing(state)] if state else UNSETTLED)
        now = utc_now()
        for entry in entries:
            print(_object(entry, now) if as_json else _line(entry, now))
        if not as_json:
            counts = ", ".join(f"{sum(one.state is kind for one in entries)} {kind}" for kind in UNSETTLED)
            print(f"{len(entries)} listed" if state else counts)
        return 0

    return _with_database(run)


def _line(entry: Entry, now: datetime) -> str:
    age = _rough(now - entry.since)
    head = f"{entry.id:>7}  {entry.channel:<9} {entry.state:<10} {age:>4}"
    return f"{head}  attempts {entry.attempts:<3} {entry.reason}".rstrip()


def _object(entry: Entry, now: datetime) -> str:
    about = {
        "id": entry.id,
        "channel": entry.channel,
        "state": entry.state,
        "since": entry.since.isoformat(),
        "age_seconds": round((now - entry.since).total_seconds()),
        "attempts": entry.attempts,
        "reason": entry.reason,
    }
    return json.dumps(about, ensure_ascii=False)


def _rough(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _retry(listing: Listing, id: int | None, change: Callable[..., None]) -> int:
    def run(database: Database) -> int:
        if id is not None:
            return _change(database, [id], "waiting again", change)
        with database.reading() as session:
            dead = [entry.id for entry in listing(session, [Standing.DEAD])]
        return _change(database, dead, "waiting again", change)

    return _with_database(run)


def _change(database: Database, ids: Iterable[int], what: str, change: Callable[..., None]) -> int:
    done, failed = 0, False
    for id in ids:
        try:
            with database.writing() as session:
                change(session, id)
            done += 1
        except CannotChange as problem:
            failed = True
            print(problem, file=sys.stderr)
    print(f"{done} {what}.")
    return 1 if failed else 0


def _with_database(run: Callable[[Database], int]) -> int:
    house = open_house(load())
    try:
        return run(house.database)
    finally:
        house.close()


def at_the_keyboard() -> str:
    """Who is at the keyboard, as the system knows them; in a container that may be only a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
