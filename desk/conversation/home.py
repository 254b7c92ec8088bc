"""The home page a channel may have: my requests, and how to start one."""

from desk import library
from desk.actions import Does
from desk.conversation import desk_home, reviewing
from desk.conversation.coordinating import state_name
from desk.conversation.turn import Turn
from desk.messages import Card, Delivery, Item, Section
from desk.tickets import Ticket, tickets_of


def show(turn: Turn) -> None:
    """Publish the person's own tickets, newest first; who works at the desk gets what waits there."""
    member = reviewing.member_of(turn)
    if member is not None:
        desk_home.show(turn, member)
        return
    mine = tickets_of(turn.session, turn.requester.id)
    items = tuple(Item(ticket.reference, _line(turn, ticket)) for ticket in mine)
    buttons = (
        turn.button(turn.say("See all topics"), Does.COMMAND, command="topics"),
        turn.button(turn.say("Privacy"), Does.COMMAND, command="privacy"),
        turn.button(turn.say("Language"), Does.COMMAND, command="language"),
    )
    card = Card(
        title=turn.say("Your tickets") if mine else turn.say("How to use this desk"),
        body=turn.say(
            "Just write what happened. Short is fine, and so are mistakes. You can answer with a word or a button."
        ),
        sections=(Section("", items),) if items else (),
        buttons=(buttons,),
    )
    turn.reply(card, delivery=Delivery.HOME)


def _line(turn: Turn, ticket: Ticket) -> str:
    topic = library.topic(turn.session, ticket.request.topic, turn.language) if ticket.request.topic else None
    return " · ".join(part for part in (topic.name if topic else "", state_name(turn.language, ticket.state)) if part)
