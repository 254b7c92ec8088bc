"""Importing a pack: once, again, newer, and beside what people changed."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from knowledge import wordings
from knowledge.database import Database
from knowledge.entries import get, knowledge_version, shown
from knowledge.history import imported_packs, versions
from knowledge.organisations import Organisation
from knowledge.packs import ImportReport, PackError, import_folder
from knowledge.practices import Practice
from knowledge.topics import Topic
from knowledge.trainings import Training
from knowledge.vocabulary import Channel, Kind, Status
from tests.knowledge.sample_pack import NOW, PackFolder

Importing = Callable[[], ImportReport]


def test_everything_arrives(importing: Importing, database: Database) -> None:
    report = importing()
    assert "practice/nis2" in report.created and "topic/cybercrime/fr" in report.created
    with database.reading() as session:
        practice = session.get_one(Practice, "nis2")
        assert (practice.aliases, practice.year, practice.pack) == (["NIS 2", "NIS2"], 2022, "guidepost")
        helpline = session.get_one(Organisation, "helpline")
        assert [contact.kind for contact in helpline.contacts] == [Channel.EMAIL, Channel.PHONE]
        assert [contact.value for contact in helpline.sure_contacts] == ["help@example.org"]


def test_unchanged_files_are_not_even_parsed(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    importing()

    def never(*_: Any) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(yaml, "load", never)
    assert not importing().changed


def test_the_same_content_in_other_files_changes_nothing(
    importing: Importing, pack_folder: PackFolder, database: Database
) -> None:
    importing()
    with database.reading() as session:
        before = knowledge_version(session)
    pack_folder.save("facts/topics/all.yaml", pack_folder.load("facts/topics.yaml"))
    (pack_folder.path / "facts/topics.yaml").unlink()
    assert not importing().changed
    with database.reading() as session:
        assert knowledge_version(session) == before


def test_a_newer_pack_updates_and_remembers(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    pack_folder.change("practices", "nis2", year=2023)
    pack_folder.reword("en", "practices", "nis2", summary="Newer.")
    assert importing().updated == ["practice/nis2", "practice/nis2/en"]
    with database.reading() as session:
        assert session.get_one(Practice, "nis2").year == 2023
        assert [version.before.get("year") for version in versions(session, Kind.PRACTICE, "nis2")] == [None, 2022]


def test_new_contacts_replace_the_old_ones(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    contacts = [{"kind": "web", "value": "https://example.org/form", "confidence": "high"}]
    pack_folder.change("organisations", "helpline", contacts=contacts)
    assert importing().updated == ["organisation/helpline"]
    with database.reading() as session:
        values = [contact.value for contact in session.get_one(Organisation, "helpline").contacts]
    assert values == ["https://example.org/form"]


def test_what_a_coordinator_changed_stays(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    with database.writing() as session:
        practice = session.get_one(Practice, "nis2")
        practice.year, practice.edited = 1999, True
        wording = session.get_one(wordings.Wording, (Kind.TOPIC, "cybercrime", "fr"))
        wording.fields, wording.edited = {**wording.fields, "name": "Corrigé"}, True
    pack_folder.change("practices", "nis2", year=2023)
    pack_folder.reword("fr", "topics", "cybercrime", name="Autre")
    report = importing()
    assert (report.kept, report.changed) == (["topic/cybercrime/fr", "practice/nis2"], False)
    with database.reading() as session:
        assert session.get_one(Practice, "nis2").year == 1999
        text = wordings.text(session, Kind.TOPIC, "cybercrime", "fr")
        assert text is not None and text.name == "Corrigé"


def test_what_left_the_pack_is_retired(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    pack_folder.remove("trainings", "basics")
    assert "training/basics" in importing().retired
    with database.reading() as session:
        training = get(session, Training, "basics")
        assert training is not None and training.status is Status.RETIRED


def test_what_comes_back_is_published_again(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    facts = pack_folder.load("facts/trainings.yaml")
    pack_folder.save("facts/trainings.yaml", [])
    with database.writing() as session:
        import_folder(session, pack_folder.path, NOW, strict=False)
    pack_folder.save("facts/trainings.yaml", [{**facts[0], "mode": "online"}])
    assert importing().updated == ["training/basics"]
    with database.reading() as session:
        training = session.get_one(Training, "basics")
        assert (training.status, training.mode) == (Status.PUBLISHED, "online")


def test_another_pack_does_not_overwrite(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    pack_folder.save("pack.yaml", {"id": "riga", "version": "1"})
    pack_folder.change("practices", "nis2", year=2023)
    assert importing().kept == ["practice/nis2"]
    with database.reading() as session:
        assert session.get_one(Practice, "nis2").pack == "guidepost"
        assert {pack.id for pack in imported_packs(session)} == {"guidepost", "riga"}


def test_another_pack_may_add_a_language(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    pack_folder.save("pack.yaml", {"id": "lisbon"})
    about = {"language": "pt", "origin": "written"}
    pack_folder.save("text/pt/topics.yaml", {"_about": about, "cybercrime": {"name": "Cibercrime", "summary": "…"}})
    assert importing().created == ["topic/cybercrime/pt"]
    with database.reading() as session:
        text = wordings.text(session, Kind.TOPIC, "cybercrime", "pt")
        assert text is not None and text.name == "Cibercrime"


def test_a_contradiction_is_refused_whole(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    pack_folder.change("practices", "nis2", topics=["no-such-topic"])
    with pytest.raises(PackError, match="no-such-topic"):
        importing()
    with database.reading() as session:
        assert get(session, Topic, "cybercrime") is None


def test_the_order_of_the_pack_is_kept(importing: Importing, pack_folder: PackFolder, database: Database) -> None:
    importing()
    pack_folder.save("facts/topics.yaml", pack_folder.load("facts/topics.yaml")[::-1])
    importing()
    with database.reading() as session:
        assert [topic.id for topic in shown(session, Topic)] == ["network-security", "cybercrime"]
