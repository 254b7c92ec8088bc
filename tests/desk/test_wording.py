"""The catalogues of the interface: complete, and as safe to fill in as the English they translate."""

import io
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from gettext import c2py
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from desk.wording import SOURCE, language_name, spoken, translate, translate_many
from desk.wording.__main__ import HERE, texts

LANGUAGES = tuple(language for language in spoken() if language != SOURCE)
PROMISED = {"ar", "en", "es", "fr", "ru", "zh"}
SCRIPTS = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK"}
# Words that two languages spell alike.
ALIKE = {
    "es": {"Chat", "No", "Terminal", "Tokens", "Webhook", "Webhooks", "normal"},
    "fr": {
        *("Console", "Conversation", "Important", "Menu", "Note", "Options", "Organisation", "Organisations", "Pages"),
        *("Terminal", "Volume", "Webhook", "Webhooks", "contact", "document", "normal"),
        *("{count} section", "{count} sections"),
    },
    "pt": {"Chat", "Console", "Menu", "Terminal", "Tokens", "Volume", "Webhook", "Webhooks", "normal"},
    "sw": {"Webhook", "video"},
}
DAYS = (
    "How long: {count} day after your last message, then it is deleted.",
    "How long: {count} days after your last message, then it is deleted.",
)

every_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def catalogue(language: str) -> Catalog:
    return read_po(io.BytesIO((HERE / f"{language}.po").read_bytes()), locale=language)


@cache
def said() -> frozenset[object]:
    """The ids of everything the code says."""
    return frozenset(message.id for message in texts() if message.id)


def messages(language: str) -> list[Message]:
    """The catalogue without its header."""
    return [message for message in catalogue(language) if message.id]


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """All forms of a text: one, or as many as there are plurals."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def pairs(language: str) -> list[tuple[str, str]]:
    """Every translated form beside the English with the same placeholders."""
    return [(forms(message.id)[-1], form) for message in messages(language) for form in forms(message.string)]


def placeholders(text: str) -> list[tuple[str, str | None, str | None]]:
    """The fields of a text with their format and conversion; raises on a brace that is alone."""
    return sorted((name, shape, how) for _, name, shape, how in Formatter().parse(text) if name is not None)


@cache
def has_words(text: str) -> bool:
    """Whether anything is left to translate besides the placeholders."""
    return any(literal for literal, *_ in Formatter().parse(text) if any(map(str.isalpha, literal)))


def numbers_of_form(language: str) -> dict[int, list[int]]:
    """Plural form -> the numbers up to 1000 that use it, by the catalogue's own rule, read as gettext reads it."""
    form_of = c2py(catalogue(language).plural_expr)
    used: dict[int, list[int]] = {}
    for number in range(1001):
        used.setdefault(form_of(number), []).append(number)
    return used


def test_every_promised_language_is_spoken() -> None:
    assert set(spoken()) >= PROMISED


@every_language
def test_every_text_is_in_the_catalogue(language: str) -> None:
    missing = said() - {message.id for message in messages(language)}
    assert not missing, "run `python -m desk.wording`, then translate"


@every_language
def test_the_catalogue_holds_no_unused_text(language: str) -> None:
    unused = {message.id for message in messages(language)} - said()
    assert not unused, "run `python -m desk.wording`"
    assert not catalogue(language).obsolete


@every_language
def test_every_text_is_translated(language: str) -> None:
    # What is marked fuzzy is left out when the catalogue is compiled, so it would be said in English.
    assert [one.id for one in messages(language) if one.fuzzy or not all(map(str.strip, forms(one.string)))] == []


@every_language
def test_plural_forms_are_complete(language: str) -> None:
    needed = catalogue(language).num_plurals
    assert needed == get_plural(language).num_plurals
    assert sorted(numbers_of_form(language)) == list(range(needed))
    wrong = [one.id for one in messages(language) if len(forms(one.string)) != (needed if one.pluralizable else 1)]
    assert wrong == []


@every_language
def test_placeholders_survive_translation(language: str) -> None:
    wrong = []
    for message in messages(language):
        expected = placeholders(forms(message.id)[-1])
        for number, form in enumerate(forms(message.string)):
            found = placeholders(form)
            # A form that stands for one number alone may say it in words, as Arabic does with one and two days.
            if message.pluralizable and len(numbers_of_form(language)[number]) == 1:
                found = sorted({*found, *(one for one in expected if one[0] == "count")})
            if found != expected:
                wrong.append((message.id, form))
    assert wrong == []


@every_language
def test_commands_survive_translation(language: str) -> None:
    command = re.compile(r"(?<!\S)/[a-z]+")
    assert [form for english, form in pairs(language) if command.findall(english) != command.findall(form)] == []


@every_language
def test_spaces_and_lines_survive_translation(language: str) -> None:
    def outline(text: str) -> tuple[bool, int]:
        return text == text.strip(), text.count("\n")

    assert [form for english, form in pairs(language) if outline(english) != outline(form)] == []


@every_language
def test_nothing_is_english_by_oversight(language: str) -> None:
    alike = {form for message in messages(language) for form in forms(message.string) if form in forms(message.id)}
    assert {form for form in alike if has_words(form)} <= ALIKE.get(language, set())


@pytest.mark.parametrize("language", SCRIPTS)
def test_translations_are_in_their_own_script(language: str) -> None:
    def in_script(text: str) -> bool:
        return any(unicodedata.name(letter, "").startswith(SCRIPTS[language]) for letter in text)

    assert [form for _, form in pairs(language) if has_words(form) and not in_script(form)] == []


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("ar", 1, "يوم واحد"),
        ("ar", 2, "يومان"),
        ("ar", 3, "3 أيام"),
        ("ar", 90, "90 يوما"),
        ("ar", 100, "100 يوم "),
        ("en", 1, "1 day "),
        ("en", 30, "30 days"),
        ("es", 30, "30 días"),
        ("fr", 1, "1 jour "),
        ("pt", 30, "30 dias"),
        ("ru", 11, "11 дней"),
        ("ru", 21, "21 день"),
        ("ru", 22, "22 дня"),
        ("ru", 25, "25 дней"),
        ("sw", 30, "siku 30"),
        ("zh", 30, "30 天"),
    ],
)
def test_a_number_takes_its_own_form(language: str, count: int, expected: str) -> None:
    assert expected in translate_many(language, *DAYS, count)


@every_language
def test_a_placeholder_is_filled_in(language: str) -> None:
    sentence = translate(language, "I write in {language} from now on.", language=language_name(language))
    assert language_name(language) in sentence
    assert "{" not in sentence


def test_an_unknown_language_hears_english() -> None:
    assert translate("tlh", "Talk to a person") == "Talk to a person"
