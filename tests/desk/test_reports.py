"""Reports count what the tickets and their histories say, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import delete, select

from desk import referrals
from desk.people import Requester
from desk.referrals import Referral, ReferralState
from desk.reports import quality, times, volume
from desk.reports.scope import Scope
from desk.reports.tally import tally
from desk.requests import Request
from desk.tickets import State, Ticket, move, note, open_ticket
from knowledge import migrations
from knowledge.database import Database, Session

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AT = {"offered_at": MONDAY, "updated_at": MONDAY}
COUNTED = ("language", "channel", "topic", "answered_after", "closed_after")
COUNTED += ("corrected", "turned_down", "reopened", "offered")
WEEK = Scope(date(2026, 11, 2), date(2026, 11, 8))


class Books:
    """Writes tickets down as they would have come to be."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.requester = Requester(language="en", created_at=MONDAY, seen_at=MONDAY)
        session.add(self.requester)

    def ticket(self, opened: datetime = MONDAY, topic: str | None = "phishing", language: str = "en") -> Ticket:
        request = Request(
            requester=self.requester, channel="telegram", account="1", conversation="a", language=language, topic=topic,
            opened_at=opened, updated_at=opened, rejected=[], facts={}, decision={},
        )  # fmt: skip
        self.session.add(request)
        return open_ticket(self.session, request, "normal", State.ANSWERED, opened)


@pytest.fixture
def books(database: Database) -> Iterator[Books]:
    with database.writing() as session:
        yield Books(session)


def test_tickets_are_counted_on_the_day_of_the_readers_clock(books: Books) -> None:
    books.ticket(MONDAY)
    late = books.ticket(MONDAY + timedelta(hours=15, minutes=30))
    move(late, State.CLOSED, "desk", MONDAY + timedelta(days=2))
    days = (date(2026, 11, 2), date(2026, 11, 4))
    in_yekaterinburg = volume.over_time(books.session, Scope(*days, "Asia/Yekaterinburg"))  # 4:30 on Tuesday there
    in_utc = volume.over_time(books.session, Scope(*days))  # 23:30 on Monday
    assert [(bar.opened, bar.closed) for bar in in_yekaterinburg] == [(1, 0), (1, 0), (0, 1)]
    assert [(bar.opened, bar.closed) for bar in in_utc] == [(2, 0), (0, 0), (0, 1)]


def test_long_stretches_are_counted_by_week_and_by_month(books: Books) -> None:
    books.ticket(MONDAY)
    weeks = volume.over_time(books.session, Scope(date(2026, 9, 1), date(2026, 11, 30)))
    months = volume.over_time(books.session, Scope(date(2025, 1, 1), date(2026, 12, 31)))
    assert [bar.start for bar in weeks if bar.opened] == [date(2026, 11, 2)]
    assert ([bar.start for bar in months if bar.opened], len(months)) == ([date(2026, 11, 1)], 24)


def test_percentiles_are_the_nearest_rank(books: Books) -> None:
    for minutes in range(1, 21):
        books.ticket().answered_at = MONDAY + timedelta(minutes=minutes)
    books.ticket()  # nobody has answered this one
    found = times.waits(books.session, WEEK)[0]
    assert (found.count, found.median, found.p90, found.p95) == (
        20,
        timedelta(minutes=10),
        timedelta(minutes=18),
        timedelta(minutes=19),
    )
    assert times.waits(books.session, WEEK)[1].count == 0


def test_right_at_first_try_means_nobody_put_another_topic_in_place(books: Books) -> None:
    books.ticket()
    corrected, refused, unrouted = books.ticket(), books.ticket(), books.ticket(topic=None)
    note(corrected, "member:1", "rerouted", MONDAY, before="a", after="b")
    note(corrected, "member:1", "rerouted", MONDAY, before="b", after="c")
    corrected.request.rejected = ["a"]
    refused.request.rejected = ["phishing"]
    move(unrouted, State.CLOSED, "desk", MONDAY)
    move(unrouted, State.WAITING, "requester", MONDAY)
    found = quality.quality(books.session, WEEK)
    assert (found.total, found.routed, found.corrected, found.turned_down, found.right_first) == (4, 3, 1, 1, 1)
    assert (found.reopened, found.closed) == (1, 0)


def test_days_begin_at_midnight_where_clocks_differ_by_half_an_hour(books: Books) -> None:
    for minutes in (20, 40):  # 23:50 on Sunday and 0:10 on Monday in Kolkata
        books.ticket(datetime(2026, 11, 1, 18, minutes, tzinfo=UTC))
    days = Scope(date(2026, 11, 1), date(2026, 11, 2), "Asia/Kolkata")
    assert [bar.opened for bar in volume.over_time(books.session, days)] == [1, 1]


def test_outcomes_are_counted_by_organisation_and_topic(books: Books) -> None:
    one, two = books.ticket(), books.ticket(topic="ransomware")
    move(two, State.SOLVED, "requester", MONDAY)
    for ticket, state in ((one, ReferralState.HELPED), (two, ReferralState.NO_ANSWER), (two, ReferralState.OFFERED)):
        books.session.add(Referral(ticket=ticket, organisation="iwf", state=state, **AT))
    assert quality.outcomes_by_organisation(books.session, WEEK) == {"iwf": {"helped": 1, "no_answer": 1, "offered": 1}}
    assert quality.outcomes_by_topic(books.session, WEEK) == {"phishing": {"answered": 1}, "ransomware": {"solved": 1}}
    assert quality.quality(books.session, WEEK).referred == 2


def test_a_scope_narrows_everything(books: Books) -> None:
    books.ticket()
    books.ticket(language="ar")
    books.ticket(MONDAY - timedelta(days=1))
    assert tally(books.session, WEEK, "language").by("language") == {"en": 1, "ar": 1}
    assert quality.quality(books.session, Scope(WEEK.first, WEEK.last, language="ar")).total == 1


def test_a_scope_follows_the_request(books: Books) -> None:
    ticket = books.ticket(topic=None)
    books.session.flush()
    ticket.request.topic, ticket.request.language = "ransomware", "fr"
    assert tally(books.session, WEEK, "topic", "state").counts == {("ransomware", "answered"): 1}
    for language, count in (("fr", 1), ("en", 0)):
        narrow = Scope(WEEK.first, WEEK.last, language=language)
        assert quality.quality(books.session, narrow).total == count
        assert sum(bar.opened for bar in volume.over_time(books.session, narrow)) == count


def test_what_was_not_routed_counts_as_the_empty_word(books: Books) -> None:
    books.ticket(topic=None)
    assert tally(books.session, WEEK, "topic", "state").counts == {("", "answered"): 1}


def test_a_ticket_that_came_back_is_not_closed_and_its_end_is_the_last_one(books: Books) -> None:
    ticket = books.ticket()
    move(ticket, State.CLOSED, "desk", MONDAY + timedelta(hours=1))
    move(ticket, State.WAITING, "requester", MONDAY + timedelta(hours=2))
    assert times.waits(books.session, WEEK)[1].count == 0
    move(ticket, State.CLOSED, "desk", MONDAY + timedelta(hours=5))
    found = quality.quality(books.session, WEEK)
    assert times.waits(books.session, WEEK)[1].median == timedelta(hours=5)
    assert (found.reopened, found.closed) == (1, 1)


def test_a_referral_that_was_withdrawn_is_none(books: Books) -> None:
    ticket = books.ticket()
    books.session.flush()
    one, two = (referrals.offer(books.session, ticket, id, MONDAY) for id in ("iwf", "access-now"))
    assert quality.quality(books.session, WEEK).referred == 0
    for referral in (one, two):
        referrals.agree(referral, anonymous=True, shared_text="", now=MONDAY)
    for referral, left in ((one, 1), (two, 0)):
        referrals.advance(referral, ReferralState.WITHDRAWN, MONDAY)
        assert quality.quality(books.session, WEEK).referred == left


def test_a_ticket_that_was_forgotten_is_not_counted(books: Books) -> None:
    books.ticket()
    books.session.flush()
    books.session.delete(books.requester)
    books.session.execute(delete(Request))
    found = quality.quality(books.session, WEEK)
    assert (found.total, times.waits(books.session, WEEK)[0].count) == (0, 0)
    assert not any(bar.opened for bar in volume.over_time(books.session, WEEK))


def test_what_people_said_when_they_were_asked_is_counted(books: Books) -> None:
    for answer in (3, 3, 1, None):
        ticket = books.ticket()
        ticket.satisfaction_asked_at, ticket.satisfaction = MONDAY, answer
    books.ticket()
    assert quality.quality(books.session, WEEK).satisfaction == {0: 1, 1: 1, 3: 2}


def test_tickets_of_earlier_versions_are_counted_too(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    with database.writing() as session:
        books = Books(session)
        ticket, plain = books.ticket(), books.ticket(topic=None, language="ar")
        ticket.request.rejected, ticket.answered_at = ["other"], MONDAY + timedelta(seconds=119)
        note(ticket, "member:1", "rerouted", MONDAY)
        move(ticket, State.CLOSED, "desk", MONDAY)
        move(ticket, State.WAITING, "requester", MONDAY)
        move(plain, State.CLOSED, "desk", MONDAY + timedelta(days=1))
        session.add(Referral(ticket=plain, organisation="iwf", state=ReferralState.SENT, **AT))
        session.flush()
    before = kept(database)
    with database.engine.execution_options(guidepost="write").begin() as connection:
        command.downgrade(migrations.config(connection), "0011")
    database.upgrade()
    assert kept(database) == before
    database.close()


def kept(database: Database) -> list[tuple[object, ...]]:
    """What reports count of every ticket."""
    with database.reading() as session:
        columns = (getattr(Ticket, name) for name in COUNTED)
        return [tuple(row) for row in session.execute(select(*columns).order_by(Ticket.id))]
