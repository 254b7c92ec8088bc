"""A message in words: which request it belongs to, what the router says about it, which use case answers."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from desk import facts, library, search, targets
from desk.actions import ActionRow, Does
from desk.conversation import (
    answering,
    clarifying,
    continuing,
    controlling,
    coordinating,
    crisis,
    explaining,
    helping,
    meanwhile,
    referring,
    small_talk,
)
from desk.conversation.turn import Turn
from desk.messages import Card, Style
from desk.outbox import OutboxRow
from desk.requests import Message, Request, running_emergency
from desk.tickets import State, Ticket, awaits, closed_since, move, note
from desk.wording import spoken
from routing import control, replies
from routing.decision import Action, Asks, Decision, Intent
from routing.router import route

#: What decides which deadlines run and from when; and what is asked and told of deadlines themselves.
_DECIDING = ("countries", "region", "happened_at", "by_day", "remaining", "due_by", "done_at")
_OF_DEADLINES = (Asks.DUE, Asks.DONE)
_UNCLEAR = ("topic", "more")
#: What a decision does for a need.
_HELP = (Action.ANSWER, Action.REFER, Action.ESCALATE)
#: What is asked of whoever has answered last, be it the desk or a member of it.
_FOR_WHOEVER_ANSWERED = (Intent.LANGUAGE, Intent.ABOUT, Intent.COST, Intent.EXPLAIN, Intent.DEFINE, Intent.NOT_IT)
# Whoever is in danger writes several short messages: as long as one follows the other this soon, it is one emergency.
_SAME_EMERGENCY = timedelta(minutes=30)
# What they say meanwhile ("he wears a red jacket") is about it unless it is surer than this to be another need.
_SURELY_ANOTHER = 0.85
#: So long after a ticket was closed "not yet" and "again" are about it.
_NOT_OVER = timedelta(days=3)


def hear(turn: Turn, text: str) -> None:
    """Answer a message in words."""
    replied = _replied_to(turn)
    request = replied or continuing.here(turn)
    decision = _heard(turn, request, text)
    helping.follow_language(turn, decision, spoken())
    message = keep(turn, text)
    if request is None and (closed := _closed_too_soon(turn, text, decision)) is not None:
        _open_again(turn, closed, message, helping.routed(turn, closed, text))
    elif request is not None and request.asked == referring.ASKED and control.asks_what_next(text):
        _with(turn, request, message, decision)
        referring.explain(turn, request)
    elif request is not None and _is_for_a_person(request, decision):
        _tell_person(turn, request, message, decision)
    elif request is not None and decision.asks is Asks.OTHER:
        _begin_anew(turn, request, message, decision)
    elif request is not None and request.ticket is not None and decision.asks and request.closed_at is None:
        _meet(turn, request, message, decision)
    elif decision.action is Action.SMALLTALK:
        small_talk.reply(turn, decision)
    elif replied is not None and _is_late(replied, decision):
        _late_reply(turn, replied, message)
    elif decision.action is Action.CONTROL:
        controlling.obey(turn, request, decision)
    elif decision.action is Action.DECLINE:
        small_talk.decline(turn, decision)
    elif request is not None and replied is None and (running := _running_emergency(turn, decision)) is not None:
        _hurry(turn, running, message, decision)
    elif request is not None and (decision.continues or request.asked in _UNCLEAR or replied is not None):
        _go_on(turn, request, message, decision)
    else:
        begin(turn, message, decision)


def _closed_too_soon(turn: Turn, text: str, decision: Decision) -> Request | None:
    """The request whose ticket was closed a little while ago, and that somebody says is not over."""
    if turn.requester.is_new or decision.action is Action.SMALLTALK or not control.is_not_over(text):
        return None
    since = turn.now - _NOT_OVER
    ticket = closed_since(turn.session, turn.requester.id, turn.answering_address, since)
    if ticket is None:
        return None
    here = helping.routed(turn, ticket.request, text)
    is_same = here.continues or here.intent == ticket.request.crisis or here.confidence < explaining.SURE
    return ticket.request if is_same or here.action not in _HELP else None


def _open_again(turn: Turn, request: Request, message: Message, decision: Decision) -> None:
    """A ticket was closed too soon: it is open again, and in an emergency the first steps are said anew."""
    _late_reply(turn, request, message)
    helping.remember_facts(turn, request, decision)
    request.updated_at = turn.now
    if request.crisis:
        crisis.again(turn, request, decision)


def _is_for_a_person(request: Request, decision: Decision) -> bool:
    """Whether this belongs to the talk with the member who has answered last, whatever it may look like to a router.

    An emergency never waits for them, thanks need no answer, and what is asked of the desk itself is done by it.
    """
    ticket = request.ticket
    if ticket is None or ticket.state is not State.TAKEN or ticket.answered_at is None:
        return False
    if decision.action is Action.CONTROL:
        return decision.intent in _FOR_WHOEVER_ANSWERED
    return decision.action not in (Action.ESCALATE, Action.SMALLTALK)


def _heard(turn: Turn, request: Request | None, text: str) -> Decision:
    """What the router says of a message. What surely is another need is no question of an emergency: long after it, or
    where the message says itself that it is another one."""
    decision = helping.routed(turn, request, text)
    if decision.asks is None or request is None:
        return decision
    if request.updated_at > turn.now - _SAME_EMERGENCY and not control.asks_another(text):
        return decision
    alone = helping.routed(turn, request, text, in_emergency=False)
    return alone if alone.action in _HELP and alone.confidence >= explaining.SURE else decision


def _meet(turn: Turn, request: Request, message: Message, decision: Decision) -> None:
    """Answer what is asked in the midst of an emergency, after a deadline that the same message sets running."""
    decision = _in_time(request, decision)
    _with(turn, request, message, decision)
    await_answer(turn, request)
    running = answering.kept(decision)["clocks"]
    is_new = bool(running) and running != request.decision.get("clocks")
    if is_new and decision.intent == request.crisis and decision.asks not in _OF_DEADLINES:
        act(turn, request, decision)
        if decision.asks is Asks.AMISS:  # it was a correction, and this is the answer
            return
    meanwhile.meet(turn, request, decision)


def _begin_anew(turn: Turn, request: Request, message: Message, decision: Decision) -> None:
    """What was taken for an emergency is something else: the same ticket, answered for that. It stays with the
    coordinators."""
    request.crisis = None
    act(turn, _with(turn, request, message, decision), decision)


def _in_time(request: Request, decision: Decision) -> Decision:
    """The decision with the deadlines that are known: a question alone starts and ends none."""
    known, told = request.facts, facts.store(decision.facts)
    is_same = all(known.get(name) == told.get(name) for name in _DECIDING)
    running = answering.running(request.decision)
    return replace(decision, clocks=running if is_same and running else decision.clocks or running)


def _tell_person(turn: Turn, request: Request, message: Message, decision: Decision) -> None:
    _with(turn, request, message, decision)
    await_answer(turn, request)
    meanwhile.added(turn, request)


def begin(turn: Turn, message: Message, decision: Decision) -> None:
    """A new need: a new request, and another one when the message holds two."""
    act(turn, _with(turn, new_request(turn), message, decision), decision)
    if decision.second_need:
        second = replace(helping.context(turn, None), open_text="")
        other = route(decision.second_need, second, turn.catalogue)
        if other.action in _HELP and _shows(other) != _shows(decision):
            part = keep(turn, decision.second_need)
            act(turn, _with(turn, new_request(turn), part, other), other)


def _shows(decision: Decision) -> str | None:
    """What the card of a decision is about: an emergency, else a topic."""
    return decision.intent or next((one.id for one in decision.topics), None)


def _go_on(turn: Turn, request: Request, message: Message, decision: Decision) -> None:
    """More about the same need: what was told refines the answer; nothing is asked or said twice."""
    _with(turn, request, message, decision)
    await_answer(turn, request)
    if request.asked in _UNCLEAR and decision.action is Action.CLARIFY:
        together = helping.routed_again(turn, request)
        if together.action in _HELP and together.confidence >= explaining.SURE:
            decision = together
    if decision.asks_more and request.ticket is not None:
        _say_more(turn, request, message)
    elif request.answer_key is not None and (_says_nothing_new(request, decision) or _calms(turn, request, decision)):
        meanwhile.added(turn, request)
    else:
        act(turn, request, decision)


def _say_more(turn: Turn, request: Request, message: Message) -> None:
    """More is asked about a need: what all of it together leads to, where that is something else; else nothing is made
    up, and a person can be asked. It may have been another need after all."""
    whole = _without_rejected(turn, request, helping.routed_again(turn, request))
    sure = whole.action in _HELP and whole.confidence >= explaining.SURE
    if sure and not _leads(whole) <= _named(request):
        act(turn, request, whole)
        return
    turn.session.flush()
    ticket = request.ticket
    asks = replies.asks(message.text)
    body = turn.say("I cannot answer this beyond what I have shown you. A person can.") if asks or not ticket else ""
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request, Style.PRIMARY)
    other = turn.button(turn.say("This is something else"), Does.ANEW, request, message=message.id)
    if ticket is not None:
        note(ticket, "requester", "told_more", turn.now)
        added = turn.say("I have added this to your ticket {reference}.", reference=ticket.reference)
        body = " ".join(part for part in (body, added) if part)
    turn.reply(Card(body=body, buttons=((human,), (other,))), request, ticket)
    if ticket is not None:
        coordinating.show(turn, ticket)


def _leads(decision: Decision) -> set[str]:
    """What a decision names first of each kind."""
    return {one.id for ranked in (decision.practices, decision.organisations) for one in ranked[:1]}


def _named(request: Request) -> set[str]:
    """What the card that the person holds names."""
    practices, organisations, *_ = answering.shown(request.decision)
    return {*practices, *organisations}


def anew(turn: Turn, request: Request, action: ActionRow) -> None:
    """What was taken for more about a request is a need of its own."""
    message = turn.session.get(Message, action.details["message"])
    if message is None or message.request is not request:
        return
    decision = route(message.text, helping.context(turn, None), turn.catalogue)
    if decision.action not in _HELP:
        decision = replace(decision, action=Action.CLARIFY)
    act(turn, _with(turn, new_request(turn), message, decision), decision)


def _running_emergency(turn: Turn, decision: Decision) -> Request | None:
    """The emergency that this message belongs to: another cry for help, or words that say little by themselves."""
    enough = explaining.SURE if control.asks_another(turn.incoming.text) else _SURELY_ANOTHER
    unsure = decision.action is Action.CLARIFY or decision.confidence < enough
    if decision.action is not Action.ESCALATE and not unsure:
        return None
    since = turn.now - _SAME_EMERGENCY
    return running_emergency(turn.session, turn.requester, turn.answering_address, since)


def _hurry(turn: Turn, request: Request, message: Message, decision: Decision) -> None:
    """More from who is being helped already: one ticket, one call. Of another kind, its safety text comes too, and the
    deadline that ends first stays. What is no emergency by itself is read with all the rest, and calms nothing."""
    due = request.ticket.due_at if request.ticket and request.crisis != decision.intent else None
    if decision.action is not Action.ESCALATE:
        _with(turn, request, message, decision)
        decision = helping.routed_again(turn, request)
    if decision.action is Action.ESCALATE:
        _go_on(turn, request, message, decision)
    else:
        await_answer(turn, request)
        meanwhile.added(turn, request)
    if due is not None and request.ticket is not None:
        request.ticket.due_at = min(due, request.ticket.due_at or due)


def await_answer(turn: Turn, request: Request | None) -> None:
    """What is said to a ticket that a member or an organisation looks after waits for a person's words."""
    ticket = request.ticket if request else None
    if ticket is not None and ticket.state in (State.TAKEN, State.REFERRED):
        awaits(ticket, turn.now)
        targets.wind(turn.session, turn.policy, ticket)


def corrected(turn: Turn, request: Request, text: str) -> None:
    """A message of this request was edited: its latest versions together decide; silence when that changes nothing."""
    keep(turn, text, request)
    if request.closed_at is not None:
        return
    decision = helping.routed_again(turn, request)
    helping.remember_facts(turn, request, decision)
    if request.answer_key is None or not _says_nothing_new(request, decision):
        act(turn, request, decision)


def open_about(turn: Turn, topic: str) -> None:
    """The person picked a topic from the list: answer with what the desk knows about it."""
    found = library.topic(turn.session, topic, turn.language)
    if found is not None:
        request = new_request(turn)
        keep(turn, found.name, request)
        answering.answer(turn, request, helping.routed_again(turn, request, topic))


def act(turn: Turn, request: Request, decision: Decision) -> None:
    """Do what the decision says with a request."""
    decision = _without_rejected(turn, request, decision)
    if decision.action is Action.ESCALATE:
        crisis.respond(turn, request, decision)
    elif decision.action is Action.CLARIFY:
        clarifying.ask(turn, request, decision)
    else:
        answering.answer(turn, request, decision)


def _without_rejected(turn: Turn, request: Request, decision: Decision) -> Decision:
    """A topic the person has turned down is not offered a second time."""
    left = tuple(one for one in decision.topics if one.id not in request.rejected)
    if decision.action is Action.ESCALATE or left == decision.topics:
        return decision
    if not left:
        return replace(decision, action=Action.CLARIFY, topics=(), question="more")
    return helping.about(turn, replace(decision, topics=left), left[0].id)


def new_request(turn: Turn) -> Request:
    """Open a request where its answers will go."""
    address = turn.answering_address
    request = Request(
        requester=turn.requester,
        channel=address.channel,
        account=address.account,
        conversation=address.conversation,
        thread=address.thread,
        private=not turn.others_read_along,
        language=turn.language,
        opened_at=turn.now,
        updated_at=turn.now,
        rejected=[],
        facts={},
        decision={},
    )
    turn.session.add(request)
    return request


def keep(turn: Turn, text: str, request: Request | None = None) -> Message:
    """Store what was said. It belongs to no request until one is found for it."""
    incoming = turn.incoming
    message = Message(
        requester_id=turn.requester.id,
        request=request,
        conversation=incoming.address.key,
        origin=incoming.message_id,
        album=incoming.album,
        text=text,
        attachments=[{"kind": one.kind, "reference": one.reference, "name": one.name} for one in incoming.attachments],
        received_at=incoming.received_at,
    )
    turn.session.add(message)
    turn.kept.append(message)
    search.keep(turn.session, text, message=message)
    return message


def _with(turn: Turn, request: Request, message: Message, decision: Decision) -> Request:
    helping.remember_facts(turn, request, decision)
    message.request = request
    request.updated_at, request.language = turn.now, turn.language
    return request


def _says_nothing_new(request: Request, decision: Decision) -> bool:
    """Whether the card the person already holds says all of this."""
    if decision.action is Action.ESCALATE:
        if request.crisis != decision.intent or (decision.question and decision.question != request.asked):
            return False
    elif decision.question:
        return False
    return answering.shown(answering.kept(decision)) == answering.shown(request.decision)


def _calms(turn: Turn, request: Request, decision: Decision) -> bool:
    """Whether an emergency would be taken for a less grave one by words that show none themselves."""
    priorities = {crisis.id: crisis.priority for crisis in turn.catalogue.crises}
    if not decision.continues or request.crisis is None or decision.action is not Action.ESCALATE:
        return False
    return priorities.get(decision.intent or "", 0) > priorities.get(request.crisis, 0)


def _replied_to(turn: Turn) -> Request | None:
    """The request whose card this message answers, when the channel says which one that is."""
    if turn.incoming.reply_to is None:
        return None
    query = select(Ticket).join(OutboxRow, OutboxRow.ticket_id == Ticket.id)
    mine = (OutboxRow.message_id == turn.incoming.reply_to, OutboxRow.requester_id == turn.requester.id)
    ticket = turn.session.scalars(query.where(*mine)).first()
    return continuing.goes_on(turn, ticket.request) if ticket else None


def _is_late(replied: Request, decision: Decision) -> bool:
    """Whether a message that answers a card comes after its ticket was closed, and is for the ticket."""
    is_for_desk = decision.action is Action.CONTROL and decision.confidence >= explaining.SURE
    return replied.closed_at is not None and not is_for_desk and decision.action is not Action.DECLINE


def _late_reply(turn: Turn, request: Request, message: Message) -> None:
    """Words for a ticket that was closed: they go there, and a person sees them."""
    message.request = request
    ticket = request.ticket
    if ticket is None:
        return
    move(ticket, State.WAITING, "requester", turn.now)
    body = turn.say("I have added this to ticket {reference} and opened it again.", reference=ticket.reference)
    turn.reply(Card(body=body), request, ticket)
    coordinating.show(turn, ticket)
