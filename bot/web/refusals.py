"""What the page says no to, in words that tell the person what to do."""

from typing import Any

from desk.wording import phrase

LONGEST_TEXT = 20_000
LARGEST_BODY = 1_000_000


class Refusal(Exception):
    """A request that is not carried out. `text` is a text of the interface in English, `values` fill it.

    `draft` is what the person had written, so that it is not lost with the refusal.
    """

    def __init__(
        self, status: int, text: str, *, retry_after: int | None = None, draft: str = "", **values: Any
    ) -> None:
        super().__init__(text)
        self.status, self.text, self.values = status, text, values
        self.retry_after, self.draft = retry_after, draft


def too_long(draft: str) -> Refusal:
    """More characters than the desk reads."""
    text = phrase(
        "This is longer than {count} characters. Please shorten it or send it in parts. Nothing has been sent."
    )
    return Refusal(413, text, draft=draft, count=LONGEST_TEXT)


def too_large() -> Refusal:
    """More bytes than the desk takes in; they are not even read."""
    return Refusal(
        413, phrase("This is too large. Please write the most important part as text. Nothing has been sent.")
    )


def too_fast(seconds: float, draft: str = "") -> Refusal:
    """Over the limit per minute."""
    wait = max(1, round(seconds + 0.5))
    text = phrase("That was very fast. Please wait {count} s and send it again. Nothing has been sent.")
    return Refusal(429, text, retry_after=wait, draft=draft, count=wait)


def from_elsewhere() -> Refusal:
    """The request was made by another site, not by our page."""
    return Refusal(403, phrase("This did not come from the page of this desk. Please open the page and write there."))


def unreadable() -> Refusal:
    """Nothing our page would ever send."""
    return Refusal(400, phrase("The desk could not read this. Please open the page again and write there."))


def not_here() -> Refusal:
    """Does not exist, or belongs to somebody else; the answer must not tell which."""
    return Refusal(404, phrase("There is nothing here. Please go back to the conversation."))


def unavailable(draft: str = "") -> Refusal:
    """The database is away; the operator reads why in the log."""
    text = phrase("The desk cannot take this in right now. Nothing has been sent. Please try again in a minute.")
    return Refusal(503, text, retry_after=30, draft=draft)
