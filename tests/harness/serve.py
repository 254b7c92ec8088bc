"""`guidepost serve` with a clock that can be set: `python -m tests.harness.serve all`.

A file `clock` in the working folder says by how many seconds the clock is wrong. It is read at every glance.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.bootstrap import utc_now
from bot.caretaking import serve

OFFSET = Path("clock")


def now() -> datetime:
    """The moment as this process believes it to be."""
    return utc_now() + timedelta(seconds=float(OFFSET.read_text() or 0) if OFFSET.exists() else 0)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], now))
