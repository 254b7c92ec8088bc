"""What members get in their own conversation with the bot. Never what a requester wrote: a phone may lie open."""

from desk import actions, outbox
from desk.actions import Does
from desk.conversation.turn import Desk
from desk.hours import local_time
from desk.members import Handle, Member
from desk.messages import Address, Button, Card, Delivery, Reply, Style
from desk.oncall.pages import Page, Reason, deliveries
from desk.outbox import OutboxRow
from desk.tickets import Ticket
from desk.wording import phrase, translate

_PRIVATE = ("slack", "telegram")
_TITLES = {
    Reason.CRISIS: phrase("EMERGENCY {reference}: you are called"),
    Reason.OVERDUE: phrase("{reference} is overdue: you are called"),
    Reason.DRILL: phrase("Drill: you are called"),
}


def handles_of(member: Member) -> list[Handle]:
    """Where a member can be written to alone."""
    return [handle for handle in member.handles if handle.channel in _PRIVATE]


def language_of(desk: Desk, member: Member) -> str:
    """The language to write to a member in."""
    return member.language or desk.policy.default_language


def write(desk: Desk, member: Member, card: Card, *, quiet: bool = False) -> list[tuple[Handle, OutboxRow]]:
    """Write to a member wherever that is possible."""
    language = language_of(desk, member)
    return [
        (handle, outbox.add(desk.session, Reply(_alone(handle), card, language, quiet=quiet), desk.now))
        for handle in handles_of(member)
    ]


def announce(desk: Desk, about: Ticket | None, text: str, **values: object) -> None:
    """A sentence at the coordinators' place, where there is one."""
    if (place := desk.policy.coordinators) is not None:
        language = desk.policy.default_language
        card = Card(body=translate(language, text, **values))
        urgent = about is not None and about.is_emergency
        outbox.add(desk.session, Reply(place, card, language), desk.now, urgent=urgent)


def call_card(desk: Desk, page: Page, member: Member) -> Card:
    """What somebody who is called sees, with the button that ends it."""
    language, zone = language_of(desk, member), member.time_zone or desk.policy.time_zone
    label = phrase("Acknowledge") if page.reason is Reason.DRILL else phrase("I take it")
    request = page.ticket.request if page.ticket else None
    token = actions.offer(desk.session, Does.ACKNOWLEDGE, desk.now, None, request, page=page.id)
    at = local_time(page.next_at, zone, language)
    return Card(
        title=_title(language, page),
        body=_about(desk, page.ticket, language, zone)
        if page.ticket
        else translate(language, "This is an exercise. Nobody needs help; press the button as if somebody did."),
        footer=translate(language, "Unless somebody takes it, the next one is called: {moment}.", moment=at),
        buttons=((Button(translate(language, label), token, style=Style.PRIMARY),),),
    )


def _title(language: str, page: Page) -> str:
    reference = page.ticket.reference if page.ticket else ""
    return translate(language, _TITLES[page.reason], reference=reference)


def _about(desk: Desk, ticket: Ticket, language: str, zone: str) -> str:
    lines = [translate(language, "Topic: {topic}", topic=ticket.request.topic)] if ticket.request.topic else []
    if ticket.due_at:
        moment = local_time(ticket.due_at, zone, language)
        lines.append(translate(language, "Legal deadline: {moment}", moment=moment))
    if ticket.awaited_since:
        moment = local_time(ticket.awaited_since, zone, language)
        lines.append(translate(language, "Waiting for a person since {moment}", moment=moment))
    if desk.policy.public_url:
        lines.append(f"{desk.policy.public_url.rstrip('/')}/console/tickets/{ticket.reference}")
    return "\n".join(lines)


def settle(desk: Desk, page: Page, text: str, **values: object) -> None:
    """Put what became of a page in the place of each of its calls, without the button."""
    sent = deliveries(desk.session, [page])
    for call in page.calls:
        if call.key in sent and call.member:
            language = language_of(desk, call.member)
            card = Card(title=_title(language, page), body=translate(language, text, **values))
            place = Address(**sent[call.key].payload["address"])
            outbox.add(desk.session, Reply(place, card, language, Delivery.EDIT, replaces=call.key), desk.now)


def _alone(handle: Handle) -> Address:
    """A member's private conversation has their own id, in Slack as in Telegram."""
    return Address(handle.channel, handle.account, handle.sender)
