"""Entries of a conversation and the page around them -> HTML. Pure: the same words in, the same markup out.

Texts of the desk are plain text; line breaks, addresses and the direction of writing are all that is made of them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from desk import dates
from desk.hours import zone_named
from desk.messages import Card, Delivery, MenuCommand
from desk.transcript import Entry, Said
from desk.wording import is_right_to_left, language_name, translate

_LINK = re.compile(r"https?://[^\s<>\"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TRAILING = ".,;:!?]}»”’。，、،؛؟"


@dataclass(frozen=True, slots=True)
class Look:
    """What the page adds to an entry: its own language, the reader's time zone, and the id of its forms."""

    language: str
    time_zone: str | None = None
    form_id: str = ""
    commands: tuple[MenuCommand, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the chat page. `stamp` is where the script goes on from; empty before the first message."""

    look: Look
    languages: Sequence[str]
    entries: Sequence[Entry] = ()
    stamp: str = ""
    whole: bool = True
    version: str = ""

    @property
    def newest(self) -> Entry | None:
        """Where to start reading: the last thing said, with the answers below it (safety advice comes first there)."""
        said = [entry for entry in self.entries if isinstance(entry, Said)]
        return next(reversed(said or self.entries), None)


def render_page(page: Page) -> str:
    """The whole document."""
    return _templates.get_template("chat.html").render(page=page, look=page.look, language=page.look.language)


def render_problem(text: str, language: str, draft: str, version: str) -> str:
    """A page that says what was not done and gives back what the person had written."""
    values = {"text": text, "language": language, "draft": draft, "version": version}
    return _templates.get_template("problem.html").render(values)


def render_entry(entry: Entry, look: Look) -> str:
    """One thing said or answered, as an article."""
    kind = "said" if isinstance(entry, Said) else "answered"
    return str(_macro(kind)(entry, look)).strip()


def render(card: Card, language: str, form_id: str = "") -> str:
    """A card alone, in the language it was written in."""
    return str(_macro("card")(card, language, Look(language, form_id=form_id))).strip()


def entry_id(entry: Entry) -> str:
    """The id of the article; it stays when the entry is edited."""
    return f"said-{entry.id}" if isinstance(entry, Said) else f"answer-{entry.id}"


def direction(text: str, fallback: str) -> str:
    """`rtl` or `ltr`, whichever most letters want.

    Better than the browser's own rule, the first letter: an Arabic sentence about GDPR often begins with it.
    """
    kinds = [unicodedata.bidirectional(character) for character in text[:500]]
    right = sum(kind in ("R", "AL") for kind in kinds)
    left = kinds.count("L")
    return fallback if right == left else "rtl" if right > left else "ltr"


def paragraphs(text: str) -> list[str]:
    """A text at its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def linked(text: str) -> Markup:
    """A text whose web and mail addresses can be followed."""
    out, end = Markup(), 0
    for found in _LINK.finditer(text):
        address = _without_punctuation(found[0])
        url = address if "://" in address else f"mailto:{address}"
        out += escape(text[end : found.start()])
        out += Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, address)
        end = found.start() + len(address)
    return out + escape(text[end:])


def _without_punctuation(address: str) -> str:
    """An address without the end of the sentence; a bracket belongs to it only when it was opened in it."""
    bare = address.rstrip(_TRAILING)
    return _without_punctuation(bare[:-1]) if bare.endswith(")") and "(" not in bare else bare


def safe_url(url: str | None) -> str:
    """The address when it is one that may stand in a link, else nothing."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    good = parts.scheme in ("mailto", "tel") or (parts.scheme in ("http", "https") and parts.netloc)
    return (url or "") if good else ""


def host(url: str) -> str:
    """Where a link leads, so that one can tell before following it and after printing."""
    return urlsplit(url).netloc.removeprefix("www.")


def moment(at: datetime, look: Look) -> str:
    """Day and time on the reader's clock, UTC when that is not known."""
    zone = zone_named(look.time_zone)
    local = at.astimezone(zone or UTC)
    text = f"{dates.day(local, look.language)}, {local:%H:%M}"
    return text if zone else f"{text} UTC"


def choice(said: Said, look: Look) -> str:
    """What was chosen from a menu, in words."""
    if said.command == "language" and said.text:
        return language_name(said.text) if re.fullmatch("[a-z]{2}", said.text) else said.text
    named = (one.description for one in look.commands if one.name == said.command and not said.text)
    return next(named, f"/{said.command} {said.text}".strip())


def _macro(name: str) -> Macro:
    macro: Macro = getattr(_templates.get_template("entries.html").module, name)
    return macro


def _direction_of(language: str) -> str:
    return "rtl" if is_right_to_left(language) else "ltr"


def _make_templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("bot.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters.update(
        paragraphs=paragraphs, linked=linked, safe_url=safe_url, host=host, direction=direction, choice=choice
    )
    templates.filters.update(moment=moment, entry_id=entry_id, language_name=language_name, written=_direction_of)
    templates.globals.update(
        translate=translate, Delivery=Delivery, render_entry=lambda *given: Markup(render_entry(*given))
    )
    return templates


_templates = _make_templates()
