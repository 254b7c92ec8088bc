"""What a member says about themselves: name, clock, languages, what they take on, and until when they are absent."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk import audit, library
from desk.hours import zone_named
from desk.members import Member
from desk.wording import phrase, spoken

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Profile:
    """`language` and `time_zone` are those of the console; None leaves them to the browser and the desk. `languages`
    and `topics` are what the member takes on; empty means all."""

    name: str
    language: str | None = None
    time_zone: str | None = None
    away_until: datetime | None = None
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def problem(profile: Profile) -> str:
    """What is wrong with it, as a text of the interface; empty when nothing is."""
    if not 0 < len(profile.name.strip()) <= LONGEST_NAME:
        return phrase("Write a name of at most 80 letters, so that the others know who you are.")
    if profile.language and profile.language not in spoken():
        return phrase("The console does not speak this language.")
    if profile.time_zone and zone_named(profile.time_zone) is None:
        return phrase("There is no such time zone. Choose one from the list, for example Africa/Nairobi.")
    return ""


def strange(session: Session, profile: Profile) -> list[str]:
    """The languages and topics in it that this desk does not have."""
    return sorted({*profile.languages} - {*spoken()}) + sorted({*profile.topics} - _topics(session))


def store(session: Session, member: Member, profile: Profile, by: Member, now: datetime) -> None:
    """Take over a profile without a `problem`; what is `strange` in it is left out."""
    for name, value in asdict(profile).items():
        setattr(member, name, value)
    member.name = profile.name.strip()
    member.languages = [code for code in spoken() if code in profile.languages]
    member.topics = sorted(_topics(session) & {*profile.topics})
    audit.record(session, by.actor, "profile_changed", member.actor, now)


def _topics(session: Session) -> set[str]:
    return {topic.id for _, of in library.all_topics(session, "en") for topic in of}
