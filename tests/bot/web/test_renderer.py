"""Cards as markup: what is shown, in which direction, and what never becomes a link."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.web
from bot.web.renderer import direction, linked, paragraphs, render, safe_url
from desk.messages import Button, Card, Item, Section, Style

STYLES = Path(bot.web.__file__).with_name("static") / "chat.css"


def test_everything_on_a_card_is_shown_in_order() -> None:
    card = Card(
        body="This should help.",
        title="A data breach",
        alert="Due by Thu 5 Mar.",
        sections=(
            Section("Who can help", (Item("A helpline", "Free of charge.", "https://help.example/", "closed"),)),
        ),
        footer="Ticket GP-2026-0001.",
        buttons=((Button("Refer me", "a-token"), Button("Read more", url="https://more.example/")),),
    )
    html = render(card, "en", "form-id")
    words = ("A data breach", "Important", "Due by Thu 5 Mar.", "This should help.", "Who can help", "A helpline")
    places = [html.index(word) for word in (*words, "closed", "Free of charge.", "Ticket GP", "Refer me", "Read more")]

    assert places == sorted(places)
    assert '<a href="https://help.example/" rel="noopener noreferrer">A helpline</a>' in html
    assert 'name="id" value="form-id"' in html


def test_alert_is_marked_by_a_word_and_not_by_colour_alone() -> None:
    html = render(Card(alert="Leave the building."), "en")

    assert re.search(r'class="alert" role="note".*<strong>Important</strong>.*Leave the building', html, re.DOTALL)


def test_steps_are_numbered_and_things_are_not() -> None:
    steps = Section("Today", (Item("", "Write it down."), Item("", "Tell somebody.")))
    things = Section("Who can help", (Item("A helpline"), Item("An office")))

    assert '<ol class="steps">' in render(Card(sections=(steps,)), "en")
    assert '<ul class="items">' in render(Card(sections=(things,)), "en")


def test_buttons_show_their_weight() -> None:
    rows = ((Button("Delete", "one", style=Style.DANGER), Button("Go", "two", style=Style.PRIMARY)),)
    html = render(Card(buttons=rows), "en")

    assert 'class="button danger" name="action" value="one"' in html
    assert 'class="button primary" name="action" value="two"' in html


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "http://", "http://[", "x"],
)
def test_only_real_addresses_become_links(url: str) -> None:
    card = Card(sections=(Section("", (Item("A title", url=url),)),), buttons=((Button("A button", url=url),),))

    assert safe_url(url) == ""
    assert "<a " not in render(card, "en")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://a.example/b?c=d&e=f.", 'href="https://a.example/b?c=d&amp;e=f"'),
        ("(https://a.example).", 'href="https://a.example"'),
        ("https://a.example/Law_(draft)", 'href="https://a.example/Law_(draft)"'),
        ("write to help@a.example, now", 'href="mailto:help@a.example"'),
        ("انظر https://a.example، شكرا", 'href="https://a.example"'),
    ],
)
def test_addresses_in_a_text_can_be_followed(text: str, link: str) -> None:
    assert link in linked(text)


@given(st.text())
def test_text_is_never_lost_nor_turned_into_markup(text: str) -> None:
    html = str(linked(text))

    assert re.sub(r"<a href=\"[^\"<>]*\" rel=\"noopener noreferrer\">|</a>", "", html) == re.sub(
        r"[&<>\"']", lambda found: {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}[found[0]], text
    )


@given(st.text(), st.text(), st.sampled_from(["en", "ar"]))
def test_any_words_can_be_rendered(title: str, body: str, language: str) -> None:
    section = Section(title, (Item(title, body, body), Item("", body)))
    card = Card(body, title, body, (section,), body, ((Button(title, "t"), Button(title, url=body)),))

    assert render(card, language).startswith('<div class="card"')


def test_arabic_about_an_english_law_still_runs_from_the_right() -> None:
    assert direction("GDPR المادة 33 من اللائحة العامة لحماية البيانات", "ltr") == "rtl"
    assert direction("The Arabic word لا means no", "rtl") == "ltr"
    assert direction("112", "rtl") == "rtl"


def test_card_has_the_language_and_direction_it_was_written_in() -> None:
    assert '<div class="card" lang="ar" dir="rtl">' in render(Card(body="مرحبا"), "ar")


def test_empty_lines_make_paragraphs() -> None:
    assert paragraphs("one\ntwo\n\n \nthree\n") == ["one\ntwo", "three"]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_the_contrast_wcag_asks_for(scheme: str) -> None:
    light, dark = (colours(block) for block in re.findall(r":root \{(.*?)\}", STYLES.read_text(), re.DOTALL)[:2])
    found = light if scheme == "light" else {**light, **dark}
    texts = [(ink, paper) for ink in ("ink", "soft", "link") for paper in ("paper", "sheet", "note")]
    texts += [("alert-ink", "alert"), ("danger", "alert"), ("danger", "sheet"), ("brand", "sheet"), ("brand", "tint")]
    texts += [("on-brand", "brand"), ("on-brand", "brand-hover"), ("ink", "own"), ("ink", "tint")]
    edges = [("edge", "paper"), ("edge", "sheet"), ("link", "paper"), ("brand", "paper")]

    assert {pair for pair in texts if contrast(found[pair[0]], found[pair[1]]) < 4.5} == set()
    assert {pair for pair in edges if contrast(found[pair[0]], found[pair[1]]) < 3} == set()
