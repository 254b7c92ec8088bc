"""How this desk is set up: the settings that the conversation needs, free of any channel."""

from dataclasses import dataclass

from desk.messages import Address

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operator decides for the whole desk.

    `follow_up_days` counts from the day of the first answer. `coordinators` is where tickets are shown to the people
    who review them; None when no such place is connected, and `reply_sign` how a message there begins that is meant for
    the requester. `digest_hour` is the hour of the desk's day at which they are told what waits.
    """

    default_language: str = "en"
    time_zone: str = "UTC"
    follow_up_days: tuple[int, ...] = (3, 14, 30)
    coordinators: Address | None = None
    reply_sign: str = "reply:"
    public_url: str | None = None
    retention_days: int = 365
    digest_hour: int = 8
