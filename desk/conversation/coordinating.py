"""The coordinators' card: one per ticket, edited in place, with buttons that follow its state."""

from desk import actions, outbox, targets
from desk.actions import Does
from desk.conversation.turn import Desk
from desk.hours import local_time
from desk.messages import Button, Card, Delivery, Item, Reply, Section, Style
from desk.requests import Request
from desk.tickets import CLOSED, State, Ticket
from desk.wording import language_name, phrase, translate

STATE_NAMES = {
    State.ANSWERED: phrase("answered by the desk"),
    State.WAITING: phrase("waiting for a person"),
    State.TAKEN: phrase("taken"),
    State.REFERRED: phrase("referred"),
    State.SOLVED: phrase("solved"),
    State.NO_ANSWER: phrase("closed: no answer"),
    State.CLOSED: phrase("closed"),
    State.WITHDRAWN: phrase("withdrawn"),
}
UNREACHABLE = phrase("cannot be reached")
URGENCIES = {"crisis": phrase("EMERGENCY"), "soon": phrase("soon"), "normal": phrase("normal")}


def state_name(language: str, state: State) -> str:
    """A ticket's state in words."""
    return translate(language, STATE_NAMES[state])


def urgency_name(language: str, urgency: str) -> str:
    """How urgent a ticket is, in words."""
    return translate(language, URGENCIES[urgency])


def show(desk: Desk, ticket: Ticket) -> None:
    """Post the card of a ticket to the coordinators, or change the one they have, its deadline brought up to date."""
    targets.wind(desk.session, desk.policy, ticket)
    place = desk.policy.coordinators
    if place is None:
        return
    card = _card(desk, ticket)
    if ticket.card_key is None:
        row = outbox.add(desk.session, Reply(place, card, desk.policy.default_language), desk.now, ticket=ticket)
        ticket.card_key = row.key
        return
    change = Reply(place, card, desk.policy.default_language, Delivery.EDIT, replaces=ticket.card_key)
    outbox.add(desk.session, change, desk.now, ticket=ticket)


def _card(desk: Desk, ticket: Ticket) -> Card:
    language, request = desk.policy.default_language, ticket.request
    facts = [
        state_name(language, ticket.state) + (f" ({ticket.assignee.name})" if ticket.assignee else ""),
        f"{request.channel} · {language_name(request.language)}" + (f" · {request.topic}" if request.topic else ""),
    ]
    if not request.requester.reachable:
        facts.append(translate(language, UNREACHABLE))
    if ticket.due_at and ticket.state not in CLOSED:
        moment = local_time(ticket.due_at, desk.policy.time_zone, language)
        facts.append(translate(language, "Legal deadline: {moment}", moment=moment))
    return Card(
        title=f"{ticket.reference} · {urgency_name(language, ticket.urgency)}",
        body=request.text,
        sections=(Section(translate(language, "Ticket"), tuple(Item("", text=fact) for fact in facts)),),
        footer=_routing(language, request),
        buttons=_buttons(desk, ticket),
    )


def _routing(language: str, request: Request) -> str:
    decision = request.decision
    if not decision:
        return ""
    names = [one["id"] for one in decision["practices"][:3] + decision["organisations"][:3]]
    share = round(100 * decision["confidence"])
    return translate(language, "Routed to {names} ({share}% certain)", names=", ".join(names) or "-", share=share)


def _buttons(desk: Desk, ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    if ticket.state in CLOSED:
        return ()
    language, request = desk.policy.default_language, ticket.request

    def button(label: str, does: Does, style: Style = Style.PLAIN) -> Button:
        token = actions.offer(desk.session, does, desk.now, None, request)
        return Button(translate(language, label), token, style=style)

    first = () if ticket.state is State.TAKEN else (button(phrase("Take"), Does.TAKE, Style.PRIMARY),)
    rest = (
        button(phrase("Re-route"), Does.REROUTE),
        button(phrase("Why this?"), Does.WHY),
        button(phrase("Close"), Does.CLOSE, Style.DANGER),
    )
    return ((*first, *rest),)
