"""Asking a requester for a file: only then is one taken in."""

from desk import files
from desk.casework.referring import OthersReadAlong
from desk.conversation import coordinating
from desk.conversation.turn import Desk
from desk.files import AskedFile
from desk.members import Member
from desk.messages import Card
from desk.tickets import IllegalTransition, Ticket, note
from desk.wording import phrase

_ASKED = phrase("A coordinator asks you for a file. Send it here within {hours} hours; other files are not taken in.")


class NoFilesHere(Exception):
    """The channel of the requester takes no files."""


def ask(desk: Desk, ticket: Ticket, member: Member) -> AskedFile:
    """Ask the requester to send one file; the next one they send in time is taken in.

    Raises:
        IllegalTransition: the ticket is closed.
        OthersReadAlong: whoever reads along where they write would see the file.
        NoFilesHere: they cannot send one.
    """
    request = ticket.request
    if ticket.is_closed:
        raise IllegalTransition(f"{ticket.reference} is closed")
    if request.channel not in files.CHANNELS:
        raise NoFilesHere("this channel takes no files")
    if not request.private:
        raise OthersReadAlong("others read along where the requester writes")
    asked = files.ask(desk.session, ticket, member.actor, desk.now)
    audience = desk.facing(request.requester)
    hours = int(files.LASTS.total_seconds()) // 3600
    audience.write(Card(body=audience.say(_ASKED, hours=hours)), request)
    note(ticket, member.actor, "asked_for_file", desk.now)
    coordinating.show(desk, ticket)
    return asked
