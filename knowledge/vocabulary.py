"""The closed lists of words in which entries describe themselves. The pack contract and the tables share them."""

from enum import StrEnum

REQUIRED_LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
FALLBACK_LANGUAGE = "en"
WORLD = "world"


class Kind(StrEnum):
    """What an entry is. `folder` is its name in a pack."""

    BASKET = "basket"
    TOPIC = "topic"
    COUNTRY = "country"
    REGION = "region"
    PRACTICE = "practice"
    ORGANISATION = "organisation"
    TRAINING = "training"
    NETWORK = "network"
    TERM = "term"
    CLOCK = "clock"
    NOT_CLOCK = "not_clock"
    CRISIS = "crisis"

    @property
    def folder(self) -> str:
        return {Kind.CRISIS: "crisis", Kind.COUNTRY: "countries"}.get(self, f"{self.value}s")


class Serves(StrEnum):
    """Who an organisation or a practice is for."""

    SMALL_FIRM = "small-firm"
    PRIVATE_SECTOR = "private-sector"
    GOVERNMENT = "government"
    CIVIL_SOCIETY = "civil-society"
    MEDIA = "media"
    INDIVIDUAL = "individual"
    ACADEMIA = "academia"
    TECHNICAL_COMMUNITY = "technical-community"


class Confidence(StrEnum):
    """`high`: seen on a page of the source. `medium`: shown only with that said; never as a contact."""

    HIGH = "high"
    MEDIUM = "medium"


class Status(StrEnum):
    """Where an entry is in its life. Only published and stale ones are shown."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    STALE = "stale"
    RETIRED = "retired"


SHOWN = (Status.PUBLISHED, Status.STALE)


class Availability(StrEnum):
    """Whether an organisation still takes cases, for longer than a busy week."""

    ACTIVE = "active"
    REDUCED = "reduced"
    CLOSED = "closed"


class Channel(StrEnum):
    """How an organisation can be reached."""

    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    PGP = "pgp"


class Origin(StrEnum):
    """How a text came about. A machine draft says so until a person has reviewed it."""

    WRITTEN = "written"
    MACHINE_DRAFTED = "machine-drafted"


class ClockEvent(StrEnum):
    """What sets a statutory deadline running."""

    BREACH = "breach"
    REMOVAL_ORDER = "removal-order"
    INTIMATE_IMAGE = "intimate-image"
    INCIDENT = "incident"
    PRODUCT_VULNERABILITY = "product-vulnerability"
    RANSOM_PAYMENT = "ransom-payment"
    DATA_ORDER = "data-order"
    COMPLAINT = "complaint"
    DOMAIN_COMPLAINT = "domain-complaint"
    ABUSE_REPORT = "abuse-report"
    AI_INCIDENT = "ai-incident"
    DATA_REQUEST = "data-request"
    THREAT_TO_LIFE = "threat-to-life"
    OTHER = "other"
