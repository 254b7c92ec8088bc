"""What is asked and told while an emergency is open: answered briefly, and never twice in a row in the same words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from desk import library, outbox
from desk.actions import Does
from desk.conversation import answering, coordinating, crisis, danger, deadlines, helping
from desk.conversation.turn import Turn
from desk.messages import Button, Card, Section, Style
from desk.requests import Request
from desk.tickets import State, Ticket, move, note
from routing import subjects
from routing.clocks import DEPENDING_ON_PLACE
from routing.decision import Action, Asks, Decision

#: So many messages back count as just now.
_JUST_NOW = 3
#: So many lines of a card answer a question; the language that they are compared with it in.
_LINES, _PLAIN = 3, "en"


def meet(turn: Turn, request: Request, decision: Decision) -> None:
    """Answer what a message asks or tells in the midst of the emergency of a request, or pass it on to a person."""
    ticket = request.ticket
    if ticket is None:
        raise LookupError("an emergency is open that has no ticket")
    is_told = answering.kept(decision) == request.decision
    refines = decision.action is Action.ESCALATE and decision.intent == request.crisis
    if refines and not is_told and decision.asks is not Asks.MEANS:
        answering.ticket_for(turn, request, decision)
    elif not is_told:
        note(ticket, "requester", "told_more", turn.now)
    if ticket.state is State.ANSWERED:
        move(ticket, State.WAITING, "requester", turn.now)
    if decision.asks is Asks.DANGER:
        danger.warn(turn, request, decision, ticket)
    else:
        say(turn, request, _ANSWERS.get(decision.asks or Asks.QUESTION, _question)(turn, request, decision))
    coordinating.show(turn, ticket)


def say(turn: Turn, request: Request, cards: Sequence[Card]) -> None:
    """Say the first of several things that was not said just now, else that a person reads this."""
    ticket = request.ticket
    if ticket is None:
        raise LookupError("an emergency is open that has no ticket")
    told = _told(turn, request)[:_JUST_NOW]
    read = Card(body=f"{_added(turn, ticket)} {helping.promise(turn)}")
    possible = (*cards, read, _added_too(turn))
    card = max(possible, key=lambda one: told.index(_words(one)) if _words(one) in told else _JUST_NOW)
    footer = card.footer or answering.ticket_line(turn, ticket)
    turn.reply(replace(card, footer=footer, buttons=card.buttons or _ways_on(turn, request)), request, ticket)


def added(turn: Turn, request: Request) -> None:
    """Say that what was written is kept with a request."""
    ticket = request.ticket
    if ticket is not None:
        note(ticket, "requester", "told_more", turn.now)
        if request.crisis is not None and ticket.answered_at is None:
            say(turn, request, ())
        else:
            turn.reply(Card(body=_added(turn, ticket)), request, ticket)
        coordinating.show(turn, ticket)


def _told(turn: Turn, request: Request) -> list[Card]:
    """What was said about a request, the newest first, without what stands below."""
    return [_words(card) for card in outbox.told(turn.session, request.ticket)] if request.ticket else []


def _words(card: Card) -> Card:
    return replace(card, buttons=(), footer="")


def _ways_on(turn: Turn, request: Request) -> tuple[tuple[Button, ...], ...]:
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request, Style.PRIMARY)
    return ((human,), (turn.button(turn.say("It is handled"), Does.SOLVED, request),))


def _added(turn: Turn, ticket: Ticket) -> str:
    return turn.say("I have added this to your ticket {reference}.", reference=ticket.reference)


def _added_too(turn: Turn) -> Card:
    return Card(body=turn.say("This is added as well, for the person who reads your ticket."))


def _over(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    yes = turn.button(turn.say("Yes"), Does.HELPED, request)
    no = turn.button(turn.say("No, I still need help"), Does.HUMAN, request)
    body = turn.say("If the danger is over, I am glad. Shall I mark this as handled?")
    return (Card(body=body, buttons=((yes, no),)),)


def _arrived(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    body = turn.say("Good that help is there: do what they say. I stay here. Write if something changes.")
    return (Card(body=body),)


def _police(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Whose side they are on, asked once."""
    if request.asked == helping.HELPING:
        return _arrived(turn, request, decision)
    request.asked = helping.HELPING
    return (Card(body=turn.say("The police are there. Are they helping you?")),)


def _distrust(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Who else helps."""
    body = turn.say("I understand that you cannot rely on the police. A person of this desk reads this.")
    return (Card(body=body, sections=_section(turn, _helpers(turn, request))), *_passed_on(turn, request, decision))


def _no_device(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Where another one may be found."""
    body = turn.say(
        "Then borrow one: from somebody you trust, or in a library, a school, a clinic, a shop. Write to us and to "
        "others from there. Until then do not look for help on the phone that may be watched."
    )
    return (Card(body=body), *_passed_on(turn, request, decision))


def _done(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Thanks, whether it was in time, and what is left to do."""
    heard = turn.say("Thank you, I have noted that on your ticket.")
    lines, is_met = deadlines.due_lines(turn, decision), decision.facts.met_at is not None
    if not is_met:
        return (Card(alert=lines, body=heard),)
    return (Card(body=answering.paragraphs(heard, lines, deadlines.duties(turn, decision))),)


def _first(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """The first steps, then the very first of them."""
    words = _kind(turn, request, decision)
    if words is None:
        return _passed_on(turn, request, decision)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(words.safety, start=1))
    done = turn.say("First of all: {step} Have you already done this?", step=words.safety[0])
    return (Card(title=words.title, body=steps), Card(body=done), *_passed_on(turn, request, decision))


def _whom(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Who helps, nearest first as far as the country is known."""
    danger = turn.say("If somebody is in danger right now, call your local emergency number first.")
    here = decision.facts.countries or decision.facts.region
    where = "" if here else turn.say("Tell me your country, and I look for who helps there.")
    shown = _helpers(turn, request)
    card = Card(body=answering.paragraphs(danger, where), sections=_section(turn, shown))
    return (card, *_passed_on(turn, request, decision))


def _due(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """The deadlines, or what has to be known to reckon them."""
    lines, duties = deadlines.due_lines(turn, decision), deadlines.duties(turn, decision)
    if lines or duties:
        missing = answering.missing(turn, decision)
        told = (answering.paragraphs(duties, missing), missing, helping.promise(turn))
        return tuple(Card(alert=lines, body=body) for body in told if lines or body)
    if request.crisis in DEPENDING_ON_PLACE and not decision.facts.countries:
        return (Card(body=answering.missing(turn, replace(decision, question="place"))),)
    unknown = turn.say("I know of no deadline here that is confirmed.")
    return (*_spoken_of(turn, request, decision), *_passed_on(turn, request, decision, unknown))


def _means(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """What a term means, who an organisation is, what a law says."""
    found = answering.find(turn, decision)
    known = [(one.name, one.summary) for one in found.terms]
    known += [(one.name, one.summary) for one in found.organisations]
    known += [(one.title, one.summary) for one in found.practices]
    return (*(Card(title=name, body=summary) for name, summary in known[:1]), *_passed_on(turn, request, decision))


def _may(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """What the card says of that; else what must not be done, once; all else is for a person."""
    words = _kind(turn, request, decision)
    lead = turn.say("A person of this desk has to answer that. I have passed it on.")
    card = Card(body=answering.paragraphs(lead, "\n".join(words.do_not) if words else ""))
    once = () if card in _told(turn, request) else (card,)
    return (*_spoken_of(turn, request, decision), *once, *_passed_on(turn, request, decision))


def _question(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    return (*_spoken_of(turn, request, decision), *_passed_on(turn, request, decision))


def _spoken_of(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Those lines of the card that speak of what is asked, if any, and that a person reads it too."""
    found = _shared(turn, decision, partial(_lines, turn, request)) or _shared(
        turn, decision, partial(_steps, turn, request)
    )
    return (Card(body=answering.paragraphs("\n".join(found), helping.promise(turn))),) if found else ()


def _shared(turn: Turn, decision: Decision, lines: Callable[[str], Sequence[str]]) -> list[str]:
    """The lines that speak of what is asked. English tells which, as long as the other language has as many of them."""
    told, plain = lines(crisis.language(turn, decision.language)), lines(_PLAIN)
    if len(told) != len(plain):
        return []
    return [told[at] for at in subjects.shared(turn.incoming.text, plain, decision.language)[:_LINES]]


def _lines(turn: Turn, request: Request, language: str) -> Sequence[str]:
    """What must not be done, and what is done first."""
    words = library.crisis(turn.session, request.crisis or "", language, request.facts.get("whom"))
    return (*words.do_not, *words.safety) if words else ()


def _steps(turn: Turn, request: Request, language: str) -> Sequence[str]:
    """What the first practice on the card says that has steps."""
    ranked = request.decision.get("practices", [])[: answering.SHOWN]
    found = (library.practice(turn.session, one["id"], language) for one in ranked)
    told = next((one.steps for one in found if one and one.steps), {})
    return [step for steps in told.values() for step in steps]


def _ahead(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    return _passed_on(turn, request, decision, turn.say("How long it takes and how it ends I cannot tell."))


def _amiss(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    return _passed_on(turn, request, decision, turn.say("I am sorry, that was no answer to your question."))


def _where(turn: Turn, request: Request, decision: Decision) -> tuple[Card, ...]:
    """Which country it is, asked once."""
    if request.asked == "place":
        return ()
    request.asked = "place"
    return (Card(body=turn.say("Which country is that in?")),)


def _passed_on(turn: Turn, request: Request, decision: Decision, lead: str = "") -> tuple[Card, ...]:
    """That a person has to answer, and the one who helps first."""
    passed = turn.say("A person of this desk has to answer that. I have passed it on.")
    body = answering.paragraphs(" ".join(part for part in (lead, passed) if part), helping.promise(turn))
    return (Card(body=body, sections=_section(turn, _helpers(turn, request)[:1])),)


def _kind(turn: Turn, request: Request, decision: Decision) -> library.Crisis | None:
    whom = request.facts.get("whom")
    return library.crisis(turn.session, request.crisis or "", crisis.language(turn, decision.language), whom)


def _helpers(turn: Turn, request: Request) -> list[library.Organisation]:
    """The organisations on the card of a request, as far as they are confirmed."""
    ranked = request.decision.get("organisations", [])[: answering.SHOWN]
    found = (library.organisation(turn.session, one["id"], turn.language) for one in ranked)
    return [one for one in found if one is not None and one.is_sure]


def _section(turn: Turn, helpers: Sequence[library.Organisation]) -> tuple[Section, ...]:
    items = tuple(answering.organisation_item(turn, one) for one in helpers)
    return (Section(turn.say("Who can help"), items),) if items else ()


_ANSWERS: dict[Asks, Callable[[Turn, Request, Decision], tuple[Card, ...]]] = {
    Asks.OVER: _over,
    Asks.DISTRUST: _distrust,
    Asks.ARRIVED: _arrived,
    Asks.POLICE: _police,
    Asks.DONE: _done,
    Asks.NO_DEVICE: _no_device,
    Asks.AMISS: _amiss,
    Asks.AHEAD: _ahead,
    Asks.DUE: _due,
    Asks.WHOM: _whom,
    Asks.FIRST: _first,
    Asks.MEANS: _means,
    Asks.MAY: _may,
    Asks.WHERE: _where,
}
