"""Until when a requester should hear from a person, and what happens around that moment."""

from datetime import datetime, timedelta

import pytest

from desk import targets
from desk.business_hours import Hours
from desk.casework import handling, replying
from desk.members import Handle, Member, Role
from desk.targets import Rules
from desk.tickets import Ticket
from tests.dialogue import COORDINATORS, Desk, Person, words

NEED = "where can our 3 moderators learn to recognise terrorist logos"
ORDER = "german police sent us a removal order 25 min ago, terrorist content, 1 hour. we are 2 people in riga"


def hire(desk: Desk, name: str, role: Role = Role.COORDINATOR, channel: str = "telegram", **more: object) -> int:
    """A member the bot can write to in private."""
    account = "1" if channel == "telegram" else "workspace"
    with desk.database.writing() as session:
        values = {"languages": [], "topics": [], "created_at": desk.now, "email": f"{name}@desk.example", **more}
        member = Member(name=name, role=role, **values)
        member.handles.append(Handle(channel=channel, account=account, sender=name))
        session.add(member)
        session.flush()
        return member.id


def does(desk: Desk, member: int, act: object, *words: object) -> None:
    """A member does something with the only ticket."""
    with desk.database.writing() as session:
        use_case = desk.worker.catalogues.current()
        from desk.conversation.turn import Desk as Means

        means = Means(session, desk.now, desk.policy, use_case)
        act(means, session.get_one(Ticket, 1), session.get_one(Member, member), *words)  # type: ignore[operator]
    desk.deliver()


def set_rules(desk: Desk, rules: Rules) -> None:
    with desk.database.writing() as session:
        targets.store(session, rules, "member:1", desk.now)


def respond_by(desk: Desk) -> datetime | None:
    return desk.tickets()[0].respond_by


def posted(desk: Desk, phrase: str) -> int:
    """How often the coordinators' place was told something."""
    return sum(phrase in words(reply.card) for reply in desk.sent if reply.address == COORDINATORS)


def test_nobody_waits_while_the_desks_answer_is_enough(desk: Desk, person: Person) -> None:
    person.says(NEED)
    assert respond_by(desk) is None


def test_the_clock_runs_from_the_wish_for_a_person_over_business_hours(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    # Monday noon, eight hours: five today, three tomorrow.
    assert respond_by(desk) == datetime.fromisoformat("2026-11-24T12:00Z")


def test_an_emergency_counts_around_the_clock(desk: Desk, person: Person) -> None:
    desk.now = desk.now.replace(day=28, hour=23, minute=50)
    person.says(ORDER)
    assert respond_by(desk) == desk.now + timedelta(minutes=15)


def test_asking_twice_does_not_start_the_wait_anew(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    first = respond_by(desk)
    desk.wait(hours=1)
    person.says("hello? can somebody of you help with the moderators")
    assert respond_by(desk) == first


def test_a_reply_stops_the_clock_and_the_next_words_start_it_with_the_next_target(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    person.presses("Talk to a person")
    desk.wait(minutes=30)
    does(desk, mira, handling.take)
    assert respond_by(desk) is not None
    does(desk, mira, replying.reply, "How many languages do they read?")
    assert respond_by(desk) is None
    assert desk.tickets()[0].answered_at == desk.now
    desk.wait(minutes=30)
    person.says("we have 3 moderators in riga, most work at night")
    assert len(desk.tickets()) == 1
    # Monday 13:00, sixteen hours: four today, eight tomorrow, four on Wednesday.
    assert respond_by(desk) == datetime.fromisoformat("2026-11-25T13:00Z")


def test_a_picture_for_a_taken_ticket_waits_for_a_person_too(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    does(desk, mira, replying.reply, "Please show me one.")
    person.shows()
    assert respond_by(desk) is not None


@pytest.mark.parametrize("text", ["there are three of us and we read english", "yes please, that would help", "4"])
def test_what_answers_a_member_goes_to_them_whatever_it_looks_like(desk: Desk, person: Person, text: str) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    does(desk, mira, replying.reply, "How many are they? Shall I send you a course?")
    assert "added this to your ticket" in person.says(text)
    assert text in words(desk.board()[-1])
    assert (len(desk.tickets()), desk.tickets()[0].awaited_since) == (1, desk.now)


def test_an_emergency_in_a_talk_is_an_emergency(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    does(desk, mira, replying.reply, "How many are they?")
    person.says("he says he will kill me tonight, he knows where i live")
    assert "crisis" in [ticket.urgency for ticket in desk.tickets()]


def test_thanks_for_a_reply_does_not_start_the_clock(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    does(desk, mira, replying.reply, "Have a look at the course.")
    person.says("thanks!")
    assert respond_by(desk) is None


def test_closing_ends_the_clock_and_a_snooze_does_not(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    person.presses("Talk to a person")
    does(desk, mira, handling.snooze, desk.now + timedelta(days=3))
    assert respond_by(desk) is not None
    does(desk, mira, handling.close)
    ticket = desk.tickets()[0]
    assert (ticket.awaited_since, ticket.respond_by, ticket.alert_at) == (None, None, None)


def test_a_higher_urgency_moves_the_deadline_forward(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    person.presses("Talk to a person")
    does(desk, mira, handling.prioritise, "soon")
    assert respond_by(desk) == desk.now + timedelta(hours=4)


def test_other_hours_move_the_deadlines_that_run(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    holiday = {desk.now.date() + timedelta(days=1): "Founding day"}
    set_rules(desk, Rules(hours=Hours("UTC", holidays=holiday)))
    desk.wait(seconds=15)
    assert respond_by(desk) == datetime.fromisoformat("2026-11-25T12:00Z")


def test_one_warning_and_one_escalation_come_however_often_the_bell_rings(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    desk.wait(hours=4)
    assert (posted(desk, "should hear"), posted(desk, "is overdue")) == (0, 0)
    for _ in range(3):
        desk.wait(hours=17.5)  # Tuesday 9:30 at first: six of eight hours have not passed at 9:30, they have at 10:00
        desk.wait(minutes=30)
    desk.wait(hours=2)
    assert (posted(desk, "should hear"), posted(desk, "is overdue")) == (1, 1)


def test_after_downtime_past_the_deadline_only_the_escalation_comes(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    desk.wait(days=4)
    assert (posted(desk, "should hear"), posted(desk, "is overdue")) == (0, 1)
    assert desk.tickets()[0].escalation == 2


def test_the_warning_goes_to_whoever_has_the_ticket(desk: Desk, person: Person) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    person.presses("Talk to a person")
    does(desk, mira, handling.take)
    replies = desk.wait(hours=23)
    assert any("should hear" in words(one.card) for one in replies if one.address.conversation == "mira")


@pytest.mark.parametrize("how", ["away", "left"])
def test_tickets_of_absent_members_go_back_to_the_queue(desk: Desk, person: Person, how: str) -> None:
    mira = hire(desk, "mira")
    person.says(NEED)
    does(desk, mira, handling.take)
    with desk.database.writing() as session:
        member = session.get_one(Member, mira)
        member.active = how != "left"
        member.away_until = desk.now + timedelta(days=7) if how == "away" else None
    desk.wait(minutes=1)
    ticket = desk.tickets()[0]
    assert (ticket.state, ticket.assignee, ticket.awaited_since) == ("waiting", None, None)
    assert ticket.history[-1].what in ("given_back", "moved")
    assert "Take" in words(desk.board()[-1])


def test_new_tickets_are_given_to_whoever_is_there_and_has_least_to_do(desk: Desk, person: Person) -> None:
    set_rules(desk, Rules(assign=True))
    seen = {"seen_at": desk.now}
    hire(desk, "away", away_until=desk.now + timedelta(days=1), **seen)
    hire(desk, "gone")
    hire(desk, "french", languages=["fr"], **seen)
    hire(desk, "auditor", role=Role.AUDITOR, **seen)
    for name in ("first", "second"):
        hire(desk, name, **seen)
    for name in ("ana", "ben", "cleo"):
        other = desk.person(name)
        other.says(NEED)
        other.presses("Talk to a person")
    desk.wait(seconds=15)
    given = [ticket.assignee.name for ticket in desk.tickets() if ticket.assignee]
    assert given == ["first", "second", "first"]
    assert {ticket.state for ticket in desk.tickets()} == {"waiting"}


def test_nothing_is_given_out_unless_the_desk_wants_it(desk: Desk, person: Person) -> None:
    hire(desk, "mira", seen_at=desk.now)
    person.says(NEED)
    person.presses("Talk to a person")
    desk.wait(seconds=15)
    assert desk.tickets()[0].assignee is None
