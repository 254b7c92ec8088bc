"""Programs: the tokens they come in with, and the addresses that are told what happens."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from console import refusals
from console.pages import done, page
from console.premises import Premises
from console.visitors import Visitor, again, check_form, visitor
from desk import audit, webhooks
from desk.access import tokens
from desk.access.tokens import Token
from desk.members import Right
from desk.webhooks import BadWebhook, CallState, Webhook, WebhookCall
from desk.wording import phrase
from knowledge.database import Session

router = APIRouter(prefix="/console/programs", dependencies=[Depends(check_form)], include_in_schema=False)
Administrator = Annotated[Visitor, Depends(visitor(Right.ADMINISTER))]
Text = Annotated[str, Form(max_length=500)]
HERE = "/console/programs"
SCOPES = {
    Right.SEE_TICKETS: phrase("read tickets, without what people wrote"),
    Right.SEE_PERSONS: phrase("read what people wrote"),
    Right.WORK: phrase("work on tickets: reply, assign, close"),
    Right.REPORTS: phrase("read reports"),
    Right.AUDIT: phrase("read the audit log"),
    Right.ADMINISTER: phrase("administer members, options and webhooks"),
}
EVENTS = (
    "*",
    "ticket.opened",
    "ticket.moved",
    "ticket.assigned",
    "ticket.told_more",
    "ticket.replied",
    "ticket.rerouted",
    "ticket.prioritised",
    "ticket.rated",
)
DAYS = (30, 90, 365)


@router.get("")
def show(request: Request, one: Administrator) -> Response:
    """All tokens and webhooks."""
    return _show(request, one)


def _show(request: Request, one: Visitor, status: int = 200, secret: str = "", problem: str = "") -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        return page(
            request,
            one,
            "programs.html",
            status,
            tokens=tokens.all_of(session),
            webhooks=webhooks.all_of(session),
            scopes=SCOPES,
            events=EVENTS,
            days=DAYS,
            secret=secret,
            problem=problem,
            now=premises.clock(),
        )


@router.post("/tokens")
def make_token(
    request: Request,
    one: Administrator,
    name: Text = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Annotated[int, Form(ge=1, le=366)] = 90,
) -> Response:
    """A new token; its secret is shown on the page that answers, and nowhere else."""
    premises: Premises = request.app.state.premises
    chosen = [right for right in SCOPES if right in (scopes or ())]
    if not name.strip() or not chosen:
        return _show(request, one, 422, problem=phrase("Give the token a name and at least one scope."))
    now = premises.clock()
    with premises.database.writing() as session:
        member = again(session, one)
        token, secret = tokens.issue(session, member, name.strip()[:80], chosen, now, now + timedelta(days=days))
        audit.record(session, member.actor, "token_made", token.actor, now, scopes=token.scopes)
    return _show(request, one, secret=secret)


@router.post("/tokens/{id}/revoke")
def revoke(request: Request, one: Administrator, id: int) -> Response:
    """The token opens nothing from now on."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        token = session.get(Token, id)
        if token is None:
            raise refusals.not_here()
        tokens.revoke(session, token, again(session, one), premises.clock())
    return done(HERE, "deleted")


@router.post("/webhooks")
def add_webhook(
    request: Request, one: Administrator, url: Text = "", events: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Tell an address from now on; the secret that signs the calls is shown once."""
    premises: Premises = request.app.state.premises
    chosen = [event for event in EVENTS if event in (events or ())]
    if not chosen:
        return _show(request, one, 422, problem=phrase("Choose what the address wants to be told."))
    try:
        with premises.database.writing() as session:
            webhook = webhooks.add(session, url.strip(), chosen, one.member.actor, premises.clock())
            session.flush()
            audit.record(session, one.member.actor, "webhook_added", f"webhook:{webhook.id}", premises.clock())
            secret = webhook.secret
    except BadWebhook:
        problem = phrase("The address must begin with https:// and hold no password.")
        return _show(request, one, 422, problem=problem)
    return _show(request, one, secret=secret)


@router.post("/webhooks/{id}/switch")
def switch(request: Request, one: Administrator, id: int) -> Response:
    """On or off."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        webhook = _webhook(session, id)
        webhook.active = not webhook.active
        what = "webhook_switched_on" if webhook.active else "webhook_switched_off"
        audit.record(session, one.member.actor, what, f"webhook:{id}", premises.clock())
    return done(HERE, "saved")


@router.post("/webhooks/{id}/delete")
def delete(request: Request, one: Administrator, id: int) -> Response:
    """Tell it no more, and forget its log."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        session.delete(_webhook(session, id))
        audit.record(session, one.member.actor, "webhook_removed", f"webhook:{id}", premises.clock())
    return done(HERE, "deleted")


_STATES = {
    CallState.WAITING: phrase("waiting"),
    CallState.DONE: phrase("delivered"),
    CallState.FAILED: phrase("failed"),
}


@router.get("/webhooks/{id}")
def show_calls(request: Request, one: Administrator, id: int) -> Response:
    """The log of a webhook."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        webhook = _webhook(session, id)
        calls = webhooks.calls(session, webhook)
        return page(request, one, "webhook.html", webhook=webhook, calls=calls, states=_STATES)


@router.post("/webhooks/{id}/calls/{call_id}/retry")
def retry(request: Request, one: Administrator, id: int, call_id: int) -> Response:
    """Give a call that has ended another round."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        call = session.get(WebhookCall, call_id)
        if call is None or call.webhook_id != id:
            raise refusals.not_here()
        if call.state is not CallState.WAITING:
            webhooks.again(session, call, premises.clock())
            audit.record(session, one.member.actor, "webhook_retried", f"webhook:{id}", premises.clock())
    return done(f"{HERE}/webhooks/{id}", "saved")


def _webhook(session: Session, id: int) -> Webhook:
    webhook = session.get(Webhook, id)
    if webhook is None:
        raise refusals.not_here()
    return webhook
