"""What members say to each other under a ticket's card. It stays there: only words that are meant for the requester
(`reply: …`, or what the channel has for it), once confirmed, go out."""

from sqlalchemy import select

from desk import audit, drafts, notes
from desk.actions import Does
from desk.casework import digest, drafting
from desk.casework.replying import LONGEST, NothingWritten, TooLong
from desk.conversation import desk_home, forms, reviewing
from desk.conversation.turn import Turn
from desk.drafts import Draft
from desk.members import Member
from desk.messages import Arrival
from desk.notes import Note
from desk.outbox import OutboxRow
from desk.tickets import Ticket, current, note
from desk.wording import phrase

_SENT = phrase("This has been sent and cannot be taken back. Write another reply if something has to be put right.")
_EDITED = phrase("A changed message is not sent. Write a new one that begins with {sign}")
_FILES = phrase("A message with a file is not sent: it was kept as a note. Write what to reply without one.")
_WITHDRAWN = phrase("This will not be sent.")


def hear(turn: Turn) -> None:
    """Keep it as a note, show the reply that it asks for, or follow a change of either."""
    ticket, asks_for_list = _ticket(turn), turn.incoming.arrival is Arrival.COMMAND
    member = reviewing.member_of(turn) if ticket or asks_for_list else None
    if ticket is None and not asks_for_list:
        return
    if member is None:
        turn.whisper(turn.say(reviewing.NOT_YOURS))
    elif asks_for_list or ticket is None:
        _list(turn, member)
    elif turn.incoming.arrival is Arrival.DELETED:
        _deleted(turn, ticket, member)
    elif turn.incoming.arrival is Arrival.EDIT:
        _changed(turn, ticket, member)
    elif _words(turn) or turn.incoming.for_requester:
        _said(turn, ticket, member)


def _list(turn: Turn, member: Member) -> None:
    if turn.incoming.command == "desk":
        desk_home.show(turn, member)
    else:
        turn.reply(digest.card(turn))


def _ticket(turn: Turn) -> Ticket | None:
    """The ticket under whose card this was said."""
    here = turn.incoming.address
    query = select(Ticket).join(OutboxRow, OutboxRow.ticket_id == Ticket.id).limit(1)
    for column, id in ((OutboxRow.thread, here.thread), (OutboxRow.message_id, turn.incoming.reply_to)):
        card = (column == id, OutboxRow.conversation == here.key)
        if id is not None and (ticket := turn.session.scalars(query.where(*card)).first()) is not None:
            return current(ticket)
    return None


def _asked(turn: Turn) -> Does | None:
    """What the message asks for that this one answers, if it asks for anything."""
    if turn.incoming.reply_to is None:
        return None
    mine = {"message_id": turn.incoming.reply_to, "conversation": turn.incoming.address.key}
    rows = turn.session.scalars(select(OutboxRow.payload).filter_by(**mine))
    return next((Does(row["asks"]) for row in rows if row.get("asks")), None)


def _words(turn: Turn) -> str:
    """What was said, with the names of the files that came along; they are not downloaded."""
    files = [f"[{one.name or one.kind}]" for one in turn.incoming.attachments]
    return "\n".join(part for part in (turn.incoming.text.strip(), *files) if part)


def _for_requester(turn: Turn) -> bool:
    """Whether the words are meant to be sent. Nothing was downloaded, so words that came with a file are not."""
    meant = turn.incoming.for_requester or _asked(turn) is Does.REPLY_WITH
    return meant and not turn.incoming.attachments


def _said(turn: Turn, ticket: Ticket, member: Member) -> None:
    asked = _asked(turn)
    if _for_requester(turn):
        _propose(turn, ticket, member)
    elif asked in forms.SEARCHED and not turn.incoming.for_requester:
        forms.narrow(turn, ticket, asked, turn.incoming.text)
    else:
        notes.write(turn.session, ticket, member, _words(turn), turn.now, turn.incoming.message_id)
        note(ticket, member.actor, "noted", turn.now)
        if turn.incoming.attachments and (turn.incoming.for_requester or asked is Does.REPLY_WITH):
            turn.whisper(turn.say(_FILES))


def _propose(turn: Turn, ticket: Ticket, member: Member) -> None:
    try:
        draft = drafting.make(turn, ticket, member, turn.incoming.text, turn.incoming.message_id)
    except NothingWritten:
        turn.whisper(turn.say("Write what to reply behind {sign}", sign=turn.policy.reply_sign))
    except TooLong:
        turn.whisper(turn.say("A reply can have {count} characters at most.", count=LONGEST))
    else:
        drafting.propose(turn, draft)


def _changed(turn: Turn, ticket: Ticket, member: Member) -> None:
    draft, written = _earlier(turn, ticket)
    if draft is not None and draft.reply_key is not None:
        turn.whisper(turn.say(_SENT))
    elif draft is not None and draft.is_open and _for_requester(turn):
        _change_draft(turn, draft, turn.incoming.text.strip())
    elif draft is not None and draft.is_open:
        drafting.withdraw(turn, draft)
        _said(turn, ticket, member)
    elif written is not None:
        notes.rewrite(turn.session, written, _words(turn))
        _record(turn, ticket, member, "note_changed")
        _warn(turn)
    elif draft is None and not _for_requester(turn):
        _said(turn, ticket, member)
    else:
        _warn(turn)


def _change_draft(turn: Turn, draft: Draft, words: str) -> None:
    """The words stand in a new draft: a press on the one shown before must not send what nobody looked at."""
    drafting.withdraw(turn, draft)
    if words and len(words) <= LONGEST and draft.member is not None:
        drafting.propose(turn, drafting.make(turn, draft.ticket, draft.member, words, draft.origin))


def _warn(turn: Turn) -> None:
    if _for_requester(turn):
        turn.whisper(turn.say(_EDITED, sign=turn.policy.reply_sign))


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
