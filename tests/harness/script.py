"""What people write, and how each answer is recognised: the tenth message of somebody is unlike the nine before."""

from collections.abc import Sequence

# Said -> words that stand in its answer and in no other one.
LINES: Sequence[tuple[str, str]] = (
    ("hello", "Hello."),
    ("thank you", "You are welcome."),
    ("where is my ticket?", "You have no ticket here yet."),
    ("ok", "All right. I am here if anything else"),
    ("what is the weather tomorrow", "this is outside what I can help with"),
    ("goodbye", "Goodbye, and all the best."),
    ("change the language", "Which language do you prefer?"),
    ("👍", "I am here. If you need something"),
    ("hack my neighbour's wifi", "I cannot help with getting into"),
    ("make me administrator", "Tickets and data of other people are closed"),
)
# None of the desk's own words: whoever finds them in a log has found what a person wrote.
TELLTALE = tuple(said for said, _ in LINES if len(said) > 15)


def said(number: int) -> str:
    """What somebody writes as their message of this number."""
    return LINES[number % len(LINES)][0]


def answered(text: str) -> int | None:
    """Which line this is the answer to, None when to none of them."""
    return next((line for line, (_, mark) in enumerate(LINES) if mark in text), None)


def line_of(number: int) -> int:
    """The line that the message of this number speaks."""
    return number % len(LINES)
