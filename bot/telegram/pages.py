"""Marked-up text, and cutting it into messages of the size Telegram takes."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

# A message holds 4,096 UTF-16 units after its tags are parsed, and 100 tags; beyond that Telegram drops tags silently.
# The raw text is held well below what the server parses at all.
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


class Size(NamedTuple):
    """What a text takes up in a message."""

    units: int = 0
    tags: int = 0
    raw: int = 0

    def plus(self, other: "Size") -> "Size":
        return Size(self.units + other.units, self.tags + other.tags, self.raw + other.raw)

    def fits(self) -> bool:
        return self.units <= LONGEST_TEXT and self.tags <= 100 and self.raw <= 30_000


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one look: `tag` is b, i or nothing; with `url` it is a link."""

    text: str
    tag: str = ""
    url: str | None = None

    @property
    def html(self) -> str:
        inner = html.escape(self.text, quote=False)
        if self.url:
            return f'<a href="{html.escape(self.url)}">{inner}</a>'
        return f"<{self.tag}>{inner}</{self.tag}>" if self.tag else inner

    @property
    def plain(self) -> str:
        return f"{self.text} ({self.url})" if self.url else self.text


Line = tuple[Span, ...]
BLANK: Line = ()


def units(text: str) -> int:
    """Length in UTF-16 units, which is how Telegram counts: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(lines: Iterable[Line]) -> str:
    """The text that a reader sees."""
    return "\n".join("".join(span.text for span in line) for line in lines)


def paginate(blocks: Iterable[Sequence[Line]]) -> list[list[Line]]:
    """Pages that each fit into a message: cut between blocks if possible, else between lines, else between words."""
    pages: list[list[Line]] = [[]]
    used = Size()
    for block in blocks:
        lines = [(piece, _size(piece)) for line in block for piece in cut(line)]
        whole = reduce(Size.plus, (size for _, size in lines), Size())
        if pages[-1]:
            used = used.plus(_size(BLANK))
            if used.plus(whole).fits() or not whole.fits():
                pages[-1].append(BLANK)
            else:
                pages.append([])
                used = Size()
        for line, size in lines:
            if not used.plus(size).fits():
                pages.append([])
                used = Size()
            pages[-1].append(line)
            used = used.plus(size)
    return [page for page in map(_trimmed, pages) if page]


def cut(line: Line, limit: int = LONGEST_TEXT - 2) -> list[Line]:
    """The line in pieces of at most `limit` units (two are left for the line's end and a direction mark)."""
    if _width(line) <= limit:
        return [line]
    pieces: list[list[Span]] = [[]]
    room = limit
    for span in line:
        rest = span.text
        while units(rest) > room:
            head = _head(rest, room)
            pieces[-1].append(replace(span, text=head))
            pieces.append([])
            rest, room = rest[len(head) :], limit
        pieces[-1].append(replace(span, text=rest))
        room -= units(rest)
    return [tuple(span for span in piece if span.text) for piece in pieces]


def _head(text: str, room: int) -> str:
    """As much as fits, up to the last space when there is one in its second half."""
    fitting, taken = 0, 0
    for character in text:
        taken += 2 if character > "\uffff" else 1
        if taken > room:
            break
        fitting += 1
    space = text.rfind(" ", fitting // 2, fitting)
    return text[: space + 1] if space >= 0 else text[:fitting]


def _size(line: Line) -> Size:
    tags = sum(bool(span.tag or span.url) for span in line)
    return Size(_width(line) + 1, tags, sum(len(span.html) for span in line) + 1)


def _width(line: Line) -> int:
    return sum(units(span.text) for span in line)


def _trimmed(page: list[Line]) -> list[Line]:
    """Without invisible lines at its ends: Telegram refuses a message of nothing else."""
    begin, end = 0, len(page)
    while begin < end and not visible(page[begin : begin + 1]).strip():
        begin += 1
    while begin < end and not visible(page[end - 1 : end]).strip():
        end -= 1
    return page[begin:end]
