"""One run of the harness: `python -m tests.harness --minutes 5 --seed 1 --transport telegram --database sqlite`.

Exit code 0 when every promise was kept, 1 when one was broken, 2 for wrong usage.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.harness import grounds, mishaps, report
from tests.harness.plan import Wanted, make
from tests.harness.platforms import TRANSPORTS, platform
from tests.harness.play import play


def main() -> int:
    """Play one plan, print its report."""
    options = _parser().parse_args()
    if options.processes > 1 and options.database == "sqlite":
        sys.stderr.write("Several processes need --database postgresql.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="guidepost-harness-") as temporary:
        folder = Path(options.keep or temporary)
        with grounds.database(options.database, folder) as url:
            return _run(options, url, folder)


def _run(options: argparse.Namespace, url: str, folder: Path) -> int:
    stage = platform(options.transport)
    wanted = Wanted(options.seed, 60 * options.minutes, options.kills, options.processes, options.rate, options.faults)
    plan = make(wanted, [*stage.blows, *mishaps.known(url, options.processes)])
    ledger = asyncio.run(play(plan, stage, url, folder))
    title = (
        f"{options.transport} on {options.database}, {options.processes} process(es), {options.minutes:g} min of people"
    )
    given = {name: value for name, value in vars(options).items() if name != "keep"}
    again = "python -m tests.harness " + " ".join(f"--{name} {value}" for name, value in given.items())
    sys.stdout.write(report.table(ledger, plan, title, again) + "\n")
    return 1 if report.broken(ledger) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.harness", description="Nothing lost, nothing twice: proof.")
    parser.add_argument("--minutes", type=float, default=3, help="how long people write")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same plan")
    parser.add_argument("--transport", choices=TRANSPORTS, default="telegram")
    parser.add_argument("--database", choices=grounds.KINDS, default="sqlite")
    parser.add_argument("--kills", type=int, default=10, help="SIGKILLs; a third as many SIGTERMs and SIGSTOPs")
    parser.add_argument("--processes", type=int, default=1, help="on PostgreSQL")
    parser.add_argument("--rate", type=float, default=8, help="messages per second, all people together")
    parser.add_argument("--faults", type=float, default=12, help="faults of the platform per minute")
    parser.add_argument("--keep", metavar="FOLDER", help="an empty folder for logs and database files, to look at them")
    return parser


if __name__ == "__main__":
    sys.exit(main())
