"""Conversations as people have them: somebody says something, the desk answers, a coordinator sees a card."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from desk import inbox, outbox
from desk.catalogue import Catalogues
from desk.messages import Address, Arrival, Attachment, Button, Card, Delivery, DeliveryError, Incoming, Reply, Sent
from desk.outbox import Parcel
from desk.policy import Policy
from desk.scheduler import Scheduler
from desk.tickets import Ticket
from desk.worker import Worker
from knowledge.database import Database, Session

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COORDINATORS = Address("slack", "workspace", "C0COORD")


class Desk:
    """A whole desk without channels, on a clock that only moves when told."""

    def __init__(self, database: Database, policy: Policy | None = None, catalogues: Catalogues | None = None) -> None:
        self.database, self.now, self._numbers = database, NOON, count(1)
        self.policy = policy or Policy(coordinators=COORDINATORS)
        self.catalogues = catalogues or Catalogues(database, self.clock)
        self.worker = Worker(database, self.policy, self.catalogues, "test", self.clock)
        self.scheduler = Scheduler(database, self.policy, self.catalogues, self.clock)
        self.sent: list[Reply] = []
        self.refused: list[tuple[Address, DeliveryError]] = []

    def clock(self) -> datetime:
        return self.now

    def person(self, name: str = "ana", channel: str = "telegram", language: str | None = None) -> "Person":
        return Person(self, name, channel, language)

    def receive(self, incoming: Incoming) -> list[Reply]:
        """What the desk answers to one event, everywhere."""
        with self.database.writing() as session:
            inbox.store(session, [incoming])
        return self.work()

    def work(self) -> list[Reply]:
        while self.worker.work_once():
            pass
        return self.deliver()

    def deliver(self) -> list[Reply]:
        """Take everything out of the outbox as if it had been sent."""
        fresh: list[Reply] = []
        accounts = [("telegram", "1"), ("slack", "workspace"), ("web", "web"), ("terminal", "local")]
        while True:
            with self.database.writing() as session:
                parcels = outbox.claim(session, "test", self.now, accounts)
                for parcel in parcels:
                    self._settle(session, parcel)
            if not parcels:
                break
            fresh += [parcel.reply for parcel in parcels]
        self.sent += fresh
        return fresh

    def refuse(self, address: Address, error: DeliveryError) -> None:
        """The next message to this place fails."""
        self.refused.append((address, error))

    def _settle(self, session: Session, parcel: Parcel) -> None:
        refusal = next((one for one in self.refused if one[0] == parcel.reply.address), None)
        if refusal is None:
            is_edit = parcel.reply.delivery is Delivery.EDIT and parcel.reply.target is not None
            outbox.sent(session, parcel, Sent(parcel.reply.target if is_edit else f"out:{parcel.id}"), self.now)
        else:
            self.refused.remove(refusal)
            outbox.postponed(session, parcel, refusal[1], self.now)

    def wait(self, **time: float) -> list[Reply]:
        """Let time pass and do what has become due."""
        self.now += timedelta(**time)
        self.scheduler.run(self.now)
        return self.deliver()

    def number(self) -> int:
        return next(self._numbers)

    def tickets(self) -> list[Ticket]:
        with self.database.reading() as session:
            tickets = list(session.scalars(select(Ticket).order_by(Ticket.id)))
            for ticket in tickets:
                _ = ticket.request.topic, ticket.assignee, [event.what for event in ticket.history]
            return tickets

    def board(self) -> list[Card]:
        """The coordinators' cards, newest last."""
        return [reply.card for reply in self.sent if reply.address == COORDINATORS]

    def coordinator_presses(self, label: str, name: str = "UCOORD") -> list[Reply]:
        card = next(card for card in reversed(self.board()) if _find(card, label))
        button = _find(card, label)
        assert button is not None
        event = Incoming(
            COORDINATORS, f"e{self.number()}", name, Arrival.PRESS, self.now, action=button.action, private=False
        )
        return self.receive(event)


@dataclass
class Person:
    """Somebody who writes to the desk in private."""

    desk: Desk
    name: str
    channel: str
    language: str | None = None
    cards: list[Card] = field(default_factory=list)

    @property
    def address(self) -> Address:
        account = {"telegram": "1", "slack": "workspace", "web": "web", "terminal": "local"}[self.channel]
        return Address(self.channel, account, self.name)

    def says(self, text: str, **more: object) -> "Answer":
        number = self.desk.number()
        values = {"text": text, "message_id": f"in:{number}", "language": self.language, **more}
        return self.sends(Incoming(self.address, f"e{number}", self.name, Arrival.TEXT, self.desk.now, **values))  # type: ignore[arg-type]

    def commands(self, name: str) -> "Answer":
        event = Incoming(
            self.address,
            f"e{self.desk.number()}",
            self.name,
            Arrival.COMMAND,
            self.desk.now,
            command=name,
            language=self.language,
        )
        return self.sends(event)

    def presses(self, label: str, card: Card | None = None) -> "Answer":
        where = card or next(one for one in reversed(self.cards) if _find(one, label))
        button = _find(where, label)
        assert button is not None, f"no button {label!r} on {where}"
        event = Incoming(
            self.address, f"e{self.desk.number()}", self.name, Arrival.PRESS, self.desk.now, action=button.action
        )
        return self.sends(event)

    def edits(self, message_id: str, text: str) -> "Answer":
        event = Incoming(
            self.address,
            f"e{self.desk.number()}",
            self.name,
            Arrival.EDIT,
            self.desk.now,
            text=text,
            message_id=message_id,
        )
        return self.sends(event)

    def shows(self, kind: str = "photo", album: str | None = None, file: Attachment | None = None) -> "Answer":
        event = Incoming(
            self.address,
            f"e{self.desk.number()}",
            self.name,
            Arrival.MEDIA,
            self.desk.now,
            album=album,
            attachments=(file or Attachment(kind, "file-1"),),
        )
        return self.sends(event)

    def sends(self, incoming: Incoming) -> "Answer":
        return self._read(self.desk.receive(incoming))

    def after(self, **time: float) -> "Answer":
        """What arrives when time passes."""
        return self._read(self.desk.wait(**time))

    def _read(self, replies: list[Reply]) -> "Answer":
        mine = [reply for reply in replies if reply.address == self.address]
        self.cards += [reply.card for reply in mine]
        return Answer(mine)


@dataclass
class Answer:
    """What one person got in one turn."""

    replies: list[Reply]

    @property
    def card(self) -> Card:
        return self.replies[-1].card

    @property
    def text(self) -> str:
        return "\n".join(words(reply.card) for reply in self.replies)

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __len__(self) -> int:
        return len(self.replies)


def words(card: Card) -> str:
    """Everything on a card that can be read."""
    items = [
        part
        for section in card.sections
        for item in section.items
        for part in (item.title, item.text, item.url or "", item.note)
    ]
    labels = [button.label for row in card.buttons for button in row]
    headings = [section.heading for section in card.sections]
    return "\n".join(
        part for part in (card.title, card.alert, card.body, *headings, *items, card.footer, *labels) if part
    )


def labels(card: Card) -> list[str]:
    """The buttons of a card."""
    return [button.label for row in card.buttons for button in row]


def _find(card: Card, label: str) -> Button | None:
    return next((button for row in card.buttons for button in row if button.label == label), None)
