"""Texts for a reader of a language."""

from datetime import date

from sqlalchemy.orm import Session

from knowledge import terms, wordings
from knowledge.practices import steps
from knowledge.vocabulary import Kind, Origin
from knowledge.wordings import Wording, text, texts


def test_a_reader_gets_her_language(session: Session) -> None:
    found = text(session, Kind.TOPIC, "cybercrime", "fr")
    assert found is not None
    assert (found.name, found.summary, found.language) == ("Cybercrime [fr]", "Crimes by computer. [fr]", "fr")


def test_without_a_translation_it_is_english(session: Session) -> None:
    found = text(session, Kind.TOPIC, "cybercrime", "sw")
    assert found is not None
    assert (found.name, found.language, found.is_draft) == ("Cybercrime", "en", False)


def test_a_gap_in_a_translation_is_filled(session: Session) -> None:
    wording = session.get_one(Wording, (Kind.ORGANISATION, "helpline", "fr"))
    wording.fields = {"name": "La ligne", "summary": ""}
    found = text(session, Kind.ORGANISATION, "helpline", "fr")
    assert found is not None
    assert (found.name, found.summary) == ("La ligne", "Help after cybercrime.")
    assert found.fields["not_for"] == ["companies with staff"]


def test_what_is_not_there_has_no_text(session: Session) -> None:
    assert text(session, Kind.TOPIC, "nowhere", "en") is None


def test_many_texts_come_at_once(session: Session) -> None:
    found = texts(session, Kind.TOPIC, None, "ar")
    assert {id: one.language for id, one in found.items()} == {"cybercrime": "ar", "network-security": "ar"}


def test_phrases_come_per_language(session: Session) -> None:
    found = wordings.phrases(session, Kind.NOT_CLOCK, "user-notice")
    assert set(found) == {"en", "ar", "es", "fr", "ru", "zh"}
    assert found["en"] == ("a user complained", "somebody flagged it")


def test_machine_drafts_are_known(session: Session) -> None:
    counts = wordings.machine_drafted_count(session)
    assert "en" not in counts
    assert counts["fr"] == len(wordings.machine_drafted(session, "fr")) > 0
    one = wordings.machine_drafted(session, "fr")[0]
    one.reviewed_on = date(2026, 11, 22)
    assert wordings.machine_drafted_count(session)["fr"] == counts["fr"] - 1


def test_a_reader_is_told_of_a_machine_draft(session: Session) -> None:
    found = text(session, Kind.TERM, "phishing", "ru")
    assert found is not None and found.is_draft
    session.get_one(Wording, (Kind.TERM, "phishing", "ru")).origin = Origin.WRITTEN
    found = text(session, Kind.TERM, "phishing", "ru")
    assert found is not None and not found.is_draft


def test_the_glossary_is_in_order(session: Session) -> None:
    found = terms.glossary(session, "es")
    assert [(one.name, one.summary) for one in found] == [
        ("Phishing [es]", "Tricking people out of passwords. [es]"),
    ]


def test_steps_come_hour_first(session: Session) -> None:
    found = text(session, Kind.PRACTICE, "nis2", "en")
    assert found is not None
    assert list(steps(found)) == ["hour", "day"]
    other = text(session, Kind.TOPIC, "cybercrime", "en")
    assert other is not None and steps(other) == {}
