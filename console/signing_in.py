"""Signing in and out, and the link that makes an account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from console.entering import check_pace, enter, missed
from console.pages import done, open_page
from console.premises import Premises
from console.refusals import Refusal
from console.sites import site_of
from console.visitors import check_form, check_origin, cookie_name, signed_in
from desk import audit
from desk.access import factors, invitations, passwords, sessions
from desk.access.invitations import Invitation
from desk.members import Member, by_email, locked
from desk.wording import phrase, spoken
from desk.wording.preference import preferred
from knowledge.database import Session

router = APIRouter(prefix="/console", dependencies=[Depends(check_origin)], include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]
_WRONG = phrase("The address or the password is wrong, or there were too many tries. Wait 15 minutes after five tries.")


def language_of(request: Request) -> str:
    """The language of a page for somebody who has not signed in."""
    asked = request.query_params.get("lang", "")
    return asked if asked in spoken() else preferred(request.headers.get("accept-language", ""), spoken())


@router.get("/sign-in")
def show_sign_in(request: Request) -> Response:
    """The form."""
    return sign_in_page(request)


def sign_in_page(request: Request, problem: str = "", email: str = "") -> Response:
    """The form and the other ways in, with what was wrong."""
    premises: Premises = request.app.state.premises
    status = 422 if problem else 200
    ways = {"slack": premises.slack is not None, "passkeys": site_of(request) is not None}
    return open_page(language_of(request), "sign_in.html", status, problem=problem, email=email, **ways)


@router.post("/sign-in", dependencies=[Depends(check_pace)])
def sign_in(request: Request, email: Text = "", password: Text = "") -> Response:
    """Check address and password, and start a session; where a second factor is set up, it comes next."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        known = by_email(session, email)
        stored = known.password_hash if known else None
    right = passwords.matches(stored, password)
    with premises.database.writing() as session:
        member = locked(session, known.id) if known else None
        # It may have been changed in the meantime.
        is_current = member is not None and member.password_hash == stored
        if member is not None and passwords.judge(member, right and is_current, premises.clock()):
            return enter(request, session, member, "password")
        if member is not None:
            audit.record(session, member.actor, "sign_in_failed", member.actor, premises.clock())
    missed(request)
    return sign_in_page(request, _WRONG, email)


@router.post("/sign-out", dependencies=[Depends(check_form)])
def sign_out(request: Request) -> Response:
    """End the session."""
    premises: Premises = request.app.state.premises
    one = signed_in(request, passed=False)
    with premises.database.writing() as session:
        sessions.end(session, one.secret)
        audit.record(session, one.member.actor, "signed_out", one.member.actor, premises.clock())
    response = done("/console/sign-in", "signed_out")
    response.delete_cookie(cookie_name(premises), path="/", secure=premises.is_secure, httponly=True)
    return response


@router.get("/set-up/{secret}", dependencies=[Depends(check_pace)])
def show_set_up(request: Request, secret: str) -> Response:
    """The form that makes an account, for whoever holds the link."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        invitation = _invitation(request, session, secret)
        member = invitation.member
    return _set_up_page(request, member is not None, member.name if member else "", (member and member.email) or "")


@router.post("/set-up/{secret}", dependencies=[Depends(check_pace)])
def set_up(request: Request, secret: str, name: Text = "", email: Text = "", password: Text = "") -> Response:
    """Make the account, or give the one that forgot it a new password, and sign in."""
    premises: Premises = request.app.state.premises
    name, email = name.strip(), email.strip().casefold()
    with premises.database.writing() as session:
        invitation = _invitation(request, session, secret)
        member = invitation.member or _newcomer(invitation, premises)
        other = by_email(session, email)
        problem = _problem(name, email, password, member, taken=other is not None and other is not member)
        if problem:
            return _set_up_page(request, invitation.member is not None, name, email, problem)
        member.name, member.email = name, email
        passwords.set_password(member, password)
        session.add(member)
        session.flush()
        return _settled(request, session, invitation, member)


def _newcomer(invitation: Invitation, premises: Premises) -> Member:
    now = premises.clock()
    return Member(role=invitation.role, active=True, languages=[], topics=[], failures=0, created_at=now)


def _settled(request: Request, session: Session, invitation: Invitation, member: Member) -> Response:
    premises: Premises = request.app.state.premises
    known = invitation.member is not None
    if known and invitation.clears_factors:
        factors.clear(session, member)
    if not invitations.use_up(session, invitation):
        raise _used_up()
    sessions.end_all(session, member)
    what = "password_set" if known else "account_made"
    audit.record(session, member.actor, what, member.actor, premises.clock(), invited_by=invitation.created_by)
    return enter(request, session, member, "link", notice="welcome")


def _set_up_page(request: Request, known: bool, name: str, email: str, problem: str = "") -> Response:
    status, language = 422 if problem else 200, language_of(request)
    return open_page(language, "set_up.html", status, problem=problem, known=known, name=name, email=email)


def _problem(name: str, email: str, password: str, member: Member, *, taken: bool) -> str:
    if not name:
        return phrase("Write a name, so that the others know who you are.")
    if "@" not in email[1:-1] or " " in email:
        return phrase("This is not an e-mail address. You sign in with it; nothing is sent there.")
    if taken:
        return phrase("Somebody of this desk has this address already.")
    candidate = Member(name=name, email=email, role=member.role)
    if not passwords.is_acceptable(password, candidate):
        return phrase("The password is too easy to guess. Take at least 12 characters, for example four words.")
    return ""


def _invitation(request: Request, session: Session, secret: str) -> Invitation:
    premises: Premises = request.app.state.premises
    found = invitations.find(session, secret, premises.clock())
    if found is None:
        missed(request)
        raise _used_up()
    return found


def _used_up() -> Refusal:
    return Refusal(404, phrase("This link has been used or has run out. Ask an administrator for a new one."))
