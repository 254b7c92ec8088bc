"""Where Guidepost keeps everything: one SQLite file on day one, PostgreSQL the day it grows."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, URL, Connection, Date, DateTime, Engine, Enum, MetaData, String, create_engine, event
from sqlalchemy import make_url as parse_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from knowledge.fair_lock import FairLock
from knowledge.storable import keep_to_storable, storable_json
from knowledge.wakeups import Listener, Wakeups

__all__ = ["Base", "Database", "DatabaseUnavailable", "Json", "Session", "UtcDateTime", "Word"]

BUSY_SECONDS = 10
# A transaction in which nothing is asked for so long is ended by PostgreSQL: others may wait for its rows.
IDLE_SECONDS = 60
# Longer than the longest write that is not a migration: past it, somebody forgot to leave `writing()`.
TURN_SECONDS = 30


class DatabaseUnavailable(Exception):
    """The database cannot be used now; the message says what to do. `permanent`: trying again does not help."""

    def __init__(self, advice: str, *, permanent: bool = False) -> None:
        super().__init__(advice)
        self.permanent = permanent


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only, stores UTC, gives aware UTC back (SQLite itself knows no zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: pass an aware datetime, for example datetime.now(UTC)")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Stored by value in a plain VARCHAR: adding a word to a vocabulary then needs no migration.
Word = Enum(
    StrEnum,
    native_enum=False,
    create_constraint=False,
    length=40,
    values_callable=lambda words: [w.value for w in words],
)
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """What all tables of the house derive from.

    In `Mapped[...]`: `datetime` is an instant in UTC, a `StrEnum` is stored by its value, `dict[str, Any]`,
    `dict[str, str]` and `list[str]` are JSON. Assign a new list or dict to change one: changes inside are not seen.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        date: Date(),
        str: String(),
        StrEnum: Word,
        dict[str, Any]: Json,
        dict[str, str]: Json,
        list[str]: Json,
        list[dict[str, Any]]: Json,
    }


class Database:
    """The engine with its two kinds of transaction. `url`: `sqlite:///folder/file.db` or `postgresql://…`."""

    def __init__(self, url: str) -> None:
        self.url = _address(url)
        self.engine: Engine = _postgresql(self.url) if self.is_postgresql else _sqlite(self.url)
        keep_to_storable(self.engine)
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._readers = self.engine.execution_options(guidepost="read", **(snapshot if self.is_postgresql else {}))
        self._writers = self.engine.execution_options(guidepost="write")
        # SQLite has one writer. Threads queue here in order; its own busy handler sleeps and lets the unlucky starve.
        self._turn = None if self.is_postgresql else FairLock()
        self.wakeups = Wakeups()

    @property
    def is_postgresql(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment throughout and cannot write."""
        with _advised(self.url), Session(self._readers, expire_on_commit=False, autoflush=False) as session:
            try:
                yield session
            except DBAPIError as error:
                if _is_refused_write(error):
                    raise TypeError("A reading() session was used for writing: use writing().") from error
                raise

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any error. Keep it short: on SQLite the others wait.

        What was announced in it (`knowledge.wakeups.announce`) is told after the commit.
        """
        session = Session(self._writers, expire_on_commit=False)
        with _advised(self.url), self._my_turn(), session, session.begin():
            yield session
            self.wakeups.tell_others(session)
        self.wakeups.tell_here(session)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what other processes announce, where the database can pass it on."""
        if not self.is_postgresql:
            yield
            return
        listener = Listener(self.engine, self.wakeups)
        listener.start()
        try:
            yield
        finally:
            listener.stop()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise DatabaseUnavailable(f"Another thread has been writing for more than {TURN_SECONDS} s. Try again.")
        try:
            yield
        finally:
            self._turn.release()

    def upgrade(self) -> None:
        """Bring the tables to this version of Guidepost. Safe when several processes start together."""
        from knowledge.migrations import upgrade

        with _advised(self.url):
            upgrade(self.engine)

    def close(self) -> None:
        """Let go of all connections; the object can still be used afterwards."""
        self.engine.dispose()


def _address(url: str) -> URL:
    try:
        parsed = parse_url(url)
    except ArgumentError:
        raise DatabaseUnavailable(
            "The database address cannot be read. Use sqlite:///guidepost.db or postgresql://user:password@host/name.",
            permanent=True,
        ) from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite+pysqlite")
    raise DatabaseUnavailable(
        f"{parsed.drivername}:// is not a database Guidepost can use. Use sqlite:/// with a file, or postgresql://.",
        permanent=True,
    )


def _sqlite(url: URL) -> Engine:
    folder = Path(url.database or "").absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(f"Cannot make the folder {folder} for the database: {error.strerror}.") from error
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=8,
        max_overflow=24,
        json_serializer=storable_json,
        hide_parameters=True,  # they hold people's messages, and errors are logged
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _forget_refused_connection)
    return engine


def _forget_refused_connection(context: ExceptionContext) -> None:
    # A connection that once found the file read-only never writes again, also when the file may be written by now.
    code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
    context.is_disconnect = context.is_disconnect or code == sqlite3.SQLITE_READONLY


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # None: the driver must not open transactions by itself, it would open deferred ones that fail when upgraded.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # A channel is told "received" right after our commit and never repeats the message. With NORMAL the last commits
    # before a power cut can vanish, so pay the fsync (about a millisecond) of FULL.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # Each thread has a connection, and each connection would keep two megabytes of the file that the system keeps too.
    cursor.execute("PRAGMA cache_size = -512")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    purpose = connection.get_execution_options().get("guidepost")
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if purpose == 'read' else 'OFF'}")
    # Taking the write lock at once means waiting for it; a deferred transaction fails when it turns to writing.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if purpose == "write" else "BEGIN")


def _postgresql(url: URL) -> Engine:
    # A server that vanished without a word is noticed within half a minute, on either side.
    watch = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
    arguments: dict[str, Any] = {"connect_timeout": 10, "application_name": "guidepost", **watch}
    if "options" not in url.query:
        limits = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
        limits += " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
        arguments["options"] = f"-c timezone=UTC {limits}"
    return create_engine(
        url,
        connect_args=arguments,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        pool_recycle=1800,
        json_serializer=storable_json,
        hide_parameters=True,  # they hold people's messages, and errors are logged
    )


def _is_refused_write(error: DBAPIError) -> bool:
    refused = "readonly database" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "25006"
    return refused and (error.statement or "").lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")


@contextmanager
def _advised(url: URL) -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable("All database connections are in use. Try again in a moment.") from error
    except DBAPIError as error:
        advice = (_sqlite_advice if url.get_backend_name() == "sqlite" else _postgresql_advice)(error.orig, url)
        if advice is None:
            raise
        raise advice from error


_SQLITE_ADVICE = {
    sqlite3.SQLITE_BUSY: (f"Another process kept the database locked for {BUSY_SECONDS} s. Try again.", False),
    sqlite3.SQLITE_LOCKED: ("The database is locked. Try again.", False),
    sqlite3.SQLITE_FULL: ("The disk is full. Free some space; work continues by itself.", False),
    sqlite3.SQLITE_IOERR: ("The disk refuses {file}: it may be full, over quota or failing. Check it.", False),
    sqlite3.SQLITE_READONLY: ("{file} may not be written. Give the user of Guidepost the right to write it.", False),
    sqlite3.SQLITE_CANTOPEN: ("{file} cannot be opened. Check that the folder exists and may be written.", False),
    sqlite3.SQLITE_CORRUPT: ("{file} is damaged. Stop Guidepost and restore the last backup.", True),
    sqlite3.SQLITE_NOTADB: ("{file} is not a SQLite database. Check the address of the database.", True),
}


def _sqlite_advice(error: BaseException | None, url: URL) -> DatabaseUnavailable | None:
    # The low byte is the error, the rest says how it came about.
    advice, permanent = _SQLITE_ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, ("", False))
    return DatabaseUnavailable(advice.format(file=url.database), permanent=permanent) if advice else None


_POSTGRESQL_ADVICE = {
    "08": "The connection to PostgreSQL broke. Try again.",
    "40": "PostgreSQL undid the work because others changed the same rows. Try again.",
    "53": "PostgreSQL has no room or no connection left. Check its disk and max_connections.",
    "55P03": f"Others kept the rows locked for {BUSY_SECONDS} s. Try again.",
    "57": "PostgreSQL is shutting down or stopped the query. Try again.",
    "58": "PostgreSQL reports a disk error. Check the server.",
    "25P03": f"PostgreSQL ended a transaction that did nothing for {IDLE_SECONDS} s. Is the machine overloaded?",
    "25006": "PostgreSQL is read-only now, perhaps a standby. Point the address of the database to the primary.",
}


def _postgresql_advice(error: BaseException | None, url: URL) -> DatabaseUnavailable | None:
    state = getattr(error, "sqlstate", None)
    if state is not None:
        advice = _POSTGRESQL_ADVICE.get(state) or _POSTGRESQL_ADVICE.get(state[:2])
        return DatabaseUnavailable(advice) if advice else None
    if type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        place = f"{url.host or 'the local socket'}, database {url.database}"
        return DatabaseUnavailable(
            f"PostgreSQL does not answer ({place}). Check that it runs and the address is right."
        )
    return None
