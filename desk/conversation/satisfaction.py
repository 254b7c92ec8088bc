"""Asking once whether the desk helped: with the message that a member has closed the ticket, never by itself."""

from desk.actions import ActionRow, Does
from desk.conversation.turn import Audience, Turn
from desk.messages import Button, Card
from desk.requests import Request
from desk.tickets import Ticket, note
from desk.wording import phrase

YES, PARTLY, NO = 3, 2, 1
QUESTION = phrase("Did this desk help you?")
_ANSWERS = ((YES, phrase("Yes")), (PARTLY, phrase("Partly")), (NO, phrase("No")))


def ask(audience: Audience, ticket: Ticket) -> tuple[tuple[Button, ...], ...]:
    """The buttons of the question; none when it was asked before, no person has answered, or they cannot answer."""
    requester = audience.requester
    if ticket.satisfaction_asked_at or not ticket.answered_at or requester.stopped or not requester.reachable:
        return ()
    ticket.satisfaction_asked_at = audience.now
    request = ticket.request
    return (
        tuple(audience.button(audience.say(text), Does.SATISFIED, request, rating=rating) for rating, text in _ANSWERS),
    )


def answered(turn: Turn, request: Request, action: ActionRow) -> None:
    """Keep the answer; who changes their mind presses again. A no is offered a person."""
    ticket = request.ticket
    if ticket is None:
        return
    ticket.satisfaction = rating = int(action.details["rating"])
    note(ticket, "requester", "rated", turn.now, rating=rating)
    if rating == NO:
        human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
        turn.reply(Card(body=turn.say("I am sorry that it did not help."), buttons=((human,),)), request, ticket)
    else:
        turn.reply(Card(body=turn.say("Thank you for telling us.")), request, ticket)
