"""What happened to a ticket, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.casework import grounds
from desk.conversation import coordinating
from desk.conversation.turn import Desk
from desk.members import Member
from desk.tickets import Ticket, TicketEvent
from desk.wording import phrase, translate
from routing.catalogue import Kind

_WORDS = {
    "opened": phrase("opened the ticket"),
    "moved": phrase("changed the state from “{before}” to “{after}”"),
    "assigned": phrase("assigned the ticket to {after}"),
    "unassigned": phrase("gave the ticket back to the queue"),
    "noted": phrase("wrote an internal note"),
    "replied": phrase("replied to the requester"),
    "rerouted": phrase("changed the topic from “{before}” to “{after}” and answered again"),
    "routed_again": phrase("routed again: “{before}” became “{after}”"),
    "prioritised": phrase("changed the urgency from {before} to {after}"),
    "snoozed": phrase("snoozed the ticket"),
    "woken": phrase("woke the ticket"),
    "asked_why": phrase("asked why it was routed like this"),
    "linked": phrase("linked it with {other}"),
    "unlinked": phrase("removed the link with {other}"),
    "merged": phrase("merged it into {other}"),
    "merged_in": phrase("merged {other} into it"),
    "split": phrase("made {other} of {messages} of its messages"),
    "split_from": phrase("made it of {messages} messages of {other}"),
    "follow_up_moved": phrase("moved question {number} after the ticket"),
    "follow_up_cancelled": phrase("cancelled question {number} after the ticket"),
    "referral_proposed": phrase("asked the requester for consent to a referral to {organisation}"),
    "referral_reported": phrase("reported on the referral to {organisation}: {after}"),
    "asked_to_delete": phrase("withdrew the consent after it was sent to {organisation}"),
    "consent_refused": phrase("did not agree to, or withdrew, the referral to {organisation}"),
    "told_more": phrase("wrote more"),
    "sent_file": phrase("sent a file; nothing was downloaded"),
    "asked_for_file": phrase("asked the requester for a file"),
    "sent_asked_file": phrase("sent the file that was asked for"),
    "rated": phrase("said how much the desk helped"),
    "nobody_answered": phrase("said that nobody has answered"),
    "language_wished": phrase("would like answers in {language}"),
    "not_yet": phrase("said: not solved yet"),
    "not_helped": phrase("said: it did not help"),
    "asked_outcome": phrase("asked whether it worked out"),
    "unreachable": phrase("found that the requester cannot be reached"),
    "reachable": phrase("found that the requester can be reached again"),
    "delivery_uncertain": phrase("is not sure whether a message arrived"),
    "not_delivered": phrase("could not deliver a message"),
    "delivery_retried": phrase("let a message be sent again"),
    "delivery_dropped": phrase("dropped a message"),
    "warned": phrase("reminded that an answer is due soon"),
    "escalated": phrase("told the members on call that an answer is overdue"),
    "given_back": phrase("put the ticket back into the queue: whoever had it is away"),
    "paged": phrase("called the members on call"),
    "acknowledged": phrase("answered the call"),
}
_UNKNOWN = phrase("did something: {what}")
REFERRAL_STATES = {
    "offered": phrase("the requester is being asked"),
    "consented": phrase("the requester agrees, not sent yet"),
    "sent": phrase("sent"),
    "accepted": phrase("accepted"),
    "not_eligible": phrase("declined: not eligible"),
    "no_capacity": phrase("declined: no capacity"),
    "out_of_remit": phrase("declined: outside their remit"),
    "no_answer": phrase("no answer"),
    "helped": phrase("helped"),
    "not_helped": phrase("did not help"),
    "withdrawn": phrase("withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event: who did what, when."""

    id: int
    at: datetime
    who: str
    words: str


def newest(session: Session, ticket: Ticket, limit: int = 100) -> list[TicketEvent]:
    """The latest events of a ticket, the newest first."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(TicketEvent.id.desc()).limit(limit)))


def names(session: Session, actors: Iterable[str], language: str) -> dict[str, str]:
    """What to call those whom histories name, in one query."""
    ids = {int(number) for actor in actors for kind, _, number in [actor.partition(":")] if number.isdigit()}
    query = select(Member.id, Member.name).where(Member.id.in_(ids))
    known = {f"member:{row.id}": row.name for row in session.execute(query)} if ids else {}
    return {
        "requester": translate(language, phrase("The requester")),
        "desk": translate(language, phrase("The desk")),
        **known,
    }


def in_words(desk: Desk, events: Iterable[TicketEvent], language: str) -> list[Line]:
    """Events as sentences for a member."""
    events = list(events)
    given = [f"member:{one.details['after']}" for one in events if one.what == "assigned" and one.details.get("after")]
    called = names(desk.session, [*(one.actor for one in events), *given], language)
    gone = translate(language, phrase("Somebody who has left"))
    return [
        Line(one.id, one.at, called.get(one.actor, gone if one.actor.startswith("member:") else one.actor),
             _words(desk, one, language, called))
        for one in events
    ]  # fmt: skip


def _words(desk: Desk, event: TicketEvent, language: str, called: dict[str, str]) -> str:
    what = "unassigned" if event.what == "assigned" and not event.details.get("after") else event.what
    if what not in _WORDS:
        return translate(language, _UNKNOWN, what=what)
    values = {name: _value(desk, what, name, value, language, called) for name, value in event.details.items()}
    return translate(language, _WORDS[what], **values) if values else translate(language, _WORDS[what])


def _value(desk: Desk, what: str, name: str, value: Any, language: str, called: dict[str, str]) -> Any:
    """A detail of an event as it is called in the reader's language."""
    if name == "organisation":
        return grounds.name_of(desk, Kind.ORGANISATION, value, language)
    if name not in ("before", "after"):
        return value
    if what in ("rerouted", "routed_again"):
        return grounds.name_of(desk, Kind.TOPIC, value or "–", language)
    known = {**_NAMED.get(what, {}), **({f"{value}": called.get(f"member:{value}", "–")} if what == "assigned" else {})}
    return translate(language, known[str(value)]) if str(value) in known else value


_NAMED = {
    "moved": {state.value: name for state, name in coordinating.STATE_NAMES.items()},
    "prioritised": coordinating.URGENCIES,
    "referral_reported": REFERRAL_STATES,
}
