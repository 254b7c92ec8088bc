"""Search over everything, as somebody types: references, what was written to and fro, notes, topics, organisations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import queue, search
from desk.notes import Note
from desk.outbox import OutboxRow
from desk.queue import Line
from desk.referrals import Referral
from desk.requests import Message, Request
from desk.tickets import Ticket, normal_reference
from knowledge.vocabulary import Kind
from knowledge.wordings import names

MOST = 20
_BEFORE, _AROUND = 60, 180
_WORD = re.compile(r"\w+")


class Where(StrEnum):
    """In what the words were found."""

    REFERENCE = "reference"
    REQUEST = "request"
    REPLY = "reply"
    NOTE = "note"
    TOPIC = "topic"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what is shown of a text; `marked` when it was looked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket, where the words were, and the text around them."""

    line: Line
    where: Where
    pieces: tuple[Piece, ...]


def find(session: Session, query: str, language: str) -> list[Found]:
    """The tickets in which the words were seen last: by reference first, then by what was said, then by name."""
    wanted = search.wanted(query)
    if not wanted:
        return []
    places = dict.fromkeys(_by_reference(session, query), (Where.REFERENCE, ""))
    for id, where, text in (*_said(session, query), *_named(session, wanted, language)):
        if len(places) >= MOST:
            break
        places.setdefault(id, (where, text))
    lines = queue.lines_of(session, list(places))
    return [
        Found(lines[id], where, excerpt(text or lines[id].asked, wanted))
        for id, (where, text) in places.items()
        if id in lines
    ]


def _by_reference(session: Session, query: str) -> Sequence[int]:
    beginning = normal_reference(query)
    # Letters that no reference has, such as U, are words; so is what is too short to mean one ticket.
    if not re.fullmatch("GP-[0-9A-Z]{2,5}", beginning):
        return ()
    next_one = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    ids = select(Ticket.id).where(Ticket.reference >= beginning, Ticket.reference < next_one)
    return session.scalars(ids.order_by(Ticket.reference).limit(5)).all()


def _said(session: Session, query: str) -> Iterator[tuple[int, Where, str]]:
    newest = search.newest(session, query)
    if newest is None:
        return
    sources: dict[int, Any] = {}
    for row in queue.sources(session, newest):
        sources.setdefault(row[0], row[1:])
    first = dict(islice(sources.items(), MOST))
    texts_of = _texts(session, first.values())
    for ticket, (message, note, reply) in first.items():
        where = Where.REQUEST if message else Where.NOTE if note else Where.REPLY
        yield ticket, where, texts_of.get((where, message or note or reply), "")


def _texts(session: Session, sources: Iterable[Any]) -> dict[tuple[Where, int], str]:
    messages, notes, replies = (
        ([id for id in ids if id] for ids in zip(*sources, strict=True)) if sources else ((),) * 3
    )
    found: dict[tuple[Where, int], str] = {}
    for id, text in session.execute(select(Message.id, Message.text).where(Message.id.in_(messages))):
        found[Where.REQUEST, id] = text
    for id, text in session.execute(select(Note.id, Note.text).where(Note.id.in_(notes))):
        found[Where.NOTE, id] = text
    for id, payload in session.execute(select(OutboxRow.id, OutboxRow.payload).where(OutboxRow.id.in_(replies))):
        found[Where.REPLY, id] = str(payload["card"]["body"])
    return found


def _named(session: Session, wanted: Sequence[str], language: str) -> Iterator[tuple[int, Where, str]]:
    """Tickets about a topic, or referred to an organisation, that is called so."""
    topics = _called(session, Kind.TOPIC, wanted, language)
    query = select(Ticket.id, Request.topic).join(Request, Ticket.request_id == Request.id)
    for id, name in _latest(session, query.where(Request.topic.in_(topics))) if topics else ():
        yield id, Where.TOPIC, topics[name]
    organisations = _called(session, Kind.ORGANISATION, wanted, language)
    query = select(Ticket.id, Referral.organisation).join(Referral, Referral.ticket_id == Ticket.id)
    for id, name in _latest(session, query.where(Referral.organisation.in_(organisations))) if organisations else ():
        yield id, Where.ORGANISATION, organisations[name]


def _latest(session: Session, query: Any) -> Sequence[Any]:
    return session.execute(query.order_by(Ticket.id.desc()).limit(MOST)).all()


def _called(session: Session, kind: Kind, wanted: Sequence[str], language: str) -> dict[str, str]:
    called = names(session, kind, language)
    return {id: name for id, name in called.items() if _has(search.words(name).split(), wanted)}


def _has(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)


def excerpt(text: str, wanted: Sequence[str]) -> tuple[Piece, ...]:
    """The text around the first of these beginnings of words, with all of them marked."""
    marks = list(_marks(text, wanted))
    begin = max(0, marks[0][0] - _BEFORE) if marks else 0
    end, pieces, at = min(len(text), begin + _AROUND), [Piece("… ")] if begin else [], begin
    for start, stop in marks:
        if start >= end:
            break
        if stop > at:
            pieces += [Piece(text[at : max(at, start)]), Piece(text[max(at, start) : stop], marked=True)]
            at = stop
    pieces += [Piece(text[at:end]), Piece(" …" if end < len(text) else "")]
    return tuple(piece for piece in pieces if piece.text)


def _marks(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        kept = search.words(word[0]).split()
        if not any(one.startswith(tuple(wanted)) for one in kept):
            continue
        folded = "".join(search.folded(word[0]))
        # Chinese is written without blanks, and folds character by character: only what was asked for is marked.
        spots = sorted({at for one in wanted for at in range(len(folded)) if folded.startswith(one, at)})
        if search.is_chinese(folded) and len(folded) == len(word[0]):
            longest = max(map(len, wanted))
            yield from ((word.start() + at, min(word.end(), word.start() + at + longest)) for at in spots)
        else:
            yield word.start(), word.end()
