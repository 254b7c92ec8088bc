"""The pack that comes with Guidepost."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from desk.wording import spoken
from knowledge.database import Database
from knowledge.packs import SHIPPED, Pack, Severity, check, import_shipped, read
from knowledge.snapshot import take_snapshot
from knowledge.vocabulary import Confidence, Kind
from tests.knowledge.sample_pack import NOW, TODAY

VARIANTS = ("another", "platform", "vital")


@pytest.fixture(scope="module")
def shipped() -> Pack:
    return read(SHIPPED)


def test_nothing_in_it_is_an_error(shipped: Pack) -> None:
    errors = [str(finding) for finding in check(shipped, TODAY) if finding.severity is Severity.ERROR]
    assert errors == []


def test_every_entry_is_in_every_language_of_the_interface(shipped: Pack) -> None:
    there = {(one.kind, one.entry, one.language) for one in shipped.wordings}
    wanted = {(entry.kind, entry.facts.id, language) for entry in shipped.entries for language in spoken()}
    assert sorted(wanted - there) == []


def test_what_is_read_line_by_line_has_as_many_lines_in_every_language(shipped: Pack) -> None:
    read = [one for one in shipped.wordings if one.kind in (Kind.CRISIS, Kind.PRACTICE)]
    english = {(one.kind, one.entry): _lines(one.wording.model_dump()) for one in read if one.language == "en"}
    told = [(one, lines) for one in read if (lines := _lines(one.wording.model_dump()))]
    assert [(one.entry, one.language) for one, lines in told if lines != english[one.kind, one.entry]] == []


def _lines(wording: Mapping[str, Any]) -> dict[str, Any]:
    """How many lines there are of the first words in an emergency and of the steps, by whom or when they are for."""
    parts = {name: wording[name] for name in ("safety", "do_not", "steps", *VARIANTS) if wording.get(name)}
    return {
        name: _lines(part)
        if name in VARIANTS
        else {when: len(lines) for when, lines in part.items()}
        if name == "steps"
        else len(part)
        for name, part in parts.items()
    }


def test_there_is_something_of_every_kind(shipped: Pack) -> None:
    assert {entry.kind for entry in shipped.entries} == set(Kind)


def test_what_is_sure_says_where_from(shipped: Pack) -> None:
    sourced = (Kind.PRACTICE, Kind.ORGANISATION, Kind.TRAINING, Kind.NETWORK, Kind.CLOCK)
    sure = [e.facts for e in shipped.entries if e.kind in sourced and e.facts.confidence is Confidence.HIGH]
    assert [facts.id for facts in sure if not facts.source] == []


def test_machine_paths_and_workings_stay_out() -> None:
    for file in SHIPPED.rglob("*.yaml"):
        text = file.read_text("utf-8").lower()
        for word in ("/work/", "search result:", "own knowledge"):
            assert word not in text, f"{file}: {word}"


def test_it_is_taken_in_and_makes_a_snapshot(database: Database) -> None:
    with database.writing() as session:
        report = import_shipped(session, NOW)
    assert report.created and not report.findings
    with database.reading() as session:
        snapshot = take_snapshot(session, date(2026, 11, 22))
    assert {entry.kind for entry in snapshot.entries} >= {Kind.TOPIC, Kind.PRACTICE, Kind.ORGANISATION}
    assert snapshot.crises and snapshot.clocks and snapshot.places
