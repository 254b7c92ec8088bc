"""An entry's life, and changes by hand."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge import edits, review
from knowledge.history import versions
from knowledge.organisations import Organisation
from knowledge.packs import import_folder, import_pack, read
from knowledge.practices import Practice
from knowledge.review import NEXT, ReviewError
from knowledge.topics import Topic
from knowledge.vocabulary import Confidence, Kind, Origin, Status
from knowledge.wordings import Wording, text
from tests.knowledge.sample_pack import NOW, TODAY, PackFolder

FACTS = {"id": "guide", "title": "A guide", "topics": ["cybercrime"], "confidence": "medium", "source": "a requester"}
WORDS = {"en": {"title": "A guide", "summary": "How to."}}
BY = "coordinator 7"


def practice(session: Session) -> Practice:
    return session.get_one(Practice, "nis2")


@pytest.mark.parametrize("status", list(Status))
def test_only_the_steps_of_the_house_are_possible(session: Session, status: Status) -> None:
    for to in Status:
        practice(session).status = status
        if to in NEXT[status]:
            review.move(session, practice(session), to, BY, NOW)
            assert practice(session).status is to
        else:
            with pytest.raises(ReviewError, match="it can become"):
                review.move(session, practice(session), to, BY, NOW)


def test_a_draft_becomes_an_answer(session: Session) -> None:
    entry = edits.propose(session, Kind.PRACTICE, FACTS, WORDS, BY)
    assert (entry.status, entry.owner, entry.pack, entry.position) == (Status.DRAFT, BY, None, 1)
    assert review.waiting(session) == [entry]
    review.move(session, entry, Status.REVIEWED, BY, NOW)
    review.move(session, entry, Status.PUBLISHED, BY, NOW)
    assert (entry.verified_on, entry.expires_on) == (TODAY, TODAY + timedelta(days=365))
    assert review.waiting(session) == []
    found = text(session, Kind.PRACTICE, "guide", "fr")
    assert found is not None and found.name == "A guide"


def test_who_and_when_is_kept(session: Session) -> None:
    review.move(session, practice(session), Status.DRAFT, BY, NOW)
    session.flush()
    (version,) = versions(session, Kind.PRACTICE, "nis2")
    assert (version.action, version.by, version.at) == ("published to draft", BY, NOW)
    assert version.before["status"] == "published"


def test_what_has_expired_becomes_stale_once(session: Session) -> None:
    late = NOW + timedelta(days=400)
    assert {entry.id for entry in review.mark_stale(session, late)} >= {"nis2", "helpline"}
    assert practice(session).status is Status.STALE
    assert not practice(session).edited
    assert review.mark_stale(session, late) == []


def test_verifying_makes_it_fresh(session: Session) -> None:
    helpline = session.get_one(Organisation, "helpline")
    helpline.status = Status.STALE
    review.verify(session, helpline, BY, NOW)
    assert (helpline.status, helpline.verified_on) == (Status.PUBLISHED, TODAY)
    assert helpline.expires_on == TODAY + timedelta(days=180)


def test_a_draft_cannot_be_verified(session: Session) -> None:
    practice(session).status = Status.DRAFT
    with pytest.raises(ReviewError, match="review and publish"):
        review.verify(session, practice(session), BY, NOW)


def test_what_is_due_comes_most_urgent_first(session: Session) -> None:
    practice(session).expires_on = date(2026, 11, 25)
    session.get_one(Organisation, "helpline").expires_on = date(2026, 11, 24)
    assert [entry.id for entry in review.due(session, date(2026, 12, 1))] == ["helpline", "nis2"]


def test_a_person_vouches_for_a_translation(session: Session) -> None:
    wording = session.get_one(Wording, (Kind.PRACTICE, "nis2", "ru"))
    review.review_wording(session, wording, BY, NOW)
    assert (wording.reviewed_by, wording.reviewed_on, wording.is_draft) == (BY, TODAY, False)


def test_an_edit_is_remembered(session: Session) -> None:
    edits.edit(session, practice(session), {"year": 2023, "aliases": ["NIS two"]}, BY, NOW)
    session.flush()
    assert (practice(session).year, practice(session).aliases, practice(session).edited) == (2023, ["NIS two"], True)
    assert versions(session, Kind.PRACTICE, "nis2")[0].before["year"] == 2022


def test_an_edit_may_replace_the_contacts(session: Session) -> None:
    helpline = session.get_one(Organisation, "helpline")
    contact = {"kind": "web", "value": "https://example.org/now", "confidence": "high"}
    edits.edit(session, helpline, {"contacts": [contact]}, BY, NOW)
    session.flush()
    assert [one.value for one in helpline.sure_contacts] == ["https://example.org/now"]
    assert len(versions(session, Kind.ORGANISATION, "helpline")[0].before["contacts"]) == 2


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"year": "soon"}, "year"),
        ({"serves": ["everybody"]}, "serves"),
        ({"colour": "red"}, "colour"),
        ({"id": "other"}, "id cannot be edited"),
        ({"status": "published"}, "status cannot be edited"),
    ],
)
def test_a_senseless_edit_is_refused(session: Session, changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ReviewError, match=problem):
        edits.edit(session, practice(session), changes, BY, NOW)
    assert not practice(session).edited


def test_an_id_is_taken_once(session: Session) -> None:
    with pytest.raises(ReviewError, match="already"):
        edits.propose(session, Kind.PRACTICE, {**FACTS, "id": "nis2"}, WORDS, BY)


def test_a_person_rewrites_a_translation(session: Session) -> None:
    topic = session.get_one(Topic, "cybercrime")
    wording = edits.word(session, topic, "fr", {"name": "Cyber", "summary": "Bref."}, BY, NOW)
    assert (wording.origin, wording.reviewed_by, wording.edited) == (Origin.WRITTEN, BY, True)
    new = edits.word(session, topic, "sw", {"name": "Uhalifu"}, BY, NOW, Origin.MACHINE_DRAFTED)
    assert new.is_draft
    with pytest.raises(ReviewError, match="name"):
        edits.word(session, topic, "pt", {"summary": "sem nome"}, BY, NOW)


def test_an_earlier_state_can_come_back(session: Session) -> None:
    helpline = session.get_one(Organisation, "helpline")
    edits.edit(session, helpline, {"name": "Wrong", "contacts": [], "confidence": "medium"}, BY, NOW)
    session.flush()
    edits.restore(session, versions(session, Kind.ORGANISATION, "helpline")[0], BY, NOW)
    session.flush()
    assert (helpline.name, helpline.confidence, len(helpline.contacts)) == ("The Helpline", Confidence.HIGH, 2)
    assert len(versions(session, Kind.ORGANISATION, "helpline")) == 2


def test_an_earlier_text_can_come_back(session: Session) -> None:
    topic = session.get_one(Topic, "cybercrime")
    edits.word(session, topic, "fr", {"name": "Faux"}, BY, NOW)
    session.flush()
    edits.restore(session, versions(session, Kind.TOPIC, "cybercrime")[0], BY, NOW)
    wording = session.get_one(Wording, (Kind.TOPIC, "cybercrime", "fr"))
    assert (wording.fields["name"], wording.origin, wording.reviewed_by) == (
        "Cybercrime [fr]",
        Origin.MACHINE_DRAFTED,
        None,
    )


def test_a_released_entry_follows_its_pack_again(session: Session, pack_folder: PackFolder) -> None:
    edits.edit(session, practice(session), {"year": 1999}, BY, NOW)
    pack_folder.change("practices", "nis2", year=2024)
    import_folder(session, pack_folder.path, NOW)
    assert practice(session).year == 1999
    review.release(practice(session))
    import_pack(session, read(pack_folder.path), NOW)
    assert practice(session).year == 2024


def test_what_was_written_here_has_no_pack_to_follow(session: Session) -> None:
    entry = edits.propose(session, Kind.PRACTICE, FACTS, WORDS, BY)
    with pytest.raises(ReviewError, match="no pack"):
        review.release(entry)
