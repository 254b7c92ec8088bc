"""`guidepost demo`: a database full of made-up tickets, to try the console."""

import argparse
import sys
import time

from bot.bootstrap import open_house, utc_now
from bot.settings import load
from desk.access import invitations
from desk.demonstration.filling import NotEmpty, fill
from desk.members import Role


def demonstrate(options: argparse.Namespace) -> int:
    """Make up tickets, and print a link that makes an account."""
    house, begin = open_house(load()), time.monotonic()
    try:
        fill(house.database, options.tickets, utc_now(), seed=options.seed, add=options.add, report=_say_how_far)
        with house.database.writing() as session:
            secret = invitations.invite(session, Role.ADMINISTRATOR, "demo", utc_now())
    except NotEmpty:
        print("There are tickets in this database. To add made-up ones to them, say --add.", file=sys.stderr)
        return 1
    finally:
        house.close()
    base = (house.settings.public_url or f"http://127.0.0.1:{house.settings.port}").rstrip("/")
    print(f"{options.tickets} tickets made up in {time.monotonic() - begin:.0f} s.")
    print(f"Start the desk with `guidepost serve`, then make your account: {base}/console/set-up/{secret}")
    return 0


def _say_how_far(done: int) -> None:
    if done % 10_000 == 0:
        print(f"{done} ...", file=sys.stderr)
