"""A card as Block Kit. Splits or degrades whatever is too long; never raises on length.

The limits are Slack's: 3000 characters in a section, 150 in a header, 75 on a button, 25 buttons in a block, 50 blocks
in a message, 100 in a view. The sum of all blocks has one too, undocumented: posts fail somewhere above 12,000.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any

from bot.slack.markup import cut, directed, escape, link, linkable, size, split, with_links
from desk.messages import Button, Card, Item, Section, Style
from desk.wording import is_right_to_left, spoken

Block = dict[str, Any]

IN_SECTION = 3000
IN_HEADER = 150
IN_CONTEXT = 2000
IN_TEXT = 3000
ON_BUTTON = 75
BUTTONS_IN_BLOCK = 25
ROWS_AS_GIVEN = 10
# How the ids of buttons begin, by what a press has to be answered with.
PRESSED, OPENS_FORM = "press", "form"
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
BYTES_IN_MESSAGE = 11_000
# Slack takes 250 kB.
BYTES_IN_VIEW = 100_000
NOTHING = "…"


@dataclass(frozen=True, slots=True)
class Message:
    """One Slack message. `text` is what notifications and screen readers get, mrkdwn like the blocks."""

    text: str
    blocks: list[Block]


def render(card: Card, language: str) -> list[Message]:
    """The whole card, in as many messages as it takes; the buttons come last."""
    blocks = _top(card, language) + _notes(card, language) + _actions(card)
    groups = _groups(blocks, BLOCKS_IN_MESSAGE, BYTES_IN_MESSAGE)
    return [Message(_fallback(group), group) for group in groups] or [Message(NOTHING, [])]


def render_one(card: Card, language: str, limit: int = BLOCKS_IN_MESSAGE) -> Message:
    """The card as a single message or view: where it is too long, the end of the text goes before any button does."""
    buttons = next(iter(_groups(_actions(card), limit // 2, BYTES_IN_MESSAGE * 2 // 3)), [])
    volume = BYTES_IN_MESSAGE if limit <= BLOCKS_IN_MESSAGE else BYTES_IN_VIEW
    room = volume - sum(map(_bytes, buttons)) - 100
    shown = _groups(_top(card, language) + _notes(card, language), limit - len(buttons) - 1, room)
    blocks = shown[0] if shown else []
    if len(shown) > 1:
        blocks = [*blocks, _context(NOTHING)]
    return Message(_fallback(blocks), blocks + buttons)


def _top(card: Card, language: str) -> list[Block]:
    rtl = _from_the_right(language)
    blocks = _sections(directed(f"🚨 {with_links(card.alert)}", rtl)) if card.alert.strip() else []
    blocks += _title(card.title, rtl)
    blocks += _sections(directed(with_links(card.body), rtl))
    number = count()
    for section in card.sections:
        plain_items = tuple(item for item in section.items if item.button is None)
        blocks += _sections(directed(_section(Section(section.heading, plain_items)), rtl))
        blocks += [_with_button(item, rtl, next(number)) for item in section.items if item.button]
    return blocks


def _with_button(item: Item, rtl: bool, number: int) -> Block:
    """A line with its button beside it."""
    (text,) = _sections(directed("\n".join(_item(item)), rtl))[:1]
    assert item.button is not None
    button = _button(item.button, number)
    return {**text, "accessory": {**button, "action_id": f"{button['action_id']}_beside"}}


def _notes(card: Card, language: str) -> list[Block]:
    rtl = _from_the_right(language)
    pages = [link(button.url or "", button.label) for row in card.buttons for button in row if _as_text(button)]
    notes = directed("\n".join([*pages, with_links(card.footer)]), rtl)
    return [_context(piece) for piece in split(notes, IN_CONTEXT)]


@cache
def _from_the_right(language: str) -> bool:
    return language in spoken() and is_right_to_left(language)


def _as_text(button: Button) -> bool:
    """Whether the page behind a button is one that Slack allows no button for."""
    return bool(button.url and not button.action and not (linkable(button.url) and button.url.startswith("http")))


def _title(title: str, rtl: bool) -> list[Block]:
    words = " ".join(title.split())
    if not words:
        return []
    if size(words) >= IN_HEADER:
        return _sections(directed(_marked(escape(words), "*"), rtl))
    text = {"type": "plain_text", "text": directed(words, rtl), "emoji": False}
    return [{"type": "header", "text": text}]


def _section(section: Section) -> str:
    heading = [_marked(escape(section.heading.strip()), "*")] if section.heading.strip() else []
    return "\n".join([*heading, *(line for item in section.items for line in _item(item))])


def _item(item: Item) -> list[str]:
    title = " ".join(item.title.split())
    if item.url:
        lead = link(item.url, title)
    else:
        lead = _marked(escape(title), "*") if title and item.text else escape(title)
    text = with_links(item.text.strip()) + (_own_clock(item.at) if item.at else "")
    line = " — ".join(part for part in (lead, text) if part)
    note = _marked(with_links(item.note.strip()), "_") if item.note.strip() else ""
    return [f"• {line}"] * bool(line) + [note] * bool(note)


def _own_clock(moment: datetime) -> str:
    """A moment as each reader's own clock shows it."""
    return f" (<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>)"


def _marked(markup: str, mark: str) -> str:
    """Bold or italics, unless the words themselves would break them."""
    return markup if mark in markup or "\n" in markup else f"{mark}{markup}{mark}"


def _sections(markup: str) -> list[Block]:
    return [{"type": "section", "text": _mrkdwn(piece)} for piece in split(markup, IN_SECTION)]


def _context(markup: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(markup)]}


def _mrkdwn(markup: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _actions(card: Card) -> list[Block]:
    """One block per row as the card has them; long lists of rows flow together."""
    number = count()
    pressable = [[one for one in row if (one.action or one.url) and not _as_text(one)] for row in card.buttons]
    rows = [[_button(one, next(number)) for one in row] for row in pressable]
    if len(rows) > ROWS_AS_GIVEN:
        rows = [[button for row in rows for button in row]]
    chunks = [chunk for row in rows for chunk in _groups(row, BUTTONS_IN_BLOCK, BYTES_IN_MESSAGE // 2)]
    return [{"type": "actions", "elements": chunk} for chunk in chunks]


def _button(button: Button, number: int) -> dict[str, Any]:
    label = cut(" ".join(button.label.split()), ON_BUTTON) or NOTHING
    element: dict[str, Any] = {"type": "button", "text": {"type": "plain_text", "text": label, "emoji": True}}
    element["action_id"] = f"{OPENS_FORM if button.opens_form else PRESSED}_{number}"
    if button.action:
        element["value"] = button.action
    else:
        element["url"] = button.url
    if button.style is not Style.PLAIN:
        element["style"] = button.style.value
    return element


def _groups(blocks: list[Block], most: int, volume: int) -> list[list[Block]]:
    groups: list[list[Block]] = []
    used = volume
    for block in blocks:
        length = _bytes(block)
        if not groups or len(groups[-1]) >= most or used + length > volume:
            groups.append([])
            used = 0
        groups[-1].append(block)
        used += length
    return groups


def _bytes(block: Block) -> int:
    return len(json.dumps(block, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _fallback(blocks: list[Block]) -> str:
    pieces = split("\n".join(_texts(blocks)), IN_TEXT)
    return pieces[0] if pieces else NOTHING


def _texts(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if block["type"] == "header":
            yield escape(block["text"]["text"])
        elif block["type"] == "section":
            yield block["text"]["text"]
        elif block["type"] == "context":
            yield from (element["text"] for element in block["elements"])
