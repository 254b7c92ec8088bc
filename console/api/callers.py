"""Which program calls, what it may do, and how a repeat of its request is recognised."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from console.premises import Premises
from desk import audit
from desk.access import tokens
from desk.access.tokens import Repeat, RepeatedAtOnce, Token
from desk.conversation.turn import Desk
from desk.members import Right
from knowledge.database import Session

_bearer = HTTPBearer(auto_error=False, description="A token made in the console, under Programs.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Any text of your own. The same request with the same key, within a day, is done once.",
    ),
]


class Problem(BaseModel):
    """Why a request was not carried out."""

    detail: str


class Unreadable(BaseModel):
    """Where in the request something is wrong, or what makes no sense."""

    detail: str | list["Mistake"]


class Mistake(BaseModel):
    """What is wrong in one place, `body.until`."""

    where: str
    problem: str


#: What an operation answers to what it cannot read, with a token or without.
UNREADABLE: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "the body is not a text in UTF-8"},
    422: {"model": Unreadable, "description": "the request is not as described"},
}
#: What every operation with a token may answer besides its own, for the OpenAPI description.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "no token, or one that has run out"},
    403: {"model": Problem, "description": "the token was not made for this"},
    404: {"model": Problem, "description": "there is no such thing"},
    409: {"model": Problem, "description": "it is not possible now"},
}
#: The same for what is done with a ticket.
REFUSALS = PROBLEMS | {412: {"model": Problem, "description": "the ticket has moved on since it was read"}}


@dataclass(frozen=True, slots=True)
class Caller:
    """A program with a token that is good for what it asks. `seen` is the ETag of a ticket as it was read."""

    premises: Premises
    token: Token
    key: str | None
    fingerprint: str
    seen: str | None = None

    def may(self, right: Right) -> bool:
        return self.token.may(right)


def caller(right: Right | None = None) -> Callable[..., Any]:
    """A FastAPI dependency: the caller of an operation that needs `right`, or nothing but a token."""

    async def found(request: Request, bearer: Bearer, key: Key = None) -> Caller:
        premises: Premises = request.app.state.premises
        token = _token(premises, bearer.credentials if bearer else "")
        if right is not None and not token.may(right):
            raise HTTPException(403, f"This token may not do this: it lacks the scope {right}.")
        body = await request.body()
        told = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body
        return Caller(premises, token, key, hashlib.sha256(told).hexdigest())

    return found


def _token(premises: Premises, secret: str) -> Token:
    now = premises.clock()
    with premises.database.reading() as session:
        token = tokens.find(session, secret, now) if secret else None
    if token is None:
        problem = "Send a token that is still good: Authorization: Bearer guidepost_…"
        raise HTTPException(401, problem, {"WWW-Authenticate": "Bearer"})
    if tokens.is_to_be_noted(token, now):
        with premises.database.writing() as session:
            session.get_one(Token, token.id).used_at = now
    return token


About = str | Callable[[Any], str]


def perform(one: Caller, what: str, about: About, act: Callable[[Desk, Token], BaseModel], status: int = 200) -> Any:
    """Carry out a change in one transaction with its entry in the audit log and the memory for its repeat.

    `about` may be made of the answer, for what has no id before. A `secret` in the answer is not remembered.
    """
    try:
        with one.premises.database.writing() as session:
            if (earlier := _earlier(session, one)) is not None:
                return JSONResponse(earlier.body, earlier.status, {"Idempotent-Replayed": "true"})
            desk = one.premises.desk(session)
            token = session.get_one(Token, one.token.id)
            made = act(desk, token)
            body, named = made.model_dump(mode="json"), about if isinstance(about, str) else about(made)
            audit.record(session, token.actor, what, named, desk.now, member=token.member_id)
            # Whoever has just revoked their own token sends nothing again.
            if one.key is not None and token not in session.deleted:
                kept = {"fingerprint": one.fingerprint, "status": status, "body": _without_secret(body), "at": desk.now}
                tokens.remember(session, Repeat(token_id=token.id, key=one.key, **kept))
    except RepeatedAtOnce:
        raise HTTPException(409, "The same request is being carried out. Ask again in a moment.") from None
    return JSONResponse(body, status)


def _without_secret(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"secret": None} if "secret" in body else body


def _earlier(session: Session, one: Caller) -> Repeat | None:
    found = tokens.earlier(session, one.token, one.key) if one.key is not None else None
    if found is not None and found.fingerprint != one.fingerprint:
        raise HTTPException(409, "This Idempotency-Key was used for another request. Take a new one.")
    return found
