"""The second factor, between the password and everything else."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.entering import HOME, check_pace, go_on, missed
from console.pages import done, page
from console.premises import Premises
from console.sites import required_site, site_of
from console.visitors import Visitor, check_form, signed_in
from desk import audit
from desk.access import challenges, codes, passkeys, passwords, recovery
from desk.access.factors import Factors, factors_of
from desk.members import Member, locked
from desk.wording import phrase
from knowledge.database import Session

router = APIRouter(prefix="/console/second-factor", dependencies=[Depends(check_form)], include_in_schema=False)
Text = Annotated[str, Form(max_length=100)]
Answer = Annotated[str, Form(max_length=20_000)]
PASSKEY = "passkey to pass"
_WRONG = phrase("This code is wrong, was used already, or there were too many tries. Wait for the next code.")
_NOT_ACCEPTED = phrase("This passkey was not accepted. Try again, or show another factor.")


def halfway(request: Request) -> Visitor:
    """A FastAPI dependency: somebody who may still lack their second factor."""
    return signed_in(request, passed=False)


Halfway = Annotated[Visitor, Depends(halfway)]


@router.get("")
def show(request: Request, one: Halfway) -> Response:
    """What there is to show; whoever has nothing yet, and has to, is led to set one up."""
    if one.passed:
        return RedirectResponse(HOME, status_code=303)
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        factors = factors_of(session, one.member)
    if not factors:
        return RedirectResponse("/console/me/factors", status_code=303)
    return _page(request, one, factors)


@router.post("/code", dependencies=[Depends(check_pace)])
def show_code(request: Request, one: Halfway, code: Text = "") -> Response:
    """A code of the app."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = locked(session, one.member.id)
        # Asked first: what is tried during the pause must not use up a code.
        right = not passwords.is_locked(member, premises.clock()) and codes.use(session, member, code, premises.clock())
        if passwords.judge(member, right, premises.clock()):
            return _passed(request, session, one, member, "app")
        return _missed(request, session, one, member, _WRONG)


@router.post("/recovery", dependencies=[Depends(check_pace)])
def show_recovery_code(request: Request, one: Halfway, code: Text = "") -> Response:
    """A recovery code, in place of any other factor."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = locked(session, one.member.id)
        right = not passwords.is_locked(member, premises.clock()) and recovery.use(session, member, code)
        if passwords.judge(member, right, premises.clock()):
            return _passed(request, session, one, member, "recovery code")
        return _missed(request, session, one, member, _WRONG)


@router.post("/passkey/challenge")
def challenge(request: Request, one: Halfway) -> Response:
    """What the browser asks an authenticator for."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        asked = passkeys.request(session, required_site(request), one.member)
        challenges.put(session, one.secret, PASSKEY, {"challenge": asked["challenge"]}, premises.clock())
    return JSONResponse(asked, headers={"Cache-Control": "no-store"})


@router.post("/passkey", dependencies=[Depends(check_pace)])
def show_passkey(request: Request, one: Halfway, credential: Answer = "") -> Response:
    """A passkey of theirs."""
    premises: Premises = request.app.state.premises
    site, now = required_site(request), premises.clock()
    with premises.database.writing() as session:
        member = locked(session, one.member.id)
        asked = challenges.take(session, one.secret, PASSKEY, now)
        try:
            passkeys.accept(session, site, member, (asked or {}).get("challenge", ""), credential, now)
        except passkeys.NotAccepted:
            return _missed(request, session, one, member, _NOT_ACCEPTED)
        return _passed(request, session, one, member, "passkey")


def _passed(request: Request, session: Session, one: Visitor, member: Member, how: str) -> Response:
    premises: Premises = request.app.state.premises
    passwords.forgive(member)
    audit.record(session, member.actor, "signed_in", member.actor, premises.clock(), how=how)
    return go_on(request, session, one, lambda _: done(HOME))


def _missed(request: Request, session: Session, one: Visitor, member: Member, problem: str) -> Response:
    premises: Premises = request.app.state.premises
    missed(request)
    audit.record(session, member.actor, "second_factor_failed", member.actor, premises.clock())
    return _page(request, one, factors_of(session, member), problem)


def _page(request: Request, one: Visitor, factors: Factors, problem: str = "") -> Response:
    status, site = 422 if problem else 200, site_of(request)
    return page(request, one, "second_factor.html", status, factors=factors, problem=problem, site=site is not None)
