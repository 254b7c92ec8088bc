"""The tables of the whole house, step by step. A new step: `python -m knowledge.migrations "sentence what it does"`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from knowledge.database import DatabaseUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
VERSIONS = FOLDER / "versions"

# Any number will do, as long as every process of Guidepost uses the same.
ADVISORY_LOCK = 4_803_777_362
LOCK_SECONDS = 60
# A step that waits for a busy table makes everybody behind it wait too; better to give up soon and try again.
STEP_SECONDS = 5


def known_versions() -> list[str]:
    """The numbers of all steps, oldest first. Files are named 0001_a_sentence.py, so this needs no Alembic."""
    return sorted(file.name.split("_")[0] for file in VERSIONS.glob("[0-9]*.py"))


def current_version(connection: Connection) -> str | None:
    """The number of the last step taken in this database; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def upgrade(engine: Engine, lock_seconds: float = LOCK_SECONDS) -> None:
    """Take all steps that are missing. Costs one query, and no import of Alembic, when there are none.

    Raises:
        DatabaseUnavailable: another process has been upgrading for `lock_seconds`, or the tables are a newer version's.
    """
    versions = known_versions()
    with engine.connect() as connection:
        current = current_version(connection)
    if current is not None and current not in versions:
        raise DatabaseUnavailable(
            f"The database was made by a newer Guidepost (its version is {current}, this one knows {versions[-1]}). "
            "Install that version again, or restore the backup from before.",
            permanent=True,
        )
    if current != versions[-1]:
        _take_steps(engine, lock_seconds)


def _take_steps(engine: Engine, lock_seconds: float) -> None:
    from alembic import command

    with _transaction(engine) as connection:
        if connection.dialect.name != "sqlite":
            _wait_for_turn(connection, lock_seconds)
        command.upgrade(config(connection), "head")
        if connection.dialect.name == "sqlite":
            _check_references(connection)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction for all steps. On SQLite references are not enforced in it: changing a table there means making
    a new one and dropping the old, which would cascade into the tables that refer to it."""
    with engine.execution_options(guidepost="write").connect() as connection:
        raw = connection.connection.driver_connection
        if engine.dialect.name == "sqlite" and raw is not None:
            raw.execute("PRAGMA foreign_keys = OFF")  # has no effect once a transaction is open
        try:
            with connection.begin():
                yield connection
        finally:
            if engine.dialect.name == "sqlite" and raw is not None:
                raw.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise DatabaseUnavailable(f"The upgrade would break references: {broken[:3]}.", permanent=True)


def _wait_for_turn(connection: Connection, seconds: float = LOCK_SECONDS) -> None:
    _limit(connection, seconds)
    try:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    except OperationalError as error:
        raise DatabaseUnavailable(
            f"Another process has been upgrading the database for {seconds:g} s. Wait until it is done and start again."
        ) from error
    _limit(connection, STEP_SECONDS)


def _limit(connection: Connection, seconds: float) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{int(seconds * 1000)}ms'"))


def config(connection: Connection) -> "Config":
    """Alembic's settings for work on an open connection."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.set_main_option("truncate_slug_length", "80")
    settings.attributes["connection"] = connection
    return settings
