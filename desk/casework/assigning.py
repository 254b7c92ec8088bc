"""Whose a ticket becomes without anybody's doing: back to the queue when a member is away, or to one who has room."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, or_, select

from desk import targets
from desk.conversation import coordinating
from desk.conversation.turn import Desk
from desk.members import Member, Right
from desk.messages import Card
from desk.oncall import letters
from desk.oncall.shifts import on_call
from desk.tickets import CLOSED, State, Ticket, move, note
from desk.wording import phrase, translate

#: How long ago somebody who counts as present was last seen in the console.
PRESENT = timedelta(minutes=15)


def run_due(desk: Desk) -> int:
    """Take back from absent members, and give to present ones where the desk wants that."""
    returned = _give_back(desk)
    desk.session.flush()
    return returned + (_give_out(desk) if targets.rules(desk.session, desk.policy).assign else 0)


def _give_back(desk: Desk, limit: int = 100) -> int:
    away = select(Member.id).where(or_(~Member.active, Member.away_until > desk.now))
    absent = desk.session.scalars(away).all()
    if not absent:
        return 0
    query = select(Ticket).where(Ticket.assignee_id.in_(absent), Ticket.state.not_in(CLOSED)).order_by(Ticket.id)
    tickets = desk.session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()
    for ticket in tickets:
        note(ticket, "desk", "given_back", desk.now, before=ticket.assignee_id)
        ticket.assignee = None
        if ticket.state is State.TAKEN:
            move(ticket, State.WAITING, "desk", desk.now)
        coordinating.show(desk, ticket)
    return len(tickets)


def _give_out(desk: Desk, limit: int = 200) -> int:
    """Each new ticket to the one with the fewest open ones among those who are there and take on what it is about."""
    query = select(Ticket).where(Ticket.state == State.WAITING, Ticket.assignee_id.is_(None)).order_by(Ticket.id)
    tickets = desk.session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()
    there = _present(desk) if tickets else []
    loads, given = _loads(desk, there), 0
    for ticket in tickets:
        fitting = [member for member in there if _takes(member, ticket)]
        if fitting:
            member = min(fitting, key=lambda one: (loads[one.id], one.id))
            loads[member.id] += 1
            given += 1
            _give(desk, ticket, member)
    return given


def _present(desk: Desk) -> list[Member]:
    """Members who are on call now or were in the console a moment ago."""
    called = {shift.member_id for shift in on_call(desk.session, desk.now)}
    seen = Member.seen_at > desk.now - PRESENT
    found = desk.session.scalars(select(Member).where(Member.active, or_(seen, Member.id.in_(called)))).all()
    return [member for member in found if member.may(Right.WORK) and not member.is_away(desk.now)]


def _loads(desk: Desk, members: list[Member]) -> Counter[int]:
    mine = (Ticket.assignee_id.in_([member.id for member in members]), Ticket.state.not_in(CLOSED))
    query = select(Ticket.assignee_id, func.count()).where(*mine).group_by(Ticket.assignee_id)
    return Counter({member: count for member, count in desk.session.execute(query) if member is not None})


def _takes(member: Member, ticket: Ticket) -> bool:
    """Whether a ticket is among what a member takes on; who named nothing takes everything."""
    request = ticket.request
    speaks = not member.languages or request.language in member.languages
    return speaks and (not member.topics or request.topic is None or request.topic in member.topics)


def _give(desk: Desk, ticket: Ticket, member: Member) -> None:
    """It stays in the queue until they take it: nobody is stopped from helping, and no call ends."""
    ticket.assignee = member
    note(ticket, "desk", "assigned", desk.now, before=None, after=member.id)
    text = phrase("{reference} is meant for you. Take it when you can.")
    letters.write(
        desk, member, Card(body=translate(letters.language_of(desk, member), text, reference=ticket.reference))
    )
    coordinating.show(desk, ticket)
