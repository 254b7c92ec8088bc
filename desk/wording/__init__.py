"""What the desk says, in every language of the interface.

The English text is the message id (gettext); one `<language>.po` beside this file adds a language. Placeholders are
named, in braces, so that translators can move them.
"""

import gettext
import io
from functools import cache
from importlib import resources

from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from routing.normalise import fold

SOURCE = "en"


@cache
def spoken() -> tuple[str, ...]:
    """The languages the interface speaks, English first."""
    files = resources.files(__name__).iterdir()
    return (SOURCE, *sorted(file.name.removesuffix(".po") for file in files if file.name.endswith(".po")))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE or language not in spoken():
        return gettext.NullTranslations()
    source = resources.files(__name__).joinpath(f"{language}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(language: str, text: str, /, **values: object) -> str:
    """A text of the interface in a language, English where it is not translated."""
    translated = _catalogue(language).gettext(text)
    return translated.format(**values) if values else translated


def translate_many(language: str, one: str, many: str, count: int, /, **values: object) -> str:
    """A text with a number in it, with the plural forms of the language. `{count}` is filled in."""
    return _catalogue(language).ngettext(one, many, count).format(count=count, **values)


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """What a text of the interface may be the translation of, by its folded form in any language."""
    found: dict[str, set[str]] = {}
    for language in spoken():
        for text in _texts():
            found.setdefault(fold(translate(language, text)), set()).add(text)
    return {said: frozenset(texts) for said, texts in found.items()}


@cache
def _texts() -> frozenset[str]:
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".po"))
    catalogues = (read_po(io.BytesIO(file.read_bytes())) for file in files)
    return frozenset(message.id for one in catalogues for message in one if message.id and isinstance(message.id, str))


def same(one: str, other: str) -> bool:
    """Whether two texts are the same words, or the same text of the interface, in whatever languages."""
    one, other = fold(one), fold(other)
    return one == other or not _meanings().get(one, frozenset()).isdisjoint(_meanings().get(other, frozenset()))


def phrase(text: str) -> str:
    """Mark a text that is kept in a table, so that it is found for translation; it is translated when it is said."""
    return text


def language_name(language: str) -> str:
    """What a language calls itself."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[0].upper() + name[1:]


def is_right_to_left(language: str) -> bool:
    """Whether the language is written from right to left."""
    return Locale.parse(language).text_direction == "rtl"
