"""Referrals with consent: the person picks one organisation and sees exactly what would be sent."""

from collections.abc import Sequence

from desk import followups, library, referrals
from desk.actions import ActionRow, Does
from desk.conversation import coordinating, helping
from desk.conversation.turn import Audience, Turn
from desk.messages import Button, Card, Item, Section, Style
from desk.referrals import Referral, ReferralState
from desk.requests import Request
from desk.tickets import State, Ticket, move, note, open_ticket
from knowledge.places import country_name

CHOICES = 4
#: What is asked of whoever may be referred: to whom, and whether they agree.
ASKED = "referral"


def choose(turn: Turn, request: Request, named: Sequence[str] = ()) -> None:
    """Ask which organisation, of those that fit or were named. The only one that was named is offered at once."""
    ranked = list(named) or [one["id"] for one in request.decision.get("organisations", [])]
    found = [organisation for id in ranked if (organisation := library.organisation(turn.session, id, turn.language))]
    found = found[:CHOICES]
    if named and len(found) == 1:
        _offer(turn, request, found[0])
        return
    if not found:
        helping.call_person(turn, request, lead=turn.say("I know no organisation for this that I am sure of."))
        return
    rows = [(turn.button(one.name, Does.ORGANISATION, request, organisation=one.id),) for one in found]
    body = turn.say("To whom shall we refer you? Nothing is sent before you have seen it and agreed.")
    request.asked = ASKED
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=body, buttons=(*rows, (human,))), request)


def explain(turn: Turn, request: Request) -> None:
    """What comes next while it is open whether somebody is referred."""
    referral = referrals.standing(turn.session, turn.requester.id)
    if referral is None or referral.state is not ReferralState.OFFERED or referral.ticket.request is not request:
        choose(turn, request)
        return
    body = turn.say(
        "Nothing has been sent yet. You choose: send it with your words, send it anonymously, or send nothing. If you "
        "say yes, a coordinator passes it on to {name} and tells you here when they answer.",
        name=_name(turn, referral.organisation),
    )
    offered = consent_card(turn, request, referral, _name(turn, referral.organisation))
    turn.reply(Card(body=body, buttons=offered.buttons), request, referral.ticket)


def show_consent(turn: Turn, request: Request, action: ActionRow) -> None:
    """Show what this organisation would receive, in full and without what identifies the person."""
    organisation = library.organisation(turn.session, action.details["organisation"], turn.language)
    if organisation is None:
        choose(turn, request)
        return
    _offer(turn, request, organisation)


def _offer(turn: Turn, request: Request, organisation: library.Organisation) -> None:
    referral = referrals.offer(turn.session, _ticket(turn, request), organisation.id, turn.now)
    request.asked = ASKED
    turn.reply(consent_card(turn, request, referral, organisation.name), request, referral.ticket)


def consent_card(turn: Audience, request: Request, referral: Referral, name: str) -> Card:
    """What the organisation would receive, both ways, and the three answers to that."""
    full, anonymous = shared_text(turn, request, anonymous=False), shared_text(turn, request, anonymous=True)
    return Card(
        title=turn.say("Refer you to {name}?", name=name),
        body=turn.say("This is what they would receive. You can withdraw at any time before it is sent."),
        sections=(
            Section(turn.say("With your words"), (Item("", full),)),
            Section(turn.say("Anonymous"), (Item("", anonymous),)),
        ),
        buttons=(
            (_agree(turn, request, turn.say("Send with my words"), referral.id, full, anonymous=False),),
            (_agree(turn, request, turn.say("Send anonymously"), referral.id, anonymous, anonymous=True),),
            (turn.button(turn.say("Do not send"), Does.NO_CONSENT, request, referral=referral.id),),
        ),
    )


def shared_text(turn: Audience, request: Request, *, anonymous: bool) -> str:
    """What an organisation would read. Anonymous: topic, country and kind of requester, not a word of theirs."""
    topic = library.topic(turn.session, request.topic, turn.language) if request.topic else None
    lines = [turn.say("Topic: {topic}", topic=topic.name if topic else "-")]
    if turn.requester.country:
        lines.append(turn.say("Country: {country}", country=country_name(turn.requester.country, turn.language)))
    if not anonymous:
        lines.append(turn.say("In their words: {text}", text=request.text))
    return "\n".join(lines)


def _agree(turn: Audience, request: Request, label: str, referral: int, text: str, *, anonymous: bool) -> Button:
    """A yes to the text that is shown with it, whatever is told after that."""
    style = Style.PLAIN if anonymous else Style.PRIMARY
    return turn.button(label, Does.CONSENT, request, style, referral=referral, anonymous=anonymous, text=text)


def consent(turn: Turn, request: Request, action: ActionRow) -> None:
    """Record the yes, hand the referral to the coordinators who send it, and say how to take it back."""
    anonymous = bool(action.details["anonymous"])
    text = action.details.get("text") or shared_text(turn, request, anonymous=anonymous)
    agree(turn, request, meant(turn, action), text, anonymous=anonymous)


def meant(turn: Turn, action: ActionRow) -> Referral:
    """The referral that a button is about."""
    return turn.session.get_one(Referral, action.details["referral"])


def agree(turn: Turn, request: Request, referral: Referral, text: str, *, anonymous: bool) -> None:
    """The same for a referral, whichever way the person said yes to it."""
    if referral.state is not ReferralState.OFFERED:
        turn.reply(Card(body=turn.say("You have decided on this already.")), request, referral.ticket)
        return
    request.asked = None
    referrals.agree(referral, anonymous=anonymous, shared_text=text, now=turn.now)
    ticket = referral.ticket
    if not ticket.is_closed and ticket.state is not State.REFERRED:
        move(ticket, State.REFERRED, "requester", turn.now, organisation=referral.organisation, anonymous=anonymous)
    name = _name(turn, referral.organisation)
    body = turn.say("Thank you. A coordinator passes this on to {name} and tells you here when they answer.", name=name)
    withdraw = turn.button(turn.say("Withdraw my consent"), Does.WITHDRAW, request, referral=referral.id)
    turn.reply(Card(body=body, buttons=((withdraw,),)), request, ticket)
    coordinating.show(turn, ticket)


def refuse(turn: Turn, request: Request, action: ActionRow) -> None:
    """No consent: nothing is sent, and the answer so far still stands."""
    _withdraw(turn, meant(turn, action))
    request.asked = None
    body = turn.say("Nothing is sent. You can still contact them yourself, or talk to a person here.")
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=body, buttons=((human,),)), request)


def withdraw(turn: Turn, request: Request, referral: Referral) -> None:
    """Take a consent back, as long as nothing has been sent."""
    done = _withdraw(turn, referral)
    withdrawn = turn.say("Your consent is withdrawn. Nothing will be sent.")
    too_late = turn.say("It has been sent already. A coordinator will ask them to delete it.")
    turn.reply(Card(body=withdrawn if done else too_late), request)


def withdraw_latest(turn: Turn) -> None:
    """Take back the last yes that still stands, or the referral that was last shown; say so where there is none."""
    referral = referrals.standing(turn.session, turn.requester.id)
    if referral is None:
        body = turn.say(
            "You have agreed to no referral, so nothing is passed on. Each agreement names one organisation. To delete "
            "everything kept about you, send /forget."
        )
        turn.reply(Card(body=body))
    else:
        withdraw(turn, referral.ticket.request, referral)


def agree_anonymously(turn: Turn) -> bool:
    """Say yes to the referral that was last shown, without the person's words. False when none is open."""
    referral = referrals.standing(turn.session, turn.requester.id)
    if referral is None or referral.state is not ReferralState.OFFERED:
        return False
    request = referral.ticket.request
    agree(turn, request, referral, shared_text(turn, request, anonymous=True), anonymous=True)
    return True


def _withdraw(turn: Turn, referral: Referral) -> bool:
    ticket = referral.ticket
    was_sent = referral.state not in (ReferralState.OFFERED, ReferralState.CONSENTED, ReferralState.WITHDRAWN)
    if was_sent:
        note(ticket, "requester", "asked_to_delete", turn.now, organisation=referral.organisation)
    else:
        referrals.advance(referral, ReferralState.WITHDRAWN, turn.now)
        note(ticket, "requester", "consent_refused", turn.now, organisation=referral.organisation)
    if referral.consent is not None and referral.consent.withdrawn_at is None:
        referral.consent.withdrawn_at = turn.now
    if ticket.state is State.REFERRED:
        move(ticket, State.WAITING, "requester", turn.now)
    coordinating.show(turn, ticket)
    return not was_sent


def _ticket(turn: Turn, request: Request) -> Ticket:
    ticket = request.ticket
    if ticket is None:
        ticket = open_ticket(turn.session, request, "normal", State.ANSWERED, turn.now)
        followups.schedule(turn.session, ticket, turn.policy, turn.time_zone, turn.now)
    return ticket


def _name(turn: Turn, organisation: str) -> str:
    found = library.organisation(turn.session, organisation, turn.language)
    return found.name if found else organisation
