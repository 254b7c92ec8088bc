"""Internal notes, in a table of their own: nothing that sends ever reads it."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk import search
from desk.members import Member
from desk.search import SearchText
from desk.tickets import Ticket
from knowledge.database import Base


class Note(Base):
    """What a member wrote for the other members. `origin` is its id in the coordinators' chat, if it was said there."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    origin: Mapped[str | None] = mapped_column(index=True)
    text: Mapped[str]
    written_at: Mapped[datetime]

    member: Mapped[Member | None] = relationship()


def write(
    session: Session, ticket: Ticket, member: Member, text: str, now: datetime, origin: str | None = None
) -> Note:
    """Keep a note on a ticket."""
    note = Note(ticket_id=ticket.id, member=member, origin=origin, text=text, written_at=now)
    session.add(note)
    session.flush()
    search.keep(session, text, note_id=note.id)
    return note


def rewrite(session: Session, note: Note, text: str) -> None:
    """Put other words in place of a note's; it is found by them from now on."""
    note.text = text
    session.execute(delete(SearchText).where(SearchText.note_id == note.id))
    search.keep(session, text, note_id=note.id)
