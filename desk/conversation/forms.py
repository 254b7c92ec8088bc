"""Forms for coordinators. A channel that has none gets buttons instead, or is told how to do it in words."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk import actions, outbox
from desk.actions import ActionRow, Does
from desk.casework import drafting, grounds, histories, referring
from desk.casework.grounds import Named
from desk.casework.replying import LONGEST
from desk.conversation import boards, learning
from desk.conversation.turn import Turn
from desk.drafts import Draft
from desk.hours import in_waking_hours, local_time, zone_named
from desk.members import Member
from desk.messages import Address, Button, Card, Choice, Delivery, Field, FieldKind, Form, Item, Reply, Section
from desk.referrals import TRANSITIONS, Referral
from desk.tickets import Ticket
from desk.wording import translate
from routing.catalogue import Kind

CHOICES = 6
#: Slack takes no longer field.
WORDS = min(LONGEST, 3000)


def fill(turn: Turn, ticket: Ticket, card: Card, form: Form) -> None:
    """Put this into the form that the channel has opened for the one who acts. It goes when the ticket is deleted."""
    here, sender = turn.incoming.address, turn.incoming.sender
    alone = Address(here.channel, here.account, sender)
    filled = Reply(alone, card, turn.language, Delivery.FORM, sender, turn.incoming.form, form=form)
    outbox.add(turn.session, filled, turn.now, ticket=ticket)


def _token(turn: Turn, does: Does, ticket: Ticket, member: Member, **details: object) -> str:
    """What handing in a form does; only for the one it was made for."""
    return actions.offer(turn.session, does, turn.now, None, ticket.request, member=member.id, **details)


def _buttons(
    turn: Turn, ticket: Ticket, does: Does, field: str, text: str, entries: Iterable[Named], footer: str = ""
) -> None:
    """The choice as buttons, for channels that have opened no form; whoever is there may press one."""
    rows = []
    for one in entries:
        token = actions.offer(turn.session, does, turn.now, None, ticket.request, **{field: one.id})
        rows.append((Button(one.name, token),))
    turn.reply(Card(body=text, footer=footer, buttons=tuple(rows)))


def reply(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask for the words to send."""
    if turn.incoming.form is None:
        turn.whisper(turn.say("Answer under the card with a message that begins with reply: and confirm it there."))
        return
    asked = Section(
        turn.say("{who} wrote:", who=boards.known_as(ticket.request, turn.language)), (Item("", ticket.request.text),)
    )
    field = Field("words", turn.say("Your reply"), most=WORDS, hint=turn.say("You see it once more before it is sent."))
    token = _token(turn, Does.REPLY_WITH, ticket, member)
    form = Form(
        turn.say("Reply to {reference}", reference=ticket.reference), token, turn.say("Preview"), (field,), True
    )
    fill(turn, ticket, Card(sections=(asked,)), form)


def confirm(turn: Turn, ticket: Ticket, member: Member, draft: Draft) -> None:
    """Show a reply as the requester would get it."""
    token = _token(turn, Does.SEND, ticket, member, draft=draft.id)
    fill(turn, ticket, drafting.preview(turn, draft), Form(turn.say("This would be sent"), token, turn.say("Send")))


def reroute(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask which answer fits better."""
    kept = turn.say("Your choice is kept for review, so that I can learn from it.")
    footer = kept if learning.is_kept(ticket.request) else ""
    body = turn.say("Which topic fits {reference} better?", reference=ticket.reference)
    why = grounds.explain(turn, ticket.request, turn.language)
    others = why.alternatives if why else ()
    if turn.incoming.form is None:
        _buttons(turn, ticket, Does.REROUTE_TO, "topic", body, others[:CHOICES], footer)
        return
    first = Choice(others[0].name, f"{Kind.TOPIC.value}:{others[0].id}") if others else None
    hint = turn.say("The requester gets the better answer and is told that a coordinator looked at it.")
    label = turn.say("A topic, practice or organisation")
    field = Field("answer", label, FieldKind.SEARCH, initial=first, hint=hint)
    title = turn.say("Re-route {reference}", reference=ticket.reference)
    form = Form(title, _token(turn, Does.REROUTE_TO, ticket, member), turn.say("Re-route"), (field,))
    fill(turn, ticket, Card(body=ticket.request.text, footer=footer), form)


def refer(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask to which organisation."""
    body = turn.say("The requester is asked first. Nothing is sent before they agree.")
    why = grounds.explain(turn, ticket.request, turn.language)
    fitting = why.organisations if why else ()
    if turn.incoming.form is None:
        _buttons(turn, ticket, Does.PROPOSE_TO, "organisation", body, fitting)
        return
    first = Choice(fitting[0].name, f"{Kind.ORGANISATION.value}:{fitting[0].id}") if fitting else None
    field = Field("organisation", turn.say("Organisation"), FieldKind.SEARCH, initial=first)
    title = turn.say("Refer {reference}", reference=ticket.reference)
    form = Form(title, _token(turn, Does.PROPOSE_TO, ticket, member), turn.say("Ask the requester"), (field,))
    fill(turn, ticket, Card(body=body), form)


def snooze(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """Ask until when."""
    body = turn.say("What the requester writes wakes it too. Deadlines do not move.")
    options = _moments(turn, ticket, member)
    field = Field("until", turn.say("Until"), FieldKind.CHOICE, options, options[0])
    title = turn.say("Snooze {reference}", reference=ticket.reference)
    form = Form(title, _token(turn, Does.SNOOZE_UNTIL, ticket, member), turn.say("Snooze"), (field,))
    if turn.incoming.form is None:
        turn.whisper(turn.say("This can be done in the console."))
    else:
        fill(turn, ticket, Card(body=body), form)


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
    if turn.incoming.form is None or not steps:
        turn.whisper(turn.say("Nothing can be reported on this referral now."))
        return
    named = histories.REFERRAL_STATES
    options = tuple(Choice(translate(turn.language, named[step.value]), step.value) for step in steps)
    field = Field("outcome", turn.say("What has become of it"), FieldKind.CHOICE, options)
    name = grounds.name_of(turn, Kind.ORGANISATION, referral.organisation, turn.language)
    token = _token(turn, Does.OUTCOME_IS, ticket, member, referral=referral.id)
    body = turn.say("{reference} at {name}", reference=ticket.reference, name=name)
    fill(turn, ticket, Card(body=body), Form(turn.say("Referral"), token, turn.say("Report"), (field,)))
