"""Saved replies as they fit one ticket."""

from dataclasses import dataclass

from desk import referrals, saved
from desk.casework import grounds
from desk.conversation.turn import Desk
from desk.members import Member
from desk.saved import SavedReply
from desk.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Offered:
    """A saved reply for this requester, in `language`. `missing` is theirs when it has no text in it, else empty."""

    id: int
    name: str
    text: str
    language: str
    missing: str


def offered(desk: Desk, ticket: Ticket, member: Member, words: str) -> list[Offered]:
    """The saved replies that match, filled in, in the language of the requester."""
    values = _values(desk, ticket, member)
    return [_offer(desk, ticket, one, values) for one in saved.replies(desk.session, words, limit=8)]


def filled(desk: Desk, ticket: Ticket, member: Member, id: int) -> str:
    """The text of one saved reply for this ticket; empty when it is gone."""
    reply = desk.session.get(SavedReply, id)
    return _offer(desk, ticket, reply, _values(desk, ticket, member)).text if reply else ""


def _offer(desk: Desk, ticket: Ticket, reply: SavedReply, values: dict[str, str]) -> Offered:
    wanted = ticket.request.requester.language
    text, language = saved.text_in(reply, wanted, desk.policy.default_language)
    return Offered(reply.id, reply.name, saved.fill(text, values), language, "" if language == wanted else wanted)


def _values(desk: Desk, ticket: Ticket, member: Member) -> dict[str, str]:
    request = ticket.request
    language = request.requester.language
    asked = [one.organisation for one in referrals.referrals_of(desk.session, ticket)]
    found = asked[-1:] or [one["id"] for one in request.decision.get("organisations", [])[:1]]

    return {
        "reference": ticket.reference,
        "topic": grounds.topic_name(desk, request.topic, language),
        "organisation": grounds.organisation_name(desk, found[0] if found else None, language),
        "member": member.name,
    }
