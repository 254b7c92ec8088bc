"""A crisis is a different path: safety first, then who helps, the deadline, and a person is called at once."""

from dataclasses import replace

from desk import library
from desk.actions import Does
from desk.conversation import answering, coordinating, deadlines, helping
from desk.conversation.turn import Turn
from desk.messages import Card, Section, Style
from desk.oncall import paging
from desk.oncall.pages import Reason
from desk.requests import Request
from desk.tickets import State, Ticket, move
from desk.wording import spoken
from routing.decision import Decision


def respond(turn: Turn, request: Request, decision: Decision) -> None:
    """Show what to do in the next minutes and put the ticket in front of the coordinators. Who holds the card of this
    emergency already gets what is new: deadlines, and who helps where they are."""
    is_same = (request.crisis, request.decision.get("whom")) == (decision.intent, decision.facts.whom)
    is_known = request.answer_key is not None and is_same
    request.crisis = decision.intent
    ticket = answering.ticket_for(turn, request, decision, State.WAITING)
    if ticket.state is State.ANSWERED:
        move(ticket, State.WAITING, "desk", turn.now)
    whole = card(turn, request, decision, ticket)
    row = turn.reply(_news(turn, whole, decision) if is_known else whole, request, ticket)
    request.answer_key, request.asked = row.key, decision.question
    if ticket.state is State.WAITING:
        paging.call(turn, Reason.CRISIS, ticket)
    coordinating.show(turn, ticket)


def again(turn: Turn, request: Request, decision: Decision) -> None:
    """The first steps once more, for an emergency that was taken for handled; and the coordinators are called again."""
    ticket = request.ticket
    if ticket is None:
        raise LookupError("an emergency is open that has no ticket")
    whole = card(turn, request, replace(decision, intent=request.crisis, clocks=()), ticket)
    turn.reply(replace(whole, sections=()), request, ticket)
    paging.call(turn, Reason.CRISIS, ticket)


def card(turn: Turn, request: Request, decision: Decision, ticket: Ticket) -> Card:
    """The crisis card. No contact and no deadline is on it that is not confirmed."""
    words = library.crisis(turn.session, decision.intent or "", language(turn, decision.language), decision.facts.whom)
    found = answering.find(turn, decision)
    sure = answering.Answer(found.practices, tuple(one for one in found.organisations if one.is_sure))
    return Card(
        title=words.title if words else turn.say("This is urgent"),
        alert="\n".join(
            part for part in (deadlines.due_lines(turn, decision), *(words.safety if words else ())) if part
        ),
        body=answering.paragraphs(
            "\n".join(words.do_not) if words else "",
            deadlines.duties(turn, decision),
            answering.missing(turn, decision),
        ),
        sections=_people_first(answering.sections(turn, sure)),
        # Why is for who has the time to ask: members see it on the ticket.
        footer=answering.paragraphs(helping.promise(turn), answering.ticket_line(turn, ticket)),
        buttons=(
            (turn.button(turn.say("Talk to a person"), Does.HUMAN, request, Style.PRIMARY),),
            (
                turn.button(turn.say("It is handled"), Does.SOLVED, request),
                turn.button(turn.say("Not what I meant"), Does.NOT_IT, request),
            ),
            (turn.button(turn.say("Refer me"), Does.REFER, request),),
        ),
    )


def language(turn: Turn, written: str) -> str:
    """The language of the first words: the one a message is written in, though the desk may speak it no further."""
    return turn.language if turn.requester.language_chosen or written in spoken() else written


def _news(turn: Turn, whole: Card, decision: Decision) -> Card:
    """What of a card is not the same in every emergency of its kind."""
    return replace(
        whole,
        alert=deadlines.due_lines(turn, decision),
        body=answering.paragraphs(deadlines.duties(turn, decision), answering.missing(turn, decision)),
        sections=whole.sections[:1],
    )


def _people_first(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Who can help comes before what to read."""
    return (*sections[-1:], *sections[:-1])
