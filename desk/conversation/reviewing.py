"""What coordinators do with the buttons of a ticket's card, and with the forms behind them."""

from collections.abc import Callable

from desk import audit, drafts, members
from desk.actions import ActionRow, Does
from desk.casework import drafting, handling, referring, rerouting
from desk.casework import grounds as reasons
from desk.casework.handling import Taken
from desk.casework.referring import OthersReadAlong
from desk.casework.replying import NothingWritten, TooLong
from desk.conversation import coordinating, forms
from desk.conversation.turn import Turn
from desk.members import Member, Right
from desk.messages import Card, Delivery, Reply
from desk.outbox import add
from desk.referrals import IllegalReferral, Referral, ReferralState
from desk.requests import Request
from desk.tickets import IllegalTransition, Ticket, current, note
from desk.wording import phrase
from routing.catalogue import Kind

NOT_YOURS = phrase("These buttons are for the coordinators of this desk.")
_DONE = phrase("This was done already.")
_TAKEN = phrase("{name} has taken {reference}.")


def press(turn: Turn, action: ActionRow, request: Request) -> None:
    """A coordinator pressed a button or handed in a form. Forms are for the one who opened them."""
    member = member_of(turn)
    if member is None or action.details.get("member", member.id) != member.id:
        turn.whisper(turn.say(NOT_YOURS))
        return
    ticket = request.ticket
    if ticket is None:
        return
    ticket = current(ticket)
    # Of two who act at once, the second finds what the first has done.
    turn.session.refresh(ticket, with_for_update=True)
    audit.record(turn.session, member.actor, action.does.value, ticket.reference, turn.now)
    try:
        _ACTS[action.does](turn, ticket, member, action)
    except Taken as other:
        tell(turn, turn.say(_TAKEN, name=other.by.name, reference=ticket.reference))
    except IllegalTransition:
        tell(turn, turn.say("{reference} is closed already.", reference=ticket.reference))
    except (LookupError, IllegalReferral, OthersReadAlong, NothingWritten, TooLong) as problem:
        tell(turn, turn.say(_PROBLEMS[type(problem)] if type(problem) in _PROBLEMS else _PROBLEMS[LookupError]))


_PROBLEMS: dict[type[Exception], str] = {
    LookupError: phrase("This entry is not in the catalogue any more. Choose another one."),
    IllegalReferral: phrase("This is not possible now: the ticket is closed, or this referral was decided already."),
    OthersReadAlong: phrase("The requester wrote where others read along. They can only be asked in private."),
    NothingWritten: phrase("Nothing was written, so nothing was sent."),
    TooLong: phrase("This is too long to be sent."),
}


def member_of(turn: Turn) -> Member | None:
    """Who acts, if they may. Being at the coordinators' place makes somebody a coordinator."""
    here, sender = turn.incoming.address, turn.incoming.sender
    if coordinating.is_here(turn, here):
        member: Member | None = members.met(
            turn.session, here.channel, here.account, sender, turn.incoming.name or sender, turn.now
        )
    else:
        member = members.behind(turn.session, here.channel, here.account, sender)
    return member if member is not None and member.may(Right.WORK) else None


def tell(turn: Turn, text: str, ticket: Ticket | None = None) -> None:
    """A line that only the member who acted sees. Forms and home pages have no room for one: then it is shown at the
    coordinators' place."""
    place = turn.policy.coordinators
    if place is None or coordinating.is_here(turn, turn.incoming.address):
        turn.whisper(text, ticket)
    else:
        whisper = Reply(place, Card(body=text), turn.language, Delivery.EPHEMERAL, recipient=turn.incoming.sender)
        add(turn.session, whisper, turn.now, ticket=ticket)


def _take(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    if not handling.take(turn, ticket, member):
        tell(turn, turn.say(_TAKEN, name=member.name, reference=ticket.reference))


def _close(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    if not handling.close(turn, ticket, member):
        tell(turn, turn.say("{reference} is closed already.", reference=ticket.reference))


def _reopen(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    if not handling.reopen(turn, ticket, member):
        tell(turn, turn.say("{reference} is open already.", reference=ticket.reference))


def _why(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    why = reasons.explain(turn, ticket.request, turn.language)
    lines = list(why.sentences) if why else []
    if why and why.runner_up:
        lines.append(turn.say("Second: {name}", name=why.runner_up.name))
    tell(turn, "\n".join(lines) or turn.say("A person asked for this directly; nothing was routed."), ticket)
    note(ticket, member.actor, "asked_why", turn.now)


def _chosen(turn: Turn, action: ActionRow, field: str) -> str:
    """What was chosen in a form, or with the button that was pressed."""
    return str(action.details.get(field) or turn.incoming.values.get(field, ""))


def _reroute_to(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    kind, _, id = _chosen(turn, action, "answer").rpartition(":")
    rerouting.reroute(turn, ticket, member, id, Kind(kind) if kind else Kind.TOPIC)


def _propose_to(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    referring.propose(turn, ticket, member, _chosen(turn, action, "organisation").rpartition(":")[2])


def _snooze_until(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    handling.snooze(turn, ticket, member, forms.moment(_chosen(turn, action, "until")))


def _reply_with(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    """The words are there: show what would go out. Handed in again after a look back, the later words count."""
    if (earlier := turn.session.get(drafts.Draft, action.details.get("draft", 0))) is not None:
        drafting.withdraw(turn, earlier)
    draft = drafting.make(turn, ticket, member, turn.incoming.values.get("words", ""))
    action.details = {**action.details, "draft": draft.id}
    forms.confirm(turn, ticket, member, draft)


def _send(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    draft = turn.session.get(drafts.Draft, action.details["draft"])
    if draft is None or not drafting.send(turn, draft, member):
        tell(turn, turn.say(_DONE))


def _discard(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    draft = turn.session.get(drafts.Draft, action.details["draft"])
    if draft is None or not drafting.withdraw(turn, draft):
        tell(turn, turn.say(_DONE))


def _outcome_is(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    referral = turn.session.get_one(Referral, action.details["referral"])
    if not referring.report(turn, referral, member, ReferralState(_chosen(turn, action, "outcome"))):
        tell(turn, turn.say(_DONE))


_Act = Callable[[Turn, Ticket, Member, ActionRow], None]


def _once(act: _Act) -> _Act:
    """What was handed in or chosen is done once, however often it arrives."""

    def first(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
        if action.pressed_at is not None:
            tell(turn, turn.say(_DONE))
            return
        action.pressed_at = turn.now
        act(turn, ticket, member, action)

    return first


_ACTS: dict[Does, _Act] = {
    Does.TAKE: _take,
    Does.CLOSE: _close,
    Does.REOPEN: _reopen,
    Does.WHY: _why,
    Does.REPLY: forms.reply,
    Does.REPLY_WITH: _reply_with,
    Does.SEND: _send,
    Does.DISCARD: _discard,
    Does.REROUTE: forms.reroute,
    Does.REROUTE_TO: _once(_reroute_to),
    Does.PROPOSE: forms.refer,
    Does.PROPOSE_TO: _once(_propose_to),
    Does.SNOOZE: forms.snooze,
    Does.SNOOZE_UNTIL: _once(_snooze_until),
    Does.OUTCOME: forms.outcome,
    Does.OUTCOME_IS: _once(_outcome_is),
}
#: What only members of the desk may press.
FOR_MEMBERS = frozenset(_ACTS)
