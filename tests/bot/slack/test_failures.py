"""What a broken connection means for a message, by the moment at which it broke."""

from typing import NoReturn

import aiohttp
import pytest
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.failures import attempt
from desk.messages import DeliveryError

NEVER_LEFT = (
    aiohttp.ConnectionTimeoutError(),
    aiohttp.ClientConnectorError(None, OSError("refused")),  # type: ignore[arg-type]
    aiohttp.ClientConnectorDNSError(None, OSError("no such host")),  # type: ignore[arg-type]
)
MAY_HAVE_ARRIVED = (
    TimeoutError(),
    aiohttp.SocketTimeoutError(),
    aiohttp.ServerDisconnectedError(),
    aiohttp.ClientOSError("reset"),
    aiohttp.ClientPayloadError(),
    ConnectionResetError(),
    AttributeError("what the SDK makes of a page of text"),
)


async def broken(problem: Exception, repeatable: bool = False) -> DeliveryError:
    async def call() -> AsyncSlackResponse:
        return fail()

    def fail() -> NoReturn:
        raise problem

    with pytest.raises(DeliveryError) as caught:
        await attempt(call(), repeatable=repeatable)
    return caught.value


@pytest.mark.parametrize("problem", NEVER_LEFT, ids=lambda problem: type(problem).__name__)
async def test_what_never_left_can_be_sent_again(problem: Exception) -> None:
    error = await broken(problem)
    assert (error.permanent, error.uncertain, error.retry_after) == (False, False, None)


@pytest.mark.parametrize("problem", MAY_HAVE_ARRIVED, ids=lambda problem: type(problem).__name__)
async def test_what_may_have_arrived_is_in_doubt(problem: Exception) -> None:
    assert (await broken(problem)).uncertain
    assert not (await broken(problem, repeatable=True)).uncertain


async def test_an_error_names_no_address_or_token() -> None:
    error = await broken(aiohttp.ClientOSError("https://slack.com/?token=xoxb-1"))
    assert "xoxb" not in error.reason
