"""Control messages in words: talk to a person, where does it stand, solved, nobody answered, forget, language, stop or
fewer, refer me, anonymously, take a consent back, who answers here, what does that or a word mean, not what I asked."""

from collections.abc import Callable

from desk.conversation import (
    clarifying,
    commands,
    explaining,
    following_up,
    helping,
    meanwhile,
    privacy,
    questions,
    referring,
)
from desk.conversation.turn import Turn
from desk.messages import Card
from desk.requests import Request
from desk.tickets import Ticket, note, tickets_of
from desk.wording import spoken
from routing import control
from routing.decision import Decision, Intent


def obey(turn: Turn, request: Request | None, decision: Decision) -> None:
    """Do what a control message asks."""
    _ORDERS[Intent(decision.intent or "human")](turn, request, decision)


def _human(turn: Turn, request: Request | None, decision: Decision) -> None:
    from desk.conversation import talking

    helping.call_person(turn, request or talking.new_request(turn))


def _status(turn: Turn, request: Request | None, decision: Decision) -> None:
    if control.is_unanswered(turn.incoming.text) and _latest(turn, request) is None:
        _no_reply(turn, request, decision)
        return
    unsure = decision.confidence < explaining.SURE and decision.facts.reference is None
    if unsure and request is not None and request.ticket is not None:
        commands.status_of_what(turn, request)
    else:
        commands.status(turn, decision.facts.reference)


def _solved(turn: Turn, request: Request | None, decision: Decision) -> None:
    if request is None:
        turn.reply(Card(body=turn.say("Good to hear. Write again whenever you need to.")))
    elif request.ticket is not None and decision.confidence < explaining.SURE:
        following_up.confirm(turn, request)
    else:
        following_up.solved(turn, request)


def _no_reply(turn: Turn, request: Request | None, decision: Decision) -> None:
    """Whoever should have answered has not: a person of the desk looks at it."""
    latest = _latest(turn, request)
    if latest is None:
        commands.none_yet(turn, turn.say("I am sorry that nobody has answered you."))
        return
    note(latest, "requester", "nobody_answered", turn.now)
    helping.call_person(turn, latest.request, lead=turn.say("I am sorry that nobody has answered you."))


def _latest(turn: Turn, request: Request | None) -> Ticket | None:
    mine = [ticket for ticket in tickets_of(turn.session, turn.requester.id) if not ticket.is_closed]
    return next((ticket for ticket in mine if request is None or ticket.request_id == request.id), None)


def _forget(turn: Turn, request: Request | None, decision: Decision) -> None:
    privacy.ask_to_forget(turn)


def _language(turn: Turn, request: Request | None, decision: Decision) -> None:
    wished = decision.wished or _written(decision)
    if request is not None and request.ticket is not None and decision.wished == request.language:
        meanwhile.added(turn, request)  # it is said of what is looked for
    elif decision.wished is not None and wished in spoken():
        helping.remember_facts(turn, None, decision)
        commands.choose_language(turn, decision.wished)
    elif request is not None and request.ticket is not None and decision.confidence < explaining.SURE:
        commands.unwritten(turn, request.ticket)
    else:
        commands.language(turn, request, wished)


def _written(decision: Decision) -> str | None:
    """The language a message was taken to be written in."""
    return next((reason.detail for reason in decision.reasons if reason.signal == "language"), None)


def _stop(turn: Turn, request: Request | None, decision: Decision) -> None:
    if decision.confidence < explaining.SURE:
        commands.fewer(turn, request)
    else:
        commands.stop(turn)


def _fewer(turn: Turn, request: Request | None, decision: Decision) -> None:
    commands.fewer(turn, request)


def _refer(turn: Turn, request: Request | None, decision: Decision) -> None:
    if request is None:
        turn.reply(
            Card(body=turn.say("Tell me a little more: what happened, and to whom? One or two sentences are enough."))
        )
    else:
        referring.choose(turn, request, [one.id for one in decision.organisations])


def _withdraw(turn: Turn, request: Request | None, decision: Decision) -> None:
    referring.withdraw_latest(turn)


def _anonymous(turn: Turn, request: Request | None, decision: Decision) -> None:
    if not referring.agree_anonymously(turn):
        _nameless(turn, request, decision)


def _nameless(turn: Turn, request: Request | None, decision: Decision) -> None:
    _say(turn, request, questions.nameless(turn, request))


def _about(turn: Turn, request: Request | None, decision: Decision) -> None:
    _say(turn, request, questions.about_desk(turn, request))


def _cost(turn: Turn, request: Request | None, decision: Decision) -> None:
    _say(turn, request, questions.cost(turn, request))


def _explain(turn: Turn, request: Request | None, decision: Decision) -> None:
    _say(turn, request, questions.explained(turn, request, decision.language))


def _say(turn: Turn, request: Request | None, card: Card) -> None:
    """Say it, in an emergency not twice in a row."""
    if request is not None and request.crisis and request.ticket is not None:
        meanwhile.say(turn, request, (card,))
    else:
        turn.reply(card)


def _define(turn: Turn, request: Request | None, decision: Decision) -> None:
    questions.define(turn, request, decision.terms)


def _not_it(turn: Turn, request: Request | None, decision: Decision) -> None:
    if request is None:
        turn.reply(
            Card(body=turn.say("Tell me a little more: what happened, and to whom? One or two sentences are enough."))
        )
    else:
        clarifying.not_it(turn, request)


_ORDERS: dict[Intent, Callable[[Turn, Request | None, Decision], None]] = {
    Intent.HUMAN: _human,
    Intent.STATUS: _status,
    Intent.SOLVED: _solved,
    Intent.NO_REPLY: _no_reply,
    Intent.FORGET: _forget,
    Intent.LANGUAGE: _language,
    Intent.STOP: _stop,
    Intent.FEWER: _fewer,
    Intent.REFER: _refer,
    Intent.WITHDRAW: _withdraw,
    Intent.ANONYMOUS: _anonymous,
    Intent.NAMELESS: _nameless,
    Intent.ABOUT: _about,
    Intent.COST: _cost,
    Intent.EXPLAIN: _explain,
    Intent.DEFINE: _define,
    Intent.NOT_IT: _not_it,
}
