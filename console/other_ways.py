"""Ways into the console without a password: a passkey alone, and Slack."""

import hmac
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.entering import check_pace, enter, mark, marked, missed
from console.pages import open_page
from console.premises import Premises
from console.refusals import not_here
from console.signing_in import language_of, sign_in_page
from console.sites import required_site
from console.visitors import check_origin
from desk import audit
from desk.access import challenges, passkeys, vouching
from desk.access.secrets import new_secret
from desk.access.vouching import Asked, NotVouched, Vouched
from desk.wording import phrase

log = logging.getLogger(__name__)
router = APIRouter(
    prefix="/console/sign-in", dependencies=[Depends(check_origin), Depends(check_pace)], include_in_schema=False
)
Answer = Annotated[str, Form(max_length=20_000)]
BACK = "/console/sign-in/slack/back"
_NOT_ACCEPTED = phrase("This passkey was not accepted. Try again, or sign in with your password.")
_NOT_VOUCHED = phrase("Signing in with Slack did not work. Try again, or sign in with your password.")


@router.post("/passkey/challenge")
def challenge(request: Request) -> Response:
    """What the browser asks an authenticator for."""
    premises: Premises = request.app.state.premises
    site, response = required_site(request), JSONResponse(None)
    holder = mark(premises, response)
    with premises.database.writing() as session:
        asked = passkeys.request(session, site, None)
        challenges.put(session, holder, "passkey", {"challenge": asked["challenge"]}, premises.clock())
    cookie = {"Set-Cookie": response.headers["set-cookie"], "Cache-Control": "no-store"}
    return JSONResponse(asked, headers=cookie)


@router.post("/passkey")
def sign_in_with_passkey(request: Request, credential: Answer = "") -> Response:
    """Check what the authenticator says, and start a session: it has checked who holds it, so it is as good as two."""
    premises: Premises = request.app.state.premises
    site, now = required_site(request), premises.clock()
    with premises.database.writing() as session:
        asked = challenges.take(session, marked(request), "passkey", now)
        try:
            passkey = passkeys.accept(session, site, None, (asked or {}).get("challenge", ""), credential, now)
        except passkeys.NotAccepted:
            missed(request)
            return sign_in_page(request, _NOT_ACCEPTED)
        return enter(request, session, passkey.member, "passkey", complete=True)


@router.get("/slack")
def to_slack(request: Request) -> Response:
    """Send the browser to Slack, with what has to come back."""
    premises: Premises = request.app.state.premises
    if premises.slack is None:
        raise not_here()
    response = RedirectResponse("", status_code=303, headers={"Cache-Control": "no-store"})
    holder, verifier = mark(premises, response), new_secret()
    question = {"state": new_secret(), "nonce": new_secret(), "verifier": verifier, "back": _back(request)}
    with premises.database.writing() as session:
        challenges.put(session, holder, "slack", question, premises.clock())
    response.headers["location"] = premises.slack.address(Asked(**question))
    return response


@router.get("/slack/back")
def back_from_slack(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """Slack sends the browser back here; whoever it recognised comes in if the desk knows them."""
    premises: Premises = request.app.state.premises
    if premises.slack is None:
        raise not_here()
    with premises.database.writing() as session:
        question = challenges.take(session, marked(request), "slack", premises.clock())
    if question is None or error or not code or not hmac.compare_digest(question["state"].encode(), state.encode()):
        missed(request)
        return sign_in_page(request, _NOT_VOUCHED)
    try:
        vouched = premises.slack.vouch(Asked(**question), code)
    except NotVouched as problem:
        log.warning("console.slack_does_not_vouch", extra={"reason": problem.reason})
        missed(request)
        return sign_in_page(request, _NOT_VOUCHED)
    return _enter(request, vouched)


def _enter(request: Request, vouched: Vouched) -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = vouching.member_of(session, vouched, premises.clock())
        if member is None or not member.active:
            about = member.actor if member else "nobody"
            audit.record(session, about, "sign_in_failed", about, premises.clock(), how="slack")
            return open_page(language_of(request), "unknown.html", status=403, name=vouched.name)
        return enter(request, session, member, "slack")


def _back(request: Request) -> str:
    premises: Premises = request.app.state.premises
    return (premises.policy.public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/") + BACK
