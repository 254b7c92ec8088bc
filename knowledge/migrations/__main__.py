"""Write the next migration from the difference between the models and the steps so far.

    python -m knowledge.migrations "keep the language of a request"

A third word leaves it at the tables of one room: `python -m knowledge.migrations "make the tables" knowledge.tables`.
Works on a throw-away SQLite file. Read what it wrote before you commit it: renames look like a drop and an add.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from knowledge.database import Database
from knowledge.migrations import config, known_versions, upgrade
from knowledge.migrations.comparison import ROOMS_WITH_TABLES, all_tables


def write_step(sentence: str, rooms: Sequence[str] = ROOMS_WITH_TABLES) -> Path:
    """The file of the new step."""
    all_tables(rooms)
    number = f"{len(known_versions()) + 1:04d}"
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        if known_versions():
            upgrade(database.engine)
        with database.engine.connect() as connection:
            script = command.revision(config(connection), sentence, autogenerate=True, rev_id=number)
        database.close()
    path = Path(script.path)  # type: ignore[union-attr]
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", "--line-length", "120", path], check=False)
    return path


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(write_step(sys.argv[1], sys.argv[2:] or ROOMS_WITH_TABLES))
