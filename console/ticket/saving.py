"""Saved replies as they fit one ticket."""

from dataclasses import dataclass

from console.ticket.entrance import Hands
from desk import referrals, saved
from desk.casework import grounds
from desk.saved import SavedReply
from desk.wording import language_name


@dataclass(frozen=True, slots=True)
class Offered:
    """A saved reply for this requester. `missing` names their language when it has no text in it."""

    id: int
    name: str
    text: str
    language: str
    missing: str


def offered(hands: Hands, words: str) -> list[Offered]:
    """The saved replies that match, filled in, in the language of the requester."""
    values = _values(hands)
    return [_offer(hands, one, values) for one in saved.replies(hands.session, words, limit=8)]


def filled(hands: Hands, id: int) -> str:
    """The text of one saved reply for this ticket; empty when it is gone."""
    reply = hands.session.get(SavedReply, id)
    return _offer(hands, reply, _values(hands)).text if reply else ""


def _offer(hands: Hands, reply: SavedReply, values: dict[str, str]) -> Offered:
    wanted = hands.ticket.request.requester.language
    text, language = saved.text_in(reply, wanted, hands.desk.policy.default_language)
    missing = "" if language == wanted else language_name(wanted)
    return Offered(reply.id, reply.name, saved.fill(text, values), language_name(language), missing)


def _values(hands: Hands) -> dict[str, str]:
    request = hands.ticket.request
    language = request.requester.language
    asked = [one.organisation for one in referrals.referrals_of(hands.session, hands.ticket)]
    found = asked[-1:] or [one["id"] for one in request.decision.get("organisations", [])[:1]]

    return {
        "reference": hands.ticket.reference,
        "topic": grounds.topic_name(hands.desk, request.topic, language),
        "organisation": grounds.organisation_name(hands.desk, found[0] if found else None, language),
        "member": hands.member.name,
    }
