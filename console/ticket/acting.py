"""What members do with a ticket besides writing: one act per address, refused when the ticket has moved on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console import refusals
from console.pages import done
from console.premises import Premises
from console.refusals import Refusal
from console.ticket import entrance, moments, onward
from console.ticket.entrance import Hands
from console.visitors import Visitor, check_form, visitor
from desk.casework import asking, following, handling, joining, referring
from desk.casework.asking import NoFilesHere
from desk.casework.following import AskedAlready
from desk.casework.handling import Taken
from desk.casework.joining import NothingToSplit
from desk.casework.referring import OthersReadAlong
from desk.conversation.coordinating import URGENCIES
from desk.followups import FollowUp
from desk.members import Member, Right
from desk.referrals import IllegalReferral, Referral, ReferralState
from desk.tickets import IllegalTransition, State, Ticket
from desk.wording import phrase

router = APIRouter(prefix="/console/tickets", dependencies=[Depends(check_form)], include_in_schema=False)
Worker = Annotated[Visitor, Depends(visitor(Right.WORK))]
Form = Annotated[dict[str, str], Depends(entrance.filled_in)]
_STATE = phrase("This cannot be done with a ticket in this state. Reopen it first, or look at what happened.")


@router.post("/{reference}/acts/{act}")
def do(request: Request, one: Worker, reference: str, act: str, form: Form) -> Response:
    """Carry out one act of `_ACTS`."""
    if act not in _ACTS:
        raise refusals.not_here()
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        hands = entrance.take_up(request, one, session, reference, form)
        if (instead := entrance.changed(hands)) is not None:
            return instead
        place = onward.place(hands)
        try:
            to, notice = _ACTS[act](hands)
        except Exception as error:
            raise _refused(error) from error
        hands.audit(act)
        return onward.go_on(hands, place, notice) if act == "close" else done(entrance.back(hands, to), notice)


def _refused(error: Exception) -> Exception:
    """What went wrong, in words that tell what to do."""
    if isinstance(error, Taken):
        return Refusal(409, phrase("{name} has taken it already."), name=error.by.name)
    text = next((text for kind, text in _REFUSALS.items() if isinstance(error, kind)), None)
    return Refusal(409, text) if text else error


_REFUSALS: dict[type[Exception], str] = {
    IllegalTransition: _STATE,
    IllegalReferral: phrase("This step cannot follow. A referral is only sent after the requester has agreed to it."),
    OthersReadAlong: phrase("The requester wrote where others read along. Ask them to write to the desk in private."),
    NothingToSplit: phrase("Choose some of the messages, not all: one at least has to stay."),
    NoFilesHere: phrase("No file can be sent in the channel of this requester."),
    AskedAlready: phrase("This question has been asked or cancelled already."),
}

Outcome = tuple[Ticket, str]


def _plain(hands: Hands, changed: bool, notice: str = "saved") -> Outcome:
    return hands.ticket, notice if changed else "nothing"


def _take(hands: Hands) -> Outcome:
    return _plain(hands, handling.take(hands.desk, hands.ticket, hands.member))


def _assign(hands: Hands) -> Outcome:
    return _plain(hands, handling.assign(hands.desk, hands.ticket, hands.member, _member(hands)))


def _give_back(hands: Hands) -> Outcome:
    return _plain(hands, handling.assign(hands.desk, hands.ticket, hands.member, None))


def _hand_over(hands: Hands) -> Outcome:
    text = hands.form.get("note", "")
    return _plain(hands, handling.hand_over(hands.desk, hands.ticket, hands.member, _member(hands), text))


def _prioritise(hands: Hands) -> Outcome:
    urgency = hands.form.get("urgency", "")
    if urgency not in URGENCIES:
        raise refusals.unreadable()
    return _plain(hands, handling.prioritise(hands.desk, hands.ticket, hands.member, urgency))


def _snooze(hands: Hands) -> Outcome:
    text = hands.form.get("until") or hands.form.get("at", "")
    until = moments.chosen(text, hands.one.time_zone, hands.desk.now)
    if hands.ticket.is_closed:
        raise IllegalTransition
    handling.snooze(hands.desk, hands.ticket, hands.member, until)
    return _plain(hands, changed=True)


def _wake(hands: Hands) -> Outcome:
    handling.snooze(hands.desk, hands.ticket, hands.member, None)
    return _plain(hands, changed=True)


def _close(hands: Hands) -> Outcome:
    to = State.SOLVED if hands.form.get("as") == "solved" else State.CLOSED
    return _plain(hands, handling.close(hands.desk, hands.ticket, hands.member, to))


def _reopen(hands: Hands) -> Outcome:
    return _plain(hands, handling.reopen(hands.desk, hands.ticket, hands.member))


def _merge(hands: Hands) -> Outcome:
    into = _other(hands)
    merged = joining.merge(hands.desk, hands.ticket, hands.member, into)
    return (into, "merged") if merged else (hands.ticket, "linked")


def _link(hands: Hands) -> Outcome:
    return _plain(hands, joining.link(hands.desk, hands.ticket, hands.member, _other(hands)))


def _unlink(hands: Hands) -> Outcome:
    return _plain(hands, joining.unlink(hands.desk, hands.ticket, hands.member, _other(hands)))


def _split(hands: Hands) -> Outcome:
    chosen = {int(one) for one in hands.form.get("messages", "").split(",") if one.isdigit() and len(one) < 16}
    return joining.split(hands.desk, hands.ticket, hands.member, chosen), "split"


def _refer(hands: Hands) -> Outcome:
    organisation = hands.form.get("to", "").removeprefix("organisation:")
    try:
        referring.propose(hands.desk, hands.ticket, hands.member, organisation)
    except LookupError:
        text = phrase("This organisation cannot be shown at present. Look at its entry in the knowledge.")
        raise Refusal(409, text) from None
    return hands.ticket, "asked"


def _ask_file(hands: Hands) -> Outcome:
    asking.ask(hands.desk, hands.ticket, hands.member)
    return hands.ticket, "asked_file"


def _report(hands: Hands) -> Outcome:
    referral = hands.session.get(Referral, _number(hands, "referral"))
    state = hands.form.get("state", "")
    if referral is None or referral.ticket_id != hands.ticket.id or state not in set(ReferralState):
        raise refusals.not_here()
    return _plain(hands, referring.report(hands.desk, referral, hands.member, ReferralState(state)))


def _move_follow_up(hands: Hands) -> Outcome:
    due = moments.chosen(hands.form.get("at", ""), hands.one.time_zone, hands.desk.now)
    following.move(hands.desk, _follow_up(hands), hands.member, due)
    return _plain(hands, changed=True)


def _cancel_follow_up(hands: Hands) -> Outcome:
    following.cancel(hands.desk, _follow_up(hands), hands.member)
    return _plain(hands, changed=True)


_ACTS: dict[str, Callable[[Hands], Outcome]] = {
    "take": _take,
    "assign": _assign,
    "hand-over": _hand_over,
    "give-back": _give_back,
    "urgency": _prioritise,
    "snooze": _snooze,
    "wake": _wake,
    "close": _close,
    "reopen": _reopen,
    "merge": _merge,
    "link": _link,
    "unlink": _unlink,
    "split": _split,
    "refer": _refer,
    "report": _report,
    "ask-file": _ask_file,
    "move-follow-up": _move_follow_up,
    "cancel-follow-up": _cancel_follow_up,
}


def _number(hands: Hands, field: str) -> int:
    text = hands.form.get(field, "")
    if not text.isdigit() or len(text) > 15:
        raise refusals.unreadable()
    return int(text)


def _member(hands: Hands) -> Member:
    found = hands.session.get(Member, _number(hands, "to"))
    if found is None or not found.may(Right.WORK):
        raise Refusal(422, phrase("Choose somebody who works on tickets."))
    return found


def _other(hands: Hands) -> Ticket:
    other = entrance.find(hands.session, hands.form.get("other", ""))
    if other is hands.ticket:
        raise Refusal(422, phrase("This is the ticket itself. Write the reference of another one."))
    return other


def _follow_up(hands: Hands) -> FollowUp:
    found = hands.session.get(FollowUp, _number(hands, "follow_up"))
    if found is None or found.ticket_id != hands.ticket.id:
        raise refusals.not_here()
    return found
