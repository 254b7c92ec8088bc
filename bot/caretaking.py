"""Commands for operators and editors."""

import asyncio
import os
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import Clock, House, channels_of, open_house, utc_now
from bot.delivery import Delivery
from bot.settings import load
from desk import examples, inbox, outbox, processes, queues
from desk.conversation.coordinating import state_name
from desk.processes import Process
from desk.queues import Standing
from desk.scheduler import Scheduler
from desk.tickets import CLOSED, State, listing
from desk.worker import Worker
from knowledge.packs import SHIPPED, About, Severity, check, export, import_folder, read

if TYPE_CHECKING:
    from bot.serving import Server


def serve(role: str, clock: Clock = utc_now) -> int:
    """Start the desk, or the part of it that a role names, and stay until told to stop."""
    from bot.serving import Role, Server

    house = open_house(load(), clock)
    try:
        asyncio.run(_until_stopped(Server(house, Role(role))))
    finally:
        house.close()
    return 0


async def _until_stopped(server: "Server") -> None:
    await server.run()
    server.house.close()
    sys.stdout.flush()
    # Nothing is lost by leaving threads behind. One that waits for the database would keep the process; one in the
    # middle of C++ code would take it down with an abort.
    os._exit(0)


def learn(*, until_eof: bool) -> int:
    """Learn from the knowledge and keep the result for all processes of this desk.

    With `until_eof` the end of the standard input ends it, so that it does not outlive the process that started it.
    """
    if until_eof:
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    house = open_house(load())
    try:
        languages = sorted(house.catalogues.learn(house.policy.default_language))
    finally:
        house.close()
    print(f"Learnt from the knowledge in {len(languages)} languages: {', '.join(languages)}.")
    return 0


def migrate() -> int:
    """Bring the tables and the shipped knowledge to this version."""
    open_house(load()).close()
    print("The database is up to date.")
    return 0


def tick(now: datetime) -> int:
    """Do what is due at `now`, then send what that put into the outbox."""
    house = open_house(load())
    name = f"tick:{os.getpid()}"
    try:
        done = Scheduler(house.database, house.policy, house.catalogues, utc_now).run(now)
        worker = Worker(house.database, house.policy, house.catalogues, name, utc_now)
        while worker.work_once():
            pass
        asyncio.run(_send(house, name))
        with house.database.reading() as session:
            left = outbox.waiting(session)
    finally:
        house.close()
    print(f"{done} due at {now.isoformat()} done; {left} messages wait to be sent.")
    return 0


async def _send(house: House, name: str) -> None:
    channels = channels_of(house)
    try:
        await asyncio.gather(*(channel.probe() for channel in channels))
        await Delivery(house.database, channels, name, utc_now).drain()
    finally:
        await asyncio.gather(*(channel.stop() for channel in channels), return_exceptions=True)


def list_tickets(*, everything: bool) -> int:
    """Print tickets, those that wait for a person first. What people wrote is not printed."""
    house = open_house(load())
    try:
        with house.database.reading() as session:
            for ticket in listing(session, closed=everything):
                request = ticket.request
                state = state_name("en", ticket.state)
                due = (
                    f"  due {ticket.due_at:%Y-%m-%d %H:%M} UTC" if ticket.due_at and ticket.state not in CLOSED else ""
                )
                closed = "" if request.requester.reachable else "  cannot be reached"
                about = f"{ticket.urgency:<7} {request.channel:<9} {request.topic or '-'}{due}{closed}"
                print(f"{ticket.reference}  {state:<20} {about}")
            print(f"{len(listing(session, only=State.WAITING))} wait for a person.")
    finally:
        house.close()
    return 0


def doctor() -> int:
    """Look at everything an operator can get wrong and say what to do about it."""
    house = open_house(load())
    try:
        print("settings   fine")
        print(f"database   {'PostgreSQL' if house.database.is_postgresql else 'SQLite'}, tables up to date")
        with house.database.reading() as session:
            waiting = inbox.waiting(session)
            doubtful, unsent = len(outbox.doubtful(session)), outbox.waiting(session)
            unanswered = len(queues.incoming(session, [Standing.DEAD]))
            proposed = len(examples.listing(session))
            undelivered = len(queues.outgoing(session, [Standing.DEAD]))
        print(_processes(house))
        print(f"inbox      {'messages wait to be answered' if waiting else 'nothing waits'}, {unanswered} set aside")
        print(f"outbox     {unsent} wait to be sent, {doubtful} may have arrived twice, {undelivered} set aside")
        print(f"examples   {proposed} wait for review")
        catalogue = house.catalogues.current()
        print(f"knowledge  {len(catalogue.entries)} entries, version {catalogue.version}")
        return asyncio.run(_probe(house))
    finally:
        house.close()


def _processes(house: House) -> str:
    with house.database.reading() as session:
        known, now = processes.known(session), house.clock()
    lines = [_process(one, now) for one in known if processes.is_alive(one, now)]
    return "\n".join([f"processes  {len(lines) or 'none'} alive", *lines])


def _process(process: Process, now: datetime) -> str:
    age = str(now - process.started_at).partition(".")[0]
    seen = f"seen {(now - process.seen_at).total_seconds():.0f} s ago"
    return f"           {process.name}  {process.role}, version {process.version}, up {age}, {seen}"


async def _probe(house: House) -> int:
    """Ask each platform who we are, without receiving anything."""
    failed = False
    for channel in channels_of(house):
        status = await channel.probe()
        failed = failed or not status.connected or bool(status.remedy)
        print(f"{status.name:<10} {status.detail}" + (f" - {status.remedy}" if status.remedy else ""))
        await channel.stop()
    return 1 if failed else 0


def import_knowledge(folder: Path) -> int:
    """Take in a pack and say what changed."""
    house = open_house(load())
    try:
        with house.database.writing() as session:
            report = import_folder(session, folder, utc_now())
    finally:
        house.close()
    print(
        f"{len(report.created)} new, {len(report.updated)} changed, {len(report.retired)} retired, "
        f"{len(report.kept)} kept as edited here."
    )
    return 0


def export_knowledge(folder: Path) -> int:
    """Write the knowledge as a pack into a folder."""
    house = open_house(load())
    try:
        with house.database.reading() as session:
            export(
                session, folder, About(id="desk", version=utc_now().date().isoformat(), title="What this desk knows")
            )
    finally:
        house.close()
    print(f"Written to {folder}.")
    return 0


def check_knowledge(folder: Path | None) -> int:
    """Print what is wrong in a pack; fails when something is an error."""
    findings = check(read(folder or SHIPPED), utc_now().date())
    for finding in findings:
        print(finding)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    print(f"{errors} errors, {len(findings) - errors} warnings.", file=sys.stderr)
    return 1 if errors else 0
