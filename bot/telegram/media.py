"""What hangs on a Telegram message beside its words. Nothing is downloaded: a file is known by its id."""

from collections.abc import Iterator
from typing import Any

from telegram import Message

from desk.messages import Attachment

# An animation also fills `document`, a live photo `photo`, a venue `location`: the first that is there counts.
_FILES = ("animation", "audio", "document", "video", "video_note", "voice")
_WORDLESS = ("story", "poll", "dice", "checklist", "paid_media", "game", "giveaway", "giveaway_winners")


def attachments(message: Message) -> tuple[Attachment, ...]:
    """At most one: Telegram sends the pictures of an album as messages of their own."""
    return tuple(_found(message))[:1]


def _found(message: Message) -> Iterator[Attachment]:
    for kind in _FILES:
        if file := getattr(message, kind):
            yield Attachment(kind, file.file_id, _name(file), file.file_size, _type(file))
    if message.sticker:
        yield Attachment("sticker", message.sticker.file_id, message.sticker.emoji, message.sticker.file_size)
    if message.photo:
        largest = message.photo[-1]
        yield Attachment("photo", largest.file_id, None, largest.file_size)
    if message.contact:
        name = f"{message.contact.first_name} {message.contact.last_name or ''}"
        yield Attachment("contact", f"tel:{message.contact.phone_number}", clean(name).strip() or None)
    if message.location:
        yield Attachment("location", f"geo:{message.location.latitude},{message.location.longitude}")
    for kind in _WORDLESS:
        if getattr(message, kind, None):
            yield Attachment(kind, f"message:{message.message_id}")


def _name(file: Any) -> str | None:
    return clean(getattr(file, "file_name", None) or "") or None


def _type(file: Any) -> str | None:
    return clean(getattr(file, "mime_type", None) or "") or None


def words(message: Message) -> str:
    """Text or caption, or the words of a rich message (Bot API 10.1, which the library does not know yet)."""
    plain = message.text or message.caption
    return clean(plain or " ".join(_leaves(message.api_kwargs.get("rich_message"))))


def _leaves(node: Any) -> Iterator[str]:
    """The texts of a rich message, whatever its blocks are called."""
    if isinstance(node, list):
        for part in node:
            yield from (part,) if isinstance(part, str) else _leaves(part)
    elif isinstance(node, dict):
        for name, part in node.items():
            if isinstance(part, str):
                yield from (part,) if name == "text" else ()
            else:
                yield from _leaves(part)


def clean(text: str) -> str:
    """Without what no database takes: NUL (PostgreSQL) and halves of surrogate pairs (UTF-8)."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
