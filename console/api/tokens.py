"""The tokens of the desk over the interface: which there are, and their end. They are made in the console only, so that
no token can make one that does more than it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.members import Member
from console.api.shapes import Id
from desk.access import tokens
from desk.access.tokens import Token as TokenRow
from desk.conversation.turn import Desk
from desk.members import Right

router = APIRouter(tags=["tokens"], responses=PROBLEMS)
Administrator = Annotated[Caller, Depends(caller(Right.ADMINISTER))]


class Token(BaseModel):
    """A program's way in; never its secret."""

    id: int
    name: str
    scopes: list[Right]
    member_id: int
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class Me(BaseModel):
    """The token that asks, and the member in whose name it acts."""

    token: Token
    member: Member


@router.get("/me")
def me(one: Annotated[Caller, Depends(caller())]) -> Me:
    """Who this is."""
    token = Token.model_validate(one.token, from_attributes=True)
    return Me(token=token, member=Member.of(one.token.member))


@router.get("/tokens")
def listing(one: Administrator) -> list[Token]:
    """All tokens, by name."""
    with one.premises.database.reading() as session:
        return [Token.model_validate(row, from_attributes=True) for row in tokens.all_of(session)]


@router.delete("/tokens/{id}", response_model=Token)
def revoke(one: Administrator, id: Id) -> Any:
    """It opens nothing from now on."""

    def act(desk: Desk, token: TokenRow) -> BaseModel:
        row = desk.session.get(TokenRow, id)
        if row is None:
            raise HTTPException(404, "There is no such token.")
        gone = Token.model_validate(row, from_attributes=True)
        tokens.revoke(desk.session, row, token.member, desk.now)
        return gone

    return perform(one, "token_revoked", f"token:{id}", act)
