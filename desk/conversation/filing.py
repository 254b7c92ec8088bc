"""Files that somebody sends: taken in when they were asked for, and only then."""

from desk import files
from desk.conversation.turn import Turn
from desk.files import AskedFile
from desk.messages import Card
from desk.requests import Message
from desk.tickets import note


def take_in(turn: Turn, album: Message | None = None) -> bool:
    """Keep where the files lie that this person was asked for, and thank them once. False when none was asked for.

    `album` is the first message of those that were sent together with this one.
    """
    incoming = turn.incoming
    sent = [one for one in incoming.attachments if one.is_file]
    if not sent or turn.others_read_along:
        return False
    earlier = _taken_in_with(turn, album) if album else None
    asked = earlier or files.awaited(turn.session, turn.requester, turn.now)
    if asked is None:
        return False
    files.receive(turn.session, asked, incoming.address, sent, turn.now)
    if earlier is None:
        note(asked.ticket, "requester", "sent_asked_file", turn.now)
        body = turn.say("Thank you. The coordinators of ticket {reference} can open what you have sent.",
                        reference=asked.ticket.reference)  # fmt: skip
        turn.reply(Card(body=body), asked.ticket.request)
    return True


def _taken_in_with(turn: Turn, album: Message) -> AskedFile | None:
    """The file of an album's first message, when it was asked for."""
    return files.received_as(turn.session, turn.requester, [one["reference"] for one in album.attachments])
