"""A wrong setting stops the start with its name, its problem and the remedy, and never shows a secret."""

from pathlib import Path

import pytest

from bot import settings
from bot.bootstrap import policy_of
from bot.settings import SECRETS, BadSetting, Settings, load
from desk.messages import Address


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def test_nothing_needs_to_be_set() -> None:
    loaded = load(None)
    assert loaded.follow_up_days == (3, 14, 30)
    assert (loaded.host, loaded.port) == ("127.0.0.1", 8080)
    assert loaded.slack_api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "http", "0 to 65535"),
        ("FOLLOW_UP_DAYS", "14,3", "larger than the one before"),
        ("FOLLOW_UP_DAYS", "soon", "3,14,30"),
        ("TIMEZONE", "Mars/Olympus", "IANA"),
        ("DEFAULT_LANGUAGE", "xx", "language of the interface"),
        ("TELEGRAM_BOT_TOKEN", "hello", "@BotFather"),
        ("TELEGRAM_API_URL", "ftp://x", "http"),
        ("TELEGRAM_WEBHOOK_SECRET", "not allowed!", "A-Z a-z 0-9"),
        ("SLACK_BOT_TOKEN", "nonsense", "xoxb-"),
        ("GUIDEPOST_SECRET_KEY", "short", "32 characters"),
        ("PUBLIC_URL", "desk.example.org", "https://"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
        ("LOG_FORMAT", "xml", "json"),
        ("EMBEDDING_LANGUAGES", "english", "en,fr"),
        ("RETENTION_DAYS", "0", "days after"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as problem:
        load(None)
    text = str(problem.value)
    assert text.startswith(name) and words in text


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "GUIDEPOST_SECRET_KEY"])
def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "hunter2")
    with pytest.raises(BadSetting) as problem:
        load(None)
    assert "hunter2" not in str(problem.value)


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    values = {
        "DATABASE_URL": "sqlite:///other.db",
        "TELEGRAM_BOT_TOKEN": "1234:abcdefghijklmnopqrstuvwxyz",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }
    if name.startswith("SLACK"):
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
        monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
        monkeypatch.delenv(name, raising=False)
    if name == "SLACK_CLIENT_SECRET":
        monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
        monkeypatch.setenv("PUBLIC_URL", "https://desk.example.org")
    (tmp_path / "secret").write_text(values.get(name, "s" * 40) + "\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert getattr(load(None), name.lower()).get_secret_value() == values.get(name, "s" * 40)


def test_a_missing_secret_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "/nowhere/at/all")
    with pytest.raises(BadSetting, match="TELEGRAM_BOT_TOKEN_FILE cannot be read"):
        load(None)


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("1234:abcdefghijklmnopqrstuvwxyz")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1234:abcdefghijklmnopqrstuvwxyz")
    with pytest.raises(BadSetting, match="both set"):
        load(None)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SLACK_CLIENT_ID": "1.2"}, "belong together"),
        ({"SLACK_CLIENT_SECRET": "s"}, "belong together"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "PUBLIC_URL": "http://desk.example.org"}, "with https"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "with https"),
    ],
)
def test_signing_in_with_slack_needs_all_of_it(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str
) -> None:
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **given}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=words):
        load(None)


def test_slack_needs_a_way_to_receive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    with pytest.raises(BadSetting, match="SLACK_APP_TOKEN"):
        load(None)


ROOM = {"TELEGRAM_BOT_TOKEN": "1:for-tests-only", "TELEGRAM_COORDINATOR_GROUP": "-1001234567890"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"TELEGRAM_COORDINATOR_GROUP": "-1001234567890"}, "needs TELEGRAM_BOT_TOKEN"),
        ({**ROOM, "TELEGRAM_COORDINATOR_GROUP": "-123456"}, "does not begin with -100"),
        ({**ROOM, "SLACK_COORDINATOR_CHANNEL": "C0123"}, "are both set"),
    ],
)
def test_coordinators_have_one_room(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], problem: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=problem):
        load(None)


def test_a_forum_is_a_room(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ROOM.items():
        monkeypatch.setenv(name, value)
    policy = policy_of(load(None))
    assert policy.coordinators == Address("telegram", "1", "-1001234567890") and policy.reply_sign == "/r"


def test_settings_come_from_the_env_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nFOLLOW_UP_DAYS=1,2\n")
    loaded = load(str(tmp_path / ".env"))
    assert (loaded.port, loaded.follow_up_days) == (9000, (1, 2))


def test_every_secret_is_kept_as_one() -> None:
    kept = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert kept == set(settings.SECRETS)
