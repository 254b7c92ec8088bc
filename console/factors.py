"""Setting up and removing second factors."""

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, Response

from console.confirming import NOT_CONFIRMED, confirmed
from console.entering import check_pace, go_on, missed
from console.pages import done, page
from console.premises import Premises
from console.refusals import SignInFirst, not_here
from console.sites import required_site, site_of
from console.visitors import Visitor, again, check_form, signed_in
from desk import audit, safeguards
from desk.access import challenges, codes, passkeys, recovery
from desk.access.factors import Factors, factors_of
from desk.members import Member
from desk.wording import phrase
from knowledge.database import Session

HERE = "/console/me/factors"
router = APIRouter(prefix=HERE, dependencies=[Depends(check_form)], include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]
Answer = Annotated[str, Form(max_length=20_000)]
_APP, _PASSKEY = "new app", "new passkey"
_WRONG = phrase("This is not the code that the app shows now. Check the clock of your phone and try again.")
_LATE = phrase("That took too long. Begin again.")
_NOT_ACCEPTED = phrase("This passkey could not be added. Try again; one that is here already cannot be added twice.")
_LAST = phrase("This desk asks everybody for a second factor. Add another one before you remove this one.")


def settling(request: Request) -> Visitor:
    """A FastAPI dependency: somebody who may change their factors. Whoever has one has to have shown it.

    Raises:
        SignInFirst: they have not.
    """
    one = signed_in(request, passed=False)
    premises: Premises = request.app.state.premises
    if not one.passed:
        with premises.database.reading() as session:
            if factors_of(session, one.member):
                raise SignInFirst(second_factor=True)
    return one


Settling = Annotated[Visitor, Depends(settling)]


@router.get("")
def show(request: Request, one: Settling) -> Response:
    """What is set up, and what can be."""
    return _page(request, one)


@router.post("/app")
def begin_app(request: Request, one: Settling, password: Text = "") -> Response:
    """A new secret, for an app to read."""
    if not _may_change(request, one, password):
        return _page(request, one, NOT_CONFIRMED)
    return _app_page(request, one, codes.new_secret())


@router.post("/app/confirm", dependencies=[Depends(check_pace)])
def confirm_app(request: Request, one: Settling, code: Text = "") -> Response:
    """The app's first code shows that it has the secret."""
    premises: Premises = request.app.state.premises
    now = premises.clock()
    with premises.database.writing() as session:
        asked = challenges.take(session, one.secret, _APP, now)
        step = codes.step_of(asked["secret"], code, now) if asked else None
        if asked is not None and step is not None:
            member = again(session, one)
            member.totp_secret, member.totp_step = asked["secret"], step
            return _added(request, session, one, member, "app")
    if asked is None:
        return _page(request, one, _LATE)
    missed(request)
    return _app_page(request, one, asked["secret"], _WRONG)


@router.post("/app/remove")
def remove_app(request: Request, one: Settling, password: Text = "") -> Response:
    """Forget the app."""
    return _remove(request, one, password, "app")


@router.post("/passkeys/challenge")
def challenge(request: Request, one: Settling) -> Response:
    """What the browser asks an authenticator for."""
    premises: Premises = request.app.state.premises
    site = required_site(request)
    with premises.database.writing() as session:
        asked = passkeys.creation(session, site, again(session, one))
        challenges.put(session, one.secret, _PASSKEY, {"challenge": asked["challenge"]}, premises.clock())
    return JSONResponse(asked, headers={"Cache-Control": "no-store"})


@router.post("/passkeys")
def add_passkey(
    request: Request, one: Settling, credential: Answer = "", name: Text = "", password: Text = ""
) -> Response:
    """Take in what an authenticator has made."""
    if not _may_change(request, one, password):
        return _page(request, one, NOT_CONFIRMED)
    premises: Premises = request.app.state.premises
    site, now = required_site(request), premises.clock()
    name = name.strip()[:60] or one.say("Passkey")
    with premises.database.writing() as session:
        asked, member = challenges.take(session, one.secret, _PASSKEY, now), again(session, one)
        try:
            passkeys.register(session, site, member, (asked or {}).get("challenge", ""), credential, name, now)
        except passkeys.NotAccepted:
            pass
        else:
            return _added(request, session, one, member, "passkey")
    return _page(request, one, _NOT_ACCEPTED)


@router.post("/passkeys/remove")
def remove_passkey(request: Request, one: Settling, credential: Text = "", password: Text = "") -> Response:
    """Forget a passkey."""
    return _remove(request, one, password, credential)


@router.post("/codes")
def new_codes(request: Request, one: Settling, password: Text = "") -> Response:
    """Ten new recovery codes; the old ones end."""
    if not one.passed:
        raise SignInFirst(second_factor=True)
    if not _may_change(request, one, password):
        return _page(request, one, NOT_CONFIRMED)
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        fresh = recovery.make_codes(session, member, premises.clock())
        audit.record(session, member.actor, "recovery_codes_made", member.actor, premises.clock())
    return page(request, one, "recovery_codes.html", codes=fresh)


def _may_change(request: Request, one: Visitor, password: str) -> bool:
    return one.fresh or confirmed(request, one, password)


def _added(request: Request, session: Session, one: Visitor, member: Member, what: str) -> Response:
    """With the first factor come recovery codes, and whoever was half signed in is in."""
    premises: Premises = request.app.state.premises
    audit.record(session, member.actor, "factor_added", member.actor, premises.clock(), factor=what)
    session.flush()
    if recovery.left(session, member) > 0:
        return go_on(request, session, one, lambda _: done(HERE, "factor_added"))
    made = recovery.make_codes(session, member, premises.clock())
    return go_on(request, session, one, lambda renewed: page(request, renewed, "recovery_codes.html", codes=made))


def _remove(request: Request, one: Visitor, password: str, which: str) -> Response:
    if not one.passed:
        raise SignInFirst(second_factor=True)
    if not confirmed(request, one, password):
        return _page(request, one, NOT_CONFIRMED)
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        is_needed = factors_of(session, member).is_last and safeguards.of(session).second_factor
        if not is_needed:
            _forget(session, member, which)
            what = "app" if which == "app" else "passkey"
            audit.record(session, member.actor, "factor_removed", member.actor, premises.clock(), factor=what)
    return _page(request, one, _LAST) if is_needed else done(HERE, "removed")


def _forget(session: Session, member: Member, which: str) -> None:
    if which == "app":
        member.totp_secret = member.totp_step = None
    elif not passkeys.remove(session, member, which):
        raise not_here()
    if not factors_of(session, member):
        recovery.forget(session, member)


def _page(request: Request, one: Visitor, problem: str = "") -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        factors: Factors = factors_of(session, one.member)
        owed = safeguards.of(session).second_factor and not factors
    values: dict[str, Any] = {"factors": factors, "owed": owed, "site": site_of(request) is not None}
    return page(request, one, "factors.html", 422 if problem else 200, problem=problem, **values)


def _app_page(request: Request, one: Visitor, secret: str, problem: str = "") -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        challenges.put(session, one.secret, _APP, {"secret": secret}, premises.clock())
    picture = segno.make(codes.address(secret, one.member), error="m").svg_data_uri(scale=5, border=3, light="#fff")
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    status = 422 if problem else 200
    return page(request, one, "factor_app.html", status, picture=picture, secret=spaced, problem=problem)
