"""The calls that one reply takes, and how a call is made simpler when Telegram refuses it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup

from bot.telegram.media import clean
from bot.telegram.pages import LONGEST_CAPTION, units
from bot.telegram.renderer import Part
from desk.messages import Delivery, Reply

_NO_WORDS = Part(())


@dataclass(frozen=True, slots=True)
class Document:
    """A small text file that never touches the disk."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One call: a text, or a document with the text as its caption; `target` is the message it replaces."""

    chat: int | str
    part: Part
    thread: int | None = None
    reply_to: int | None = None
    target: int | None = None
    quiet: bool = False
    formatted: bool = True
    document: Document | None = None
    #: It is for its topic alone, and for nobody when that is gone.
    kept_in_topic: bool = False

    @property
    def text(self) -> str:
        return self.part.html if self.formatted else self.part.plain


def letters(reply: Reply, parts: Sequence[Part]) -> list[Letter]:
    """In the order of sending. Only the first one answers or replaces an earlier message."""
    chat = number_of(reply.address.conversation) or reply.address.conversation
    thread, kept = number_of(reply.address.thread), reply.under is not None or reply.heads is not None
    written = [Letter(chat, part, thread, quiet=reply.quiet, kept_in_topic=kept) for part in parts]
    if reply.delivery is Delivery.FILE:
        written = _with_document(written, Letter(chat, _NO_WORDS, thread, quiet=reply.quiet, document=_document(reply)))
    if written:
        written[0] = replace(written[0], reply_to=_message_number(reply.reply_to, chat))
        if reply.delivery in (Delivery.EDIT, Delivery.WIPE):
            written[0] = _replacing(written[0], reply.target)
    return written


def _with_document(written: list[Letter], bare: Letter) -> list[Letter]:
    """The text as caption when it is one short message, else in front of the document."""
    if len(written) == 1 and units(written[0].part.plain) <= LONGEST_CAPTION:
        return [replace(bare, part=written[0].part)]
    return [*written, bare]


def _document(reply: Reply) -> Document:
    # Telegram refuses an empty file.
    return Document(clean(reply.file_name or "") or "file.txt", clean(reply.file_text or "").encode() or b"\n")


def _replacing(letter: Letter, target: str | None) -> Letter:
    """Without a target that can be read it stays a new message."""
    chat, _, message = (target or "").rpartition(":")
    if (number := number_of(message)) is None:
        return letter
    # A group that became a supergroup has another id than the conversation; the message lives in the new one.
    return replace(letter, target=number, chat=number_of(chat) or letter.chat)


def simplified(letter: Letter, refusal: str) -> Letter | None:
    """The letter without what Telegram refused (its words in small letters); None when nothing is left to give up.

    Every step takes one thing away, so asking again and again comes to an end.
    """
    keyboard = letter.part.keyboard
    if "parse entities" in refusal and letter.formatted:
        return replace(letter, formatted=False)
    if keyboard and any(word in refusal for word in ("button", "keyboard", "reply markup", "url")):
        return replace(letter, part=replace(letter.part, keyboard=_without_links(keyboard)))
    if letter.target is not None:
        # Gone, too old, or never a text: what it should say now is said anew.
        return replace(letter, target=None)
    if letter.thread is not None and not letter.kept_in_topic and any(word in refusal for word in ("thread", "topic")):
        return replace(letter, thread=None)
    return None


def _without_links(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    """Telegram refuses some addresses, such as localhost, with the whole message. Then without any button."""
    rows = [[button for button in row if not button.url] for row in keyboard.inline_keyboard]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept and rows != [list(row) for row in keyboard.inline_keyboard] else None


def _message_number(message_id: str | None, chat: int | str) -> int | None:
    """The number within the chat, when the message stands in this chat."""
    place, _, number = (message_id or "").rpartition(":")
    return number_of(number) if place == str(chat) else None


def number_of(text: str | None) -> int | None:
    """None for what is none."""
    try:
        return int(text) if text else None
    except ValueError:
        return None
