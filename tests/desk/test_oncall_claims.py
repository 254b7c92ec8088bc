"""Whatever becomes due at the desk happens once, with several schedulers, after kills and on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from desk import tables
from desk.access import linking
from desk.casework import assigning, overdue
from desk.catalogue import Catalogues
from desk.conversation.turn import Desk
from desk.members import Handle, Member, Role
from desk.messages import Address
from desk.oncall import pages, paging, rota
from desk.oncall.pages import Call, Page, PageState, Reason
from desk.oncall.shifts import Shift, on_call
from desk.outbox import OutboxRow
from desk.people import Requester
from desk.policy import Policy
from desk.requests import Request
from desk.scheduler import Scheduler
from desk.tickets import State, Ticket, TicketEvent, open_ticket
from knowledge.database import Database, Session
from routing.catalogue import Catalogue

assert tables.TABLES

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = Policy(coordinators=Address("slack", "workspace", "C0COORD"))
EMPTY = Catalogue("empty", ())


def means(session: Session, now: datetime = NOW) -> Desk:
    return Desk(session, now, POLICY, EMPTY)


def hire(session: Session, name: str, **more: object) -> Member:
    member = Member(name=name, role=Role.COORDINATOR, languages=[], topics=[], created_at=NOW, **more)
    member.handles.append(Handle(channel="telegram", account="1", sender=name))
    session.add(member)
    session.flush()
    return member


def ticket(session: Session, **values: object) -> Ticket:
    person = Requester(language="en", created_at=NOW, seen_at=NOW)
    request = Request(
        requester=person, channel="telegram", account="1", conversation="ana", language="en", opened_at=NOW,
        updated_at=NOW, rejected=[], facts={}, decision={},
    )  # fmt: skip
    session.add(request)
    made = open_ticket(session, request, "normal", State.WAITING, NOW)
    for name, value in values.items():
        setattr(made, name, value)
    session.flush()
    return made


def ring(database: Database, now: datetime, bells: int = 4) -> None:
    """Several schedulers ring at the same moment."""
    schedulers = [Scheduler(database, POLICY, Catalogues(database, lambda: now), lambda: now) for _ in range(bells)]
    with ThreadPoolExecutor(bells) as pool:
        list(pool.map(lambda one: one.run(now), schedulers))


def counted(database: Database, what: type, *where: object) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0  # type: ignore[arg-type]


def test_every_step_of_a_page_is_taken_once_by_several_schedulers(database: Database) -> None:
    with database.writing() as session:
        for rank, name in enumerate(("mira", "omar"), start=1):
            shift = Shift(member=hire(session, name), rank=rank, starts_at=NOW, ends_at=NOW + timedelta(days=1))
            session.add(shift)
        paging.call(means(session), Reason.DRILL)
    for minutes in (0, 5, 5, 6):
        ring(database, NOW + timedelta(minutes=minutes))
    assert counted(database, Call) == 2


def test_a_page_lives_on_when_the_process_dies_in_the_middle_of_a_step(database: Database) -> None:
    with database.writing() as session:
        session.add(Shift(member=hire(session, "mira"), starts_at=NOW, ends_at=NOW + timedelta(days=1)))
        paging.call(means(session), Reason.DRILL)
    later = NOW + timedelta(minutes=5)
    with pytest.raises(KeyboardInterrupt), database.writing() as session:
        paging.run_due(means(session, later))
        raise KeyboardInterrupt
    assert counted(database, Call) == 1
    again = Database(database.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    ring(again, later, bells=1)
    again.close()
    with database.reading() as session:
        assert pages.latest(session)[0].step > 1


def test_two_who_answer_at_once_are_one_and_one_too_late(database: Database) -> None:
    with database.writing() as session:
        names = ("mira", "omar", "ada", "ivo")
        ids = [hire(session, name).id for name in names]
        page = paging.call(means(session), Reason.DRILL).id

    def answer(id: int) -> bool:
        with database.writing() as session:
            return paging.acknowledge(means(session), session.get_one(Page, page), session.get_one(Member, id))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(answer, ids)) == [False, False, False, True]


def test_warnings_and_escalations_come_once_from_several_schedulers(database: Database) -> None:
    with database.writing() as session:
        for _ in range(5):
            ticket(session)
    for hours in (0, 23, 23, 24, 25):
        ring(database, NOW + timedelta(hours=hours))
    events = {what: counted(database, TicketEvent, TicketEvent.what == what) for what in ("warned", "escalated")}
    assert events == {"warned": 5, "escalated": 5}
    assert counted(database, Page, Page.reason == Reason.OVERDUE) == 5


@pytest.mark.parametrize("act", [assigning.run_due, overdue.run_due, paging.run_due])
def test_nothing_due_writes_nothing(database: Database, act: Callable[[Desk], int]) -> None:
    with database.writing() as session:
        assert act(means(session)) == 0
    assert counted(database, OutboxRow) == 0


def test_closed_tickets_of_an_absent_member_stay_theirs(database: Database) -> None:
    with database.writing() as session:
        gone = hire(session, "gone", active=False)
        ticket(session, assignee=gone, state=State.CLOSED)
        theirs = ticket(session, assignee=gone, state=State.TAKEN).id
    ring(database, NOW)
    with database.reading() as session:
        given_back = session.scalars(select(Ticket.id).where(Ticket.assignee_id.is_(None))).all()
    assert given_back == [theirs]


def test_handing_over_leaves_what_has_run_and_moves_the_rest(database: Database) -> None:
    with database.writing() as session:
        mira, omar = hire(session, "mira"), hire(session, "omar")
        start, end = NOW - timedelta(hours=4), NOW + timedelta(hours=4)
        rota.add(means(session), mira, mira, 1, start, end, weeks=3)
        session.flush()
        running = on_call(session, NOW)[0]
        assert len(rota.hand_over(means(session), mira, running, omar, all_later=True)) == 3
    with database.reading() as session:
        assert [shift.member.name for shift in on_call(session, NOW)] == ["omar"]
        before = rota.between(session, NOW - timedelta(hours=5), NOW)
        assert [(shift.member.name, shift.ends_at) for shift in before] == [("mira", NOW)]
        assert {shift.member.name for shift in rota.between(session, NOW, NOW + timedelta(days=30))} == {"omar"}


def test_gaps_are_what_no_active_member_covers(database: Database) -> None:
    with database.writing() as session:
        mira, gone = hire(session, "mira"), hire(session, "gone", active=False)
        for member, first, last in ((mira, 0, 4), (mira, 3, 6), (gone, 6, 8)):
            starts, ends = NOW + timedelta(hours=first), NOW + timedelta(hours=last)
            session.add(Shift(member=member, starts_at=starts, ends_at=ends))
        session.flush()
        end = NOW + timedelta(hours=9)
        gaps = rota.gaps(rota.between(session, NOW, end), NOW, end)
    assert [(gap.starts_at, gap.ends_at) for gap in gaps] == [(NOW + timedelta(hours=6), end)]


def test_a_weekly_shift_keeps_its_hour_across_the_change_of_clocks(database: Database) -> None:
    from zoneinfo import ZoneInfo

    riga = ZoneInfo("Europe/Riga")
    with database.writing() as session:
        mira = hire(session, "mira")
        start, end = datetime(2026, 10, 24, 9, tzinfo=riga), datetime(2026, 10, 24, 17, tzinfo=riga)
        rota.add(means(session), mira, mira, 1, start, end, weeks=2)
        session.flush()
        found = rota.between(session, start, end + timedelta(days=8))
    assert [shift.starts_at.astimezone(riga).hour for shift in found] == [9, 9]
    assert found[1].starts_at - found[0].starts_at == timedelta(days=7, hours=1)


def test_a_code_works_once_for_a_while_and_ends_the_one_before(database: Database) -> None:
    with database.writing() as session:
        mira = hire(session, "mira", email="mira@desk.example")
        first = linking.make_code(session, mira, NOW)
        second = linking.make_code(session, mira, NOW)
        session.flush()
        assert linking.use_up(session, first, NOW) is None
        assert linking.use_up(session, second.lower(), NOW) is mira
        session.flush()
        assert linking.use_up(session, second, NOW) is None
        late = linking.make_code(session, mira, NOW)
        session.flush()
        assert linking.use_up(session, late, NOW + linking.LASTS) is None


def test_linking_makes_one_of_an_account_and_who_pressed_buttons_in_the_chat(database: Database) -> None:
    with database.writing() as session:
        mira = hire(session, "mira", email="mira@desk.example")
        known = hire(session, "U0MIRA")
        ticket(session, assignee=known)
        linking.link(session, mira, Address("telegram", "1", "U0MIRA"), "U0MIRA", NOW)
        session.flush()
        assert {handle.sender for handle in session.scalars(select(Handle).filter_by(member_id=mira.id))} == {
            "mira",
            "U0MIRA",
        }
        assert session.scalars(select(Ticket.assignee_id)).all() == [mira.id]
        assert not known.active


def test_a_page_that_was_answered_is_ended_for_all(database: Database) -> None:
    with database.writing() as session:
        mira = hire(session, "mira")
        page = paging.call(means(session), Reason.DRILL)
        assert paging.acknowledge(means(session, NOW + timedelta(seconds=90)), page, mira)
        assert (page.state, page.acknowledged_at) == (PageState.ACKNOWLEDGED, NOW + timedelta(seconds=90))
    ring(database, NOW + timedelta(days=1))
    assert counted(database, Call) == 0
