"""Asking whether it worked, and what the one-press answers do."""

from datetime import datetime

from sqlalchemy.orm import Session

from desk import actions, followups, outbox
from desk.actions import Does
from desk.conversation import answering, coordinating, helping, learning
from desk.conversation.turn import Turn
from desk.followups import FollowUp, FollowUpState
from desk.messages import Button, Card, Reply, Style
from desk.people import Requester
from desk.policy import Policy
from desk.requests import Request
from desk.tickets import State, Ticket, move, note
from desk.wording import translate
from routing import clocks


def run_due(session: Session, policy: Policy, now: datetime) -> int:
    """Ask every question whose time has come and close what stayed silent. Returns how many were handled."""
    rows = followups.due(session, now)
    for row in rows:
        if row.ticket.is_closed or not _may_be_asked(row.ticket.request.requester):
            row.state = FollowUpState.CANCELLED
        elif row.closes:
            _close_silent(session, row, now)
        else:
            _ask(session, policy, row, now)
    return len(rows)


def _may_be_asked(requester: Requester) -> bool:
    return requester.reachable and not requester.stopped


def _ask(session: Session, policy: Policy, row: FollowUp, now: datetime) -> None:
    ticket, request = row.ticket, row.ticket.request
    language = request.requester.language

    def button(label: str, does: Does, style: Style = Style.PLAIN) -> Button:
        return Button(label, actions.offer(session, does, now, request.requester_id, request), style=style)

    card = Card(
        body=translate(
            language, "You asked for help with ticket {reference}. Did it work out?", reference=ticket.reference
        ),
        buttons=(
            (button(translate(language, "Yes, it is solved"), Does.HELPED, Style.PRIMARY),),
            (
                button(translate(language, "Not yet"), Does.NOT_YET),
                button(translate(language, "No, it did not help"), Does.NOT_HELPED),
            ),
            (button(translate(language, "Do not ask again"), Does.NO_MORE),),
        ),
    )
    outbox.add(session, Reply(request.address, card, language), now, request.requester_id, ticket)
    is_last = row.number >= len(policy.follow_up_days)
    followups.asked(session, row, is_last, now)
    note(ticket, "desk", "asked_outcome", now, number=row.number)


def _close_silent(session: Session, row: FollowUp, now: datetime) -> None:
    ticket, request = row.ticket, row.ticket.request
    row.state, row.asked_at = FollowUpState.ASKED, now
    move(ticket, State.NO_ANSWER, "desk", now)
    language = request.requester.language
    body = translate(
        language,
        "I have not heard from you, so I have closed ticket {reference}. Write again whenever you need to.",
        reference=ticket.reference,
    )
    outbox.add(session, Reply(request.address, Card(body=body), language), now, request.requester_id, ticket)


def solved(turn: Turn, request: Request) -> None:
    """It was pressed that this is over. Where a person is in danger, a slip of the finger must not close it."""
    is_open = request.ticket is not None and not request.ticket.is_closed
    if is_open and request.crisis in clocks.OF_PERSONS:
        confirm(turn, request)
    else:
        helped(turn, request)


def helped(turn: Turn, request: Request) -> None:
    """It worked: the ticket closes as solved, also when silence had closed it before."""
    ticket = request.ticket
    if ticket is None:
        request.closed_at = turn.now
    elif ticket.state is State.SOLVED:
        turn.reply(Card(body=turn.say("Ticket {reference} is closed as solved.", reference=ticket.reference)), request)
        return
    else:
        learning.confirmed(turn, request)
        answering.solve(turn, ticket)
    body = turn.say("Good to hear. I have closed it as solved. Write again whenever you need to.")
    turn.reply(Card(body=body), request, ticket)


def not_yet(turn: Turn, request: Request) -> None:
    """Still going on: the later questions stay planned."""
    ticket = _reopened(turn, request)
    followups.answered(turn.session, ticket, "not_yet")
    note(ticket, "requester", "not_yet", turn.now)
    body = turn.say("Thank you. I will ask again later. If something changed, write it here: it goes to your ticket.")
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=body, buttons=((human,),)), request, ticket)


def not_helped(turn: Turn, request: Request) -> None:
    """It did not help: a person looks at it, at once."""
    ticket = _reopened(turn, request)
    followups.answered(turn.session, ticket, "not_helped")
    note(ticket, "requester", "not_helped", turn.now)
    helping.call_person(turn, request, lead=turn.say("I am sorry that it did not help."))


def no_more(turn: Turn, request: Request) -> None:
    """No further questions about this ticket; it stays open for the coordinators and for the person."""
    ticket = _reopened(turn, request)
    followups.answered(turn.session, ticket, "no_more")
    followups.cancel(turn.session, ticket)
    body = turn.say(
        "I will not ask about {reference} again. You can still write here at any time.", reference=ticket.reference
    )
    turn.reply(Card(body=body), request, ticket)


def once(turn: Turn, request: Request) -> None:
    """One more question about this ticket at most."""
    ticket = _reopened(turn, request)
    followups.only_next(turn.session, ticket)
    body = turn.say("I will ask about {reference} only once more.", reference=ticket.reference)
    turn.reply(Card(body=body), request, ticket)


def confirm(turn: Turn, request: Request) -> None:
    """It may be over: closing needs a press where no word says so."""
    solved = turn.button(turn.say("Yes, it is solved"), Does.HELPED, request)
    not_yet = turn.button(turn.say("Not yet"), Does.NOT_YET, request)
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=turn.say("Is it solved? Then I close it."), buttons=((not_yet, solved), (human,))), request)


def _reopened(turn: Turn, request: Request) -> Ticket:
    ticket = request.ticket
    if ticket is None:
        raise LookupError("a follow-up was answered whose ticket is gone")
    if ticket.state in (State.NO_ANSWER, State.CLOSED, State.SOLVED):
        move(ticket, State.WAITING, "requester", turn.now)
        coordinating.show(turn, ticket)
    return ticket
