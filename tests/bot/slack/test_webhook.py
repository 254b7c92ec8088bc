"""Events, buttons and commands over HTTP: genuine ones are stored and answered, all others are turned away."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.slack import SlackChannel
from tests.bot.slack.conftest import Inbox, Memory, connected
from tests.fakes.slack_server import Delivery, SlackServer, as_request

ADDRESS = "/slack/events"


@asynccontextmanager
async def listening(
    slack: SlackServer, inbox: Inbox, ready: bool = True, memory: Memory | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the desk's web server, which has the routes of a channel in HTTP mode."""
    async with connected(slack, inbox, ready, signing_secret=slack.signing_secret, memory=memory) as channel:
        transport = httpx.ASGITransport(app=Starlette(routes=list(channel.routes())), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            yield client


def message(text: str = "hello") -> dict[str, Any]:
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": text, "ts": "1.1"}
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T0FAKE", "event": event}


async def post(client: httpx.AsyncClient, slack: SlackServer, payload: dict[str, Any], kind: str = "events_api") -> int:
    body, content_type = as_request(kind, payload)
    headers = {**slack.sign(body), "Content-Type": content_type}
    return (await client.post(ADDRESS, content=body, headers=headers)).status_code


async def test_a_signed_event_is_stored(slack: SlackServer, inbox: Inbox) -> None:
    async with listening(slack, inbox) as client:
        assert await post(client, slack, message()) == 200
    assert [one.text for one in inbox.kept] == ["hello"]


async def test_buttons_and_commands_come_the_same_way(slack: SlackServer, inbox: Inbox) -> None:
    press = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "t1",
        "channel": {"id": "D1"},
        "container": {"message_ts": "1.1"},
        "actions": [{"action_id": "press_0", "value": "token", "action_ts": "2.2"}],
    }
    command = {
        "command": "/guidepost",
        "text": "payload & more",
        "user_id": "U1",
        "channel_id": "D1",
        "trigger_id": "t2",
    }
    async with listening(slack, inbox) as client:
        assert await post(client, slack, press, "interactive") == 200
        assert await post(client, slack, command, "slash_commands") == 200
    assert [(one.action, one.text) for one in inbox.kept] == [("token", ""), (None, "payload & more")]


async def test_slack_may_verify_the_address(slack: SlackServer, inbox: Inbox) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc123", "token": "x"}).encode()
    async with listening(slack, inbox) as client:
        answer = await client.post(ADDRESS, content=body, headers=slack.sign(body))
        assert (answer.status_code, answer.json()) == (200, {"challenge": "abc123"})
        assert (await client.post(ADDRESS, content=body)).status_code == 401


GENUINE = json.dumps(message()).encode()


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=é".encode()},
        {"X-Slack-Signature": "\xff\xfe".encode("latin-1")},
        {"X-Slack-Signature": "v0="},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "0" * 100_000},
        {"X-Slack-Request-Timestamp": "1" * 19},
        {"X-Slack-Request-Timestamp": "0"},
        {"X-Slack-Request-Timestamp": "²".encode()},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "١٢٣".encode()},
    ],
    ids=str,
)
async def test_a_forged_request_is_turned_away(slack: SlackServer, inbox: Inbox, change: dict[str, Any]) -> None:
    async with listening(slack, inbox) as client:
        answer = await client.post(ADDRESS, content=GENUINE, headers={**slack.sign(GENUINE), **change})
    assert (answer.status_code, inbox.kept) == (401, [])


async def test_a_signature_with_another_secret_is_turned_away(slack: SlackServer, inbox: Inbox) -> None:
    async with listening(slack, inbox) as client:
        slack.signing_secret = "that of another app"
        assert (await client.post(ADDRESS, content=GENUINE, headers=slack.sign(GENUINE))).status_code == 401
    assert inbox.kept == []


async def test_a_request_without_signature_is_turned_away(slack: SlackServer, inbox: Inbox) -> None:
    async with listening(slack, inbox) as client:
        for body in (GENUINE, b"", b"\xff\xfe", b"ssl_check=1"):
            assert (await client.post(ADDRESS, content=body)).status_code == 401
    assert inbox.kept == []


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signature_is_good_for_five_minutes(slack: SlackServer, inbox: Inbox, minutes: int) -> None:
    async with listening(slack, inbox) as client:
        real = int(slack.sign(b"")["X-Slack-Request-Timestamp"])
        headers = slack.sign(GENUINE, at=real + 60 * minutes)
        assert (await client.post(ADDRESS, content=GENUINE, headers=headers)).status_code == 401
    assert inbox.kept == []


async def test_another_body_under_a_genuine_signature_is_turned_away(slack: SlackServer, inbox: Inbox) -> None:
    async with listening(slack, inbox) as client:
        answer = await client.post(ADDRESS, content=GENUINE + b" ", headers=slack.sign(GENUINE))
        broken = b"\xff" + GENUINE
        assert (await client.post(ADDRESS, content=broken, headers=slack.sign(broken))).status_code == 401
    assert (answer.status_code, inbox.kept) == (401, [])


async def test_a_replayed_request_is_stored_once(slack: SlackServer, inbox: Inbox) -> None:
    headers = slack.sign(GENUINE)
    async with listening(slack, inbox) as client:
        answers = [await client.post(ADDRESS, content=GENUINE, headers=headers) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert len(inbox.kept) == 1


@pytest.mark.parametrize("body", [b"{", b"[1]", b"{}", b"", b"payload=%7B", b"payload=7", b"{" * 100_000 + b'"a"'])
async def test_a_signed_body_that_makes_no_sense_is_refused(slack: SlackServer, inbox: Inbox, body: bytes) -> None:
    async with listening(slack, inbox) as client:
        assert (await client.post(ADDRESS, content=body, headers=slack.sign(body))).status_code == 400


async def test_a_body_over_a_megabyte_is_not_read(slack: SlackServer, inbox: Inbox) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    async with listening(slack, inbox) as client:
        assert (await client.post(ADDRESS, content=endless())).status_code == 413


async def test_what_could_not_be_stored_is_not_acknowledged(slack: SlackServer, inbox: Inbox) -> None:
    async with listening(slack, inbox) as client:
        inbox.broken = OSError("disk full")
        assert await post(client, slack, message()) == 503
        inbox.broken = None
        assert await post(client, slack, message()) == 200
    assert len(inbox.kept) == 1


async def test_before_the_workspace_is_known_events_must_come_again(slack: SlackServer, inbox: Inbox) -> None:
    slack.fail("auth.test", status=500)
    async with listening(slack, inbox, ready=False) as client:
        assert await post(client, slack, message()) == 503
        await slack.until(lambda: len(slack.calls_to("auth.test")) == 2)
    assert inbox.kept == []


async def test_a_restarted_desk_takes_events_before_slack_says_who_it_is(slack: SlackServer, inbox: Inbox) -> None:
    memory = Memory()
    async with listening(slack, inbox, memory=memory):
        await slack.until(lambda: memory.identity.team == "T0FAKE")
    slack.fail("auth.test", status=500)
    async with listening(slack, inbox, ready=False, memory=memory) as client:
        assert await post(client, slack, message()) == 200
        await slack.until(lambda: len(slack.calls_to("auth.test")) == 3)
    assert [one.text for one in inbox.kept] == ["hello"]


async def test_a_memory_that_fails_stops_nothing(slack: SlackServer, inbox: Inbox) -> None:
    memory = Memory()
    memory.broken = OSError("disk full")
    async with listening(slack, inbox, memory=memory) as client:
        assert await post(client, slack, message()) == 200


async def test_only_post_is_answered(slack: SlackServer, inbox: Inbox) -> None:
    async with listening(slack, inbox) as client:
        assert (await client.get(ADDRESS)).status_code == 405


async def test_socket_mode_needs_no_address(slack: SlackServer) -> None:
    both = SlackChannel(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
    assert list(both.routes()) == []


def test_a_delivery_can_be_written_as_a_request() -> None:
    body, kind = as_request("interactive", Delivery("interactive", {"type": "block_actions"}).payload)
    assert body.startswith(b"payload=%7B") and "form" in kind
