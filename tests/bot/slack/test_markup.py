"""Text on its way to and from Slack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.markup import cut, directed, escape, link, plain, size, split, with_links


@given(st.text().map(str.strip))
def test_what_is_escaped_reads_the_same(text: str) -> None:
    assert plain(escape(text)) == text.replace("\x00", "").strip()


def test_nobody_can_be_called_by_a_quoted_message() -> None:
    assert with_links("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_addresses_in_a_text_become_links() -> None:
    shown = with_links("See https://a.example/x?b=1&c=2.")
    assert shown == "See <https://a.example/x?b=1&amp;c=2|https://a.example/x?b=1&amp;c=2>."


def test_a_link_cannot_be_broken_by_its_address() -> None:
    assert link("https://a.example/<b>|c", "A > B\nC") == "<https://a.example/%3Cb%3E%7Cc|A &gt; B C>"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "https://[bad", "not a url", "https://a.example/" + "x" * 1000]
)
def test_an_address_that_is_no_link_is_words(url: str) -> None:
    assert not link(url, "Page").startswith("<")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<@U0BOT> help me", "help me"),
        ("ask <@U7|ana>", "ask @ana"),
        ("in <#C7|general>", "in #general"),
        ("<!here> look", "@here look"),
        ("<!subteam^S1|@press> look", "@press look"),
        ("<https://a.example|the page>", "the page (https://a.example)"),
        ("<http://a.example|a.example>", "http://a.example"),
        ("<https://a.example>", "https://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
        ("nul\x00 and half a pair \ud83d", "nul and half a pair ?"),
    ],
)
def test_markup_is_read_as_words(markup: str, words: str) -> None:
    assert plain(markup, "U0BOT") == words


@given(st.text(), st.integers(min_value=20, max_value=200))
def test_splitting_loses_no_word_and_keeps_the_limit(text: str, limit: int) -> None:
    pieces = split(escape(text), limit)
    assert all(0 < size(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(escape(text).split())


def test_splitting_keeps_links_and_entities_whole() -> None:
    markup = "word " * 8 + "<https://a.example|a long label> " + "&amp;" * 20
    for piece in split(markup, 50):
        assert piece.count("<") == piece.count(">")
        assert piece.replace("&amp;", "").count("&") == 0


def test_splitting_prefers_the_end_of_a_line() -> None:
    assert split("one two\nthree four\nfive", 20) == ["one two\nthree four", "five"]


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_cutting_keeps_the_limit(text: str, limit: int) -> None:
    assert size(cut(text, limit)) <= limit


def test_emoji_count_twice() -> None:
    assert size("🚨") == 2


def test_every_line_of_arabic_starts_from_the_right() -> None:
    assert directed("1. أهلا\n\nCERT", True) == "\u200f1. أهلا\n\n\u200fCERT"
