"""The composition root: settings in, a house with all its rooms connected out."""

import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot import embeddings
from bot.brake import Brake
from bot.channel import Channel
from bot.logs import configure
from bot.settings import BadSetting, Settings
from bot.web import WebChannel
from desk import accounts, inbox, people, tables
from desk.access.vouching import Voucher
from desk.casework.suggesting import suggest
from desk.catalogue import Catalogues
from desk.messages import Address
from desk.policy import Policy
from knowledge.database import Database
from knowledge.packs import import_shipped
from routing import embedding

if TYPE_CHECKING:
    from bot.slack.catching_up import Known
    from bot.slack.workspace import Identity

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """What every command works with."""

    settings: Settings
    database: Database
    policy: Policy
    catalogues: Catalogues
    clock: Clock

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_house(settings: Settings, clock: Clock = utc_now) -> House:
    """Open the database, bring its tables up to date and take in the shipped knowledge when it is new."""
    configure(settings.log_level, settings.log_format, secrets_of(settings))
    use_embedding(settings)
    assert tables.TABLES
    database = Database(settings.database_url.get_secret_value())
    database.upgrade()
    with database.writing() as session:
        report = import_shipped(session, clock())
    if report.changed:
        log.info("knowledge.imported", extra={"new": len(report.created), "changed": len(report.updated)})
    return House(settings, database, policy_of(settings), Catalogues(database, clock), clock)


def use_embedding(settings: Settings) -> None:
    """Let the router compare by the embedding that is set, if any."""
    try:
        embedding.use(embeddings.load(settings.embedding, settings.embedding_languages) if settings.embedding else None)
    except embeddings.MissingModel as problem:
        raise BadSetting(f"EMBEDDING cannot be used: {problem}.") from None


def secrets_of(settings: Settings) -> list[str]:
    """Every secret value, to be cut out of logs."""
    values = (value for value in vars(settings).values() if isinstance(value, SecretStr))
    return [value.get_secret_value() for value in values if not value.get_secret_value().startswith("sqlite:")]


def policy_of(settings: Settings) -> Policy:
    """The part of the settings that the conversation needs."""
    coordinators, reply_sign = _room_of(settings)
    return Policy(
        default_language=settings.default_language,
        time_zone=settings.timezone,
        follow_up_days=settings.follow_up_days,
        coordinators=coordinators,
        reply_sign=reply_sign,
        public_url=settings.public_url,
        retention_days=settings.retention_days,
        digest_hour=settings.digest_hour,
    )


def _room_of(settings: Settings) -> tuple[Address | None, str]:
    """Where coordinators work, and how what they write there begins when it is meant for the requester."""
    if settings.slack_coordinator_channel and settings.slack_bot_token:
        from bot.slack import SlackChannel

        return Address("slack", SlackChannel.account, settings.slack_coordinator_channel), "reply:"
    if settings.telegram_coordinator_group and settings.telegram_bot_token:
        # The token begins with the bot's id.
        bot = settings.telegram_bot_token.get_secret_value().partition(":")[0]
        return Address("telegram", bot, settings.telegram_coordinator_group), "/r"
    return None, "reply:"


def channels_of(
    house: House, holds: Callable[[str], bool] = lambda name: True, brake: Brake | None = None
) -> list[Channel]:
    """The channels that can be connected with these settings; the web page always can.

    `holds` says whether this process has a lease (`desk.leases`); without one it acts as if it had them all. `brake` is
    that of the process's `bot.delivery.Delivery`.
    A platform's library is only loaded when it is needed: each costs half a second of every start.
    """
    settings = house.settings
    channels: list[Channel] = [
        WebChannel(house.database, secret_key(settings), public_url=settings.public_url, now=house.clock)
    ]
    if settings.telegram_bot_token:
        from bot.telegram import TelegramChannel

        channels.append(
            TelegramChannel(
                settings.telegram_bot_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                webhook_secret=_reveal(settings.telegram_webhook_secret),
                public_url=settings.public_url,
                now=house.clock,
                holds=holds,
                coordinator_group=settings.telegram_coordinator_group,
                brake=brake,
            )
        )
    if settings.slack_bot_token:
        from bot.slack import SlackChannel

        channels.append(
            SlackChannel(
                settings.slack_bot_token.get_secret_value(),
                app_token=_reveal(settings.slack_app_token),
                signing_secret=_reveal(settings.slack_signing_secret),
                api_url=settings.slack_api_url,
                coordinator_channel=settings.slack_coordinator_channel,
                now=house.clock,
                known=lambda: _known_in_slack(house.database),
                memory=_SlackMemory(house, settings.slack_bot_token.get_secret_value()),
                suggest=lambda field, typed: suggest(
                    house.catalogues.current(), house.policy.default_language, field, typed
                ),
            )
        )
    return channels


def voucher_of(house: House) -> Voucher | None:
    """Who vouches for members that sign in with Slack, when that is set up."""
    settings = house.settings
    client_id, client_secret = settings.slack_client_id, _reveal(settings.slack_client_secret)
    bot_token = _reveal(settings.slack_bot_token)
    if not (client_id and client_secret and bot_token):
        return None
    from bot.slack.vouching import SlackVoucher

    return SlackVoucher(client_id, client_secret, bot_token, settings.slack_api_url, house.clock)


def _known_in_slack(database: Database) -> "Known":
    from bot.slack import SlackChannel
    from bot.slack.catching_up import Known

    with database.reading() as session:
        last = inbox.last_received(session, SlackChannel.name, SlackChannel.account)
        return Known(last, people.latest_senders(session, SlackChannel.name, SlackChannel.account))


@dataclass(frozen=True, slots=True)
class _SlackMemory:
    """Who a bot token makes us, kept in the database."""

    house: House
    token: str

    def recall(self) -> "Identity":
        from bot.slack.workspace import Identity

        with self.house.database.reading() as session:
            return Identity(**accounts.recall(session, "slack", self.token))

    def keep(self, identity: "Identity") -> None:
        with self.house.database.writing() as session:
            accounts.keep(session, "slack", self.token, asdict(identity), self.house.clock())


def _reveal(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def secret_key(settings: Settings) -> str:
    """The key that signs web sessions: the operator's, or one made on the first start and kept beside the database."""
    if settings.guidepost_secret_key:
        return settings.guidepost_secret_key.get_secret_value()
    url = settings.database_url.get_secret_value()
    folder = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("data")
    file = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text().strip()
