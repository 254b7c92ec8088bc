"""The whole way in Slack: Socket Mode and signed HTTP, buttons, the coordinators' card."""

import asyncio
from pathlib import Path

import pytest

from tests.end_to_end.process import Process
from tests.fakes.slack_server import SlackServer

# A process that has just started prepares its catalogue first, on a machine that runs other tests beside it.
SOON = 60
NEED = "where can our 3 moderators learn to recognise terrorist logos"
COORDINATORS = "C0COORD"


def desk(url: str, folder: Path, slack: SlackServer, transport: str = "socket") -> Process:
    way = (
        {"SLACK_APP_TOKEN": slack.app_token}
        if transport == "socket"
        else {"SLACK_SIGNING_SECRET": slack.signing_secret}
    )
    process = Process(
        url,
        folder,
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_API_URL=slack.api_url,
        SLACK_COORDINATOR_CHANNEL=COORDINATORS,
        **way,
    )
    if transport == "http":
        slack.events_url = f"{process.url}/slack/events"
    return process


async def started(process: Process) -> None:
    await asyncio.to_thread(process.start)


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_request_goes_all_the_way(sqlite_url: str, tmp_path: Path, transport: str) -> None:
    async with SlackServer() as slack:
        slack.add_channel(COORDINATORS)
        process = desk(sqlite_url, tmp_path, slack, transport)
        await started(process)
        try:
            await slack.until(lambda: transport == "http" or slack.sockets, seconds=SOON)
            await slack.say("U1", NEED)
            await slack.until(lambda: slack.said("U1"), seconds=SOON)
            assert any("GP-" in text for text in slack.said("U1"))
            await slack.until(lambda: slack.said(COORDINATORS), seconds=SOON)
            await slack.press("U2", COORDINATORS, "Take")
            await slack.until(lambda: any("is now looking" in text for text in slack.said("U1")), seconds=SOON)
            await slack.press("U1", "U1", "This answers it")
            await slack.until(lambda: any("closed it as solved" in text for text in slack.said("U1")), seconds=SOON)
        finally:
            process.kill()
        assert slack.violations == []


async def test_events_that_come_three_times_are_answered_once(sqlite_url: str, tmp_path: Path) -> None:
    async with SlackServer() as slack:
        slack.add_channel(COORDINATORS)
        slack.copies = 3
        process = desk(sqlite_url, tmp_path, slack)
        await started(process)
        try:
            await slack.until(lambda: slack.sockets, seconds=SOON)
            for user in ("U1", "U2", "U3"):
                await slack.say(user, NEED)
            await slack.until(lambda: all(slack.said(user) for user in ("U1", "U2", "U3")), seconds=SOON)
            await slack.say("U4", "hello")
            await slack.until(lambda: slack.said("U4"), seconds=SOON)
            assert [len(slack.said(user)) for user in ("U1", "U2", "U3")] == [1, 1, 1]
        finally:
            process.kill()
        assert slack.violations == []


async def test_killed_again_and_again_it_answers_everything(sqlite_url: str, tmp_path: Path) -> None:
    """What was acknowledged is answered; what was not is delivered again by Slack."""
    users = [f"U{number}" for number in range(1, 13)]
    async with SlackServer() as slack:
        slack.add_channel(COORDINATORS)
        process = desk(sqlite_url, tmp_path, slack)
        await started(process)
        try:
            for number, user in enumerate(users):
                await slack.until(lambda: slack.sockets, seconds=SOON)
                delivery = await slack.say(user, NEED)
                await slack.until(lambda sent=delivery: sent.acks, seconds=SOON)
                if number % 5 == 4:
                    process.kill()
                    await started(process)
            await slack.until(lambda: all(slack.said(user) for user in users), seconds=100)
            assert sum(len(slack.said(user)) - 1 for user in users) <= 2
        finally:
            process.kill()
        assert slack.violations == []
