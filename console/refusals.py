"""What the console says no to, in words that tell what to do."""

from typing import Any

from desk.wording import phrase


class Refusal(Exception):
    """A request that is not carried out. `text` is a text of the interface in English, `values` fill it."""

    def __init__(self, status: int, text: str, **values: Any) -> None:
        super().__init__(text)
        self.status, self.text, self.values = status, text, values


class SignInFirst(Exception):
    """Nobody has signed in, or the second factor is still missing."""

    def __init__(self, *, second_factor: bool = False) -> None:
        super().__init__()
        self.second_factor = second_factor


def not_here() -> Refusal:
    """Does not exist."""
    return Refusal(404, phrase("There is nothing here. It may have been merged, deleted or forgotten."))


def not_allowed() -> Refusal:
    """The role does not go so far."""
    return Refusal(403, phrase("Your role does not allow this. Ask an administrator of this desk."))


def from_elsewhere() -> Refusal:
    """The form is not one of ours, or the session it was made in has ended."""
    return Refusal(403, phrase("This form is too old or came from elsewhere. Nothing was changed. Reload the page."))


def too_fast() -> Refusal:
    """Too many wrong tries from one network."""
    return Refusal(429, phrase("There were too many wrong tries from your network. Wait a minute and try again."))


def unreadable() -> Refusal:
    """Nothing our pages would send."""
    return Refusal(400, phrase("The desk could not read this. Nothing was changed. Reload the page and try again."))


def unavailable() -> Refusal:
    """The database is away; the operator reads why in the log."""
    return Refusal(503, phrase("The desk cannot do this right now. Nothing was changed. Try again in a minute."))


def broken() -> Refusal:
    """A fault of our own; the operator reads it in the log."""
    return Refusal(500, phrase("Something went wrong in the desk itself. Try again; if it stays, tell the operator."))
