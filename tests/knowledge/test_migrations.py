"""The steps of the schema agree with the models, on both databases, and are taken once."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from knowledge import migrations
from knowledge.database import Database, DatabaseUnavailable
from knowledge.migrations.comparison import all_tables, options


def differences(connection: Connection) -> list[object]:
    all_tables()
    return list(compare_metadata(MigrationContext.configure(connection, opts=options()), all_tables()))


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        assert differences(connection) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    database.upgrade()
    with database.engine.connect() as connection:
        assert migrations.current_version(connection) == migrations.known_versions()[-1]


def test_several_processes_may_upgrade_together(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.upgrade, databases))
    with databases[0].engine.connect() as connection:
        assert differences(connection) == []
    for database in databases:
        database.close()


def test_whoever_waits_too_long_for_another_upgrade_is_told(empty_url: str, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite locks the whole file")
    database = Database(empty_url)
    with database.engine.connect() as busy:
        busy.execute(text(f"SELECT pg_advisory_lock({migrations.ADVISORY_LOCK})"))
        with pytest.raises(DatabaseUnavailable, match="Another process has been upgrading"):
            migrations.upgrade(database.engine, lock_seconds=0.2)
    database.close()
    database.upgrade()
    with database.engine.connect() as connection:
        assert differences(connection) == []
    database.close()


def test_the_newest_file_is_the_head(database: Database) -> None:
    with database.engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migrations.config(connection))
    assert scripts.get_heads() == [migrations.known_versions()[-1]]


def test_a_second_start_does_not_load_alembic(database_url: str) -> None:
    program = f"""
import sys
from knowledge.database import Database
Database({database_url!r}).upgrade()
assert not [name for name in sys.modules if name.startswith("alembic")]
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(migrations.__file__).parents[2])


def test_a_newer_database_is_refused(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable, match="newer Guidepost") as caught:
        database.upgrade()
    assert caught.value.permanent
    database.close()


def test_references_are_enforced_again_afterwards(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    if not database.is_postgresql:
        with database.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()


def test_all_steps_can_be_undone(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    with database.engine.execution_options(guidepost="write").begin() as connection:
        command.downgrade(migrations.config(connection), "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    database.close()


def test_steps_are_named_as_sentences() -> None:
    names = [file.stem for file in migrations.VERSIONS.glob("*.py")]
    assert names
    assert all(re.fullmatch(r"\d{4}(_[a-z0-9]+){2,}", name) for name in names)
