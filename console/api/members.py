"""The members of the desk over the interface: who is here, what they take on, and who may come in."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from pydantic import BaseModel, Field

from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Id, Moment
from console.members import link_of
from desk import members, profiles, staff
from desk.access import factors, invitations, linking, sessions
from desk.access.tokens import Token
from desk.conversation.turn import Desk
from desk.members import Member as MemberRow
from desk.members import Right, Role
from desk.profiles import Profile as Wanted
from knowledge.database import Session

router = APIRouter(prefix="/members", tags=["members"], responses=PROBLEMS)
Reader = Annotated[Caller, Depends(caller(Right.SEE_TICKETS))]
Administrator = Annotated[Caller, Depends(caller(Right.ADMINISTER))]
Word = Annotated[str, Field(max_length=120)]


class Member(BaseModel):
    """Somebody who works at the desk, or did."""

    id: int
    name: str
    role: Role
    active: bool
    languages: list[str] = Field(description="what they take on; empty means all")
    topics: list[str] = Field(description="what they take on; empty means all")
    away_until: datetime | None

    @classmethod
    def of(cls, row: MemberRow) -> "Member":
        return cls.model_validate(row, from_attributes=True)


class Handle(BaseModel):
    """Under which id they write in a channel."""

    id: int
    channel: str
    sender: str


class Details(Member):
    """All that an administrator sees. `protected`: they have a second factor."""

    email: str | None
    language: str | None
    time_zone: str | None
    created_at: datetime
    seen_at: datetime | None
    handles: list[Handle]
    protected: bool


class Profile(BaseModel):
    """What a member says about themselves, as a whole: what is left out is emptied."""

    name: str = Field(min_length=1, max_length=profiles.LONGEST_NAME, pattern=r"\S")
    language: Word | None = Field(None, description="of the console; null leaves it to the browser")
    time_zone: Word | None = Field(None, description="null for that of the desk", examples=["Africa/Nairobi"])
    away_until: Moment | None = None
    languages: list[Word] = Field(default=[], max_length=50)
    topics: list[Word] = Field(default=[], max_length=500)


class NewRole(BaseModel):
    """What a member is here for."""

    role: Role


class Invitation(BaseModel):
    """A link for a new member that nobody has used yet."""

    mark: str
    role: Role
    created_by: str
    expires_at: datetime


class Invited(Invitation):
    """A new invitation. `secret` is the link to hand over; it is shown once, and not to a repeat."""

    secret: str | None


@router.get("")
def listing(one: Reader, everybody: bool = False) -> list[Member]:
    """The active members by name; those who have left too, if asked."""
    with one.premises.database.reading() as session:
        return [Member.of(row) for row in members.everybody(session, active=not everybody)]


@router.get("/invitations")
def open_invitations(one: Administrator) -> list[Invitation]:
    """Links that nobody has used yet."""
    premises = one.premises
    with premises.database.reading() as session:
        found = invitations.open_invitations(session, premises.clock())
        return [Invitation.model_validate(row, from_attributes=True) for row in found]


@router.post("/invitations", status_code=201, response_model=Invited)
def invite(request: Request, one: Administrator, new: NewRole) -> Any:
    """A link that makes an account in this role."""

    def act(desk: Desk, token: Token) -> BaseModel:
        secret = invitations.invite(desk.session, new.role, token.member.actor, desk.now)
        desk.session.flush()
        row = invitations.find(desk.session, secret, desk.now)
        made = Invitation.model_validate(row, from_attributes=True)
        return Invited(**made.model_dump(), secret=link_of(request, secret))

    return perform(one, "invited", f"role:{new.role.value}", act, 201)


@router.delete("/invitations/{mark}", response_model=Invitation)
def withdraw(one: Administrator, mark: Annotated[str, Path(max_length=16)]) -> Any:
    """End a link before it is used."""

    def act(desk: Desk, token: Token) -> BaseModel:
        found = invitations.open_invitations(desk.session, desk.now)
        gone = [Invitation.model_validate(row, from_attributes=True) for row in found if row.mark == mark]
        if not invitations.withdraw(desk.session, mark, desk.now):
            raise HTTPException(404, "There is no such invitation.")
        return gone[0]

    return perform(one, "invitation_withdrawn", "invitation", act)


@router.get("/{id}")
def show(one: Administrator, id: Id) -> Details:
    """One member."""
    with one.premises.database.reading() as session:
        return _details(session, _row(session, id))


@router.put("/{id}/profile", response_model=Details)
def change_profile(one: Administrator, id: Id, new: Profile) -> Any:
    """What they are called, what they take on, until when they are away."""
    wanted = Wanted(**new.model_dump() | {"languages": tuple(new.languages), "topics": tuple(new.topics)})
    if problem := profiles.problem(wanted):
        raise HTTPException(422, problem)

    def act(desk: Desk, token: Token) -> BaseModel:
        row = _row(desk.session, id)
        if strange := profiles.strange(desk.session, wanted):
            raise HTTPException(422, f"This desk does not know: {', '.join(strange)}.")
        profiles.store(desk.session, row, wanted, token.member, desk.now)
        return _details(desk.session, row)

    return perform(one, "profile_changed", f"member:{id}", act)


@router.put("/{id}/role", response_model=Details)
def change_role(one: Administrator, id: Id, new: NewRole) -> Any:
    """Another role, which signs them out everywhere."""
    return _change(one, "role_changed", id, lambda desk, row, by: staff.change_role(desk, row, new.role, by))


@router.post("/{id}/deactivate", response_model=Details)
def deactivate(one: Administrator, id: Id) -> Any:
    """Let them go; their tickets go back to the queue."""
    return _change(one, "deactivated", id, staff.deactivate)


@router.post("/{id}/reactivate", response_model=Details)
def reactivate(one: Administrator, id: Id) -> Any:
    """Take them back."""
    return _change(one, "reactivated", id, staff.reactivate)


@router.post("/{id}/sign-out", response_model=Details)
def sign_out(one: Administrator, id: Id) -> Any:
    """End all their sessions of the console."""
    return _change(one, "signed_out_everywhere", id, lambda desk, row, by: sessions.end_all(desk.session, row))


@router.delete("/{id}/handles/{handle}", response_model=Details)
def unlink(one: Administrator, id: Id, handle: Id) -> Any:
    """Forget one of their ids in the chats."""

    def act(desk: Desk, row: MemberRow, by: MemberRow) -> object:
        if not linking.unlink(desk.session, row, handle, desk.now, by=by):
            raise HTTPException(404, "They have no such id.")
        return None

    return _change(one, "unlinked", id, act)


def _change(one: Caller, what: str, id: int, change: Any) -> Any:
    def act(desk: Desk, token: Token) -> BaseModel:
        row = _row(desk.session, id)
        try:
            change(desk, row, token.member)
        except staff.LastAdministrator:
            problem = "This is the last administrator who can sign in. Make somebody else administrator first."
            raise HTTPException(409, problem) from None
        desk.session.flush()
        return _details(desk.session, row)

    return perform(one, what, f"member:{id}", act)


def _row(session: Session, id: int) -> MemberRow:
    row = session.get(MemberRow, id)
    if row is None:
        raise HTTPException(404, "There is no such member.")
    return row


def _details(session: Session, row: MemberRow) -> Details:
    handles = [Handle.model_validate(one, from_attributes=True) for one in row.handles]
    values = {name: getattr(row, name) for name in Details.model_fields if name not in ("handles", "protected")}
    return Details(**values, handles=handles, protected=row.id in factors.protected(session))
