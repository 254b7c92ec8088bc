"""Sessions, types and messages of the database."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from knowledge import database as module
from knowledge.database import Base, Database, DatabaseUnavailable


class Mood(StrEnum):
    CALM = "calm"
    VERY_CALM = "very-calm"


class Local(DeclarativeBase):
    """Like `Base`, but its table stays out of the schema of the house."""

    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = Base.type_annotation_map


class Note(Local):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
    mood: Mapped[Mood] = mapped_column(default=Mood.CALM)
    tags: Mapped[list[str] | None]
    word: Mapped[str | None] = mapped_column(unique=True)


@pytest.fixture
def notes(empty_url: str) -> Iterator[Database]:
    opened = Database(empty_url)
    Local.metadata.create_all(opened.engine)
    yield opened
    opened.close()


def only_note(database: Database) -> Note:
    with database.reading() as session:
        return session.scalars(select(Note)).one()


def test_instants_come_back_aware_and_in_utc(notes: Database) -> None:
    noon_in_riga = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    with notes.writing() as session:
        session.add(Note(at=noon_in_riga))
    at = only_note(notes).at
    assert at is not None
    assert at == noon_in_riga
    assert (at.utcoffset(), at.hour) == (timedelta(0), 9)


def test_a_naive_datetime_is_refused(notes: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), notes.writing() as session:
        session.add(Note(at=datetime(2026, 7, 1)))


def test_instants_sort_in_the_database(notes: Database) -> None:
    with notes.writing() as session:
        session.add_all(Note(at=datetime(2026, 1, day, tzinfo=UTC)) for day in (2, 1, 3))
    with notes.reading() as session:
        early = session.scalars(select(Note).where(Note.at < datetime(2026, 1, 3, tzinfo=UTC)).order_by(Note.at))
        assert [note.at.day for note in early if note.at] == [1, 2]


def test_words_are_stored_by_their_value(notes: Database) -> None:
    with notes.writing() as session:
        session.add(Note(mood=Mood.VERY_CALM))
    with notes.reading() as session:
        assert session.scalar(text("SELECT mood FROM notes")) == "very-calm"
    assert only_note(notes).mood is Mood.VERY_CALM


def test_lists_are_json_and_none_is_null(notes: Database) -> None:
    with notes.writing() as session:
        session.add_all([Note(tags=["ä", "ب"]), Note(tags=None)])
    with notes.reading() as session:
        assert list(session.scalars(select(Note.tags).where(Note.tags.is_not(None)))) == [["ä", "ب"]]


def test_writing_commits_at_the_end(notes: Database) -> None:
    with notes.writing() as session:
        session.add(Note(word="kept"))
    assert only_note(notes).word == "kept"


def test_an_error_undoes_all_of_it(notes: Database) -> None:
    with pytest.raises(ZeroDivisionError), notes.writing() as session:
        session.add(Note(word="lost"))
        session.flush()
        _ = 1 / 0
    with notes.reading() as session:
        assert session.scalars(select(Note)).all() == []


def test_reading_cannot_write(notes: Database) -> None:
    with pytest.raises(TypeError, match="use writing"), notes.reading() as session:
        session.add(Note(word="no"))
        session.flush()
    with notes.writing() as session:
        session.add(Note(word="but the connection still can"))


def test_reading_sees_one_moment(notes: Database) -> None:
    with notes.reading() as session:
        assert session.scalars(select(Note)).all() == []
        with notes.writing() as other:
            other.add(Note(word="new"))
        assert session.scalars(select(Note)).all() == []
    assert only_note(notes).word == "new"


def test_what_was_read_stays_usable(notes: Database) -> None:
    with notes.writing() as session:
        note = Note(word="still here")
        session.add(note)
    assert note.word == "still here"


def test_a_broken_rule_is_no_outage(notes: Database) -> None:
    with pytest.raises(IntegrityError), notes.writing() as session:
        session.add_all([Note(word="same"), Note(word="same")])


def test_errors_do_not_tell_what_people_wrote(notes: Database) -> None:
    with pytest.raises(IntegrityError) as caught, notes.writing() as session:
        session.add_all([Note(word="my secret"), Note(word="my secret")])
        session.flush()
    assert "my secret" not in str(caught.value).split("DETAIL")[0]


def test_eight_writers_never_find_it_locked(notes: Database) -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                with notes.writing() as session:
                    session.add(Note())
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with notes.reading() as session:
        assert len(session.scalars(select(Note)).all()) == 80


def test_references_are_enforced(database: Database) -> None:
    orphan = (
        "INSERT INTO contacts (organisation_id, position, kind, value, confidence) VALUES ('no', 0, 'web', 'x', 'high')"
    )
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text(orphan))


def sqlite(folder: Path) -> Database:
    return Database(f"sqlite:///{folder}/new/deep/file.db")


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    with sqlite(tmp_path).reading() as session:
        assert session.scalar(text("SELECT 1")) == 1
    assert (tmp_path / "new/deep/file.db").exists()


def test_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    with sqlite(tmp_path).writing() as session:
        settings = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert settings == ["wal", 2, 1]


def test_forgetting_to_leave_writing_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TURN_SECONDS", 0)
    database = sqlite(tmp_path)
    with database.writing(), pytest.raises(DatabaseUnavailable, match="Another thread"), database.writing():
        pass


def test_another_process_that_holds_the_lock_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    database = sqlite(tmp_path)
    with database.reading() as session:
        session.scalar(text("SELECT 1"))
    other = sqlite3.connect(tmp_path / "new/deep/file.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="Another process") as caught, database.writing() as session:
        session.scalar(text("SELECT 1"))
    assert not caught.value.permanent
    other.close()


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is not a database at all, but quite a long text" * 40)
    with (
        pytest.raises(DatabaseUnavailable, match="is not a SQLite database") as caught,
        Database(f"sqlite:///{tmp_path}/notes.txt").reading() as session,
    ):
        session.scalar(text("SELECT 1"))
    assert caught.value.permanent


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    database = sqlite(tmp_path)
    with database.writing() as session:
        session.execute(text("CREATE TABLE big (t TEXT)"))
    with pytest.raises(DatabaseUnavailable, match="disk is full"), database.writing() as session:
        session.execute(text("PRAGMA max_page_count = 2"))
        session.execute(text("INSERT INTO big VALUES (:t)"), {"t": "x" * 1_000_000})


def test_a_file_that_may_be_written_again_is_used_without_a_restart(tmp_path: Path) -> None:
    file, writer = tmp_path / "desk.db", sqlite3.connect(tmp_path / "desk.db")
    writer.executescript("PRAGMA journal_mode = WAL; CREATE TABLE notes (t TEXT)")
    writer.close()
    # SQLite takes a file of a later write version as read-only, whoever opens it, also root.
    write_version(file, 3)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseUnavailable, match="may not be written"), database.writing() as session:
        session.execute(text("INSERT INTO notes VALUES ('a')"))
    write_version(file, 2)
    with database.writing() as session:
        session.execute(text("INSERT INTO notes VALUES ('b')"))
    database.close()


def write_version(file: Path, version: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(18)
        opened.write(bytes([version]))


def test_a_silent_postgresql_is_reported() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable, match="does not answer"), database.reading() as session:
        session.scalar(text("SELECT 1"))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_usual_postgresql_addresses_are_understood(scheme: str) -> None:
    database = Database(f"{scheme}://me:pw@db.example/name")
    assert database.is_postgresql
    assert database.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize("address", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_addresses_say_what_to_use(address: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="sqlite:///") as caught:
        Database(address)
    assert caught.value.permanent


def test_a_waiting_row_lock_is_reported(notes: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if not notes.is_postgresql:
        pytest.skip("SQLite locks the whole file")
    with notes.writing() as session:
        session.add(Note(id=1))
    change: Any = text("UPDATE notes SET word = 'x'")
    with notes.writing() as holder:
        holder.execute(change)
        with pytest.raises(DatabaseUnavailable, match="rows locked"), notes.writing() as waiting:
            waiting.execute(text("SET LOCAL lock_timeout = '50ms'"))
            waiting.execute(change)


def test_a_closed_database_opens_again(notes: Database) -> None:
    notes.close()
    with notes.reading() as session:
        assert session.scalars(select(Note)).all() == []


@pytest.mark.parametrize(("written", "kept"), [("a\x00b", "ab"), ("a\ud83db", "ab"), ("\\u0000 🚒", "\\u0000 🚒")])
def test_what_no_database_keeps_is_left_out(notes: Database, written: str, kept: str) -> None:
    with notes.writing() as session:
        session.add_all([Note(word=written, tags=[written, "\\" + written, '"' + written]), Note(word="other")])
    with notes.reading() as session:
        found = session.scalars(select(Note).where(Note.word == written)).one()
        assert (found.word, found.tags) == (kept, [kept, "\\" + kept, '"' + kept])
