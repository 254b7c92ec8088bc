"""A file that a coordinator opens is brought from where it lies, in measure, and the desk's tokens go nowhere else."""

import io
from collections.abc import AsyncIterator

import pytest

from bot.files import Files
from bot.slack import SlackChannel
from bot.telegram import TelegramChannel
from bot.terminal import TerminalChannel
from desk.files import LARGEST, NotFetched
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_server import Fault, TelegramServer


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[TelegramServer, Files, str]]:
    async with TelegramServer() as server:
        channel = TelegramChannel(server.token, server.url)
        await channel.probe()
        yield server, Files([channel]), channel.account
        await channel.stop()
        assert server.violations == []


async def test_a_file_is_brought_from_telegram(telegram: tuple[TelegramServer, Files, str]) -> None:
    server, files, account = telegram
    server.files["AgAC"] = b"%PDF-1.7 \x00\xff"
    assert await files.fetch("telegram", account, "AgAC") == b"%PDF-1.7 \x00\xff"


async def test_what_is_too_large_or_gone_stays_in_telegram(telegram: tuple[TelegramServer, Files, str]) -> None:
    server, files, account = telegram
    server.files["long"] = b"x" * (LARGEST + 1)
    for reference in ("long", "gone"):
        with pytest.raises(NotFetched):
            await files.fetch("telegram", account, reference)
    server.fail("getFile", Fault.DROP_BEFORE)
    with pytest.raises(NotFetched, match="Telegram does not give"):
        await files.fetch("telegram", account, "long")


@pytest.fixture
async def slack() -> AsyncIterator[tuple[SlackServer, Files]]:
    async with SlackServer() as server:
        channel = SlackChannel(server.bot_token, server.app_token, api_url=server.api_url)
        await channel.probe()
        yield server, Files([channel])
        await channel.stop()
        assert server.violations == []


async def test_a_file_is_brought_from_slack(slack: tuple[SlackServer, Files]) -> None:
    server, files = slack
    server.shared["F1"] = {"content": "the order"}
    assert await files.fetch("slack", SlackChannel.account, "F1") == b"the order"


@pytest.mark.parametrize(
    "about",
    [
        {"is_external": True},
        {"url_private_download": "https://elsewhere.example/steal"},
        {"size": LARGEST + 1},
        {"content": "x" * (LARGEST + 1)},
    ],
)
async def test_what_lies_elsewhere_or_is_too_large_is_not_fetched(
    slack: tuple[SlackServer, Files], about: dict[str, object]
) -> None:
    server, files = slack
    server.shared["F1"] = {"content": "", **about}
    with pytest.raises(NotFetched):
        await files.fetch("slack", SlackChannel.account, "F1")


async def test_a_channel_without_files_brings_none() -> None:
    with pytest.raises(NotFetched, match="not connected"):
        await Files([TerminalChannel(io.StringIO())]).fetch("terminal", "local", "x")
