"""Forms for coordinators. A channel that has none asks the same in a message: choices are buttons, and words are what
answers it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from desk import actions, outbox
from desk.actions import ActionRow, Does
from desk.casework import drafting, grounds, histories, referring
from desk.casework.grounds import Named
from desk.casework.replying import LONGEST
from desk.casework.suggesting import suggest
from desk.conversation import boards, coordinating, learning
from desk.conversation.turn import Turn
from desk.drafts import Draft
from desk.hours import in_waking_hours, local_time, zone_named
from desk.members import Member
from desk.messages import Address, Button, Card, Choice, Delivery, Field, FieldKind, Form, Item, Reply, Section
from desk.referrals import TRANSITIONS, Referral
from desk.tickets import Ticket
from desk.wording import phrase, translate
from routing.catalogue import Kind

CHOICES = 6
#: Slack takes no longer field.
WORDS = min(LONGEST, 3000)
#: What is searched for, by what choosing it does.
SEARCHED = {Does.REROUTE_TO: "answer", Does.PROPOSE_TO: "organisation"}
_HINTS = {
    FieldKind.WORDS: phrase("Answer this message with your words, or begin a message with {sign}"),
    FieldKind.SEARCH: phrase("Something else? Answer this message with a few letters of its name."),
}


def fill(turn: Turn, ticket: Ticket, card: Card, form: Form) -> None:
    """Put this into the form that the channel has opened for the one who acts. It goes when the ticket is deleted."""
    here, sender = turn.incoming.address, turn.incoming.sender
    alone = Address(here.channel, here.account, sender)
    filled = Reply(alone, card, turn.language, Delivery.FORM, sender, turn.incoming.form, form=form)
    outbox.add(turn.session, filled, turn.now, ticket=ticket)


def _ask(turn: Turn, ticket: Ticket, member: Member, does: Does, card: Card, form: Form, **details: object) -> None:
    """Ask for the only field of a form, whose `action` follows from what handing it in does."""
    if turn.incoming.form is None:
        _ask_in_words(turn, ticket, does, replace(card, title=form.title), form.fields[0], **details)
        return
    token = actions.offer(turn.session, does, turn.now, None, ticket.request, member=member.id, **details)
    fill(turn, ticket, card, replace(form, action=token))


def _ask_in_words(turn: Turn, ticket: Ticket, does: Does, card: Card, field: Field, **details: object) -> None:
    """For channels that have opened no form: whoever is there may press a button, or answer."""
    rows = []
    for one in field.choices:
        given = {field.name: one.value, **details}
        rows.append((Button(one.label, actions.offer(turn.session, does, turn.now, None, ticket.request, **given)),))
    hint = turn.say(_HINTS[field.kind], sign=turn.policy.reply_sign) if field.kind in _HINTS else ""
    footer = "\n".join(part for part in (card.footer, field.hint, hint) if part)
    asks = does if field.kind in _HINTS else None
    coordinating.under(turn, ticket, replace(card, footer=footer, buttons=tuple(rows)), asks=asks)


def narrow(turn: Turn, ticket: Ticket, does: Does, typed: str) -> None:
    """Offer what fits the letters that somebody has answered with."""
    name = SEARCHED[does]
    found = suggest(turn.catalogue, turn.policy.default_language, name, typed)
    choices = tuple(islice((choice for one in found for choice in one.choices), CHOICES))
    body = "" if choices else turn.say("Nothing fits these letters.")
    card = Card(title=turn.say("Which one?"), body=body)
    _ask_in_words(turn, ticket, does, card, Field(name, "", FieldKind.SEARCH, choices))


def reply(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask for the words to send."""
    asked = Section(
        turn.say("{who} wrote:", who=boards.known_as(ticket.request, turn.language)), (Item("", ticket.request.text),)
    )
    card = Card(sections=(asked,)) if turn.incoming.form else Card()
    title = turn.say("Reply to {reference}", reference=ticket.reference)
    field = Field("words", turn.say("Your reply"), most=WORDS, hint=turn.say("You see it once more before it is sent."))
    _ask(turn, ticket, member, Does.REPLY_WITH, card, Form(title, "", turn.say("Preview"), (field,), True))


def confirm(turn: Turn, ticket: Ticket, member: Member, draft: Draft) -> None:
    """Show a reply as the requester would get it."""
    token = actions.offer(turn.session, Does.SEND, turn.now, None, ticket.request, member=member.id, draft=draft.id)
    fill(turn, ticket, drafting.preview(turn, draft), Form(turn.say("This would be sent"), token, turn.say("Send")))


def reroute(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask which answer fits better."""
    kept = turn.say("Your choice is kept for review, so that I can learn from it.")
    footer = kept if learning.is_kept(ticket.request) else ""
    why = grounds.explain(turn, ticket.request, turn.language)
    choices = _choices(why.alternatives if why else ())
    hint = turn.say("The requester gets the better answer and is told that a coordinator looked at it.")
    label = turn.say("A topic, practice or organisation")
    field = Field("answer", label, FieldKind.SEARCH, choices, _first(choices), hint)
    body = turn.say("Which topic fits {reference} better?", reference=ticket.reference)
    card = Card(body=ticket.request.text if turn.incoming.form else body, footer=footer)
    title = turn.say("Re-route {reference}", reference=ticket.reference)
    _ask(turn, ticket, member, Does.REROUTE_TO, card, Form(title, "", turn.say("Re-route"), (field,)))


def refer(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask to which organisation."""
    body = turn.say("The requester is asked first. Nothing is sent before they agree.")
    why = grounds.explain(turn, ticket.request, turn.language)
    choices = _choices(why.organisations if why else ())
    field = Field("organisation", turn.say("Organisation"), FieldKind.SEARCH, choices, _first(choices))
    title = turn.say("Refer {reference}", reference=ticket.reference)
    form = Form(title, "", turn.say("Ask the requester"), (field,))
    _ask(turn, ticket, member, Does.PROPOSE_TO, Card(body=body), form)


def _choices(entries: Iterable[Named]) -> tuple[Choice, ...]:
    return tuple(Choice(one.name, f"{one.kind.value}:{one.id}") for one in islice(entries, CHOICES))


def _first(choices: tuple[Choice, ...]) -> Choice | None:
    return choices[0] if choices else None


def snooze(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask until when."""
    body = turn.say("What the requester writes wakes it too. Deadlines do not move.")
    options = _moments(turn, ticket, member)
    field = Field("until", turn.say("Until"), FieldKind.CHOICE, options, options[0])
    title = turn.say("Snooze {reference}", reference=ticket.reference)
    _ask(turn, ticket, member, Does.SNOOZE_UNTIL, Card(body=body), Form(title, "", turn.say("Snooze"), (field,)))


AWAKE = "awake"


def _moments(turn: Turn, ticket: Ticket, member: Member) -> tuple[Choice, ...]:
    zone = member.time_zone if zone_named(member.time_zone) else turn.policy.time_zone
    morning = datetime.combine(turn.now.astimezone(ZoneInfo(zone or "UTC")).date(), time(9), ZoneInfo(zone or "UTC"))
    days = (1, 3, 7, 14, 30)
    moments = [turn.now + timedelta(hours=3), *(in_waking_hours(morning, zone or "UTC", count) for count in days)]
    wake = (Choice(turn.say("Wake it now"), AWAKE),) if ticket.snoozed_until else ()
    return (*wake, *(Choice(local_time(one, zone or "UTC", turn.language), one.isoformat()) for one in moments))


def moment(chosen: str) -> datetime | None:
    """The moment a choice stands for, None for being awake."""
    return None if chosen in ("", AWAKE) else datetime.fromisoformat(chosen)


def outcome(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask how far a referral has come."""
    referral = turn.session.get_one(Referral, action.details["referral"])
    steps = [step for step in referring.REPORTABLE if step in TRANSITIONS.get(referral.state, ())]
    if not steps:
        turn.whisper(turn.say("Nothing can be reported on this referral now."))
        return
    named = histories.REFERRAL_STATES
    options = tuple(Choice(translate(turn.language, named[step.value]), step.value) for step in steps)
    field = Field("outcome", turn.say("What has become of it"), FieldKind.CHOICE, options)
    name = grounds.name_of(turn, Kind.ORGANISATION, referral.organisation, turn.language)
    card = Card(body=turn.say("{reference} at {name}", reference=ticket.reference, name=name))
    form = Form(turn.say("Referral"), "", turn.say("Report"), (field,))
    _ask(turn, ticket, member, Does.OUTCOME_IS, card, form, referral=referral.id)
