"""Replies from the coordinators' place: seen before they are sent, and followed until they arrive."""

from dataclasses import replace

from sqlalchemy import select

from desk import actions, drafts, members
from desk.actions import Does
from desk.casework import replying
from desk.casework.replying import NothingWritten, TooLong
from desk.conversation import boards, coordinating
from desk.conversation.turn import Desk
from desk.drafts import Draft
from desk.members import Member
from desk.messages import Button, Card, Style
from desk.outbox import OutboxRow
from desk.tickets import Ticket, TicketEvent
from desk.wording import phrase, translate


def make(desk: Desk, ticket: Ticket, member: Member, text: str, origin: str | None = None) -> Draft:
    """Keep what a member wants to reply.

    Raises:
        NothingWritten, TooLong: it could not be sent like this.
    """
    body = text.strip()
    if not body:
        raise NothingWritten
    if len(body) > replying.LONGEST:
        raise TooLong
    draft = Draft(ticket=ticket, member=member, text=body, origin=origin, made_at=desk.now)
    desk.session.add(draft)
    desk.session.flush()
    return draft


def preview(desk: Desk, draft: Draft) -> Card:
    """What the requester would get, without its buttons."""
    return replace(replying.preview(desk, draft.ticket, draft.text), buttons=())


def propose(desk: Desk, draft: Draft) -> None:
    """Show a draft under the ticket's card, with the button that sends it."""
    row = coordinating.under(desk, draft.ticket, _proposal(desk, draft), draft.key)
    draft.key = draft.key or (row.key if row else None)


def _proposal(desk: Desk, draft: Draft) -> Card:
    language, request = desk.policy.default_language, draft.ticket.request

    def button(label: str, does: Does, style: Style = Style.PLAIN) -> Button:
        token = actions.offer(desk.session, does, desk.now, None, request, draft=draft.id)
        return Button(translate(language, label), token, style=style)

    return Card(
        title=translate(language, "Not sent yet: send this to the requester?"),
        body=draft.text,
        buttons=((button(phrase("Send"), Does.SEND, Style.PRIMARY), button(phrase("Do not send"), Does.DISCARD)),),
    )


def send(desk: Desk, draft: Draft, member: Member) -> bool:
    """Send a draft. False when it was sent or withdrawn already."""
    if not draft.is_open:
        return False
    draft.reply_key = replying.reply(desk, draft.ticket, member, draft.text).key
    draft.member = member
    show(desk, draft)
    return True


def withdraw(desk: Desk, draft: Draft) -> bool:
    """Decide not to send a draft. False when it is too late."""
    if not draft.is_open:
        return False
    draft.withdrawn_at = desk.now
    show(desk, draft)
    return True


def show(desk: Desk, draft: Draft) -> None:
    """Say under the ticket's card what became of a draft."""
    language = desk.policy.default_language
    if draft.reply_key is None:
        if draft.key is not None:
            card = Card(title=translate(language, "Not sent"), body=draft.text)
            coordinating.under(desk, draft.ticket, card, draft.key)
        return
    title = translate(language, "{name} replied", name=draft.member.name if draft.member else "?")
    footer = boards.state_of_delivery(desk, draft.reply_key, language)
    row = coordinating.under(desk, draft.ticket, Card(title=title, body=draft.text, footer=footer), draft.key)
    draft.key = draft.key or (row.key if row else None)


def follow(desk: Desk, key: str) -> None:
    """A reply has got further, or not: show that on the ticket's card and under it, wherever it was written."""
    row = desk.session.scalars(select(OutboxRow).filter_by(key=key)).first()
    if row is None or row.ticket is None:
        return
    draft = drafts.by_reply(desk.session, key) or _of_elsewhere(desk, row, row.ticket)
    show(desk, draft)
    coordinating.show(desk, row.ticket)


def _of_elsewhere(desk: Desk, row: OutboxRow, ticket: Ticket) -> Draft:
    """A reply that was not written at the coordinators' place; it is to be seen there all the same."""
    query = select(TicketEvent).filter_by(ticket_id=ticket.id, what="replied")
    event = next((one for one in desk.session.scalars(query) if one.details.get("key") == row.key), None)
    member = members.of_actor(desk.session, event.actor) if event else None
    draft = Draft(ticket=ticket, member=member, text=row.payload["card"]["body"], reply_key=row.key, made_at=desk.now)
    desk.session.add(draft)
    return draft
