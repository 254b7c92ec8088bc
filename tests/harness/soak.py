"""Every proof, one after the other, with a summary: `python -m tests.harness.soak --minutes 30 --kills 50`.

Exit code 1 when a promise was broken in any of them. Each report names the command that plays the same run again.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence

PLACES = (
    ("telegram", "sqlite", 1),
    ("telegram-webhook", "postgresql", 1),
    ("slack", "sqlite", 1),
    ("slack-http", "postgresql", 1),
    ("telegram", "postgresql", 4),
    ("slack", "postgresql", 4),
)


def parts(minutes: float, kills: int, seed: int) -> Sequence[str]:
    """The modules with their options, in order."""
    wanted = f"--minutes {minutes:g} --kills {kills} --seed {seed}"
    runs = [
        f"tests.harness {wanted} --transport {transport} --database {database} --processes {processes}"
        for transport, database, processes in PLACES
    ]
    reminders = [
        f"tests.harness.reminders --kills {kills} --seed {seed} --database {database}"
        for database in ("sqlite", "postgresql")
    ]
    in_time = [f"tests.harness.acknowledging --transport {transport}" for transport in ("slack", "slack-http")]
    return [*runs, *reminders, *in_time, "tests.harness.limits", "tests.harness.writers"]


def main() -> int:
    """Run all parts and say which of them kept their promises."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.soak", description="Every proof, one by one.")
    parser.add_argument("--minutes", type=float, default=3, help="how long people write in each run")
    parser.add_argument("--kills", type=int, default=10, help="in each run")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    summary, code = list[str](), 0
    for part in parts(options.minutes, options.kills, options.seed):
        sys.stdout.write(f"\n== {part}\n")
        sys.stdout.flush()
        broken = subprocess.run([sys.executable, "-m", *part.split()]).returncode
        summary.append(f"{'BROKEN' if broken else 'kept  '}  {part}")
        code = code or min(broken, 1)
    sys.stdout.write("\n" + "\n".join(summary) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
