"""The settings of a desk, from the environment or `.env`; each secret also from a file named by `NAME_FILE`.

A wrong value stops the start with the setting's name, what is wrong with it and what to do. Values of secrets are
never shown.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from desk.wording import spoken

SECRETS = (
    "DATABASE_URL",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_SECRET",
    "GUIDEPOST_SECRET_KEY",
)


class BadSetting(Exception):
    """A setting that cannot be used; the message names it, its problem and the remedy."""


class Settings(BaseSettings):
    """One desk's settings. The description of a field is its documentation and its remedy."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/guidepost.db"),
        description="where everything is kept: sqlite:///path/file.db or postgresql://user:password@host/name",
    )
    host: str = Field("127.0.0.1", description="the address the web server listens on; 0.0.0.0 for all")
    port: int = Field(
        8080, ge=0, le=65535, description="the port the web server listens on, 0 to 65535 (0: any free one)"
    )
    public_url: str | None = Field(
        None, description="how the internet reaches this desk, for example https://desk.example.org"
    )
    telegram_bot_token: SecretStr | None = Field(
        None, description="the token @BotFather gave: digits, a colon, 35 characters"
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="the root of the Bot API server, with http(s)://"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="1 to 256 of A-Z a-z 0-9 _ -; set it to receive at /telegram/webhook instead of polling"
    )
    telegram_coordinator_group: str | None = Field(
        None, description="the id of the group with topics where coordinators see tickets, for example -1001234567890"
    )
    slack_bot_token: SecretStr | None = Field(None, description="the bot token of the Slack app; it starts with xoxb-")
    slack_app_token: SecretStr | None = Field(
        None, description="the app-level token for Socket Mode; it starts with xapp-"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="the signing secret of the Slack app; without an app token events come in at /slack/events"
    )
    slack_client_id: str | None = Field(
        None,
        description="the client id of the Slack app (digits, a dot, digits), so that members can sign in with Slack",
    )
    slack_client_secret: SecretStr | None = Field(None, description="the client secret of the Slack app")
    slack_api_url: str = Field("https://slack.com/api/", description="the root of Slack's web API, with http(s)://")
    slack_coordinator_channel: str | None = Field(
        None, description="the id of the channel where coordinators see tickets, for example C0123456789"
    )
    guidepost_secret_key: SecretStr | None = Field(
        None,
        description="at least 32 characters that sign web sessions; made and kept beside the database when not set",
    )
    default_language: str = Field("en", description="the language before anybody has written: ar, en, es, fr, ru or zh")
    timezone: str = Field("UTC", description="the IANA time zone of the desk, for example Africa/Nairobi")
    follow_up_days: Annotated[tuple[int, ...], NoDecode] = Field(
        (3, 14, 30),
        description="days after the first answer on which to ask whether it worked, rising, for example 3,14,30",
    )
    retention_days: int = Field(
        365, ge=1, description="days after a person's last message until all about them is deleted"
    )
    digest_hour: int = Field(
        8, ge=0, le=23, description="the hour of the desk's day at which coordinators are told what waits"
    )
    embedding: str | None = Field(
        None,
        description="a model that compares what texts mean: wordllama, or a folder with tokenizer.json and a model",
    )
    embedding_languages: Annotated[frozenset[str] | None, NoDecode] = Field(
        None, description="the languages that the embedding knows, for example en,fr"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: Literal["text", "json"] = Field("text", description="text for people or json for machines")

    @field_validator("follow_up_days", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return tuple(int(part) for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("follow_up_days")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or value[0] < 1 or value[-1] > 365 or list(value) != sorted(set(value)):
            raise ValueError("must be whole days from 1 to 365, each larger than the one before")
        return value

    @field_validator("embedding_languages", mode="before")
    @classmethod
    def _codes(cls, value: object) -> object:
        return frozenset(part.strip().lower() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("embedding_languages")
    @classmethod
    def _are_codes(cls, value: frozenset[str] | None) -> frozenset[str] | None:
        if not all(code.isalpha() and len(code) in (2, 3) for code in value or ()):
            raise ValueError("must be codes of languages, for example en,fr")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("default_language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in spoken():
            raise ValueError(f"is not a language of the interface ({', '.join(spoken())})")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception:
            raise ValueError("is no IANA time zone") from None
        return value

    @field_validator("telegram_api_url", "slack_api_url", "public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
            raise ValueError("is no address that starts with http:// or https://")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _telegram_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _matching(value, r"\d+:[\w-]{10,}", "does not look like a bot token")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        return _matching(value, r"[A-Za-z0-9_-]{1,256}", "holds characters Telegram does not allow")

    @field_validator("telegram_coordinator_group")
    @classmethod
    def _forum(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"-100\d{3,}", value):
            raise ValueError("does not begin with -100, as groups do once Topics is turned on in their settings")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _slack_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _matching(value, r"xox[be][-.].+", "does not look like a bot token")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _matching(value, r"xapp-.+", "does not look like an app-level token")

    @field_validator("guidepost_secret_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        return _matching(value, r"(?s).{32,}", "is too short")

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise ValueError(
                "SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (events over HTTP) too"
            )
        if not self.slack_bot_token and (self.slack_app_token or self.slack_signing_secret):
            raise ValueError("SLACK_BOT_TOKEN is missing beside SLACK_APP_TOKEN or SLACK_SIGNING_SECRET")
        self._check_room()
        self._check_signing_in()
        return self

    def _check_room(self) -> None:
        if self.telegram_coordinator_group and not self.telegram_bot_token:
            raise ValueError("TELEGRAM_COORDINATOR_GROUP needs TELEGRAM_BOT_TOKEN too")
        if self.telegram_coordinator_group and self.slack_coordinator_channel:
            raise ValueError(
                "SLACK_COORDINATOR_CHANNEL and TELEGRAM_COORDINATOR_GROUP are both set, and coordinators work in one "
                "place. Remove one of them"
            )

    def _check_signing_in(self) -> None:
        if not (self.slack_client_id or self.slack_client_secret):
            return
        if not (self.slack_client_id and self.slack_client_secret and self.slack_bot_token):
            raise ValueError("SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_BOT_TOKEN belong together")
        address = urlsplit(self.public_url or "")
        if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1"):
            raise ValueError("SLACK_CLIENT_ID needs PUBLIC_URL with https: Slack sends browsers back to it")


def _matching(value: SecretStr | None, pattern: str, problem: str) -> SecretStr | None:
    if value is not None and not re.fullmatch(pattern, value.get_secret_value()):
        raise ValueError(problem)
    return value


def load(env_file: str | None = ".env") -> Settings:
    """The settings of this process.

    Raises:
        BadSetting: with one line per problem.
    """
    given = {**(dotenv_values(env_file) if env_file else {}), **os.environ}
    from_files: dict[str, Any] = {
        name.lower(): _from_file(name, given) for name in SECRETS if given.get(f"{name}_FILE")
    }
    try:
        return Settings(_env_file=env_file, **from_files)
    except ValidationError as error:
        raise BadSetting("\n".join(_explain(problem) for problem in error.errors())) from None


def _from_file(name: str, given: Mapping[str, str | None]) -> str:
    path = Path(given[f"{name}_FILE"] or "")
    if given.get(name):
        raise BadSetting(f"{name} and {name}_FILE are both set. Remove one of them.")
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise BadSetting(f"{name}_FILE cannot be read ({reason}). Point it at a readable text file.") from None


def _explain(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return message + "."
    name = str(problem["loc"][0])
    remedy = Settings.model_fields[name].description
    return f"{name.upper()} {message[0].lower()}{message[1:]}. Set it to: {remedy}."
