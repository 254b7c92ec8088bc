"""The home page of a coordinator: mine, the queue, overdue, outcomes to chase, who is on call; page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk import actions
from desk.actions import ActionRow, Does
from desk.casework import grounds, histories, worklists
from desk.conversation import coordinating, reviewing
from desk.conversation.standing import state_name, urgency_name
from desk.conversation.turn import Turn
from desk.hours import local_time, zone_named
from desk.members import Member
from desk.messages import Arrival, Button, Card, Delivery, Item, Section, Style
from desk.oncall.shifts import on_call
from desk.tickets import State, Ticket
from desk.wording import phrase, translate
from routing.catalogue import Kind


@dataclass(frozen=True, slots=True)
class Space:
    """How many lines a list has on the overview, and on a page of its own."""

    few: int
    page: int


#: Slack shows 100 blocks at most: four lists with their headings, or one list of a page.
ON_PAGE = Space(10, 40)
#: A message in Telegram holds 4,096 characters.
IN_MESSAGE = Space(4, 15)


@dataclass(frozen=True, slots=True)
class _List:
    """One list: how many there are, and the lines from one place to another."""

    name: str
    count: Callable[[Turn, Member], int]
    lines: Callable[[Turn, Member, int, int], tuple[Item, ...]]


def show(turn: Turn, member: Member) -> None:
    """Publish the first lines of every list."""
    space = _space(turn)
    sections = [Section(turn.say("On call now"), _on_call(turn, member))]
    more = []
    for key, one in _LISTS.items():
        count = one.count(turn, member)
        sections.append(Section(f"{turn.say(one.name)} ({count})", one.lines(turn, member, 0, space.few)))
        if count > space.few:
            more.append(_turn(turn, member, turn.say("All: {name}", name=turn.say(one.name)), key, 0))
    shown = tuple(section for section in sections if section.items)
    body = "" if len(shown) > 1 else turn.say("Nothing waits for you. Well done.")
    _publish(turn, Card(title=_title(turn, member), body=body, sections=shown, buttons=_rows(more)))


def _title(turn: Turn, member: Member) -> str:
    """Where others read along, whose it is."""
    title = turn.say("The desk")
    return f"{title} · {member.name}" if _is_message(turn) else title


def _page(turn: Turn, member: Member, key: str, number: int) -> None:
    one, size = _LISTS[key], _space(turn).page
    count = one.count(turn, member)
    number = max(0, min(number, (count - 1) // size))
    turns = [_turn(turn, member, turn.say("Overview"), "", 0)]
    if number > 0:
        turns.append(_turn(turn, member, turn.say("Previous page"), key, number - 1))
    if count > (number + 1) * size:
        turns.append(_turn(turn, member, turn.say("Next page"), key, number + 1))
    lines = one.lines(turn, member, number * size, size)
    title = f"{turn.say(one.name)} ({count})"
    _publish(turn, Card(title=title, sections=(Section("", lines),) if lines else (), buttons=_rows(turns)))


def turn_to(turn: Turn, action: ActionRow) -> None:
    """A button that leads to another page was pressed: by its owner, or where all members read it by any of them."""
    if reviewing.member_of(turn) is None:
        reviewing.tell(turn, turn.say(reviewing.NOT_YOURS))
        return
    owner = turn.session.get(Member, action.details["member"])
    if owner is None:
        return
    if action.details["list"] in _LISTS:
        _page(turn, owner, action.details["list"], action.details["page"])
    else:
        show(turn, owner)


def refresh(turn: Turn) -> None:
    """Something was done from the home page: show what is left."""
    incoming = turn.incoming
    is_home = incoming.private and incoming.message_id is None and incoming.arrival is Arrival.PRESS
    if is_home and not incoming.form and (member := reviewing.member_of(turn)) is not None:
        show(turn, member)


def _is_message(turn: Turn) -> bool:
    """Whether it was asked for among the members: their place has no home page, so a message is one."""
    return coordinating.is_here(turn, turn.incoming.address)


def _space(turn: Turn) -> Space:
    return IN_MESSAGE if _is_message(turn) else ON_PAGE


def _publish(turn: Turn, card: Card) -> None:
    if not _is_message(turn):
        turn.reply(card, delivery=Delivery.HOME)
    elif turn.incoming.arrival is Arrival.PRESS:
        turn.reply(card, delivery=Delivery.EDIT, target=turn.incoming.message_id)
    else:
        turn.reply(card)


def _turn(turn: Turn, member: Member, label: str, key: str, page: int) -> Button:
    details = {"list": key, "page": page, "member": member.id}
    return Button(label, actions.offer(turn.session, Does.BOARD, turn.now, None, None, **details))


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return (tuple(buttons),) if buttons else ()


def _zone(turn: Turn, member: Member) -> str:
    own = member.time_zone
    return own if own and zone_named(own) else turn.time_zone


def _on_call(turn: Turn, member: Member) -> tuple[Item, ...]:
    zone = _zone(turn, member)
    return tuple(
        Item(one.member.name, turn.say("until {moment}", moment=local_time(one.ends_at, zone, turn.language)))
        for one in on_call(turn.session, turn.now)
    )


def _mine(turn: Turn, member: Member, begin: int, most: int) -> tuple[Item, ...]:
    return _lines(turn, member, worklists.of_member(turn, member).tickets(begin, most))


def _queue(turn: Turn, member: Member, begin: int, most: int) -> tuple[Item, ...]:
    return _lines(turn, member, worklists.queue(turn).tickets(begin, most))


def _overdue(turn: Turn, member: Member, begin: int, most: int) -> tuple[Item, ...]:
    return _lines(turn, member, worklists.overdue(turn).tickets(begin, most))


def _lines(turn: Turn, member: Member, tickets: Sequence[Ticket]) -> tuple[Item, ...]:
    cards = worklists.card_messages(turn.session, tickets)
    return tuple(_line(turn, member, ticket, cards.get(ticket.id)) for ticket in tickets)


def _line(turn: Turn, member: Member, ticket: Ticket, message: str | None) -> Item:
    request, language = ticket.request, turn.language
    topic = grounds.name_of(turn, Kind.TOPIC, request.topic, language) if request.topic else ""
    who = ticket.assignee.name if ticket.assignee else ""
    deadline = min((at for at in (ticket.due_at, ticket.respond_by) if at), default=None)
    at = local_time(deadline, _zone(turn, member), language) if deadline else ""
    moment = turn.say("by {moment}", moment=at) if at else ""
    parts = (urgency_name(language, ticket.urgency), topic, state_name(language, ticket.state), who, moment)
    text = " · ".join(part for part in parts if part)
    return Item(ticket.reference, text, at=deadline, message=message, button=_act(turn, ticket))


def _act(turn: Turn, ticket: Ticket) -> Button:
    """What to do with it next."""
    if ticket.state is State.TAKEN:
        token = actions.offer(turn.session, Does.REPLY, turn.now, None, ticket.request)
        return Button(turn.say("Reply"), token, opens_form=True)
    token = actions.offer(turn.session, Does.TAKE, turn.now, None, ticket.request)
    return Button(turn.say("Take"), token, style=Style.PRIMARY)


def _outcomes(turn: Turn, member: Member, begin: int, most: int) -> tuple[Item, ...]:
    found = worklists.outcomes(turn, begin, most)
    cards = worklists.card_messages(turn.session, [one.ticket for one in found])
    lines = []
    for one in found:
        name = grounds.name_of(turn, Kind.ORGANISATION, one.organisation, turn.language)
        moment = local_time(one.updated_at, _zone(turn, member), turn.language)
        state = translate(turn.language, histories.REFERRAL_STATES[one.state.value])
        token = actions.offer(turn.session, Does.OUTCOME, turn.now, None, one.ticket.request, referral=one.id)
        button = Button(turn.say("Report"), token, opens_form=True)
        text = f"{name} · {state} · {moment}"
        lines.append(
            Item(one.ticket.reference, text, at=one.updated_at, message=cards.get(one.ticket_id), button=button)
        )
    return tuple(lines)


_LISTS = {
    "mine": _List(phrase("My tickets"), lambda turn, member: worklists.of_member(turn, member).count(), _mine),
    "overdue": _List(phrase("Overdue"), lambda turn, member: worklists.overdue(turn).count(), _overdue),
    "queue": _List(phrase("Queue"), lambda turn, member: worklists.queue(turn).count(), _queue),
    "outcomes": _List(phrase("Outcomes to chase"), lambda turn, member: worklists.outcome_count(turn), _outcomes),
}
