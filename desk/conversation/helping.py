"""A human is always reachable: calling one, and routing a request again when something changed."""

from dataclasses import replace
from typing import Any

from desk import facts as fact_words
from desk.actions import Does
from desk.conversation import answering, coordinating
from desk.conversation.turn import Audience, Turn
from desk.messages import Card
from desk.requests import Request
from desk.tickets import State, awaits, move, open_ticket
from routing import doings, moments, replies
from routing.catalogue import Kind
from routing.decision import Action, Asks, Context, Decision, Facts, Intent, Scored
from routing.router import route

#: What an entry has that is about a chosen topic, and that the message says nothing of.
_OF_TOPIC = 0.4
#: What a yes says to who is asked whether it was on the day before.
_YESTERDAY = "yesterday"
#: What is asked of whom the police have come to.
HELPING = "helping"


def context(turn: Audience, request: Request | None, *, with_text: bool = True) -> Context:
    """What the router should know: everything said before, so that nothing is asked twice."""
    told = fact_words.restore(request.facts if request else {}, turn.requester)
    return Context(
        now=turn.now,
        language=None if turn.requester.is_new else turn.language,
        default_language=turn.language,
        time_zone=turn.time_zone,
        facts=told,
        open_topic=request.topic if request else None,
        open_text=request.text if request and with_text else "",
        open_crisis=request.crisis if request else None,
    )


def routed(turn: Audience, request: Request | None, text: str, *, in_emergency: bool = True) -> Decision:
    """Route a message. An hour is told on the clock of the country, which this message may be the first to name."""
    if request is not None and request.asked == "day" and replies.agrees(text):
        return replace(routed(turn, request, _YESTERDAY), language=turn.language)
    if request is not None and request.asked == HELPING and replies.agrees(text):
        return replace(route(text, context(turn, request), turn.catalogue), asks=Asks.ARRIVED, language=turn.language)
    known = context(turn, request)
    known = known if in_emergency else replace(known, open_crisis=None)
    decision = route(text, known, turn.catalogue)
    there = turn.time_zone_in(next(iter(decision.facts.countries), None))
    hour_is_told = decision.facts.happened_at or decision.facts.due_by or decision.question == "day"
    if there == known.time_zone or not hour_is_told:
        return decision
    return route(text, replace(known, time_zone=there, facts=_timed(known.facts, request, there)), turn.catalogue)


def _timed(facts: Facts, request: Request | None, time_zone: str) -> Facts:
    """The facts with the moments that were told last in a request, as they are on the clock of a zone."""
    said = request.messages if request else []
    removal = request is not None and request.crisis in doings.REMOVALS
    told = [
        moments.understand(one.text, one.received_at, time_zone, answers=one is not said[0], removal=removal)
        for one in reversed(said)
    ]
    happened = next((one for one in told if one.happened_at), None)
    due = next((one.until for one in told if one.until), facts.due_by)
    if happened:
        facts = replace(facts, happened_at=happened.happened_at, by_day=not happened.exact)
    return replace(facts, due_by=due)


def routed_again(turn: Audience, request: Request, topic: str | None = None) -> Decision:
    """Route the whole request once more; a topic that somebody chose stands above every guess."""
    known = context(turn, request, with_text=False)
    known = replace(known, open_topic=None, retold=True, facts=_timed(known.facts, request, known.time_zone))
    decision = route(request.text or " ", known, turn.catalogue)
    if topic is None:
        return decision
    return about(turn, decision, topic)


def about(turn: Audience, decision: Decision, topic: str) -> Decision:
    """The decision as it is when this topic is certain: what is known about it, best fit first."""

    def of_topic(kind: Kind, ranked: tuple[Scored, ...]) -> tuple[Scored, ...]:
        fitting = {entry.id: entry for entry in turn.catalogue.entries if entry.kind is kind and topic in entry.topics}
        known = [one for one in ranked if one.id in fitting]
        rest = [
            Scored(id, _OF_TOPIC * entry.standing)
            for id, entry in fitting.items()
            if id not in {one.id for one in known}
        ]
        main = sorted(rest, key=lambda one: (fitting[one.id].topics[0] != topic, -one.score, one.id))
        return tuple([*known, *main][:5])

    others = tuple(one for one in decision.topics if one.id != topic)
    return replace(
        decision,
        action=Action.ANSWER,
        confidence=1.0,
        topics=(Scored(topic, 1.0), *others),
        practices=of_topic(Kind.PRACTICE, decision.practices),
        organisations=of_topic(Kind.ORGANISATION, decision.organisations),
        question=None if decision.question == "topic" else decision.question,
    )


def call_person(turn: Turn, request: Request, decision: Decision | None = None, lead: str = "") -> None:
    """Put the request in front of the coordinators and say so, with the number to hold on to."""
    if decision is not None:
        answering.remember(request, decision)
    ticket = request.ticket
    if ticket is None:
        urgency = decision.urgency.value if decision else "normal"
        ticket = open_ticket(turn.session, request, urgency, State.WAITING, turn.now)
    elif ticket.state is State.ANSWERED:
        move(ticket, State.WAITING, "requester", turn.now)
    awaits(ticket, turn.now)
    request.asked = None
    taken = ticket.state is State.TAKEN
    text = turn.say("A coordinator already has your ticket.") if taken else promise(turn)
    if not lead and not taken and turn.policy.coordinators is None:
        lead = turn.say("I have told the coordinators that you want to talk to a person.")
    body = " ".join(part for part in (lead, text) if part)
    footer = answering.ticket_line(turn, ticket)
    again = turn.button(turn.say("Say it in other words"), Does.NONE_FITS, request)
    withdraw = turn.button(turn.say("It is solved"), Does.SOLVED, request)
    turn.reply(Card(body=body, footer=footer, buttons=((again,), (withdraw,))), request, ticket)
    coordinating.show(turn, ticket)


def promise(turn: Audience) -> str:
    """What happens next, true for this desk: nothing is promised that nobody will see."""
    if turn.policy.coordinators is None:
        return turn.say(
            "Your request is in the queue of the coordinators. They will read it when they are next at the desk."
        )
    return turn.say("I have called a coordinator. A person will read this and answer you here.")


def remember_facts(turn: Audience, request: Request | None, decision: Decision) -> None:
    """Keep what was told: on the request, and what is true of the person on the person."""
    if decision.facts.countries:
        turn.requester.country = decision.facts.countries[0]
    if decision.facts.serves:
        turn.requester.serves = decision.facts.serves
    if request is not None:
        request.facts = fact_words.store(decision.facts)


def follow_language(turn: Audience, decision: Decision, speaks: Any) -> None:
    """Follow the language a person writes in, unless they picked one, and keep to the one they ask for."""
    if decision.intent == Intent.LANGUAGE and decision.wished is None and not turn.requester.is_new:
        return  # the name of a language that the desk does not write says nothing of the one it is told in
    if decision.wished is not None and decision.wished in speaks:
        turn.requester.language, turn.requester.language_chosen = decision.wished, True
    elif not turn.requester.language_chosen and decision.language in speaks:
        turn.requester.language = decision.language
