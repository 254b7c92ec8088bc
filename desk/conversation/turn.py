"""What a use case works with inside one transaction: the desk, the person it speaks to, the event it answers."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk import actions, outbox
from desk.actions import Does
from desk.hours import zone_named, zone_of_country
from desk.messages import Address, Button, Card, Delivery, Incoming, Reply, Style
from desk.outbox import OutboxRow
from desk.people import Requester
from desk.policy import Policy
from desk.requests import Message, Request
from desk.tickets import Ticket
from desk.wording import translate, translate_many
from routing.catalogue import Catalogue


@dataclass(slots=True)
class Desk:
    """The means to do anything at all. Use cases change rows and never commit."""

    session: Session
    now: datetime
    policy: Policy
    catalogue: Catalogue

    def facing(self, requester: Requester) -> "Audience":
        """The desk as it speaks to one requester, whatever made it speak."""
        return Audience(self.session, self.now, self.policy, self.catalogue, requester)


@dataclass(slots=True)
class Audience(Desk):
    """The desk and the person it speaks to, in their language and on their clock."""

    requester: Requester

    @property
    def language(self) -> str:
        return self.requester.language

    @property
    def time_zone(self) -> str:
        """The person's own zone when known, else that of their country, else the desk's."""
        return self.time_zone_in(self.requester.country)

    def time_zone_in(self, country: str | None) -> str:
        """The zone of the person if they are in that country."""
        own = self.requester.time_zone
        if own and zone_named(own):
            return own
        return zone_of_country(country) or self.policy.time_zone

    def say(self, text: str, /, **values: object) -> str:
        return translate(self.language, text, **values)

    def say_many(self, one: str, many: str, count: int, /, **values: object) -> str:
        return translate_many(self.language, one, many, count, **values)

    def button(
        self, label: str, does: Does, request: Request | None = None, style: Style = Style.PLAIN, **details: Any
    ) -> Button:
        """A button for this person. `label` is shown as it is: translate it first."""
        token = actions.offer(self.session, does, self.now, self.requester.id, request, **details)
        return Button(label, token, style=style)

    def write(self, card: Card, request: Request, **how: Any) -> OutboxRow:
        """Queue something for the person in the conversation of a request."""
        reply = Reply(request.address, card, self.language, **how)
        return outbox.add(self.session, reply, self.now, self.requester.id, request.ticket)


@dataclass(slots=True)
class Turn(Audience):
    """One event of a conversation, the person behind it, and the means to answer."""

    incoming: Incoming
    # Set when the person had everything about them deleted in this very turn.
    forgotten: bool = False
    # What was said in this turn.
    kept: list[Message] = field(default_factory=list)

    def reply(self, card: Card, request: Request | None = None, ticket: Ticket | None = None, **how: Any) -> OutboxRow:
        """Queue an answer: to the conversation of the request it belongs to, else to where the event came from.

        Where others read along, and the channel lets us write first, it goes to the person alone.
        """
        address = request.address if request else self.answering_address
        reply = Reply(address, card, self.language, recipient=self.incoming.sender, **how)
        if address == self.incoming.address:
            reply = replace(reply, reply_handle=self.incoming.reply_handle, reply_to=self._reply_to())
        belongs_to = ticket or (request.ticket if request else None)
        return outbox.add(self.session, reply, self.now, self.requester.id, belongs_to)

    @property
    def answering_address(self) -> Address:
        return self.incoming.private_address or self.incoming.address

    @property
    def others_read_along(self) -> bool:
        """Whether the answer will be read by more people than the one who asked."""
        return not self.incoming.private and self.incoming.private_address is None

    def _reply_to(self) -> str | None:
        return None if self.incoming.private else self.incoming.message_id

    def whisper(self, text: str, ticket: Ticket | None = None) -> None:
        """A short line at the place of the event, shown to the person alone where the channel can do that.

        With a ticket it is kept no longer than that.
        """
        reply = Reply(
            self.incoming.address,
            Card(body=text),
            self.language,
            Delivery.EPHEMERAL,
            recipient=self.incoming.sender,
            reply_to=self._reply_to(),
            reply_handle=self.incoming.reply_handle,
        )
        outbox.add(self.session, reply, self.now, self.requester.id, ticket)
