"""One conversation as the person in it sees it: what they said and what the desk answered, in order.

For channels that keep no history of their own. Nothing is stored for it: it is read from the inbox and the outbox.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import inbox, outbox
from desk.inbox import InboxRow
from desk.messages import Address, Arrival, Delivery, Incoming, Reply
from desk.outbox import OutboxRow, OutboxState
from desk.people import Identity, Requester
from desk.requests import Message

# Rows of each table that are read at most, the newest ones.
LONGEST = 200
_incoming = TypeAdapter(Incoming)
_reply = TypeAdapter(Reply)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAYING = (Arrival.TEXT, Arrival.COMMAND, Arrival.PRESS)


@dataclass(frozen=True, slots=True)
class Stamp:
    """How far a conversation has come: moment (microseconds) of the newest, and number, of what was heard and answered.

    The numbers give away what the moments hide: a row that was committed late, before the newest, or one that was
    deleted. Row ids would not do: after a deletion SQLite gives the same ones out again.
    """

    heard: int = 0
    heard_count: int = 0
    answered: int = 0
    answered_count: int = 0

    def __str__(self) -> str:
        return f"{self.heard}.{self.heard_count}.{self.answered}.{self.answered_count}"

    @classmethod
    def parse(cls, text: str) -> "Stamp":
        """The stamp of that text; the very beginning when it is none."""
        found = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})", text)
        return cls(*map(int, found.groups())) if found else cls()


@dataclass(frozen=True, slots=True)
class Pulse:
    """A conversation at one moment. `busy`: something said is not answered, or an answer not sent, yet."""

    stamp: Stamp = Stamp()
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Something the person did. `text` is what they wrote, or the label of the button they `pressed`."""

    id: int
    at: datetime
    text: str
    command: str | None = None
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """Something the desk said. An edit keeps `id`, the key it was first said with, and `at`, but has its own `key`."""

    id: str
    key: str
    at: datetime
    reply: Reply
    sent: int
    place: int


Entry = Said | Answered


@dataclass(frozen=True, slots=True)
class Transcript:
    """The entries in order, oldest first. `whole` is false when there are earlier ones that are left out."""

    entries: tuple[Entry, ...] = ()
    stamp: Stamp = Stamp()
    whole: bool = True
    rows: tuple[tuple[int, ...], tuple[int, ...]] = field(default=((), ()), repr=False)


def read(session: Session, conversation: str) -> Transcript:
    """What can be seen of a conversation now (`conversation` is an `Address.key`)."""
    heard = _newest(session.scalars(_latest(InboxRow, conversation)))
    sent = _newest(session.scalars(_latest(OutboxRow, conversation).where(OutboxRow.state == OutboxState.SENT)))
    answers = _answers(sent)
    entries: list[Entry] = [*_sayings(session, conversation, heard, _labels(sent)), *answers]
    stamp = pulses(session, [conversation])[conversation].stamp
    rows = tuple(_micros(row.received_at) for row in heard), tuple(_micros(_sent_at(row)) for row in sent)
    whole = (stamp.heard_count, stamp.answered_count) == (len(heard), len(sent))
    return Transcript(tuple(sorted(entries, key=_moment)), stamp, whole, rows)


def changed(transcript: Transcript, seen: Stamp) -> tuple[Entry, ...]:
    """The entries that somebody who knows the conversation up to `seen` has to be shown."""
    now, (heard, sent) = transcript.stamp, transcript.rows
    late = now.heard_count - sum(at > seen.heard for at in heard) != seen.heard_count
    late = late or now.answered_count - sum(at > seen.answered for at in sent) != seen.answered_count
    return tuple(entry for entry in transcript.entries if late or _is_newer(entry, seen))


def pulses(session: Session, conversations: Collection[str]) -> dict[str, Pulse]:
    """The pulse of each of these conversations, in two queries however many they are."""
    found = dict.fromkeys(conversations, Pulse())
    for key, state, count, newest in session.execute(_census(InboxRow, InboxRow.received_at, conversations)):
        old = found[key]
        heard, heard_count = max(old.stamp.heard, _micros(newest)), old.stamp.heard_count + count
        stamp = replace(old.stamp, heard=heard, heard_count=heard_count)
        found[key] = Pulse(stamp, old.busy or state in inbox.UNFINISHED)
    for key, state, count, newest in session.execute(_census(OutboxRow, OutboxRow.sent_at, conversations)):
        old = found[key]
        stamp = old.stamp
        if state is OutboxState.SENT:
            stamp = replace(stamp, answered=_micros(newest), answered_count=count)
        found[key] = Pulse(stamp, old.busy or state in outbox.UNFINISHED)
    return found


def stored_file(session: Session, conversation: str, key: str) -> Reply | None:
    """The document that was sent to this conversation under a key; None for any other conversation's."""
    query = select(OutboxRow).filter_by(conversation=conversation, key=key, state=OutboxState.SENT)
    row = session.scalars(query).first()
    reply = _reply.validate_python(row.payload) if row else None
    return reply if reply and reply.delivery is Delivery.FILE else None


def person(session: Session, address: Address, sender: str) -> Requester | None:
    """Who is behind this sender, once the desk has recognised them."""
    query = select(Identity).filter_by(channel=address.channel, account=address.account, sender=sender)
    identity = session.scalars(query).first()
    return identity.requester if identity else None


def _latest(table: type[InboxRow] | type[OutboxRow], conversation: str) -> Any:
    return select(table).filter_by(conversation=conversation).order_by(table.id.desc()).limit(LONGEST)


def _census(table: type[InboxRow] | type[OutboxRow], moment: Any, conversations: Collection[str]) -> Any:
    query = select(table.conversation, table.state, func.count(), func.max(moment))
    return query.where(table.conversation.in_(conversations)).group_by(table.conversation, table.state)


def _newest(rows: Iterable[Any]) -> list[Any]:
    return list(rows)[::-1]


def _moment(entry: Entry) -> tuple[datetime, bool, int]:
    # What was said comes before what was answered in the same instant.
    return (entry.at, True, entry.place) if isinstance(entry, Answered) else (entry.at, False, entry.id)


def _is_newer(entry: Entry, seen: Stamp) -> bool:
    return _micros(entry.at) > seen.heard if isinstance(entry, Said) else entry.sent > seen.answered


def _micros(moment: datetime | None) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) if moment else 0


def _sent_at(row: OutboxRow) -> datetime:
    return row.sent_at or row.created_at


def _answers(rows: Sequence[OutboxRow]) -> list[Answered]:
    """Replies as they stand after all edits. An edit of something that is not there any more is a new entry."""
    entries: dict[str, Answered] = {}
    roots: dict[str, str] = {}
    for row in rows:
        reply = _reply.validate_python(row.payload)
        if reply.delivery is Delivery.HOME:
            continue
        root = roots.get(reply.replaces or reply.target or "") if reply.delivery is Delivery.EDIT else None
        roots[row.key] = root or row.key
        id, sent_at = roots[row.key], _sent_at(row)
        old = entries.get(id)
        at, place = (old.at, old.place) if old else (sent_at, row.id)
        entries[id] = Answered(id, row.key, at, reply, _micros(sent_at), place)
    return list(entries.values())


def _labels(rows: Sequence[OutboxRow]) -> dict[str, str]:
    """What is written on every button that was ever shown here, by its token."""
    cards = [_reply.validate_python(row.payload).card for row in rows]
    buttons = [button for card in cards for line in card.buttons for button in line]
    return {button.action: button.label for button in buttons if button.action}


def _sayings(session: Session, conversation: str, rows: Sequence[InboxRow], labels: dict[str, str]) -> list[Said]:
    kept = _kept_words(session, conversation, [row.external_id for row in rows if row.emptied])
    found = (_saying(row, labels, kept.get(row.external_id, "")) for row in rows)
    return [one for one in found if one.text or one.command]


def _saying(row: InboxRow, labels: dict[str, str], kept: str) -> Said:
    if row.emptied:
        return Said(row.id, row.received_at, kept)
    incoming = _incoming.validate_python(row.payload)
    if incoming.arrival is Arrival.PRESS:
        return Said(row.id, row.received_at, labels.get(incoming.action or "", ""), pressed=True)
    text = incoming.text if incoming.arrival in _SAYING else ""
    return Said(row.id, row.received_at, text, incoming.command)


def _kept_words(session: Session, conversation: str, origins: Collection[str]) -> dict[str, str]:
    """Words of events that were emptied since; for this the channel must use one id for event and message."""
    query = select(Message.origin, Message.text).where(
        Message.conversation == conversation, Message.origin.in_(origins)
    )
    return {row.origin or "": row.text for row in session.execute(query.order_by(Message.id))} if origins else {}
