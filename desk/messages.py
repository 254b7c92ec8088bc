"""The channel-neutral words of the house: what comes in, what goes out.

Everything here survives a trip through JSON, because the inbox and the outbox store it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Arrival(StrEnum):
    """What kind of thing came in."""

    TEXT = "text"
    PRESS = "press"
    COMMAND = "command"
    EDIT = "edit"
    MEDIA = "media"
    HOME = "home"
    BLOCKED = "blocked"
    DELETED = "deleted"
    FORM = "form"
    # What channels and deliveries tell by themselves: what a member is called, what became of a reply, that the desk
    # has begun a thread.
    INTRODUCED = "introduced"
    DELIVERY = "delivery"
    BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation happens. `conversation` orders messages: one at a time, first in, first out.

    `account` is the bot or workspace that speaks, `thread` a sub-conversation (a Slack thread, a Telegram forum topic).
    """

    channel: str
    account: str
    conversation: str
    thread: str | None = None

    @property
    def key(self) -> str:
        """The ordering key in inbox and outbox."""
        return f"{self.channel}:{self.account}:{self.conversation}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something sent beside text. Never downloaded unless a coordinator asks: only its reference is kept."""

    kind: str
    reference: str
    name: str | None = None
    size: int | None = None
    media_type: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether the channel keeps something to be opened: not so with places, people, polls and the like."""
        return not self.reference.startswith(("geo:", "tel:", "message:"))


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did in a channel.

    `external_id` is the channel's own id of this event and unique per channel and account: it makes repeats harmless.
    `message_id` names the message itself, so that a later edit or reply finds it. `command` is the bare name without
    slash; `action` the opaque token of a pressed button; `reply_to` the message that is answered; `album` groups media;
    `alias_id` is a second id under which the same message may arrive again (Slack sends a mention as two events).
    `private` is false where others read along; `private_address` is then where the person can be written to alone, if
    the channel lets a bot write first. `reply_handle` is whatever the channel needs to answer this very event.

    `internal` is what members say to each other at their own place, in the thread of the address or under the message
    `reply_to`: it is never answered to anybody else. `for_requester` says that its writer means the words for the
    requester: they are shown first, and sent when that is confirmed. `form` names the form that the channel has opened
    for this event and that waits to be filled in; `values` are what was entered in one (`FORM`), by the names of its
    fields. `name` is what a member is called.
    """

    address: Address
    external_id: str
    sender: str
    arrival: Arrival
    received_at: datetime
    text: str = ""
    command: str | None = None
    action: str | None = None
    message_id: str | None = None
    reply_to: str | None = None
    album: str | None = None
    alias_id: str | None = None
    language: str | None = None
    time_zone: str | None = None
    private: bool = True
    attachments: tuple[Attachment, ...] = ()
    reply_handle: str | None = None
    private_address: Address | None = None
    internal: bool = False
    for_requester: bool = False
    form: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None


class Style(StrEnum):
    """How prominent a button is."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice. `action` is an opaque token of at most 64 bytes whose meaning lies in the database; `url` opens a page.

    `moves_to_private` asks the channel to turn the press into a private conversation that starts with this action.
    `opens_form` asks a channel that has forms to open one at once; what is in it follows.
    """

    label: str
    action: str | None = None
    url: str | None = None
    style: Style = Style.PLAIN
    moves_to_private: bool = False
    opens_form: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A titled line with an optional link: a practice, an organisation, a step.

    `at` is a moment the text speaks of at its end: a channel may show it on the reader's own clock. `message` is the
    channel's id of a message that tells more, and `button` what can be done about it: for home pages.
    """

    title: str
    text: str = ""
    url: str | None = None
    note: str = ""
    at: datetime | None = None
    message: str | None = None
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A short heading with items under it."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What the desk says. Plain text throughout: a renderer adds the channel's markup and never raises on length."""

    body: str = ""
    title: str = ""
    alert: str = ""
    sections: tuple[Section, ...] = ()
    footer: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()


class FieldKind(StrEnum):
    """How something is entered."""

    WORDS = "words"
    CHOICE = "choice"
    # Typed, with the entries of the catalogue that fit shown meanwhile.
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen. `value` is at most 75 characters."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Things to choose from, under a heading."""

    heading: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to enter. `initial` is what stands there already, for a choice or a search its value."""

    name: str
    label: str
    kind: FieldKind = FieldKind.WORDS
    choices: tuple[Choice, ...] = ()
    initial: Choice | None = None
    hint: str = ""
    most: int = 3000


@dataclass(frozen=True, slots=True)
class Form:
    """What a channel that has forms asks for. `action` is the token of what handing it in does, `goes_on` whether
    another form follows then."""

    title: str
    action: str
    submit: str
    fields: tuple[Field, ...] = ()
    goes_on: bool = False


class Delivery(StrEnum):
    """How a reply is put into the conversation."""

    NEW = "new"
    EDIT = "edit"
    EPHEMERAL = "ephemeral"
    HOME = "home"
    FILE = "file"
    FORM = "form"
    WIPE = "wipe"


@dataclass(frozen=True, slots=True)
class Thread:
    """What belongs under one message. A channel whose threads have names and can be closed shows both."""

    name: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send. `language` sets the direction of writing.

    For `EDIT`, `target` is the channel's id of the message to change (falls back to a new message when that is gone),
    or the key of an earlier reply (`replaces`), whose id the outbox looks up at the moment of sending.
    For `FILE`, `file_name` and `file_text` make a small text document. For `FORM`, `target` is the form the channel has
    opened (`Incoming.form`), and the card stands above the fields of `form`. For `WIPE` nothing may be left to read:
    the card takes the place of the message (`target` or `replaces`), if there is one; the thread of the address, if it
    has one, goes with all that was said in it, where a channel can do that; nothing is said anew.

    `heads` is the thread that this message begins, pinned where a channel can do that. `under` is the key of the reply
    in whose thread this one belongs; the outbox puts that message's id into `target`, and into the address the thread's
    own id where it has one. `asks` says what words that answer this message are for: a value of `desk.actions.Does`.
    `tracked` asks to be told what becomes of it (`Arrival.DELIVERY`).
    """

    address: Address
    card: Card
    language: str
    delivery: Delivery = Delivery.NEW
    recipient: str | None = None
    target: str | None = None
    reply_to: str | None = None
    reply_handle: str | None = None
    file_name: str | None = None
    file_text: str | None = None
    key: str | None = None
    replaces: str | None = None
    quiet: bool = False
    heads: Thread | None = None
    under: str | None = None
    asks: str | None = None
    tracked: bool = False
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender reports back: the channel's id of the message, for later edits and replies, and of the thread that
    it heads, where that is another one."""

    message_id: str | None = None
    thread: str | None = None


class DeliveryError(Exception):
    """Why a message did not go out, in the ways that matter.

    `permanent`: nobody will ever receive it. `unreachable`: permanent, because nobody is there to receive anything
    (blocked, gone). `retry_after`: seconds the platform asks to wait. `uncertain`: it may have gone out; sending again
    could double it. `thread_gone`: the thread it belongs in is not there any more, and has to be begun again first.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unreachable: bool = False,
        retry_after: float | None = None,
        uncertain: bool = False,
        thread_gone: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent or unreachable
        self.unreachable = unreachable
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.thread_gone = thread_gone


@dataclass(frozen=True, slots=True)
class MenuCommand:
    """A command as a channel shows it in its menu."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The localised command menu of the desk, and what members may say at their own place."""

    language: str
    commands: tuple[MenuCommand, ...] = ()
    for_members: tuple[MenuCommand, ...] = ()
