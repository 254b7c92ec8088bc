"""Logs: a constant event with fields, ids only. Secrets are cut out wherever they would appear."""

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
# These write addresses with tokens in them, or what people said, at their lower levels.
_CHATTY = (
    "httpx",
    "httpcore",
    "telegram",
    "slack_sdk",
    "slack_bolt",
    "aiohttp",
    "apscheduler",
    "alembic",
    "uvicorn.access",
)


def configure(level: str, form: str, secrets: Iterable[str]) -> None:
    """Set up logging for the process: to standard error, as text or as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines(form == "json", [secret for secret in secrets if secret]))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Lines(logging.Formatter):
    def __init__(self, as_json: bool, secrets: list[str]) -> None:
        super().__init__()
        self.as_json = as_json
        # Longest first: a token may contain another secret as its part.
        self.secrets = sorted(secrets, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _OWN}
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": when, "level": record.levelname, "logger": record.name, "event": record.getMessage(), **fields}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str) if self.as_json else _plain(line)
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        return text


def _plain(line: dict[str, object]) -> str:
    rest = " ".join(f"{name}={value}" for name, value in line.items() if name not in ("at", "level", "logger", "event"))
    return f"{line['at']} {line['level']:<7} {line['event']} {rest}".rstrip()
