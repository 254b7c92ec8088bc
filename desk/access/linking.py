"""Codes by which members show the desk who they are in a chat: made in the console, sent to the bot, good once."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from desk import audit
from desk.access.secrets import digest
from desk.members import Handle, Member
from desk.messages import Address
from desk.oncall.shifts import Shift
from desk.tickets import Ticket
from knowledge.database import Base

LASTS = timedelta(minutes=15)
LENGTH = 10
# Without letters and digits that look alike.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class LinkCode(Base):
    """One code that is waiting for its member to write it in a chat."""

    __tablename__ = "link_codes"

    digest: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    expires_at: Mapped[datetime]


def make_code(session: Session, member: Member, now: datetime) -> str:
    """A new code of this member, which ends their earlier one; only its digest is kept."""
    session.execute(delete(LinkCode).where(LinkCode.member_id == member.id))
    code = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    session.add(LinkCode(digest=digest(code), member_id=member.id, expires_at=now + LASTS))
    return code


def use_up(session: Session, code: str, now: datetime) -> Member | None:
    """Whose code this is. It is gone afterwards, whatever becomes of it."""
    found = session.get(LinkCode, digest(code.upper().replace(" ", "").replace("-", "")))
    if found is None:
        return None
    session.delete(found)
    member = session.get(Member, found.member_id)
    return member if found.expires_at > now and member is not None and member.active else None


def link(session: Session, member: Member, place: Address, sender: str, now: datetime) -> None:
    """From now on whoever writes under this id is this member.

    Somebody known only from pressing buttons in the coordinators' chat becomes one with their account.
    """
    where = {"channel": place.channel, "account": place.account, "sender": sender}
    handle = session.scalars(select(Handle).filter_by(**where)).first()
    if handle is None:
        member.handles.append(Handle(**where))
    elif handle.member is not member:
        before, handle.member = handle.member, member
        if before.email is None:
            _become_one(session, before, member)
    audit.record(session, member.actor, "linked", member.actor, now, channel=place.channel)


def _become_one(session: Session, before: Member, member: Member) -> None:
    session.execute(update(Ticket).where(Ticket.assignee_id == before.id).values(assignee_id=member.id))
    session.execute(update(Shift).where(Shift.member_id == before.id).values(member_id=member.id))
    before.active = False


def unlink(session: Session, member: Member, handle_id: int, now: datetime, *, by: Member) -> bool:
    """Forget one id of a member. False when it is not theirs."""
    handle = next((one for one in member.handles if one.id == handle_id), None)
    if handle is None:
        return False
    member.handles.remove(handle)
    audit.record(session, by.actor, "unlinked", member.actor, now, channel=handle.channel)
    return True
