"""What tickets look like to a program."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from desk.files import AskedFile
from desk.followups import FollowUp as FollowUpRow
from desk.followups import FollowUpState
from desk.notes import Note as NoteRow
from desk.queue import Line
from desk.referrals import Referral as ReferralRow
from desk.referrals import ReferralState
from desk.targets import Reckoning
from desk.tickets import State
from desk.tickets import Ticket as TicketRow

Reference = Annotated[str, Path(max_length=20, examples=["GP-4F2K7"])]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
Urgency = Literal["crisis", "soon", "normal"]


def _sensible(moment: datetime) -> datetime:
    if moment.year not in range(2000, 2200):
        raise ValueError("a year from 2000 to 2199 is needed")
    return moment


#: A moment with its zone, far enough from the ends of the calendar to be reckoned with.
Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]


class Summary(BaseModel):
    """A ticket as it stands in a list. `asked` needs the scope see_persons."""

    reference: str
    state: State
    urgency: str
    topic: str | None
    language: str
    channel: str
    assignee: str | None
    due_at: datetime | None = Field(description="the legal deadline, if a clock runs")
    respond_by: datetime | None = Field(description="until when the requester should have heard from a person")
    awaited_since: datetime | None
    snoozed_until: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    asked: str | None = None

    @classmethod
    def of(cls, line: Line, *, words: bool) -> "Summary":
        values = {name: getattr(line, name) for name in cls.model_fields if name != "asked"}
        return cls(**values, asked=line.asked if words else None)


class Listing(BaseModel):
    """One page of tickets. `next` is the value of `after` for the next one, null on the last."""

    tickets: list[Summary]
    next: str | None


class Event(BaseModel):
    """One line of a ticket's history."""

    id: int
    at: datetime
    actor: str = Field(description="requester, desk or a member (`member:7`)")
    what: str
    details: dict[str, Any]


class Referral(BaseModel):
    """One organisation that was to take over, and how far that has come."""

    id: int
    organisation: str
    state: ReferralState
    offered_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: ReferralRow) -> "Referral":
        return cls.model_validate(row, from_attributes=True)


class FollowUp(BaseModel):
    """One question after a ticket; the one that `closes` asks nothing and closes a silent ticket."""

    id: int
    number: int
    closes: bool
    due_at: datetime
    state: FollowUpState
    answer: str | None

    @classmethod
    def of(cls, row: FollowUpRow) -> "FollowUp":
        return cls.model_validate(row, from_attributes=True)


class Ticket(BaseModel):
    """A ticket as a whole, without what was said on it. `merged_into` is the reference of the ticket it went on in."""

    reference: str
    state: State
    urgency: str
    topic: str | None
    crisis: str | None
    language: str
    channel: str
    assignee: int | None = Field(description="the id of a member")
    due_at: datetime | None
    respond_by: datetime | None
    awaited_since: datetime | None
    answered_at: datetime | None
    snoozed_until: datetime | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    merged_into: str | None
    satisfaction: int | None

    @classmethod
    def of(cls, row: TicketRow) -> "Ticket":
        request = row.request
        return cls(
            topic=request.topic,
            crisis=request.crisis,
            language=request.language,
            channel=request.channel,
            assignee=row.assignee_id,
            merged_into=row.merged_into.reference if row.merged_into else None,
            **{name: getattr(row, name) for name in _OF_TICKET},
        )


_OF_TICKET = (
    *("reference", "state", "urgency", "due_at", "respond_by", "awaited_since", "answered_at", "snoozed_until"),
    *("opened_at", "updated_at", "closed_at", "satisfaction"),
)


class Version(BaseModel):
    """A message as it was at one moment."""

    at: datetime
    text: str


class Entry(BaseModel):
    """Something said, pressed, answered or noted on a ticket. `kind` is heard, pressed, told or noted."""

    kind: Literal["heard", "pressed", "told", "noted"]
    id: int = Field(description="among its kind; that of what was heard is the message's, to split a ticket by")
    at: datetime
    text: str
    versions: list[Version] = Field(default=[], description="of what was heard, when it was edited, oldest first")
    by: str | None = None
    channel: str | None = None
    passage: str | None = Field(None, description="of what was told: waiting, sent, uncertain, failed, dropped")
    error: str | None = None


class Conversation(BaseModel):
    """One page of what was said, oldest first. `earlier` is the value of `before` for the page before it."""

    entries: list[Entry]
    earlier: datetime | None


class File(BaseModel):
    """A file that was asked for. Without `received_at` it has not come, and after `expires_at` it is not taken in."""

    id: int
    asked_at: datetime
    expires_at: datetime
    received_at: datetime | None
    kind: str | None
    name: str | None
    size: int | None
    media_type: str | None

    @classmethod
    def of(cls, row: AskedFile) -> "File":
        return cls.model_validate(row, from_attributes=True)


class Note(BaseModel):
    """An internal note: no requester ever sees it."""

    id: int
    text: str
    written_at: datetime

    @classmethod
    def of(cls, row: NoteRow) -> "Note":
        return cls.model_validate(row, from_attributes=True)


class Step(BaseModel):
    """One line of the sum of a deadline: on a day so many minutes count, after which `left` remain."""

    day: date
    minutes: int
    left: int
    start: datetime | None
    end: datetime | None
    holiday: str


class Deadline(BaseModel):
    """Until when somebody who waits `since` a moment should have heard from a person: so many `minutes`, counted in
    `steps` of staffed time."""

    since: datetime
    minutes: int
    steps: list[Step]
    warn_at: datetime
    respond_by: datetime

    @classmethod
    def of(cls, found: Reckoning) -> "Deadline":
        return cls.model_validate(found, from_attributes=True)


class Words(BaseModel):
    """Something to write."""

    text: str = Field(min_length=1, max_length=8000, pattern=r"\S")


class Reply(BaseModel):
    """A reply on its way to the requester; `key` names it in the outbox."""

    key: str
    ticket: Ticket


class Assignment(BaseModel):
    """Whose the ticket is to be; null gives it back to the queue. A `note` says to the next one where it stands."""

    member: int | None = Field(ge=1, le=2**31 - 1)
    note: str = Field("", max_length=20_000)


class Closing(BaseModel):
    """How to close it."""

    state: Literal["closed", "solved"] = "closed"


class Snooze(BaseModel):
    """Until when to leave it alone; null wakes it."""

    until: Moment | None


class Priority(BaseModel):
    """How urgent it is."""

    urgency: Urgency


class Proposal(BaseModel):
    """The organisation to refer to; the requester is asked for consent first."""

    organisation: str = Field(min_length=1, max_length=120)


class Outcome(BaseModel):
    """How far a referral has come."""

    state: ReferralState


class Other(BaseModel):
    """Another ticket, by its reference."""

    ticket: str = Field(min_length=1, max_length=20)


class Split(BaseModel):
    """The messages (ids) that become a ticket of their own."""

    messages: list[int] = Field(min_length=1, max_length=200)


class Moved(BaseModel):
    """When to ask instead."""

    due_at: Moment
