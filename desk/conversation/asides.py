"""What members say to each other under a ticket's card. It stays there: only `reply: …`, once confirmed, goes out."""

import re

from sqlalchemy import select

from desk import audit, drafts, notes
from desk.casework import drafting
from desk.casework.replying import LONGEST, NothingWritten, TooLong
from desk.conversation import reviewing
from desk.conversation.turn import Turn
from desk.drafts import Draft
from desk.members import Member
from desk.messages import Arrival
from desk.notes import Note
from desk.outbox import OutboxRow
from desk.tickets import Ticket, current, note
from desk.wording import phrase

_REPLY = re.compile(r"\s*reply\s*[:：](?P<words>.*)", re.IGNORECASE | re.DOTALL)
_SENT = phrase("This has been sent and cannot be taken back. Write another reply if something has to be put right.")
_EDITED = phrase("A changed message is not sent. Write a new one that begins with reply:")
_WITHDRAWN = phrase("This will not be sent.")


def hear(turn: Turn) -> None:
    """Keep it as a note, show the reply that it asks for, or follow a change of either."""
    ticket = _ticket(turn)
    member = reviewing.member_of(turn) if ticket else None
    if ticket is None:
        return
    if member is None:
        turn.whisper(turn.say(reviewing.NOT_YOURS))
    elif turn.incoming.arrival is Arrival.DELETED:
        _deleted(turn, ticket, member)
    elif turn.incoming.arrival is Arrival.EDIT:
        _changed(turn, ticket, member)
    elif _words(turn):
        _said(turn, ticket, member)


def _ticket(turn: Turn) -> Ticket | None:
    """The ticket under whose card this was said."""
    here = turn.incoming.address
    query = select(Ticket).join(OutboxRow, OutboxRow.ticket_id == Ticket.id)
    card = (OutboxRow.message_id == turn.incoming.reply_to, OutboxRow.conversation == here.key)
    ticket = turn.session.scalars(query.where(*card).limit(1)).first() if turn.incoming.reply_to else None
    return current(ticket) if ticket else None


def _words(turn: Turn) -> str:
    """What was said, with the names of the files that came along; they are not downloaded."""
    files = [f"[{one.name or one.kind}]" for one in turn.incoming.attachments]
    return "\n".join(part for part in (turn.incoming.text.strip(), *files) if part)


def _said(turn: Turn, ticket: Ticket, member: Member) -> None:
    reply = _REPLY.fullmatch(turn.incoming.text)
    if reply is None:
        notes.write(turn.session, ticket, member, _words(turn), turn.now, turn.incoming.message_id)
        note(ticket, member.actor, "noted", turn.now)
        return
    try:
        draft = drafting.make(turn, ticket, member, reply["words"], turn.incoming.message_id)
    except NothingWritten:
        turn.whisper(turn.say("Write what to reply behind the colon."))
    except TooLong:
        turn.whisper(turn.say("A reply can have {count} characters at most.", count=LONGEST))
    else:
        drafting.propose(turn, draft)


def _changed(turn: Turn, ticket: Ticket, member: Member) -> None:
    draft, written = _earlier(turn, ticket)
    if draft is not None and draft.reply_key is not None:
        turn.whisper(turn.say(_SENT))
    elif draft is not None and draft.is_open and (reply := _REPLY.fullmatch(turn.incoming.text)):
        _change_draft(turn, draft, reply["words"].strip())
    elif draft is not None and draft.is_open:
        drafting.withdraw(turn, draft)
        _said(turn, ticket, member)
    elif written is not None:
        notes.rewrite(turn.session, written, _words(turn))
        _record(turn, ticket, member, "note_changed")
        _warn(turn)
    elif draft is None and _REPLY.fullmatch(turn.incoming.text) is None:
        _said(turn, ticket, member)
    else:
        _warn(turn)


def _change_draft(turn: Turn, draft: Draft, words: str) -> None:
    """The words stand in a new draft: a press on the one shown before must not send what nobody looked at."""
    drafting.withdraw(turn, draft)
    if words and len(words) <= LONGEST and draft.member is not None:
        drafting.propose(turn, drafting.make(turn, draft.ticket, draft.member, words, draft.origin))


def _warn(turn: Turn) -> None:
    if _REPLY.fullmatch(turn.incoming.text):
        turn.whisper(turn.say(_EDITED))


def _deleted(turn: Turn, ticket: Ticket, member: Member) -> None:
    draft, written = _earlier(turn, ticket)
    if draft is not None and draft.reply_key is not None:
        turn.whisper(turn.say(_SENT))
    elif draft is not None and drafting.withdraw(turn, draft):
        turn.whisper(turn.say(_WITHDRAWN))
    elif written is not None:
        turn.session.delete(written)
        _record(turn, ticket, member, "note_deleted")


def _earlier(turn: Turn, ticket: Ticket) -> tuple[Draft | None, Note | None]:
    """What became of the message when it was written."""
    origin = turn.incoming.message_id or ""
    written = turn.session.scalars(select(Note).filter_by(ticket_id=ticket.id, origin=origin)).first()
    return drafts.by_origin(turn.session, ticket, origin), written


def _record(turn: Turn, ticket: Ticket, member: Member, what: str) -> None:
    audit.record(turn.session, member.actor, what, ticket.reference, turn.now)
