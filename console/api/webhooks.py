"""Webhooks over the interface: who is told what, and what came of it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Id
from desk import webhooks
from desk.access.tokens import Token
from desk.conversation.turn import Desk
from desk.members import Right
from desk.webhooks import BadWebhook, CallState
from knowledge.database import Session

router = APIRouter(prefix="/webhooks", tags=["webhooks"], responses=PROBLEMS)
Administrator = Annotated[Caller, Depends(caller(Right.ADMINISTER))]


class Webhook(BaseModel):
    """An address that is told what happens."""

    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime


class NewWebhook(BaseModel):
    """`events` are names such as `ticket.opened`; `*` is all of them."""

    url: str = Field(max_length=500, pattern=r"^https?://[^@\s]+$", examples=["https://tracker.example/hook"])
    events: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(min_length=1, max_length=50)


class MadeWebhook(Webhook):
    """A new webhook with the secret that signs its calls; it is shown once, and not to a repeat."""

    secret: str | None


class Switch(BaseModel):
    """Whether it is told what happens."""

    active: bool


class Call(BaseModel):
    """One call and what came of it."""

    id: int
    event_id: str
    event: str
    state: CallState
    attempts: int
    status: int | None
    error: str | None
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None


@router.get("")
def listing(one: Administrator) -> list[Webhook]:
    """All webhooks."""
    with one.premises.database.reading() as session:
        return [Webhook.model_validate(row, from_attributes=True) for row in webhooks.all_of(session)]


@router.post("", status_code=201, response_model=MadeWebhook)
def add(one: Administrator, new: NewWebhook) -> Any:
    """Tell an address from now on."""

    def act(desk: Desk, token: Token) -> BaseModel:
        try:
            row = webhooks.add(desk.session, new.url, new.events, token.actor, desk.now)
        except BadWebhook:
            raise HTTPException(422, "The address must begin with https:// and hold no password.") from None
        desk.session.flush()
        return MadeWebhook.model_validate(row, from_attributes=True)

    return perform(one, "webhook_added", lambda made: f"webhook:{made.id}", act, 201)


@router.put("/{id}/active", response_model=Webhook)
def switch(one: Administrator, id: Id, new: Switch) -> Any:
    """On or off."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = _row(desk.session, id)
        row.active = new.active
        return Webhook.model_validate(row, from_attributes=True)

    return perform(one, f"webhook_switched_{'on' if new.active else 'off'}", f"webhook:{id}", act)


@router.delete("/{id}", response_model=Webhook)
def remove(one: Administrator, id: Id) -> Any:
    """Tell it no more, and forget its log."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = _row(desk.session, id)
        gone = Webhook.model_validate(row, from_attributes=True)
        desk.session.delete(row)
        return gone

    return perform(one, "webhook_removed", f"webhook:{id}", act)


@router.get("/{id}/calls")
def calls(one: Administrator, id: Id) -> list[Call]:
    """The last hundred calls, newest first."""
    with one.premises.database.reading() as session:
        found = webhooks.calls(session, _row(session, id))
        return [Call.model_validate(row, from_attributes=True) for row in found]


@router.post("/{id}/calls/{call_id}/retry", response_model=Call)
def retry(one: Administrator, id: Id, call_id: Id) -> Any:
    """Give a call that has ended another round."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = next((call for call in webhooks.calls(desk.session, _row(desk.session, id)) if call.id == call_id), None)
        if row is None:
            raise HTTPException(404, "There is no such call among the last hundred.")
        if row.state is CallState.WAITING:
            raise HTTPException(409, "This call is still being tried.")
        webhooks.again(desk.session, row, desk.now)
        return Call.model_validate(row, from_attributes=True)

    return perform(one, "webhook_retried", f"webhook:{id}", act)


def _row(session: Session, id: int) -> webhooks.Webhook:
    row = session.get(webhooks.Webhook, id)
    if row is None:
        raise HTTPException(404, "There is no such webhook.")
    return row
