"""Cards as Telegram shows them. What the fake server would refuse, the renderer must never make."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.renderer import Part, render, render_one
from desk.conversation.desk_home import IN_MESSAGE
from desk.messages import Button, Card, Item, Section, Style
from tests.fakes.telegram_rules import refusal, utf16, visible

RLM = "\u200f"


def one(card: Card, language: str = "en", username: str | None = "guide_desk_bot", private: bool = True) -> Part:
    [part] = render(card, language, username, private)
    return part


def buttons(part: Part) -> list[list[dict[str, str]]]:
    assert part.keyboard is not None
    rows: list[list[dict[str, str]]] = part.keyboard.to_dict()["inline_keyboard"]
    return rows


def test_a_card_is_read_from_top_to_bottom() -> None:
    sections = (
        Section("What helps", (Item("Appeal", "within a day", "https://example.org/a?b=1&c=2", "free"), Item("Ask"))),
    )
    card = Card(
        body="First.\nSecond.", title="Removal order", alert="Call 112.", sections=sections, footer="Ticket GP-1"
    )
    assert one(card).html == (
        "<b>⚠️ Call 112.</b>\n"
        "\n"
        "<b>Removal order</b>\n"
        "\n"
        "First.\nSecond.\n"
        "\n"
        "<b>What helps</b>\n"
        '• <a href="https://example.org/a?b=1&amp;c=2">Appeal</a> — within a day <i>(free)</i>\n'
        "• <b>Ask</b>\n"
        "\n"
        "<i>Ticket GP-1</i>"
    )


def test_markup_in_words_stays_words() -> None:
    assert one(Card(body="<b>5 > 3 & 2 < 4</b>")).html == "&lt;b&gt;5 &gt; 3 &amp; 2 &lt; 4&lt;/b&gt;"


def test_a_quote_in_an_address_cannot_leave_it() -> None:
    html = one(Card(sections=(Section("", (Item("x", url='https://e.org/"><b>'),)),))).html
    assert visible(html, "HTML") == "• x"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "nonsense", "https://", "https://e.org/with space", "file:///etc"]
)
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    card = Card(sections=(Section("", (Item("x", url=url),)),), buttons=((Button("x", url=url),),))
    assert one(card).html == "• <b>x</b>"
    assert one(card).keyboard is None


def test_plain_text_writes_links_out() -> None:
    card = Card(title="T", sections=(Section("", (Item("Appeal", "now", "https://e.org"),)),))
    assert one(card).plain == "T\n\n• Appeal (https://e.org) — now"


def test_an_empty_card_is_nothing() -> None:
    assert render(Card(body=" \n\t ", buttons=((Button("dead"),),)), "en", None, True) == []


def test_buttons_without_words_get_a_dot_to_hang_on() -> None:
    assert one(Card(buttons=((Button("Yes", "y"),),))).html == "…"


# Right to left


def test_an_arabic_line_that_begins_with_latin_stays_at_the_right() -> None:
    card = Card(
        title="مرحبا", body="Telegram محجوب\nنص عربي\n123", sections=(Section("", (Item("Access Now", "يساعد"),)),)
    )
    assert one(card, "ar").html.split("\n") == [
        "<b>مرحبا</b>",
        "",
        f"{RLM}Telegram محجوب",
        "نص عربي",
        "123",
        "",
        f"{RLM}• <b>Access Now</b> — يساعد",
    ]


def test_other_languages_get_no_direction_marks() -> None:
    assert RLM not in one(Card(body="Telegram is blocked"), "en").html


# Buttons


def test_a_button_carries_its_token_and_look() -> None:
    card = Card(body="x", buttons=((Button("Yes", "y", style=Style.PRIMARY), Button("No", "n", style=Style.DANGER)),))
    assert buttons(one(card)) == [
        [
            {"text": "Yes", "callback_data": "y", "style": "primary"},
            {"text": "No", "callback_data": "n", "style": "danger"},
        ]
    ]


def test_a_way_into_private_is_a_link_in_a_group_and_a_button_in_private() -> None:
    card = Card(body="x", buttons=((Button("In private", "Ab_9-", moves_to_private=True),),))
    assert buttons(one(card, private=False)) == [
        [{"text": "In private", "url": "https://t.me/guide_desk_bot?start=Ab_9-"}]
    ]
    assert buttons(one(card, private=True)) == [[{"text": "In private", "callback_data": "Ab_9-"}]]


def test_labels_rows_and_dead_buttons_are_brought_into_shape() -> None:
    wide = tuple(Button(str(number), str(number)) for number in range(10))
    dead = (Button("too long", "x" * 65), Button("too long in bytes", "я" * 33), Button("nothing"))
    rows = buttons(one(Card(body="x", buttons=(wide, dead, (Button("long " * 30, "l"),)))))
    assert [len(row) for row in rows] == [3, 3, 3, 1, 1]
    assert len(rows[4][0]["text"]) == 60 and rows[4][0]["text"].endswith("…")


# Length


def test_a_long_card_is_cut_between_sections_with_buttons_at_the_end() -> None:
    sections = tuple(Section(f"Heading {n}", (Item("x" * 1500), Item("y" * 1500))) for n in range(3))
    parts = render(Card(title="T", sections=sections, buttons=((Button("Yes", "y"),),)), "en", None, True)
    assert [part.shown.split("\n")[0] for part in parts] == ["T", "Heading 1", "Heading 2"]
    assert [part.keyboard is not None for part in parts] == [False, False, True]


def test_a_long_line_is_cut_between_words() -> None:
    parts = render(Card(body="word " * 2000), "en", None, True)
    assert len(parts) > 1
    assert all(part.shown.strip().endswith("word") for part in parts)


def test_length_is_counted_in_utf16_units() -> None:
    parts = render(Card(body="🚨" * 4000), "en", None, True)
    assert [utf16(part.shown) <= 4096 for part in parts] == [True, True]


def test_no_part_has_more_links_than_telegram_keeps() -> None:
    items = tuple(Item(f"Organisation {n}", url=f"https://e.org/{n}") for n in range(250))
    parts = render(Card(sections=(Section("All", items),)), "en", None, True)
    assert all(part.html.count("<a ") <= 100 for part in parts)
    assert sum(part.html.count("<a ") for part in parts) == 250


_CHARACTERS = st.characters() | st.sampled_from("<>&\"'\n\r\t\0 🚨صد\u200f\u2028\ud800")
_TEXT = st.text(_CHARACTERS, max_size=40) | st.builds(
    lambda text, times: text * times, st.text(_CHARACTERS), st.integers(1, 3000)
)
_URL = st.none() | _TEXT | st.builds("https://e.org/{}".format, _TEXT)
_ITEMS = st.lists(st.builds(Item, _TEXT, _TEXT, _URL, _TEXT), max_size=4).map(tuple)
_BUTTON = st.builds(Button, _TEXT, st.none() | _TEXT, _URL, st.sampled_from(Style), st.booleans())
_ROWS = st.lists(st.lists(_BUTTON, max_size=12).map(tuple), max_size=12).map(tuple)
_CARD = st.builds(
    Card, _TEXT, _TEXT, _TEXT, st.lists(st.builds(Section, _TEXT, _ITEMS), max_size=4).map(tuple), _TEXT, _ROWS
)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _refused(part: Part) -> list[str]:
    """Which hosts Telegram takes for a button only Telegram knows; the sender does without them then."""
    keyboard = {"reply_markup": json.loads(part.keyboard.to_json())} if part.keyboard else {}
    modes = (("HTML", part.html), (None, part.plain))
    problems = [refusal("sendMessage", {"text": text, "parse_mode": mode, **keyboard}) for mode, text in modes]
    return [problem for problem in problems if problem is not None and "URL" not in problem]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=40, deadline=None)
@given(card=_CARD, language=st.sampled_from(["en", "ar"]), private=st.booleans())
def test_telegram_refuses_no_card_and_no_word_is_lost(card: Card, language: str, private: bool) -> None:
    parts = render(card, language, "guide_desk_bot", private)
    for part in parts:
        assert not _refused(part)
        part.html.encode()
    shown = _letters("".join(part.shown for part in parts))
    for section in card.sections:
        for item in section.items:
            assert _letters(item.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")) in shown


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=40, deadline=None)
@given(card=_CARD, language=st.sampled_from(["en", "ar"]))
def test_the_card_of_a_topic_is_one_message_whatever_is_on_it(card: Card, language: str) -> None:
    whole = render(card, language, None, False)
    part, rest = render_one(card, language, None)
    assert not any(map(_refused, (part, *rest)))
    assert part.keyboard == (whole[-1].keyboard if whole else None)
    assert (len(whole) > 1) or not rest


def test_a_line_about_a_ticket_leads_to_its_card_in_a_private_group() -> None:
    card = Card(sections=(Section("", (Item("GP-1", message="-1001234:56"), Item("GP-2", message="C0:1.2"))),))
    assert one(card).html.count("<a ") == 1 and 'href="https://t.me/c/1234/56"' in one(card).html


def test_the_home_of_a_coordinator_is_one_message() -> None:
    """It is changed in place, so that it must not need a second one, with the longest lines there are."""
    item = Item("GP-12345", "Ж" * 200, message="-1001234567890:123456")
    few, page = (item,) * IN_MESSAGE.few, (item,) * IN_MESSAGE.page
    lists = tuple(Section("A list (100)", few) for _ in range(4))
    on_call = Section("On call now", (Item("A rather long name of a member", "until Mon 23 Nov 15:00"),) * 3)
    for sections in ((on_call, *lists), (Section("", page),)):
        assert len(render(Card(title="The desk", sections=sections), "ru", None, private=False)) == 1
