"""Somebody is in danger right now, while an emergency of theirs is open: what to do in the next minute, every time."""

from desk import library, outbox
from desk.actions import Does
from desk.conversation import crisis
from desk.conversation.turn import Turn
from desk.messages import Card, Style
from desk.oncall import paging
from desk.oncall.pages import Reason
from desk.requests import Request
from desk.tickets import State, Ticket
from routing import alarms, concerned
from routing.decision import Decision


def warn(turn: Turn, request: Request, decision: Decision, ticket: Ticket) -> None:
    """Say what to do now, in turn with the question whether help is on its way, and call those on duty."""
    now, told = _now(turn, request, decision), next(iter(outbox.told(turn.session, ticket)), None)
    still = turn.say(
        "I am still here. Is help on its way? If not: call the emergency number now, or let somebody near you call."
    )
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request, Style.PRIMARY)
    again = told is not None and told.alert == now
    turn.reply(Card(alert=still if again else now, buttons=((human,),)), request, ticket)
    if ticket.state is State.WAITING:
        paging.call(turn, Reason.CRISIS, ticket)


def _now(turn: Turn, request: Request, decision: Decision) -> str:
    """What to do, by who is in danger and of what, as the card says that they hold: "he is coming" is about the one
    who writes."""
    whom = request.decision.get("whom")
    if whom == concerned.VITAL:
        language = crisis.language(turn, decision.language)
        words = library.crisis(turn.session, request.crisis or "", language, whom)
        return "\n".join(words.safety[:2]) if words else turn.say("This is urgent")
    if request.crisis == alarms.OF_ONESELF and whom in (concerned.ANOTHER, concerned.PLATFORM):
        return turn.say(
            "Call the emergency number of the place where they are now: say where, who, and what you know. If they "
            "took something, they need an ambulance even if they still feel well."
        )
    if request.crisis == alarms.OF_ONESELF:
        return turn.say(
            "Call your local emergency number now, or let somebody near you call. If you took something: they must "
            "come even if you still feel well; keep the packet. Unlock the door and go where people are."
        )
    return turn.say(
        "Call the emergency number now, or let somebody near you call: say where it is and who is in danger. If it is "
        "you: go where people are, or lock yourself in and keep quiet. Write only if it is safe."
    )
