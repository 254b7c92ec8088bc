"""Examples: proposed once, reviewed, taught to every process, and gone with the person they came from."""

from datetime import timedelta
from pathlib import Path

import pytest

from desk import examples, tables
from desk.catalogue import Catalogues
from desk.conversation.privacy import erase
from desk.examples import CannotReview, ExampleState, Lesson, Occasion
from desk.people import Requester
from desk.policy import Policy
from desk.requests import Request
from desk.retention import forget_the_old
from knowledge.database import Database
from knowledge.entries import knowledge_version
from knowledge.packs import import_folder
from knowledge.vocabulary import Kind
from routing.decision import Context
from routing.router import route
from tests.dialogue import NOON
from tests.knowledge.sample_pack import PackFolder

assert tables.TABLES
WORDS = "somebody drained the till of my kiosk app"
LESSON = Lesson(Kind.TOPIC, "network-security", "en", WORDS)


def asker(database: Database) -> int:
    """A person with one request; returns the request's id."""
    with database.writing() as session:
        requester = Requester(language="en", created_at=NOON, seen_at=NOON)
        place = {"channel": "web", "account": "web", "conversation": "ana"}
        request = Request(requester=requester, language="en", opened_at=NOON, updated_at=NOON, **place)
        session.add_all([requester, request])
        session.flush()
        return request.id


def proposed(database: Database, request: int, lesson: Lesson = LESSON) -> int | None:
    """The number of the new example; None when there is no new one."""
    with database.writing() as session:
        row = session.get_one(Request, request)
        example = examples.propose(session, row, lesson, Occasion.CORRECTED, "UCOORD", NOON)
        session.flush()
        return example.id if example else None


def accepted(database: Database, words: str = WORDS) -> int:
    """The number of an example that teaches."""
    id = proposed(database, asker(database))
    assert id is not None
    with database.writing() as session:
        examples.accept(session, examples.find(session, id), words, "mira", NOON)
    return id


def state(database: Database, id: int) -> ExampleState:
    with database.reading() as session:
        return examples.find(session, id).state


def version(database: Database) -> str:
    with database.reading() as session:
        return knowledge_version(session)


def gone(database: Database) -> bool:
    with database.reading() as session:
        return not examples.listing(session, everything=True)


@pytest.fixture
def knowing(database: Database, tmp_path: Path) -> Database:
    """A database with a little pack in it."""
    folder = PackFolder(tmp_path / "pack")
    folder.write()
    with database.writing() as session:
        import_folder(session, folder.path, NOON)
    return database


def test_the_same_words_are_proposed_once_per_entry(database: Database) -> None:
    assert proposed(database, asker(database))
    assert proposed(database, asker(database)) is None
    assert proposed(database, asker(database), Lesson(Kind.TOPIC, "cybercrime", "en", WORDS))


def test_the_latest_word_about_a_request_counts(database: Database) -> None:
    request = asker(database)
    first, second = proposed(database, request), proposed(database, request, Lesson(Kind.TOPIC, "other", "en", WORDS))
    with database.reading() as session:
        assert [one.id for one in examples.listing(session)] == [second] != [first]


def test_what_was_refused_is_not_proposed_again(database: Database) -> None:
    request = asker(database)
    id = proposed(database, request)
    assert id
    with database.writing() as session:
        examples.refuse(session, examples.find(session, id), "names a person", "mira", NOON)
    assert proposed(database, request) is None
    assert state(database, id) is ExampleState.REFUSED


def test_a_proposal_leaves_the_catalogue_alone(database: Database) -> None:
    before = version(database)
    assert proposed(database, asker(database))
    assert version(database) == before


def test_every_process_routes_by_an_accepted_example(knowing: Database) -> None:
    now = NOON
    here, there = (Catalogues(Database(knowing.engine.url.render_as_string(False)), lambda: now) for _ in range(2))
    assert "kiosk" not in str(route(WORDS, Context(), there.current()).reasons)
    accepted(knowing)
    now += timedelta(seconds=1)
    for catalogues in (here, there):
        decision = route(WORDS, Context(), catalogues.current())
        assert decision.topics[0].id == "network-security"
        assert decision.topics[0].score > 0.6
        catalogues.database.close()


def test_nobody_is_shown_what_somebody_else_wrote(knowing: Database) -> None:
    accepted(knowing)
    decision = route(f"{WORDS} today", Context(), Catalogues(knowing, lambda: NOON).current())
    assert any(reason.signal == "phrase" for reason in decision.reasons)
    assert "somebody drained" not in str(decision)


def test_a_reviewers_wording_is_taught_instead(knowing: Database) -> None:
    accepted(knowing, "my shop app was robbed")
    catalogue = Catalogues(knowing, lambda: NOON).current()
    (phrases,) = (entry.phrases["en"] for entry in catalogue.entries if entry.id == "network-security")
    assert "my shop app was robbed" in phrases
    assert WORDS not in phrases


def test_an_accepted_example_can_be_taken_back(knowing: Database) -> None:
    catalogues = Catalogues(knowing, lambda: NOON)
    before = catalogues.current().entries
    id = accepted(knowing)
    assert catalogues.current().entries != before
    with knowing.writing() as session:
        examples.refuse(session, examples.find(session, id), "too special", "mira", NOON)
    assert catalogues.current().entries == before


def test_what_teaches_already_cannot_be_accepted_again(database: Database) -> None:
    id = accepted(database)
    with database.reading() as session, pytest.raises(CannotReview, match="take it back"):
        examples.lesson(examples.find(session, id))


def test_an_unknown_number_is_told(database: Database) -> None:
    with database.reading() as session, pytest.raises(CannotReview, match="no example 7"):
        examples.find(session, 7)


def test_forgetting_a_person_makes_the_router_forget(knowing: Database) -> None:
    catalogues = Catalogues(knowing, lambda: NOON)
    before = catalogues.current().entries
    id = accepted(knowing)
    assert catalogues.current().entries != before
    with knowing.writing() as session:
        erase(session, Policy(), examples.find(session, id).request.requester, NOON)
    assert gone(knowing)
    assert catalogues.current().entries == before


def test_forgetting_takes_proposed_ones_and_disturbs_nobody(database: Database) -> None:
    id = proposed(database, asker(database))
    assert id
    before = version(database)
    with database.writing() as session:
        erase(session, Policy(), examples.find(session, id).request.requester, NOON)
    assert gone(database)
    assert version(database) == before


def test_retention_ends_an_example_too(knowing: Database) -> None:
    policy, catalogues = Policy(), Catalogues(knowing, lambda: NOON)
    before = catalogues.current().entries
    accepted(knowing)
    with knowing.writing() as session:
        forget_the_old(session, policy, NOON + timedelta(days=policy.retention_days + 1))
    assert gone(knowing)
    assert catalogues.current().entries == before


def test_long_stories_are_cut_between_words() -> None:
    story = examples.shortened("word  and\nanother " * 40)
    assert len(story) <= examples.LONGEST
    assert story.split()[-1] in ("word", "and", "another")
    assert len(examples.shortened("字" * 400)) == examples.LONGEST


def test_signs_for_a_terminal_are_dropped() -> None:
    assert examples.shortened("they wrote \x1b[2J\x07 to us") == "they wrote [2J to us"
