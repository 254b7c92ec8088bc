"""The answer card: the practice that fits, the organisations that can help and why, the ticket, four buttons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from desk import followups, library
from desk.actions import Does
from desk.conversation import coordinating, deadlines, explaining
from desk.conversation.turn import Audience, Turn
from desk.messages import Button, Card, Item, Section, Style
from desk.requests import Request
from desk.tickets import State, Ticket, move, note, open_ticket
from desk.wording import phrase
from routing import alarms, eligibility
from routing.catalogue import Kind
from routing.decision import Decision, RunningClock, Scored, Urgency

SHOWN = 3
CHILDREN = "child-safety-online"
#: From here a practice is meant by the message itself, and not only about its topic.
MEANT = 0.42
_NAMED = ("practices", "organisations")
T = TypeVar("T")
_clocks = TypeAdapter(list[RunningClock])
LookUp = Callable[[Session, str, str], T | None]
_STEPS = (("hour", phrase("In the first hour")), ("day", phrase("Today")), ("week", phrase("This week")))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a request, ready to be shown."""

    practices: tuple[library.Practice, ...]
    organisations: tuple[library.Organisation, ...]
    terms: tuple[library.Named, ...] = ()
    trainings: tuple[library.Named, ...] = ()
    networks: tuple[library.Named, ...] = ()


def answer(turn: Turn, request: Request, decision: Decision) -> None:
    """Answer a request and give it a ticket with its follow-ups, or refresh both when more was told."""
    if turn.others_read_along:
        answer_in_public(turn, request, decision)
        return
    known = [one["id"] for one in request.decision.get("practices", [])] if request.answer_key else []
    ticket = ticket_for(turn, request, decision)
    card = answer_card(turn, request, decision, ticket, known)
    row = turn.reply(card, request, ticket)
    request.answer_key, request.asked = row.key, decision.question
    coordinating.show(turn, ticket)


def ticket_for(turn: Turn, request: Request, decision: Decision, state: State = State.ANSWERED) -> Ticket:
    """The ticket of a request, opened on the first answer; its urgency and deadline follow what is known."""
    remember(request, decision)
    ticket = request.ticket
    if ticket is None:
        ticket = open_ticket(turn.session, request, decision.urgency.value, state, turn.now)
        if not turn.requester.stopped:
            followups.schedule(turn.session, ticket, turn.policy, turn.time_zone, turn.now)
    else:
        note(ticket, "requester", "told_more", turn.now)
        if decision.urgency is Urgency.CRISIS:
            ticket.urgency = decision.urgency.value
    ticket.due_at = None if decision.facts.met_at else deadlines.first_due(decision) or ticket.due_at
    return ticket


def remember(request: Request, decision: Decision) -> None:
    """Keep the decision with its reasons, so that a coordinator can see why and replay it."""
    request.topic = decision.topics[0].id if decision.topics else request.topic
    request.decision = kept(decision)


def kept(decision: Decision) -> dict[str, Any]:
    """A decision as it is kept with a request."""
    return {
        "action": decision.action.value,
        "intent": decision.intent,
        "confidence": round(decision.confidence, 3),
        "margin": round(decision.margin, 3),
        "topics": _ranked(decision.topics),
        "practices": _ranked(decision.practices),
        "organisations": _ranked(decision.organisations),
        "reasons": [asdict(reason) for reason in decision.reasons],
        "runner_up": decision.runner_up.id if decision.runner_up else None,
        "clocks": [_clock(one) for one in decision.clocks],
        "countries": list(decision.facts.countries),
        "whom": decision.facts.whom,
    }


def shown(decision: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a card says of a kept decision: practices, organisations, deadlines, the place they are told for, and whom
    it speaks to."""
    practices, organisations = ([one["id"] for one in decision.get(kind, [])[:SHOWN]] for kind in _NAMED)
    clocks = decision.get("clocks", [])
    place = decision.get("countries") if clocks else None
    return practices, organisations, clocks, place, decision.get("whom")


def _clock(running: RunningClock) -> dict[str, Any]:
    moments = {"started": running.started, "due": running.due}
    return {
        "id": running.id,
        "sure": running.sure,
        "owed": running.owed,
        **{name: at and at.isoformat() for name, at in moments.items()},
    }


def running(decision: Mapping[str, Any]) -> tuple[RunningClock, ...]:
    """The deadlines of a kept decision."""
    return tuple(_clocks.validate_python(decision.get("clocks", [])))


def _ranked(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    return [{"id": one.id, "score": round(one.score, 3)} for one in scored[:5]]


def answer_card(
    turn: Audience, request: Request, decision: Decision, ticket: Ticket, known: Sequence[str] = ()
) -> Card:
    """Everything at a glance: deadline, first steps, practices, organisations, why, ticket.

    `known` are the practices of an earlier card: their steps are not told twice.
    """
    found = find(turn, decision)
    untold = [*known, *without_guide(turn, request)]
    topic = library.topic(turn.session, request.topic, turn.language) if request.topic else None
    question = missing(turn, decision)
    return Card(
        title=topic.name if topic else turn.say("Your request"),
        body=paragraphs(_opening(turn, decision, found), deadlines.duties(turn, decision), question),
        alert="\n".join(part for part in (deadlines.due_lines(turn, decision), _never(turn, request)) if part),
        sections=sections(turn, found, untold),
        footer=f"{explaining.why(turn, decision, request.text)}\n{ticket_line(turn, ticket)}".strip(),
        buttons=buttons(turn, request),
    )


def _never(turn: Audience, request: Request) -> str:
    """About abuse of children, the rules that hold before any advice: nobody sends, forwards or looks for material."""
    concerns_abuse = request.topic == CHILDREN and alarms.is_sexual(request.text)
    words = library.crisis(turn.session, "minor-sexual", turn.language) if concerns_abuse else None
    return "\n".join(words.do_not) if words else ""


def guide(turn: Audience, request: Request) -> str | None:
    """The practice whose steps are for this person: the one of a deadline that runs, else the first one where the
    message means it. The steps of a law with deadlines are for those whose deadline runs."""
    ranked = request.decision.get("practices", [])[:SHOWN]
    laws = {clock.id: clock.practice for clock in turn.catalogue.clocks if clock.practice}
    running = {laws.get(one["id"]) for one in request.decision.get("clocks", [])}
    asker = turn.requester.serves
    for at, one in enumerate(ranked):
        entry = turn.catalogue.entry(Kind.PRACTICE, one["id"])
        if entry is None or not eligibility.serves(entry, asker):
            continue
        meant = at == 0 and one["score"] >= MEANT and entry.id not in laws.values()
        if meant or entry.id in running:
            return entry.id
    return None


def without_guide(turn: Audience, request: Request) -> list[str]:
    """The practices of a decision whose steps are left out."""
    told = guide(turn, request)
    return [one["id"] for one in request.decision.get("practices", []) if one["id"] != told]


def paragraphs(*parts: str) -> str:
    """The parts that are not empty, as paragraphs."""
    return "\n\n".join(part for part in parts if part)


def find(turn: Audience, decision: Decision) -> Answer:
    """Look up what the decision names, leaving out what has gone since."""

    def named(look_up: LookUp[T], ranked: Sequence[Scored], limit: int) -> tuple[T, ...]:
        found = (look_up(turn.session, one.id, turn.language) for one in ranked[:limit])
        return tuple(one for one in found if one is not None)

    return Answer(
        practices=named(library.practice, decision.practices, SHOWN),
        organisations=named(library.organisation, decision.organisations, SHOWN),
        terms=named(library.term, decision.terms, 1),
        trainings=named(library.training, decision.trainings, SHOWN),
        networks=named(library.network, decision.networks, SHOWN),
    )


def _opening(turn: Audience, decision: Decision, found: Answer) -> str:
    if decision.confidence < explaining.LIKELY:
        return turn.say("If I understood you correctly, this should help.")
    return turn.say("This should help.") if found.practices else turn.say("These organisations can help with this.")


def missing(turn: Audience, decision: Decision) -> str:
    """The one thing that would make the answer better, if it was not told."""
    if decision.question == "place":
        return turn.say("In which country are you? The authority and the deadline depend on it. Just write it here.")
    if decision.question == "time":
        return turn.say(
            "When exactly did it reach you or did you notice it? Just write it here, for example: 20 minutes ago."
        )
    if decision.question == "day":
        return turn.say(
            "The hour you named is still to come today. Was it yesterday? Just write it here, for example: yesterday "
            "14:05."
        )
    return ""


def sections(turn: Audience, found: Answer, untold: Sequence[str] = ()) -> tuple[Section, ...]:
    """First steps of the best practice that has some, good practice, who can help: empty ones are left out.

    `untold` are the practices whose steps are left out.
    """
    first = next((practice for practice in found.practices if practice.steps and practice.id not in untold), None)
    steps = first.steps if first else {}
    parts = [
        Section(turn.say("In a word"), _named_items(found.terms)),
        *(Section(turn.say(name), tuple(Item("", text=step) for step in steps.get(key, ()))) for key, name in _STEPS),
        Section(turn.say("Good practice"), tuple(practice_item(turn, one) for one in found.practices)),
        Section(turn.say("Who can help"), tuple(organisation_item(turn, one) for one in found.organisations)),
        Section(turn.say("Training"), _named_items(found.trainings)),
        Section(turn.say("Networks to join"), _named_items(found.networks)),
    ]
    return tuple(part for part in parts if part.items)


def _named_items(found: Sequence[library.Named]) -> tuple[Item, ...]:
    return tuple(Item(one.name, one.summary, one.url) for one in found)


def practice_item(turn: Audience, practice: library.Practice) -> Item:
    """A practice on a card; what is not confirmed says so."""
    return Item(practice.title, practice.summary, practice.url, "" if practice.is_sure else turn.say("not confirmed"))


def organisation_item(turn: Audience, organisation: library.Organisation) -> Item:
    """An organisation on a card with its sure contacts and what to know before writing to them."""
    notes = []
    if organisation.area:
        notes.append(turn.say("area: {places}", places=" / ".join(organisation.area)))
    if organisation.is_reduced:
        notes.append(turn.say("works with reduced capacity"))
    if not organisation.is_sure:
        notes.append(turn.say("not confirmed: check before you rely on it"))
    contacts = " · ".join(contact for contact in organisation.contacts if contact != organisation.url)
    text = f"{organisation.summary} {contacts}".strip()
    return Item(organisation.name, text, organisation.url, ", ".join(notes))


def ticket_line(turn: Audience, ticket: Ticket) -> str:
    """The number to hold on to, and that one can simply go on writing."""
    return turn.say("Ticket {reference}. What you write next is added to it.", reference=ticket.reference)


def buttons(turn: Audience, request: Request) -> tuple[tuple[Button, ...], ...]:
    """The four ways on from an answer."""
    return (
        (
            turn.button(turn.say("This answers it"), Does.SOLVED, request, Style.PRIMARY),
            turn.button(turn.say("Not what I meant"), Does.NOT_IT, request),
        ),
        (
            turn.button(turn.say("Refer me"), Does.REFER, request),
            turn.button(turn.say("Talk to a person"), Does.HUMAN, request),
        ),
    )


def answer_in_public(turn: Turn, request: Request, decision: Decision) -> None:
    """Where others read along: general advice only, and a way to go on alone. No ticket, no deadline, no reasons."""
    remember(request, decision)
    topic = library.topic(turn.session, request.topic, turn.language) if request.topic else None
    onward = turn.button(turn.say("Continue in private"), Does.CONTINUE, request, Style.PRIMARY)
    private = Button(onward.label, onward.action, style=onward.style, moves_to_private=True)
    card = Card(
        title=topic.name if topic else turn.say("Your request"),
        body=turn.say("Others can read this, so here is general advice only. Let us talk about your case in private."),
        sections=sections(turn, find(turn, decision), without_guide(turn, request)),
        buttons=((private,),),
    )
    turn.reply(card, request)


def solve(turn: Turn, ticket: Ticket, actor: str = "requester") -> bool:
    """Close a ticket with a good end and ask no more. False when it was solved already."""
    followups.answered(turn.session, ticket, "helped")
    followups.cancel(turn.session, ticket)
    changed = move(ticket, State.SOLVED, actor, turn.now)
    coordinating.show(turn, ticket)
    return changed
