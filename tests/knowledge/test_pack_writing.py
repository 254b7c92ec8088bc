"""Writing what the desk knows: the same folder every time, and nothing changes on the way round."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.database import Database
from knowledge.entries import knowledge_version
from knowledge.packs import About, PackError, digest, export, import_folder, import_pack, read
from knowledge.practices import Practice
from knowledge.vocabulary import Kind, Origin, Status
from knowledge.wordings import Wording
from tests.knowledge.sample_pack import NOW, PackFolder

ABOUT = About(version="2")


def written(database: Database, folder: Path, *, drafts: bool = False) -> Path:
    with database.reading() as session:
        export(session, folder, ABOUT, drafts=drafts)
    return folder


def test_import_export_import_changes_nothing(knowing: Database, tmp_path: Path) -> None:
    folder = written(knowing, tmp_path / "out")
    with knowing.writing() as session:
        before = knowledge_version(session)
        report = import_folder(session, folder, NOW)
        assert (report.changed, report.kept) == (False, [])
        assert knowledge_version(session) == before


def test_the_export_says_what_the_pack_said(knowing: Database, pack_folder: PackFolder, tmp_path: Path) -> None:
    original, copy = read(pack_folder.path), read(written(knowing, tmp_path / "out"))
    assert [entry.facts for entry in copy.entries] == [entry.facts for entry in original.entries]
    said = {(one.kind, one.entry, one.language): (one.wording, one.origin) for one in original.wordings}
    assert {(one.kind, one.entry, one.language): (one.wording, one.origin) for one in copy.wordings} == said


def test_two_exports_are_the_same_bytes(knowing: Database, tmp_path: Path) -> None:
    assert digest(written(knowing, tmp_path / "a")) == digest(written(knowing, tmp_path / "b"))


def test_another_desk_can_take_it_in(knowing: Database, tmp_path: Path) -> None:
    folder = written(knowing, tmp_path / "out")
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    with other.writing() as session:
        import_pack(session, read(folder), NOW)
    assert digest(written(other, tmp_path / "again")) == digest(folder)
    other.close()


def test_norway_is_quoted_for_other_readers(knowing: Database, tmp_path: Path) -> None:
    assert "'NO'" in (written(knowing, tmp_path / "out") / "facts/organisations.yaml").read_text()


def test_a_review_goes_along(knowing: Database, tmp_path: Path) -> None:
    with knowing.writing() as session:
        wording = session.get_one(Wording, (Kind.TOPIC, "cybercrime", "fr"))
        wording.reviewed_by, wording.reviewed_on, wording.origin = "editor", date(2026, 11, 2), Origin.WRITTEN
    pack = read(written(knowing, tmp_path / "out"))
    found = {(one.entry, one.language): one for one in pack.wordings if one.kind is Kind.TOPIC}
    one, neighbour = found["cybercrime", "fr"], found["network-security", "fr"]
    assert (one.reviewed_by, one.reviewed_on, one.origin) == ("editor", date(2026, 11, 2), Origin.WRITTEN)
    assert neighbour.origin is Origin.MACHINE_DRAFTED


@pytest.mark.parametrize(
    ("status", "drafts", "there"),
    [
        (Status.DRAFT, False, False),
        (Status.DRAFT, True, True),
        (Status.STALE, False, True),
        (Status.RETIRED, True, False),
    ],
)
def test_only_what_may_be_seen_is_written(
    knowing: Database, tmp_path: Path, status: Status, drafts: bool, there: bool
) -> None:
    with knowing.writing() as session:
        session.get_one(Practice, "nis2").status = status
    pack = read(written(knowing, tmp_path / "out", drafts=drafts))
    assert ("nis2" in pack.by_id(Kind.PRACTICE)) is there
    assert any(one.entry == "nis2" for one in pack.wordings) is there


def test_a_pack_is_replaced_and_nothing_else(knowing: Database, tmp_path: Path) -> None:
    folder = written(knowing, tmp_path / "out")
    (folder / "facts/leftover.yaml").write_text("[]")
    written(knowing, folder)
    assert not (folder / "facts/leftover.yaml").exists()
    (tmp_path / "home").mkdir()
    (tmp_path / "home/diary.txt").write_text("dear diary")
    with pytest.raises(PackError):
        written(knowing, tmp_path / "home")
