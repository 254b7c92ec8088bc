"""What members do in their own conversation with the bot: answer a call, and show who they are."""

from desk import members
from desk.access import linking
from desk.actions import ActionRow
from desk.casework import calls
from desk.conversation.turn import Turn
from desk.members import Member, Right
from desk.messages import Card
from desk.oncall.pages import Page


def acknowledge(turn: Turn, action: ActionRow) -> None:
    """The button of a call was pressed: whoever is first has the ticket, and everybody called is told."""
    member = _me(turn)
    page = turn.session.get(Page, action.details["page"])
    if member is None or page is None:
        turn.whisper(turn.say("These buttons are for the coordinators of this desk."))
    elif not calls.answer(turn, page, member):
        _too_late(turn, page)
    elif page.ticket is None:
        turn.reply(Card(body=turn.say("Thank you. The drill is over.")))
    else:
        turn.reply(Card(body=turn.say("{reference} is yours.", reference=page.ticket.reference)))


def _me(turn: Turn) -> Member | None:
    here, sender = turn.incoming.address, turn.incoming.sender
    member = members.behind(turn.session, here.channel, here.account, sender)
    return member if member is not None and member.may(Right.WORK) else None


def _too_late(turn: Turn, page: Page) -> None:
    by = page.acknowledged_by
    text = turn.say("{name} looks after it.", name=by.name) if by else turn.say("This is over. Nothing is left to do.")
    turn.reply(Card(body=text))


def link(turn: Turn, code: str) -> None:
    """Know from now on that this member writes here. Every code that is not theirs and good gets the same answer."""
    member = linking.use_up(turn.session, code, turn.now)
    if member is None or turn.others_read_along:
        body = turn.say("This code does not work. Make a new one in the console and send it to me in private.")
    else:
        linking.link(turn.session, member, turn.incoming.address, turn.incoming.sender, turn.now)
        body = turn.say("Hello {name}. From now on the desk can call you here.", name=member.name)
    turn.reply(Card(body=body))
