"""A card becomes one or more Telegram messages. Pure, and never raises: what is too long is cut or continued."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.telegram.media import clean
from bot.telegram.pages import BLANK, LONGEST_TEXT, Line, Span, cut, paginate, units, visible
from desk.messages import Button, Card, Item, Section, Style

# Limits of an inline keyboard. The Bot API takes 8 in a row, which no phone shows.
BUTTONS_PER_ROW = 3
MOST_BUTTONS = 100
LONGEST_LABEL = 60
LONGEST_ACTION = 64
LONGEST_URL = 2048

# Less of a long text says nothing.
SHORTEST_BODY = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_MARK = "\u200f"
_IN_GROUP = re.compile(r"-100(?P<group>\d+):(?P<number>\d+)")
_LINK = re.compile(r"(?:https?://[^\s/?#]+|tg://|mailto:|tel:)\S*", re.IGNORECASE)
_PAGE = re.compile(r"https?://[^\s/?#]+\S*|tg://\S+", re.IGNORECASE)
_START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STYLES = {Style.PLAIN: None, Style.PRIMARY: "primary", Style.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its lines, and on the last one the buttons."""

    lines: tuple[Line, ...]
    keyboard: InlineKeyboardMarkup | None = None

    @property
    def html(self) -> str:
        return "\n".join("".join(span.html for span in line) for line in self.lines)

    @property
    def plain(self) -> str:
        """Without markup, for when Telegram cannot parse it; links are written out while there is room."""
        written_out = "\n".join("".join(span.plain for span in line) for line in self.lines)
        return written_out if units(written_out) <= LONGEST_TEXT else self.shown

    @property
    def shown(self) -> str:
        return visible(self.lines)


def render(card: Card, language: str, username: str | None, private: bool) -> list[Part]:
    """Nothing for an empty card. `username` is the bot's, for buttons that lead from a group to a private chat."""
    pages = paginate(_blocks(card, language in _RIGHT_TO_LEFT))
    keyboard = _keyboard(card, None if private else username)
    if keyboard and not pages:
        pages = [[(Span("…"),)]]
    last = len(pages) - 1
    return [Part(tuple(page), keyboard if number == last else None) for number, page in enumerate(pages)]


def render_one(card: Card, language: str, username: str | None) -> tuple[Part, list[Part]]:
    """The card of a topic as one message, because that is changed in place; and what had to be left out of its text,
    whole, in as many as it takes."""
    parts = render(card, language, username, False)
    if len(parts) < 2:
        return parts[0] if parts else Part(((Span("…"),),)), []
    others = render(replace(card, body=""), language, username, False)
    room = LONGEST_TEXT - sum(units(one.shown) for one in others) - 10
    if room < SHORTEST_BODY:
        return replace(others[0], keyboard=others[-1].keyboard), render(Card(body=card.body), language, None, False)
    begin = "".join(span.text for span in cut((Span(_printable(card.body)),), room)[0])
    fitting = render(replace(card, body=f"{begin.rstrip()} …"), language, username, False)
    return replace(fitting[0], keyboard=fitting[-1].keyboard), render(Card(body=card.body), language, None, False)


def _blocks(card: Card, right_to_left: bool) -> Iterator[list[Line]]:
    alert = clean(card.alert).strip()
    for lines in (
        _lines(f"⚠️ {alert}" if alert else "", "b"),
        _lines(card.title, "b"),
        _lines(card.body),
        *(list(_section(section)) for section in card.sections),
        _lines(card.footer, "i"),
    ):
        if lines:
            yield [_aligned(line) for line in lines] if right_to_left else lines


def _section(section: Section) -> Iterator[Line]:
    yield from _lines(section.heading, "b")
    for item in section.items:
        yield from _item(item)


def _item(item: Item) -> list[Line]:
    title, note = _one_line(item.title), _one_line(item.note)
    first, *others = _lines(item.text) or [BLANK]
    url = _link(item.url) or _link(_address_in_group(item.message))
    head: Line = (Span("• "),)
    if title or url:
        head += (Span(title or str(url), "" if url else "b", url),)
    if title and first:
        head += (Span(" — "),)
    lines = [head + first, *others]
    if note:
        lines[-1] += (Span(" "), Span(f"({note})", "i"))
    return lines


def _lines(text: str, tag: str = "") -> list[Line]:
    cleaned = _printable(text).strip()
    if not cleaned:
        return []
    return [(Span(line.rstrip(), tag),) if line.strip() else BLANK for line in cleaned.split("\n")]


def _one_line(text: str) -> str:
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    """Without control characters, which Telegram would count, strip or refuse."""
    return _CONTROL.sub("", clean(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def _aligned(line: Line) -> Line:
    """Keep a line at the right that begins with Latin words: a reader's app goes by its first letter."""
    directions = (unicodedata.bidirectional(one) for span in line for one in span.text)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), None)
    return (Span(_RIGHT_TO_LEFT_MARK), *line) if first == "L" else line


def _address_in_group(message_id: str | None) -> str | None:
    """Where members of a private group find a message of it."""
    found = _IN_GROUP.fullmatch(message_id or "")
    return f"https://t.me/c/{found['group']}/{found['number']}" if found else None


def _link(url: str | None) -> str | None:
    url = clean(url or "").strip()
    return url if _LINK.fullmatch(url) and len(url) <= LONGEST_URL else None


def _keyboard(card: Card, username: str | None) -> InlineKeyboardMarkup | None:
    rows: list[Sequence[InlineKeyboardButton]] = []
    left = MOST_BUTTONS
    for row in card.buttons:
        usable = [made for button in row if (made := _button(button, username))][:left]
        left -= len(usable)
        rows += [usable[start : start + BUTTONS_PER_ROW] for start in range(0, len(usable), BUTTONS_PER_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button, username: str | None) -> InlineKeyboardButton | None:
    """None for a button that could do nothing: no target, or one that Telegram would not carry."""
    label, style = _label(button.label), _STYLES[button.style]
    url = clean(button.url or "").strip()
    if _PAGE.fullmatch(url) and len(url) <= LONGEST_URL:
        return InlineKeyboardButton(label, url=url, style=style)
    action = clean(button.action or "")
    if button.moves_to_private and username and _START_PAYLOAD.fullmatch(action):
        return InlineKeyboardButton(label, url=f"https://t.me/{username}?start={action}", style=style)
    if 1 <= len(action.encode()) <= LONGEST_ACTION:
        return InlineKeyboardButton(label, callback_data=action, style=style)
    return None


def _label(label: str) -> str:
    label = _one_line(label) or "…"
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
