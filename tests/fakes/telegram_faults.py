"""What can go wrong with a call to the fake Telegram, and the plan of it."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong with a call. Those named AFTER let it take effect."""

    TOO_MANY = "429"
    UNAVAILABLE = "502"
    FORBIDDEN = "403"
    UNAUTHORIZED = "401"
    CONFLICT = "409"
    REFUSED = "400"
    GARBAGE = "200 with a body that is no JSON"
    GARBAGE_AFTER = "200 with a body that is no JSON, but the effect"
    DROP_BEFORE = "the connection breaks before the call takes effect"
    DROP_AFTER = "the connection breaks after the call took effect"
    HANG = "no answer and no effect"
    HANG_AFTER = "no answer, but the effect"
    HELD = "effect and answer come only when the plan is let go"

    @property
    def takes_effect(self) -> bool:
        return self in (Fault.DROP_AFTER, Fault.HANG_AFTER, Fault.GARBAGE_AFTER)


@dataclass
class Planned:
    """A fault for the next calls (to one chat only, if given), once `after` of them went well."""

    fault: Fault
    times: int
    chat: int | None
    retry_after: int | None
    description: str
    after: int
    let_go: bool = False

    @property
    def answer(self) -> tuple[int, str]:
        """HTTP code and description of a fault that Telegram would answer."""
        usual = {401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 429: "Too Many Requests"}
        return int(self.fault), self.description or usual.get(int(self.fault), "Something went wrong")

    def hits(self, chat: int | None) -> bool:
        """Whether it strikes this call, which is counted."""
        if self.times <= 0 or self.chat not in (None, chat):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True
