"""`guidepost members`: a way in for operators when nobody has one any more."""

import sys

from bot.bootstrap import House, open_house, utc_now
from bot.queueing import at_the_keyboard
from bot.settings import load
from desk import audit, staff
from desk.access import invitations
from desk.access.factors import protected
from desk.members import Member, Role, by_email, everybody
from knowledge.database import Session


def list_members() -> int:
    """Print everybody with number, role and how they get in."""
    house = open_house(load())
    try:
        with house.database.reading() as session:
            second = protected(session)
            for member in everybody(session, active=False):
                print(_line(member, member.id in second))
    finally:
        house.close()
    return 0


def _line(member: Member, second: bool) -> str:
    way = "password" if member.password_hash else "no account"
    more = f"{' + second factor' if second else ''}{'' if member.active else ', deactivated'}"
    return f"{member.id:<4} {member.role:<14} {member.name:<24} {member.email or '-':<32} {way}{more}"


def invite_member(role: str) -> int:
    """Print a link that makes an account."""
    house = open_house(load())
    try:
        with house.database.writing() as session:
            secret = invitations.invite(session, Role(role), _operator(), utc_now())
            audit.record(session, _operator(), "invited", f"role:{role}", utc_now())
        print(f"Makes an account ({role}), once, within three days: {_link(house, secret)}")
    finally:
        house.close()
    return 0


def reset_member(which: str, *, second_factor: bool) -> int:
    """Print a link by which a member chooses a new password."""
    house = open_house(load())
    try:
        with house.database.writing() as session:
            member = _find(session, which)
            if member is None or not member.active:
                print(f"There is no active member {which}. See guidepost members list.", file=sys.stderr)
                return 1
            secret = staff.make_link(session, member, _operator(), utc_now(), clears_factors=second_factor)
            name = member.name
        print(f"Lets {name} choose a new password, once, within three days: {_link(house, secret)}")
    finally:
        house.close()
    return 0


def _find(session: Session, which: str) -> Member | None:
    return session.get(Member, int(which)) if which.isdigit() and len(which) < 10 else by_email(session, which)


def _link(house: House, secret: str) -> str:
    settings = house.settings
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base.rstrip('/')}/console/set-up/{secret}"


def _operator() -> str:
    """How the audit log names whoever sits at the keyboard."""
    return f"operator:{at_the_keyboard()}"
