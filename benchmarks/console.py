"""Every page of the console over a desk of 100,000 made-up tickets, beside a trivial page of the same program.

Server time is what a whole request takes inside the process, from the first byte read to the last one written; "cpu" is
the process's own part of it. Queries are counted at the driver. Machines differ: read the ratios.

Run: python -m benchmarks.console [sqlite] [postgresql]

TICKETS=5000 in the environment takes fewer; ROUNDS=50 looks at each page more often; ONLY=reports looks at the pages
with this in their address.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import event, select
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks._templates import known_to_postgresql, known_to_sqlite
from console.app import make_app
from console.operation import Readiness
from console.premises import Premises
from desk.access import sessions
from desk.catalogue import Catalogues
from desk.demonstration.filling import fill
from desk.members import Member, Role
from desk.policy import Policy
from desk.tickets import Ticket
from knowledge.database import Database
from tests.console.conftest import served

GOAL_MS = 150
TICKETS, ROUNDS = int(os.environ.get("TICKETS", "100000")), int(os.environ.get("ROUNDS", "30"))
ONLY = os.environ.get("ONLY", "")
TRIVIAL = "/healthz"
# {reference} is another ticket each time, {day} and {topic} lie in the middle. What does not exist is passed over.
PAGES = (
    "/console/sign-in",
    "/console/queue",
    "/console/queue?after={after}",
    "/console/queue?sort=waiting",
    "/console/queue?sort=newest",
    "/console/queue?assignee=me",
    "/console/queue?assignee=nobody",
    "/console/queue?urgency=crisis",
    "/console/queue?overdue=1",
    "/console/queue?snoozed=only",
    "/console/queue?state=closed&sort=newest",
    "/console/queue?state=closed",
    "/console/queue?state=all&sort=waiting",
    "/console/queue?state=solved",
    "/console/queue?state=waiting&sort=waiting",
    "/console/queue?state=all&topic={topic}",
    "/console/queue?state=all&language=zh",
    "/console/queue?state=all&channel=slack&language=ar&topic={topic}",
    "/console/queue?state=all&opened_from={day}&opened_to={day}",
    "/console/queue?state=all&updated_from={day}&sort=newest",
    "/console/queue?state=all&text=lawyer",
    "/console/queue/list?stamp=other",
    "/console/queue/list?stamp={stamp}",
    "/console/queue/views",
    "/console/search?q=lawyer",
    "/console/search?q=law",
    "/console/search?q=a",
    "/console/search?q=律师",
    "/console/search?q=محام",
    "/console/search?q={reference}",
    "/console/search?q=nothingofthekind",
    "/console/tickets/{reference}",
    "/console/home",
    "/console/reports",
    "/console/reports?first={quarter_ago}&last={today}",
    "/console/reports?first={year_ago}&last={today}",
    "/console/reports?first={year_ago}&last={today}&language=ar",
    "/console/reports?first={year_ago}&last={today}&channel=telegram",
    "/console/reports/times.csv",
    "/console/reports/topics.csv",
    "/console/rota",
    "/console/audit",
    "/console/members",
    "/console/settings",
    "/console/replies",
    "/console/webhooks",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one page took, in milliseconds, and how many queries it asked."""

    middle: float
    slow: float
    cpu: float
    queries: int


class Watch:
    """Takes the time of every request, and counts what goes to the database."""

    def __init__(self, database: Database) -> None:
        self.queries = 0
        self.times: list[tuple[float, float]] = []
        event.listen(database.engine, "before_cursor_execute", self._count)

    def _count(self, connection: object, cursor: object, statement: str, *_: object) -> None:
        self.queries += not statement.startswith(("PRAGMA", "BEGIN"))

    def around(self, app: ASGIApp) -> ASGIApp:
        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            begin, cpu = time.perf_counter(), time.process_time()
            await app(scope, receive, send)
            self.times.append((1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - cpu)))

        return timed


@contextmanager
def _signed_in(database: Database, watch: Watch) -> Iterator[httpx.Client]:
    now, policy = datetime.now(UTC), Policy()
    with database.writing() as session:
        member = Member(name="Measuring", role=Role.ADMINISTRATOR, languages=[], topics=[], created_at=now)
        session.add(member)
        session.flush()
        for ticket in session.scalars(select(Ticket).where(Ticket.closed_at.is_(None)).limit(40)):
            ticket.assignee = member
        secret = sessions.start(session, member, now, passed=True)
    catalogues = Catalogues(database, lambda: datetime.now(UTC))
    premises = Premises(database, policy, catalogues, lambda: datetime.now(UTC))
    app = make_app(premises, [], lambda: Readiness(ready=True, problems={}, channels={}))
    with served(watch.around(app)) as place, httpx.Client(base_url=place, cookies={"guidepost": secret}) as client:
        yield client


def _addresses(database: Database, path: str, references: Sequence[str], stamp: str) -> list[str]:
    middle, today = references[len(references) // 2], datetime.now(UTC).date()
    with database.reading() as session:
        ticket = session.scalars(select(Ticket).filter_by(reference=middle)).one()
        values = {"day": f"{ticket.opened_at:%Y-%m-%d}", "topic": ticket.request.topic, "stamp": stamp}
        values |= {
            "today": f"{today}",
            "quarter_ago": f"{today - timedelta(89)}",
            "year_ago": f"{today - timedelta(364)}",
        }
        opened = session.scalars(select(Ticket).where(Ticket.closed_at.is_(None)).order_by(Ticket.by_urgency).limit(99))
        last = opened.all()[-1]
        values["after"] = f"{last.by_urgency}~{last.id}"
    return [path.format(reference=one, **values) for one in references]


def _measure(client: httpx.Client, watch: Watch, addresses: Sequence[str]) -> Measured | None:
    if client.get(addresses[0], timeout=60).status_code not in (200, 204):
        return None
    watch.times, before = [], watch.queries
    for address in addresses:
        client.get(address, timeout=60)
    whole, cpu = zip(*watch.times, strict=True)
    slow = sorted(whole)[max(0, round(0.95 * len(whole)) - 1)]
    queries = round((watch.queries - before) / len(addresses))
    return Measured(statistics.median(whole), slow, statistics.median(cpu), queries)


def _report(name: str, url: str) -> bool:
    database = Database(url)
    begin = time.monotonic()
    fill(database, TICKETS, datetime.now(UTC))
    print(f"== {name}: {TICKETS} tickets made up in {time.monotonic() - begin:.0f} s", flush=True)
    watch, fine = Watch(database), True
    with database.reading() as session:
        references = session.scalars(select(Ticket.reference).order_by(Ticket.id)).all()
    references = references[:: max(1, len(references) // ROUNDS)][:ROUNDS]
    with _signed_in(database, watch) as client:
        floor = _measure(client, watch, [TRIVIAL] * ROUNDS)
        assert floor is not None
        print(f"{'page':<66} {'p50 ms':>7} {'p95 ms':>7} {'cpu ms':>7} {'queries':>7} {'times trivial':>13}")
        _print(TRIVIAL, floor, floor)
        for path in (path for path in PAGES if ONLY in path):
            stamp = (
                client.get("/console/queue").text.partition("stamp=")[2].partition("&")[0] if "{stamp}" in path else ""
            )
            found = _measure(client, watch, _addresses(database, path, references, stamp))
            if found is not None:
                fine = _print(path, found, floor) and fine
    database.close()
    return fine


def _print(path: str, found: Measured, floor: Measured) -> bool:
    figures = f"{found.middle:7.1f} {found.slow:7.1f} {found.cpu:7.1f} {found.queries:7}"
    mark = "" if found.slow < GOAL_MS else "  too slow"
    print(f"{path:<66} {figures} {found.middle / floor.middle:13.0f}{mark}", flush=True)
    return not mark


def main(chosen: set[str]) -> bool:
    """Measure on the chosen databases, or on both. Whether every page was fast enough."""
    fine = True
    for name, opened in (("sqlite", known_to_sqlite), ("postgresql", known_to_postgresql)):
        if name in chosen or not chosen:
            with opened() as url:
                fine = _report(name, url) and fine
    print(f"goal: 95 of 100 requests under {GOAL_MS} ms: {'held' if fine else 'not held'}")
    return fine


if __name__ == "__main__":
    sys.exit(0 if main(set(sys.argv[1:])) else 1)
