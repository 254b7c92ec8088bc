"""Showing once more who one is, before what protects an account is changed."""

from fastapi import Request

from console.entering import check_pace, missed
from console.premises import Premises
from console.visitors import Visitor
from desk import audit
from desk.access import codes, passwords, recovery
from desk.members import locked
from desk.wording import phrase

NOT_CONFIRMED = phrase("The password is wrong, or there were too many tries. Nothing was changed.")


def confirmed(request: Request, one: Visitor, given: str) -> bool:
    """Whether this is the member's password; of one without a password, a code of their app or a recovery code.

    Wrong ones are counted like those at the door. Has a transaction of its own.

    Raises:
        Refusal: too many were wrong.
    """
    check_pace(request)
    premises: Premises = request.app.state.premises
    now = premises.clock()
    stored = one.member.password_hash
    right = passwords.matches(stored, given)
    with premises.database.writing() as session:
        member = locked(session, one.member.id)
        if stored is None and not passwords.is_locked(member, now):
            right = codes.use(session, member, given, now) or recovery.use(session, member, given)
        if passwords.judge(member, right and member.password_hash == stored, now):
            passwords.forgive(member)
            return True
        audit.record(session, member.actor, "confirmation_failed", member.actor, now)
    missed(request)
    return False
