"""Cards as Block Kit."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack.renderer import BLOCKS_IN_VIEW, Message, render, render_one
from desk.messages import Button, Card, Item, Section, Style
from tests.fakes.slack_rules import wrong_blocks

texts = st.one_of(st.text(max_size=40), st.builds(lambda text, n: text * n, st.text(max_size=30), st.integers(1, 250)))
urls = st.one_of(st.none(), texts, texts.map("https://a.example/".__add__))
buttons = st.builds(
    Button,
    texts,
    st.one_of(st.none(), st.text(min_size=1, max_size=64)),
    urls,
    st.sampled_from(Style),
)
items = st.builds(Item, texts, texts, urls, texts)
cards = st.builds(
    Card,
    body=texts,
    title=texts,
    alert=texts,
    sections=st.lists(st.builds(Section, texts, st.lists(items, max_size=4).map(tuple)), max_size=4).map(tuple),
    footer=texts,
    buttons=st.lists(st.lists(buttons, max_size=30).map(tuple), max_size=14).map(tuple),
)
FULL = Card(
    body="Keep <calm> & read https://a.example.",
    title="Removal order",
    alert="If somebody is in danger, call 112.",
    sections=(Section("Organisations", (Item("Tech Against Terrorism", "mentors", "https://b.example", "free"),)),),
    footer="GP-1",
    buttons=((Button("Take", "token-1", style=Style.PRIMARY), Button("Page", url="https://c.example")),),
)


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def all_buttons(*messages: Message) -> list[dict[str, Any]]:
    return [
        one
        for message in messages
        for block in message.blocks
        if block["type"] == "actions"
        for one in block["elements"]
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cards, st.sampled_from(["en", "ar", "zh", "xx"]))
def test_slack_takes_every_card(card: Card, language: str) -> None:
    for message in render(card, language):
        assert wrong_blocks(message.blocks) == ""
        assert 0 < len(message.text) <= 3000
    assert wrong_blocks(render_one(card, language).blocks) == ""
    assert wrong_blocks(render_one(card, language, BLOCKS_IN_VIEW).blocks, BLOCKS_IN_VIEW) == ""


@settings(max_examples=15, deadline=None)
@given(cards)
def test_no_button_with_a_meaning_is_lost(card: Card) -> None:
    tokens = [one.action for row in card.buttons for one in row if one.action]
    assert [one["value"] for one in all_buttons(*render(card, "en")) if "value" in one] == tokens


def test_a_card_has_its_parts_in_order() -> None:
    (message,) = render(FULL, "en")
    assert kinds(message) == ["section", "header", "section", "section", "context", "actions"]
    assert message.blocks[0]["text"]["text"].startswith("🚨 If somebody")
    assert message.blocks[2]["text"]["text"] == "Keep &lt;calm&gt; &amp; read <https://a.example|https://a.example>."
    assert (
        message.blocks[3]["text"]["text"]
        == "*Organisations*\n• <https://b.example|Tech Against Terrorism> — mentors\n_free_"
    )


def test_buttons_carry_token_page_and_style() -> None:
    take, page = all_buttons(*render(FULL, "en"))
    assert (take["value"], take["style"], take["action_id"]) == ("token-1", "primary", "press_0")
    assert (page["url"], page["action_id"], "value" in page) == ("https://c.example", "press_1", False)


def test_a_notification_says_what_the_card_says() -> None:
    (message,) = render(FULL, "en")
    assert message.text.startswith("🚨 If somebody is in danger")
    assert "Removal order" in message.text


def test_slack_adds_no_mentions_of_its_own() -> None:
    (message,) = render(Card(body="@channel help"), "en")
    assert message.blocks[0]["text"]["verbatim"] is True


def test_a_long_body_is_split_and_nothing_is_missing() -> None:
    words = [f"word{number}" for number in range(6000)]
    messages = render(Card(body=" ".join(words), buttons=((Button("Solved", "token"),),)), "en")
    shown = " ".join(
        block["text"]["text"] for message in messages for block in message.blocks if block["type"] == "section"
    )
    assert shown.split() == words
    assert [bool(all_buttons(one)) for one in messages] == [False] * (len(messages) - 1) + [True]


def test_an_edited_card_stays_one_message_with_its_buttons() -> None:
    message = render_one(Card(body="long " * 9000, footer="GP-1", buttons=((Button("Solved", "token"),),)), "en")
    assert all_buttons(message)[0]["value"] == "token"
    assert "…" in [block["elements"][0]["text"] for block in message.blocks if block["type"] == "context"]


def test_a_long_title_is_shown_whole() -> None:
    (message,) = render(Card(title="T" * 200), "en")
    assert message.blocks[0]["text"]["text"] == f"*{'T' * 200}*"


def test_a_page_that_slack_allows_no_button_for_is_a_link() -> None:
    (message,) = render(Card(body="Call", buttons=((Button("Call us", url="tel:+4412345"),),)), "en")
    assert kinds(message) == ["section", "context"]
    assert message.blocks[1]["elements"][0]["text"] == "<tel:+4412345|Call us>"


def test_many_rows_of_buttons_flow_together() -> None:
    rows = tuple((Button(f"Topic {number}", f"token-{number}"),) for number in range(30))
    (message,) = render(Card(body="Which?", buttons=rows), "en")
    assert [len(block["elements"]) for block in message.blocks[1:]] == [25, 5]


def test_arabic_starts_from_the_right() -> None:
    (message,) = render(Card(title="CERT", body="CERT"), "ar")
    assert [block["text"]["text"] for block in message.blocks] == ["\u200fCERT", "\u200fCERT"]


def test_an_empty_card_is_still_a_message() -> None:
    assert render(Card(), "en") == [Message("…", [])]
