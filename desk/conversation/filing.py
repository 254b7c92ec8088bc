"""A file that somebody sends: taken in when they were asked for it, and only then."""

from desk import files
from desk.conversation.turn import Turn
from desk.messages import Card
from desk.tickets import note


def take_in(turn: Turn) -> bool:
    """Keep where the file lies that this person was asked for, and thank them. False when none was asked for."""
    incoming = turn.incoming
    file = next((one for one in incoming.attachments if one.is_file), None)
    asked = files.awaited(turn.session, turn.requester, turn.now) if file else None
    if file is None or asked is None or turn.others_read_along:
        return False
    files.receive(asked, incoming.address.channel, incoming.address.account, file, turn.now)
    note(asked.ticket, "requester", "sent_asked_file", turn.now)
    body = turn.say("Thank you. The coordinators of ticket {reference} can open this file.",
                    reference=asked.ticket.reference)  # fmt: skip
    turn.reply(Card(body=body), asked.ticket.request)
    return True
