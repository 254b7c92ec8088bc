"""Greetings, thanks, "ok": a human reply that opens, closes and reopens nothing; and polite refusals."""

from desk.actions import Does
from desk.conversation import answering, commands, continuing, helping, privacy, typed
from desk.conversation.turn import Turn
from desk.messages import Card
from desk.requests import Request
from desk.tickets import Ticket
from desk.wording import phrase
from routing import clocks
from routing.decision import Decision

_SMALL = {
    "greeting": phrase("Hello. What can I help you with? Tell me in your own words what happened or what you need."),
    "thanks": phrase("You are welcome. Write again whenever you need to."),
    "ok": phrase("All right. I am here if anything else comes up."),
    "doubt": phrase(
        "I take what you write seriously, and so do the people of this desk. Tell me what happened, or what you need "
        "now."
    ),
    "bye": phrase("Goodbye, and all the best. Write again whenever you need to."),
    "emoji": phrase("I am here. If you need something, tell me in a few words."),
}
#: Small talk that may be a call for an answer.
_CALLS = ("greeting", "emoji")
_REFUSALS = {
    "hacking": phrase(
        "I cannot help with getting into or attacking other people's systems or accounts. If somebody has attacked "
        "you, tell me what happened and I will find help."
    ),
    "other_people": phrase("I cannot tell anybody about other people's requests or data. I can help with your own."),
    "injection": phrase(
        "I cannot do that. Tickets and data of other people are closed to everybody in this chat. "
        "Tell me what you need help with."
    ),
    "administrator": phrase("Nobody can be made an administrator by chat. Tell me what you need help with."),
    "homework": phrase("I cannot write this for you, but I can point you to reading: open the topics and pick one."),
    "spam": phrase("This desk only answers requests for help with digital policy and online safety."),
    "abuse": phrase("I would like to help. Tell me what happened, or ask for a person."),
    "out_of_scope": phrase(
        "I am afraid this is outside what I can help with. This desk is for digital policy and online safety: "
        "blocked sites, hacked accounts, data protection, online content, cyber attacks, and laws about them."
    ),
}


def reply(turn: Turn, decision: Decision) -> None:
    """Answer small talk. A first greeting gets the welcome, later ones a short line. "Ok" deletes nothing, and must not
    look as if it did."""
    if typed.is_asked_to_forget(turn):
        privacy.ask_to_forget(turn)
        return
    if decision.intent == "greeting" and turn.requester.is_new:
        commands.start(turn)
        return
    request = continuing.here(turn)
    if request is not None and request.ticket is not None and _wants_company(decision, request):
        _here(turn, request, request.ticket)
        return
    turn.reply(Card(body=turn.say(_SMALL.get(decision.intent or "", _SMALL["ok"]))))


def _wants_company(decision: Decision, request: Request) -> bool:
    """Whether small talk in the midst of a case may be a call for an answer: a greeting is, and a mere "yes" or "no" of
    somebody in danger must not sound like the end of it."""
    return decision.intent in _CALLS or (decision.intent == "ok" and request.crisis in clocks.OF_PERSONS)


def _here(turn: Turn, request: Request, ticket: Ticket) -> None:
    """Whoever calls in the midst of a case is heard in it."""
    waits = helping.promise(turn) if ticket.awaited_since or request.crisis else ""
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    body = " ".join(part for part in (turn.say("I am here."), waits) if part)
    turn.reply(Card(body=body, footer=answering.ticket_line(turn, ticket), buttons=((human,),)), request, ticket)


def decline(turn: Turn, decision: Decision) -> None:
    """Say no, say why, and leave a door open: a person can always be asked for, except by advertisers."""
    body = turn.say(_REFUSALS.get(decision.intent or "", _REFUSALS["out_of_scope"]))
    if decision.intent == "spam":
        turn.reply(Card(body=body))
        return
    request = continuing.here(turn)
    topics = turn.button(turn.say("See all topics"), Does.COMMAND, command="topics")
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=body, buttons=((topics, human),)))
