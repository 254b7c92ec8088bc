"""The members of the desk, for administrators: who is here, in which role, and how they get in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import Response

from console.pages import done, page
from console.premises import Premises
from console.refusals import Refusal, not_here
from console.visitors import Visitor, again, check_form, visitor
from desk import audit, staff
from desk.access import invitations, sessions
from desk.access.factors import protected
from desk.members import Member, Right, Role, everybody
from desk.wording import phrase
from knowledge.database import Session

HERE = "/console/members"
router = APIRouter(prefix=HERE, dependencies=[Depends(check_form)], include_in_schema=False)
Administrator = Annotated[Visitor, Depends(visitor(Right.ADMINISTER))]
Text = Annotated[str, Form(max_length=100)]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
ROLES = {
    Role.COORDINATOR: phrase("Coordinator"),
    Role.EDITOR: phrase("Editor"),
    Role.ADMINISTRATOR: phrase("Administrator"),
    Role.AUDITOR: phrase("Auditor"),
}
WHAT_FOR = {
    Role.COORDINATOR: phrase("works on tickets"),
    Role.EDITOR: phrase("works on tickets and on the knowledge"),
    Role.ADMINISTRATOR: phrase("does everything, members and options too"),
    Role.AUDITOR: phrase("reads reports and the audit log, never what people wrote"),
}


@router.get("")
def show(request: Request, one: Administrator) -> Response:
    """Everybody, and the links that nobody has used yet."""
    return _list(request, one)


@router.post("/invite")
def invite(request: Request, one: Administrator, role: Text = "") -> Response:
    """A link that makes an account, shown this once."""
    premises: Premises = request.app.state.premises
    wanted = _role(role)
    with premises.database.writing() as session:
        me = again(session, one)
        secret = invitations.invite(session, wanted, me.actor, premises.clock())
        audit.record(session, me.actor, "invited", f"role:{wanted.value}", premises.clock())
    return _list(request, one, link=link_of(request, secret))


@router.post("/withdraw")
def withdraw(request: Request, one: Administrator, mark: Text = "") -> Response:
    """End a link before it is used."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        if not invitations.withdraw(session, mark, premises.clock()):
            raise not_here()
        audit.record(session, again(session, one).actor, "invitation_withdrawn", "invitation", premises.clock())
    return done(HERE, "withdrawn")


@router.get("/{member_id}")
def show_one(request: Request, one: Administrator, member_id: Id) -> Response:
    """One member."""
    return _one(request, one, member_id)


@router.post("/{member_id}/role")
def change_role(request: Request, one: Administrator, member_id: Id, role: Text = "") -> Response:
    """Another role."""
    premises: Premises = request.app.state.premises
    wanted = _role(role)
    try:
        with premises.database.writing() as session:
            staff.change_role(premises.desk(session), _member(session, member_id), wanted, again(session, one))
    except staff.LastAdministrator:
        return _one(request, one, member_id, problem=_LAST)
    return done(f"{HERE}/{member_id}", "role_changed")


@router.post("/{member_id}/deactivate")
def deactivate(request: Request, one: Administrator, member_id: Id) -> Response:
    """Let somebody go."""
    premises: Premises = request.app.state.premises
    try:
        with premises.database.writing() as session:
            staff.deactivate(premises.desk(session), _member(session, member_id), again(session, one))
    except staff.LastAdministrator:
        return _one(request, one, member_id, problem=_LAST)
    return done(f"{HERE}/{member_id}", "deactivated")


@router.post("/{member_id}/reactivate")
def reactivate(request: Request, one: Administrator, member_id: Id) -> Response:
    """Take somebody back."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        staff.reactivate(premises.desk(session), _member(session, member_id), again(session, one))
    return done(f"{HERE}/{member_id}", "reactivated")


@router.post("/{member_id}/sign-out")
def sign_out(request: Request, one: Administrator, member_id: Id) -> Response:
    """End all sessions of somebody."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = _member(session, member_id)
        sessions.end_all(session, member)
        audit.record(session, again(session, one).actor, "signed_out_everywhere", member.actor, premises.clock())
    return done(f"{HERE}/{member_id}", "sent_out_everywhere")


@router.post("/{member_id}/link")
def make_link(request: Request, one: Administrator, member_id: Id, clears: Text = "") -> Response:
    """A link to choose a password, which also removes lost second factors if asked; shown this once."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member, me = _member(session, member_id), again(session, one)
        if not member.active:
            raise Refusal(409, phrase("Reactivate this member first."))
        secret = staff.make_link(session, member, me.actor, premises.clock(), clears_factors=bool(clears))
    return _one(request, one, member_id, link=link_of(request, secret))


_LAST = phrase("This is the last administrator who can sign in. Make somebody else administrator first.")


def _list(request: Request, one: Visitor, link: str = "") -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        members = everybody(session, active=False)
        pending = invitations.open_invitations(session, premises.clock())
        return page(
            request, one, "members.html", members=members, protected=protected(session), pending=pending, link=link,
            roles=ROLES, what_for=WHAT_FOR, now=premises.clock(), names={m.actor: m.name for m in members},
        )  # fmt: skip


def _one(request: Request, one: Visitor, member_id: int, link: str = "", problem: str = "") -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        member = _member(session, member_id)
        return page(
            request, one, "member.html", 422 if problem else 200, member=member, link=link, problem=problem,
            is_protected=member.id in protected(session), roles=ROLES, what_for=WHAT_FOR, now=premises.clock(),
        )  # fmt: skip


def _member(session: Session, member_id: int) -> Member:
    found = session.get(Member, member_id)
    if found is None:
        raise not_here()
    return found


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise Refusal(422, phrase("There is no such role. Choose one from the list.")) from None


def link_of(request: Request, secret: str) -> str:
    """The address that an invitation is used at."""
    premises: Premises = request.app.state.premises
    base = premises.policy.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base.rstrip('/')}/console/set-up/{secret}"
