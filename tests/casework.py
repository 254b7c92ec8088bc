"""Members of a desk at work on tickets, without any surface between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from desk.conversation import turn
from desk.members import Member, Role
from desk.tickets import Ticket
from knowledge.database import Session
from tests.dialogue import Desk


@dataclass
class Case:
    """One ticket in the hands of one member, inside one transaction."""

    desk: turn.Desk
    ticket: Ticket
    member: Member

    @property
    def session(self) -> Session:
        return self.desk.session


@contextmanager
def at_work(desk: Desk, reference: str, name: str = "Mira") -> Iterator[Case]:
    """A member (made when needed) with a ticket open; what was done is committed at the end, and not yet delivered."""
    with desk.database.writing() as session:
        ticket = session.scalars(select(Ticket).filter_by(reference=reference)).one()
        session.info["shelf"] = desk.catalogues.shelf
        here = turn.Desk(session, desk.now, desk.policy, desk.catalogues.current())
        yield Case(here, ticket, hired(session, desk, name))


def hired(session: Session, desk: Desk, name: str) -> Member:
    """The member of that name."""
    member = session.scalars(select(Member).filter_by(name=name)).first()
    if member is None:
        member = Member(
            name=name, role=Role.COORDINATOR, active=True, languages=[], topics=[], failures=0, created_at=desk.now
        )
        session.add(member)
        session.flush()
    return member
