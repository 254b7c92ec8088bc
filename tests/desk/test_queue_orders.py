"""The queue's questions to the database: who is shown, in which order, on which page. On both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from desk import queue, tickets, views
from desk.members import Member, Role
from desk.people import Requester
from desk.queue import Reader
from desk.requests import Message, Request
from desk.tickets import State, Ticket
from desk.views import Criteria
from knowledge.database import Database, Session

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def reader(session: Session) -> Reader:
    member = Member(name="Mira", role=Role.COORDINATOR, languages=[], topics=[], created_at=NOW)
    session.add(member)
    session.flush()
    return Reader(member, NOW, "Asia/Tokyo")


def opened(session: Session, urgency: str = "normal", ago: float = 1, said: str = "help", **values: object) -> Ticket:
    """A ticket, opened so many hours ago. `values` of the request begin with about_."""
    at = NOW - timedelta(hours=ago)
    person = Requester(language="en", created_at=at, seen_at=at)
    about = {"language": "en", "channel": "web", "topic": "privacy"}
    about |= {name.removeprefix("about_"): values.pop(name) for name in list(values) if name.startswith("about_")}  # type: ignore[misc]
    request = Request(
        requester=person, account="web", conversation="c", opened_at=at, updated_at=at, rejected=[], facts={},
        decision={}, **about,
    )  # fmt: skip
    session.add(request)
    session.add(Message(requester_id=1, request=request, conversation="c", text=said, attachments=[], received_at=at))
    ticket = tickets.open_ticket(session, request, urgency, State.ANSWERED, at)
    for name, value in values.items():
        setattr(ticket, name, value)
    session.flush()
    return ticket


def shown(session: Session, reader: Reader, **criteria: object) -> list[str]:
    return [line.reference for line in queue.page(session, Criteria(**criteria), reader).lines]  # type: ignore[arg-type]


def test_the_most_urgent_come_first_then_the_nearest_deadline(session: Session, reader: Reader) -> None:
    normal = opened(session)
    soon = opened(session, "soon", respond_by=NOW + timedelta(hours=8))
    sooner = opened(session, "soon", due_at=NOW + timedelta(hours=20), respond_by=NOW + timedelta(hours=2))
    crisis = opened(session, "crisis", due_at=NOW + timedelta(days=3))
    assert shown(session, reader) == [one.reference for one in (crisis, sooner, soon, normal)]
    soon.urgency = "crisis"
    session.flush()
    assert shown(session, reader)[0] == soon.reference


def test_who_waits_longest_comes_first(session: Session, reader: Reader) -> None:
    nobody_waits = opened(session, ago=90)
    lately = opened(session, awaited_since=NOW - timedelta(hours=1))
    long_since = opened(session, awaited_since=NOW - timedelta(hours=9))
    order = [long_since.reference, lately.reference, nobody_waits.reference]
    assert shown(session, reader, sort="waiting") == order
    assert shown(session, reader, sort="newest") == [one.reference for one in (long_since, lately, nobody_waits)]


@pytest.mark.parametrize("sort", views.SORTS)
def test_every_page_goes_on_where_the_last_one_ended(session: Session, reader: Reader, sort: str) -> None:
    for number in range(7):
        urgency = ("soon", "normal", "crisis")[number % 3]
        opened(session, urgency, awaited_since=NOW - timedelta(hours=number % 2))
    found, after = [], ""
    for _ in range(3):
        page = queue.page(session, Criteria(sort=sort), reader, after, limit=3)
        found += [line.reference for line in page.lines]
        after = page.after
    assert after == "" and len(set(found)) == len(found) == 7
    assert found == shown(session, reader, sort=sort)


def test_a_place_that_makes_no_sense_is_the_first_page(session: Session, reader: Reader) -> None:
    opened(session)
    assert queue.page(session, Criteria(), reader, after="x~y").lines


def test_what_is_snoozed_is_hidden_until_its_time(session: Session, reader: Reader) -> None:
    asleep = opened(session, snoozed_until=NOW + timedelta(hours=1))
    awake = opened(session, snoozed_until=NOW - timedelta(hours=1))
    assert shown(session, reader) == [awake.reference]
    assert shown(session, reader, snoozed="only") == [asleep.reference]
    assert len(shown(session, reader, snoozed="too")) == 2


def test_each_filter_leaves_only_what_fits(session: Session, reader: Reader) -> None:
    opened(session)
    special = opened(
        session, "soon", about_topic="cybercrime", about_language="zh", about_channel="slack", assignee=reader.member,
        respond_by=NOW - timedelta(minutes=1), said="police",
    )  # fmt: skip
    for one in (
        {"topic": "cybercrime"}, {"language": "zh"}, {"channel": "slack"}, {"assignee": "me"}, {"urgency": "soon"},
        {"assignee": str(reader.member.id)}, {"overdue": True},
    ):  # fmt: skip
        assert shown(session, reader, **one) == [special.reference], one
    assert special.reference not in shown(session, reader, assignee="nobody")


def test_what_is_closed_is_shown_on_request(session: Session, reader: Reader) -> None:
    still_open, closed = opened(session), opened(session)
    tickets.move(closed, State.SOLVED, "requester", NOW)
    session.flush()
    assert shown(session, reader) == [still_open.reference]
    assert shown(session, reader, state="closed") == shown(session, reader, state="solved") == [closed.reference]
    assert len(shown(session, reader, state="all")) == 2


def test_days_are_those_of_the_reader(session: Session, reader: Reader) -> None:
    # 23 November, 12:00 UTC is 21:00 in Tokyo; four hours later it is the 24th there.
    early = opened(session, ago=0)
    late = opened(session, ago=-4)
    assert shown(session, reader, opened_from=date(2026, 11, 24)) == [late.reference]
    assert shown(session, reader, opened_to=date(2026, 11, 23)) == [early.reference]


def test_the_counts_agree_with_the_views(session: Session, reader: Reader) -> None:
    opened(session, "crisis", due_at=NOW - timedelta(hours=1), assignee=reader.member)
    opened(session, "crisis", snoozed_until=NOW + timedelta(hours=1))
    opened(session)
    counts = queue.counts(session, reader)
    for view in views.BUILT_IN[:-1]:
        lines = queue.page(session, view.criteria, reader).lines
        assert counts[view.name] == len(lines) == queue.count(session, view.criteria, reader), view.name
    assert counts["Emergencies"] == 1 and counts["Snoozed"] == 1


def test_only_newer_tickets_count_as_new(session: Session, reader: Reader) -> None:
    old = opened(session)
    opened(session)
    assert queue.count(session, Criteria(), reader, newer_than=old.id) == 1


def test_the_stamp_changes_with_the_tickets_and_the_minute(session: Session, reader: Reader) -> None:
    ticket = opened(session)
    before = queue.stamp(session, reader)
    assert queue.stamp(session, reader) == before
    assert queue.stamp(session, Reader(reader.member, NOW + timedelta(minutes=1), "UTC")) != before
    tickets.note(ticket, "desk", "told_more", NOW)
    session.flush()
    assert queue.stamp(session, reader) != before


def test_a_line_shows_the_first_message_in_its_last_version(session: Session, reader: Reader) -> None:
    ticket = opened(session, said="frist\n\nthing")
    message = ticket.request.messages[0]
    message.origin = "m1"
    for origin, words in (("m2", "second thing"), ("m1", "first   thing")):
        session.add(
            Message(
                requester_id=1, request=ticket.request, conversation="c", origin=origin, text=words, attachments=[],
                received_at=NOW,
            )
        )  # fmt: skip
    session.flush()
    (line,) = queue.page(session, Criteria(), reader).lines
    assert line.asked == "first thing"


def test_an_address_is_read_back_as_it_was() -> None:
    criteria = Criteria(
        state="closed", topic="a&b", text="كلمة", opened_from=date(2026, 1, 2), overdue=True, sort="newest"
    )
    assert views.of_address(criteria.address) == criteria
    assert views.of_address("") == Criteria() and Criteria().address == ""


def test_what_makes_no_sense_in_an_address_is_passed_over() -> None:
    assert views.of_address("state=lost&sort=magic&assignee=x&opened_from=soon&snoozed=9&nothing=1") == Criteria()


def test_a_view_of_the_same_name_is_replaced_and_others_are_left(session: Session, reader: Reader) -> None:
    views.save(session, reader.member, "Mine", Criteria(topic="a"), NOW, shared=False)
    views.save(session, reader.member, "Mine", Criteria(topic="b"), NOW, shared=False)
    shared = views.save(session, reader.member, "Mine", Criteria(topic="c"), NOW, shared=True)
    other = Member(name="Otto", role=Role.COORDINATOR, languages=[], topics=[], created_at=NOW)
    session.add(other)
    session.flush()
    assert [view.criteria.topic for view in views.saved(session, reader.member)] == ["b", "c"]
    assert [view.criteria.topic for view in views.saved(session, other)] == ["c"]
    assert views.drop(session, other, shared.id)
    assert [view.criteria.topic for view in views.saved(session, reader.member)] == ["b"]
    with pytest.raises(views.TooMany):
        for number in range(views.MOST_SAVED):
            views.save(session, reader.member, f"view {number}", Criteria(), NOW, shared=False)
