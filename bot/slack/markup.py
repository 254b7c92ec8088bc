"""Slack's mrkdwn in both directions: three characters to escape, and links and mentions in angle brackets."""

import re
from urllib.parse import urlsplit

ELLIPSIS = "…"
RIGHT_TO_LEFT_MARK = "\u200f"
LONGEST_LINK = 900

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED = {markup: plain for plain, markup in _ESCAPES.items()}
_BRACKETS = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_URL = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?'\"()\[\]{}]")
_ATOM = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|\s|[^\s<&]+|.", re.DOTALL)


def size(text: str) -> int:
    """Length as a JavaScript client counts it (UTF-16 units): never less than what any of Slack's limits may mean."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Plain text of at most `limit`, with an ellipsis where something is missing."""
    if size(text) <= limit:
        return text
    kept = text[: limit - 1]
    while size(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def escape(text: str) -> str:
    """Plain text that Slack shows as it is."""
    return re.sub("[&<>]", lambda found: _ESCAPES[found[0]], text)


def link(url: str, label: str) -> str:
    """A link, or label and address in words where Slack could not take the address as a link."""
    if not linkable(url):
        return escape(" ".join(part for part in (label, url) if part))
    address = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    words = " ".join(cut(label, 200).split()) or cut(url, 200)
    return f"<{escape(address)}|{escape(words)}>"


def linkable(url: str) -> bool:
    """Whether Slack would make a link of this."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    reachable = bool(parts.netloc) if parts.scheme in ("http", "https") else parts.scheme in ("mailto", "tel")
    return reachable and not re.search(r"\s", url) and size(escape(url)) <= LONGEST_LINK


def with_links(text: str) -> str:
    """Plain text as mrkdwn, its addresses clickable.

    Meant for `verbatim` text: Slack's own detection would also turn "@channel" in somebody's words into a mention.
    """
    pieces, end = [], 0
    for found in _URL.finditer(text):
        url = found[0]
        pieces += [escape(text[end : found.start()]), link(url, url) if linkable(url) else escape(url)]
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def directed(markup: str, right_to_left: bool) -> str:
    """Lines that start from the right even when their first letters are Latin, digits or emoji."""
    if not right_to_left:
        return markup
    return "\n".join(RIGHT_TO_LEFT_MARK + line if line.strip() else line for line in markup.split("\n"))


def split(markup: str, limit: int) -> list[str]:
    """Pieces of at most `limit`, broken between lines or else between words; links and entities stay whole."""
    if size(markup) <= limit:
        return [markup.strip()] if markup.strip() else []
    pieces: list[str] = []
    piece, used = "", 0
    for unit in _units(markup, limit):
        length = size(unit)
        if used + length > limit:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + unit, used + length
    return [kept for one in [*pieces, piece] if (kept := one.strip())]


def _units(markup: str, limit: int) -> list[str]:
    units: list[str] = []
    for line in re.split(r"(?<=\n)", markup):
        if size(line) <= limit:
            units.append(line)
            continue
        for atom in _ATOM.findall(line):
            step = max(1, limit // 2)
            units += [atom] if size(atom) <= limit else [atom[at : at + step] for at in range(0, len(atom), step)]
    return units


def plain(markup: str, bot_user: str = "") -> str:
    """What a person meant by a message: no brackets, no entities, no mention of us."""
    text = _BRACKETS.sub(lambda found: _words(found[1], found[2] or "", bot_user), markup)
    text = _ENTITY.sub(lambda found: _ESCAPED[found[0]], text)
    # PostgreSQL stores no NUL, and nothing stores half a surrogate pair; Slack's JSON can carry both.
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def _words(target: str, label: str, bot_user: str) -> str:
    if target == f"@{bot_user}":
        return ""
    if target.startswith(("@", "#", "!")):
        name = label or target.lstrip("@#!").split("^")[0]
        return name if name.startswith(("@", "#")) else ("#" if target.startswith("#") else "@") + name
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if label in ("", target, address) or address.endswith(f"//{label}") else f"{label} ({address})"
