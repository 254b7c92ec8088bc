"""What coordinators see of one ticket: everything needed to decide, and buttons that follow its state."""

from collections.abc import Iterator

from sqlalchemy import select

from desk import actions, members, people
from desk.actions import Does
from desk.casework import grounds
from desk.conversation.standing import UNREACHABLE, state_name, urgency_name
from desk.conversation.turn import Desk
from desk.dossier import Passage, passage
from desk.hours import local_time
from desk.messages import Button, Card, Item, Section, Style, Thread
from desk.outbox import OutboxRow
from desk.requests import Request
from desk.tickets import State, Ticket, TicketEvent, tickets_of
from desk.wording import language_name, phrase, translate
from routing.catalogue import Kind

EARLIER = 5
REASONS = 3
SHOWN = 3
PASSAGES = {
    Passage.WAITING: phrase("on its way"),
    Passage.SENT: phrase("sent"),
    Passage.UNCERTAIN: phrase("uncertain: it may have arrived twice or not at all"),
    Passage.FAILED: phrase("failed: {reason}"),
    Passage.DROPPED: phrase("set aside by an operator"),
}
BLOCKED = phrase("they blocked the bot or closed their account")


def card(desk: Desk, ticket: Ticket) -> Card:
    """The card of a ticket in the desk's own language."""
    language, request = desk.policy.default_language, ticket.request
    why = grounds.explain(desk, request, language)
    sections = (
        Section(translate(language, "Ticket"), tuple(_facts(desk, ticket, language))),
        Section(translate(language, "What the desk answered"), _answered(request, why, language)),
        Section(translate(language, "Why"), _why(why, language)),
        Section(translate(language, "Last reply"), _last_reply(desk, ticket, language)),
    )
    return Card(
        title=f"{ticket.reference} · {urgency_name(language, ticket.urgency)}",
        body=request.text,
        sections=tuple(section for section in sections if section.items),
        buttons=_buttons(desk, ticket),
    )


_SIGNS = {"crisis": "🚨 ", "soon": "⏳ "}


def thread(desk: Desk, ticket: Ticket) -> Thread:
    """What lies under the card, by its name: reference, urgency and topic, and nothing that a requester wrote."""
    topic = ticket.request.topic
    about = grounds.name_of(desk, Kind.TOPIC, topic, desk.policy.default_language) if topic else ""
    name = " · ".join(part for part in (ticket.reference, about) if part)
    return Thread(_SIGNS.get(ticket.urgency, "") + name, ticket.is_closed)


def known_as(request: Request, language: str) -> str:
    """What members may call a requester: a name that says nothing of them, and the channel."""
    return f"{people.pseudonym(request.requester.id, language)} · {request.channel}"


def _facts(desk: Desk, ticket: Ticket, language: str) -> Iterator[Item]:
    request = ticket.request
    assignee = f" ({ticket.assignee.name})" if ticket.assignee else ""
    yield Item("", state_name(language, ticket.state) + assignee)
    reachable = () if request.requester.reachable else (translate(language, UNREACHABLE),)
    yield Item("", " · ".join((known_as(request, language), language_name(request.language), *reachable)))
    yield from _clocks(desk, ticket, language)
    if earlier := _earlier(desk, ticket, language):
        yield Item("", translate(language, "Earlier tickets: {tickets}", tickets=earlier))


_LEGAL = phrase("Legal deadline: {moment}")
_SINCE = phrase("Waiting for a person since {moment}")
_BY = phrase("Should hear from a person by {moment}")
_SNOOZED = phrase("Snoozed until {moment}")


def _clocks(desk: Desk, ticket: Ticket, language: str) -> Iterator[Item]:
    if ticket.is_closed:
        return
    snoozed = ticket.snoozed_until if ticket.snoozed_until and ticket.snoozed_until > desk.now else None
    moments = ((_LEGAL, ticket.due_at), (_SINCE, ticket.awaited_since), (_BY, ticket.respond_by), (_SNOOZED, snoozed))
    for text, at in moments:
        if at is not None:
            moment = local_time(at, desk.policy.time_zone, language)
            yield Item("", translate(language, text, moment=moment), at=at)


def _earlier(desk: Desk, ticket: Ticket, language: str) -> str:
    requester = ticket.request.requester
    if requester.created_at == ticket.request.opened_at:  # their first words
        return ""
    mine = tickets_of(desk.session, requester.id, limit=EARLIER + 1)
    others = [one for one in mine if one is not ticket][:EARLIER]
    return ", ".join(f"{one.reference} ({state_name(language, one.state)})" for one in others)


def _answered(request: Request, why: "grounds.Grounds | None", language: str) -> tuple[Item, ...]:
    """What stands on the requester's card, by name."""
    if why is None or request.answer_key is None:
        return ()
    listed = ((phrase("Good practice"), why.practices), (phrase("Who can help"), why.organisations))
    lines = [why.topic.name] if why.topic else []
    for heading, found in listed:
        if found:
            lines.append(f"{translate(language, heading)}: {', '.join(one.name for one in found[:SHOWN])}")
    return tuple(Item("", line) for line in lines)


def _why(why: "grounds.Grounds | None", language: str) -> tuple[Item, ...]:
    if why is None:
        return ()
    ranked = (
        (phrase("Best match: {name} ({share}% certain)"), why.topic, why.confidence),
        (phrase("Second: {name} ({share}%)"), why.runner_up, why.runner_up.share if why.runner_up else 0),
    )
    lines = [translate(language, text, name=one.name, share=share) for text, one, share in ranked if one]
    return tuple(Item("", line) for line in (*lines, *why.sentences[:REASONS]))


def _last_reply(desk: Desk, ticket: Ticket, language: str) -> tuple[Item, ...]:
    if ticket.answered_at is None:
        return ()
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.what == "replied")
    event = desk.session.scalars(query.order_by(TicketEvent.id.desc()).limit(1)).first()
    if event is None:
        return ()
    by = members.of_actor(desk.session, event.actor)
    moment = local_time(event.at, desk.policy.time_zone, language)
    parts = (by.name if by else "", state_of_delivery(desk, event.details["key"], language), moment)
    return (Item("", " · ".join(part for part in parts if part), at=event.at),)


def state_of_delivery(desk: Desk, key: str, language: str) -> str:
    """How far a reply has come, and why not further."""
    row = desk.session.scalars(select(OutboxRow).filter_by(key=key)).first()
    if row is None:
        return translate(language, PASSAGES[Passage.SENT])
    found = passage(row)
    if found is not Passage.FAILED:
        return translate(language, PASSAGES[found])
    gone = row.ticket is not None and not row.ticket.request.requester.reachable
    reason = translate(language, BLOCKED) if gone else row.error or "?"
    return translate(language, PASSAGES[found], reason=reason)


def _buttons(desk: Desk, ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    language, request = desk.policy.default_language, ticket.request

    def button(label: str, does: Does, style: Style = Style.PLAIN, form: bool = False) -> Button:
        token = actions.offer(desk.session, does, desk.now, None, request)
        return Button(translate(language, label), token, style=style, opens_form=form)

    reply = button(phrase("Reply"), Does.REPLY, form=True)
    why = button(phrase("Why this?"), Does.WHY)
    if ticket.is_closed:
        may_reopen = ticket.state is not State.WITHDRAWN and ticket.merged_into_id is None
        reopen = (button(phrase("Reopen"), Does.REOPEN),) if may_reopen else ()
        return ((*reopen, reply, why),)
    take = () if ticket.state is State.TAKEN else (button(phrase("Take"), Does.TAKE, Style.PRIMARY),)
    return (
        (
            *take,
            reply,
            button(phrase("Re-route"), Does.REROUTE, form=True),
            button(phrase("Refer"), Does.PROPOSE, form=True),
            button(phrase("Snooze"), Does.SNOOZE, form=True),
            why,
            button(phrase("Close"), Does.CLOSE, Style.DANGER),
        ),
    )
