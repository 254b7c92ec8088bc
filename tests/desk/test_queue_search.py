"""Search finds what was written in any of the six languages, and forgets with the person. On both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from desk import alongside, finding, notes, outbox, search
from desk.conversation.privacy import erase
from desk.finding import Where, find
from desk.members import Member, Role
from desk.messages import Address, Card, Reply
from desk.policy import Policy
from desk.referrals import offer
from desk.requests import Message
from desk.search import SearchText
from desk.tickets import Ticket
from knowledge.database import Database, Session
from knowledge.vocabulary import Kind
from knowledge.wordings import Wording
from tests.desk.test_queue_orders import opened
from tests.dialogue import NOON

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADDRESS = Address("web", "web", "c")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def asked(session: Session, words: str) -> Ticket:
    """A ticket with these words in its first message."""
    ticket = opened(session, said=words)
    search.keep(session, words, message=ticket.request.messages[0])
    alongside.finish(session)
    return ticket


def found(session: Session, query: str) -> list[str]:
    return [one.line.reference for one in find(session, query, "en")]


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("The regulator froze our account", "FROZ"),
        ("The regulator froze our account", "account regul"),
        ("Nous avons reçu une ordonnance", "recu"),
        ("Nuestra organización recibió una orden", "organizacion"),
        ("Нам пришло требование о блокировке", "блокир"),
        ("我们的网络安全账户被封了", "网络"),
        ("我們的網絡安全賬戶被封了", "网络安全"),
        ("نحتاج إلى القانون الجديد", "قانون"),
        ("نحتاج إلى القانون الجديد", "القانون"),
        ("see https://court.example/order-17", "court.example"),
    ],
)
def test_words_are_found_by_their_beginnings(session: Session, written: str, query: str) -> None:
    ticket = asked(session, written)
    asked(session, "something else")
    assert found(session, query) == [ticket.reference]


@pytest.mark.parametrize("query", ["", "   ", "%", "'", '" OR "', "a'b:*&|!", "*", "网", "\x00"])
def test_no_query_breaks_the_search(session: Session, query: str) -> None:
    asked(session, "The regulator froze our account")
    assert found(session, query) == []


def test_replies_and_notes_are_found_and_say_what_they_are(session: Session) -> None:
    ticket = asked(session, "hello")
    member = Member(name="Mira", role=Role.COORDINATOR, languages=[], topics=[], created_at=NOW)
    session.add(member)
    notes.write(session, ticket, member, "the clinic has time on Thursday", NOW)
    row = outbox.add(session, Reply(ADDRESS, Card(body="Which country is it?"), "en"), NOW, None, ticket)
    search.keep(session, "Which country is it?", outbox=row)
    session.flush()
    for query, where in (("thursday", Where.NOTE), ("countr", Where.REPLY), ("hello", Where.REQUEST)):
        (one,) = find(session, query, "en")
        assert (one.line.reference, one.where) == (ticket.reference, where)
        assert [piece.text.lower().startswith(query) for piece in one.pieces if piece.marked] == [True]


def test_a_reference_is_found_as_people_write_it(session: Session) -> None:
    ticket = asked(session, "hello")
    beginning = ticket.reference.removeprefix("GP-")[:3].lower()
    for query in (ticket.reference, f"gp-{beginning}", beginning):
        assert ticket.reference in found(session, query)


def test_topics_and_organisations_are_found_by_name(session: Session) -> None:
    ticket = asked(session, "hello")
    offer(session, ticket, "clinic", NOW)
    for kind, id, name in ((Kind.TOPIC, "privacy", "Data protection"), (Kind.ORGANISATION, "clinic", "Legal Clinic")):
        session.add(Wording(kind=kind, entry_id=id, language="en", fields={"name": name}))
    session.flush()
    assert [one.where for one in find(session, "protect", "en")] == [Where.TOPIC]
    assert [one.where for one in find(session, "legal cli", "en")] == [Where.ORGANISATION]


def test_the_newest_comes_first_and_each_ticket_once(session: Session) -> None:
    first, second = asked(session, "froze the account"), asked(session, "froze it")
    message = Message(
        requester_id=1, request=first.request, conversation="c", text="still froze", attachments=[], received_at=NOW
    )
    session.add(message)
    search.keep(session, "still froze", message=message)
    session.flush()
    assert found(session, "froze") == [first.reference, second.reference]


def test_what_a_forgotten_person_wrote_is_not_found(session: Session) -> None:
    ticket = asked(session, "zanzibarkiwi")
    assert found(session, "zanzibarkiwi")
    erase(session, Policy(), ticket.request.requester, NOON)
    assert found(session, "zanzibarkiwi") == []
    assert session.scalars(select(SearchText)).all() == []


def test_a_reply_goes_from_the_index_with_its_row(session: Session) -> None:
    ticket = asked(session, "hello")
    row = outbox.add(session, Reply(ADDRESS, Card(body="zanzibarkiwi"), "en"), NOW, None, ticket)
    search.keep(session, "zanzibarkiwi", outbox=row)
    session.flush()
    session.delete(row)
    session.flush()
    session.expire_all()
    assert found(session, "zanzibarkiwi") == []


def test_only_what_was_looked_for_is_marked() -> None:
    pieces = finding.excerpt("我们的网络安全账户", search.wanted("网络"))
    assert [piece.text for piece in pieces if piece.marked] == ["网络"]
    pieces = finding.excerpt("x " * 200 + "Café closed", search.wanted("cafe"))
    assert "".join(piece.text for piece in pieces).startswith("… x") and pieces[-2].text == "Café"
