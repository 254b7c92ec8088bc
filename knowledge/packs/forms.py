"""The shape of every entry in a pack: language-free facts, and wording in one language.

Field names are those of the tables, apart from the aliases, which are those of the pack.
"""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from knowledge.vocabulary import Availability, Channel, ClockEvent, Confidence, Kind, Serves, Status

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", max_length=12)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]
Duration = Annotated[str, Field(pattern=r"^P((\d+[YMWD])+(T(\d+[HMS])+)?|T(\d+[HMS])+)$")]
Line = Annotated[str, Field(min_length=1)]
# No longer than the columns they go into: SQLite would not mind, PostgreSQL does.
Short = Annotated[str, Field(min_length=1, max_length=80)]


def _known_audience(value: str) -> str:
    return Serves(value).value


class Facts(BaseModel):
    """What every entry may say about itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: Id
    url: Url | None = None
    serves: list[Annotated[str, AfterValidator(_known_audience)]] = []
    regions: list[Id] = []
    countries: list[Country] = []
    languages: list[Language] = []
    confidence: Confidence = Confidence.HIGH
    source: str | None = None
    verified_on: date | None = None
    expires_on: date | None = None
    owner: Short | None = None
    status: Status = Status.PUBLISHED


class SourcedFacts(Facts):
    """Facts that somebody took from somewhere, and must say how sure they are."""

    confidence: Confidence


class BasketFacts(Facts):
    pass


class TopicFacts(Facts):
    basket: Id
    related: list[Id] = []
    crisis: bool = False
    lead: Id | None = None


class CountryFacts(Facts):
    id: Country
    m49: Annotated[str, Field(pattern=r"^\d{3}$")] | None = None


class RegionFacts(Facts):
    m49: Annotated[str, Field(pattern=r"^\d{3}$")] | None = None


class PracticeFacts(SourcedFacts):
    title: Line
    publisher: str | None = None
    year: int | None = None
    topics: list[Id]
    aliases: list[Line] = []


class ContactFacts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, from_attributes=True)

    kind: Channel
    value: Line
    confidence: Confidence
    source: str | None = None


class OrganisationFacts(SourcedFacts):
    name: Line
    acronym: Short | None = None
    aliases: list[Line] = []
    topics: list[Id]
    contacts: list[ContactFacts] = []
    hours: str | None = None
    response_time: str | None = None
    availability: Availability = Field(Availability.ACTIVE, alias="status")
    status_note: str | None = None
    # A pack's `status` of an organisation says whether it still works, so its review needs a name of its own.
    status: Status = Field(Status.PUBLISHED, alias="review_status")


class TrainingFacts(SourcedFacts):
    title: Line
    provider: str | None = None
    mode: str | None = None
    cost: str | None = None
    recurrence: str | None = None
    topics: list[Id] = []
    starts_on: date | None = None
    apply_by: date | None = None


class NetworkFacts(SourcedFacts):
    name: Line
    acronym: Short | None = None
    form: str | None = Field(None, alias="kind")
    topics: list[Id] = []


class TermFacts(SourcedFacts):
    topic: Id | None = None


class ClockFacts(SourcedFacts):
    practice: Id | None = None
    event: ClockEvent
    duration: Duration | None = None
    duration_max: Duration | None = None
    business_days: bool = False
    in_force: bool = True
    in_force_from: date | None = None
    follows: Id | None = None
    offers_services_in: list[Id | Country] = []
    except_countries: list[Country] = []


class NotClockFacts(Facts):
    practice: Id | None = None


class CrisisFacts(Facts):
    form: Short | None = Field(None, alias="kind")
    priority: int = 100
    topics: list[Id] = []
    practices: list[Id] = []
    organisations: list[Id] = []


class Wording(BaseModel):
    """What every wording may hold. `phrases` is how people ask for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    phrases: list[Line] = []


class NamedWording(Wording):
    name: Line
    summary: str | None = None


class PlaceWording(Wording):
    name: Line
    also: list[Line] = []


class Steps(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    hour: list[Line] = []
    day: list[Line] = []
    week: list[Line] = []


class PracticeWording(Wording):
    title: Line
    summary: Line
    key_facts: list[Line] = []
    steps: Steps | None = None


class OrganisationWording(Wording):
    name: Line
    summary: Line
    refer_for: list[Line] = []
    not_for: list[Line] = []
    intake: str | None = None


class TrainingWording(Wording):
    title: Line
    summary: Line


class NetworkWording(Wording):
    name: Line
    summary: Line
    how_to_join: str | None = None


class TermWording(Wording):
    term: Line
    definition: Line
    also: list[Line] = []


class ClockWording(Wording):
    name: Line
    starts: Line
    who_acts: str | None = None
    who_told: str | None = None
    keep: str | None = None
    exceptions: str | None = None


class NotClockWording(Wording):
    text: Line


class FirstWords(BaseModel):
    """What is said first in an emergency."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    title: Line
    safety: list[Line]
    do_not: list[Line]


class CrisisWording(Wording):
    title: Line
    safety: list[Line]
    do_not: list[Line]
    another: FirstWords | None = None
    platform: FirstWords | None = None
    vital: FirstWords | None = None
    near_misses: list[Line] = []


FACTS: dict[Kind, type[Facts]] = {
    Kind.BASKET: BasketFacts,
    Kind.TOPIC: TopicFacts,
    Kind.COUNTRY: CountryFacts,
    Kind.REGION: RegionFacts,
    Kind.PRACTICE: PracticeFacts,
    Kind.ORGANISATION: OrganisationFacts,
    Kind.TRAINING: TrainingFacts,
    Kind.NETWORK: NetworkFacts,
    Kind.TERM: TermFacts,
    Kind.CLOCK: ClockFacts,
    Kind.NOT_CLOCK: NotClockFacts,
    Kind.CRISIS: CrisisFacts,
}

WORDINGS: dict[Kind, type[Wording]] = {
    Kind.BASKET: NamedWording,
    Kind.TOPIC: NamedWording,
    Kind.COUNTRY: PlaceWording,
    Kind.REGION: PlaceWording,
    Kind.PRACTICE: PracticeWording,
    Kind.ORGANISATION: OrganisationWording,
    Kind.TRAINING: TrainingWording,
    Kind.NETWORK: NetworkWording,
    Kind.TERM: TermWording,
    Kind.CLOCK: ClockWording,
    Kind.NOT_CLOCK: NotClockWording,
    Kind.CRISIS: CrisisWording,
}
