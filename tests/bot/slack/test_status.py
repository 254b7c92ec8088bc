"""What the channel says about itself, and the manifest that creates its app."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channel import Channel, Status
from bot.slack import SlackChannel
from bot.slack.dispatcher import EVENTS
from bot.slack.receiver import COMMANDS, SHORTCUT
from desk.conversation.commands import DESCRIPTIONS
from tests.bot.slack.conftest import Inbox, connected, to_user
from tests.fakes.slack_rules import METHODS
from tests.fakes.slack_server import SlackServer


def test_it_is_a_channel() -> None:
    channel: Channel = SlackChannel("xoxb-1", "xapp-1")
    assert (channel.name, channel.account) == ("slack", SlackChannel.account)


def test_before_the_start_it_is_connecting() -> None:
    status = SlackChannel("xoxb-1", "xapp-1").status()
    assert (status.connected, status.detail, status.configured) == (False, "connecting", True)


def test_without_a_way_in_it_says_what_to_set() -> None:
    status = SlackChannel("xoxb-1").status()
    assert not status.configured and "SLACK_APP_TOKEN" in status.remedy


async def test_the_status_may_be_asked_for_in_another_thread(slack: SlackServer, channel: SlackChannel) -> None:
    """The page for readiness does."""
    status = await asyncio.to_thread(channel.status)
    assert status.connected and "2 of 2 sockets" in status.detail


async def test_a_wrong_bot_token_is_named(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox, ready=False, bot_token="xoxb-wrong") as channel:
        await slack.until(lambda: "SLACK_BOT_TOKEN" in channel.status().remedy)
        assert not channel.status().connected


async def test_a_wrong_app_token_is_named(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox, ready=False, app_token="xapp-wrong") as channel:
        await slack.until(lambda: "SLACK_APP_TOKEN" in channel.status().remedy)
        assert "0 of 2 sockets" in channel.status().detail


async def test_over_http_it_names_the_address(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox, signing_secret=slack.signing_secret) as channel:
        assert channel.status().connected and "/slack/events" in channel.status().detail
        assert slack.calls_to("apps.connections.open") == []


async def test_a_probe_makes_ready_to_send_and_receives_nothing(slack: SlackServer) -> None:
    channel = SlackChannel(slack.bot_token, slack.app_token, api_url=slack.api_url)
    try:
        assert await channel.probe() == Status("slack", True, "workspace T0FAKE")
        await channel.send(to_user(), "key")
        assert (slack.said("U1"), slack.sockets) == (["Hello"], [])
    finally:
        await channel.stop()


@pytest.mark.parametrize(
    ("bot_token", "app_token", "remedy"),
    [("xoxb-wrong", "xapp-fake-app", "SLACK_BOT_TOKEN"), ("xoxb-fake-bot", "xapp-wrong", "SLACK_APP_TOKEN")],
)
async def test_a_probe_names_the_wrong_token(slack: SlackServer, bot_token: str, app_token: str, remedy: str) -> None:
    channel = SlackChannel(bot_token, app_token, api_url=slack.api_url)
    status = await channel.probe()
    await channel.stop()
    assert not status.connected and remedy in status.remedy


def test_every_command_of_the_desk_is_known() -> None:
    assert set(COMMANDS) == set(DESCRIPTIONS)


@pytest.fixture
def manifest() -> dict[str, Any]:
    path = Path(__file__).parents[3] / "docs" / "slack-manifest.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_manifest_asks_for_what_is_used_and_no_more(manifest: dict[str, Any]) -> None:
    used = {scope for _, _, scopes in METHODS.values() for scope in scopes}
    # Receiving needs scopes too; the history of a private channel is the one of a public channel under another name.
    received = {"app_mentions:read", "im:history", "commands", "groups:history"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == used | received


def test_the_manifest_sends_what_the_channel_understands(manifest: dict[str, Any]) -> None:
    features, settings = manifest["features"], manifest["settings"]
    events = settings["event_subscriptions"]["bot_events"]
    assert {event.split(".")[0] for event in events} == set(EVENTS)
    # Notes under a ticket, in a public and in a private channel.
    assert {"message.im", "message.channels", "message.groups"} < set(events)
    assert [one["callback_id"] for one in features["shortcuts"]] == [SHORTCUT]
    assert [one["command"] for one in features["slash_commands"]] == ["/guidepost"]
    assert settings["socket_mode_enabled"] and settings["interactivity"]["is_enabled"]
    assert features["app_home"]["home_tab_enabled"] and not features["app_home"]["messages_tab_read_only_enabled"]


def test_the_manifest_keeps_to_slacks_lengths(manifest: dict[str, Any]) -> None:
    (shortcut,), (command,) = manifest["features"]["shortcuts"], manifest["features"]["slash_commands"]
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150
    assert len(command["description"]) <= 2000 and len(command["usage_hint"]) <= 1000


async def test_the_environment_of_a_desk_makes_no_noise(
    slack: SlackServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", slack.signing_secret)
    async with connected(slack, inbox):
        delivery = await slack.say("U1", "hello")
        await slack.until(lambda: delivery.acks)
    assert caplog.records == []
