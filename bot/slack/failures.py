"""What went wrong at Slack, in the three ways that matter to the outbox."""

from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from desk.messages import DeliveryError

RETRY_AFTER = 1.0
LIMITED = frozenset({"ratelimited", "rate_limited"})
# Slack's own words for these two: some aspect of the operation may have succeeded.
DOUBTFUL = frozenset({"internal_error", "fatal_error"})
PASSING = frozenset(
    {"service_unavailable", "request_timeout", "message_limit_exceeded", "update_failed", "team_added_to_org"}
)
REMEDIES = {
    "invalid_auth": "Check SLACK_BOT_TOKEN: Slack does not know this token.",
    "not_authed": "Check SLACK_BOT_TOKEN: Slack does not know this token.",
    "token_revoked": "Install the app into the workspace again and set the new SLACK_BOT_TOKEN.",
    "token_expired": "Install the app into the workspace again and set the new SLACK_BOT_TOKEN.",
    "account_inactive": "Install the app into the workspace again: its bot user was removed.",
    "org_login_required": "The workspace is being moved into an organisation; install the app again when that is done.",
    "missing_scope": "Give the app the scopes of docs/slack-manifest.yaml and install it again.",
    "not_allowed_token_type": "SLACK_BOT_TOKEN must be a bot token (xoxb-), SLACK_APP_TOKEN an app-level one (xapp-).",
    "no_permission": "Give the app the scopes of docs/slack-manifest.yaml and install it again.",
    "access_denied": "Ask an administrator of the workspace to allow the app.",
    "link_disabled": "Turn Socket Mode on in the settings of the app.",
}
ABOUT_THE_PLACE = frozenset({"channel_not_found", "not_in_channel", "is_archived", "restricted_action"})
NOBODY = ABOUT_THE_PLACE | {
    "cannot_dm_bot",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
    "users_not_found",
    "user_is_bot",
    "user_not_in_channel",
}


class Misconfigured(DeliveryError):
    """The set-up is wrong, not the message: it waits until an operator has done what `remedy` says."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


async def attempt(call: Awaitable[AsyncSlackResponse], *, repeatable: bool = False) -> AsyncSlackResponse:
    """Make one call.

    `repeatable` calls change nothing when they happen twice, so that a broken connection leaves no doubt.

    Raises:
        DeliveryError: for everything that can go wrong.
    """
    try:
        return await call
    except SlackApiError as error:
        raise refused(error, repeatable=repeatable) from None
    except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
        raise DeliveryError(f"Slack cannot be reached ({type(error).__name__})") from None
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError) as error:
        # The last two: the SDK on an answer that is not JSON.
        raise DeliveryError(f"no answer from Slack ({type(error).__name__})", uncertain=not repeatable) from None


def refused(error: SlackApiError, *, repeatable: bool = False) -> DeliveryError:
    """What an answer that is no "ok" means."""
    status, code = status_of(error), code_of(error)
    if status == 429 or code in LIMITED:
        return DeliveryError("ratelimited", retry_after=retry_after(error))
    # An answer that went well but cannot be read says nothing about whether the message is there.
    unreadable = status < 400 and not code
    if status >= 500 or code in DOUBTFUL or unreadable:
        return DeliveryError(code or f"HTTP {status}", uncertain=not repeatable)
    if code in REMEDIES:
        return Misconfigured(code, REMEDIES[code])
    if code in NOBODY:
        return DeliveryError(code, unreachable=True)
    # Without a code this is not Slack speaking but something in between.
    return DeliveryError(code or f"HTTP {status}", permanent=bool(code) and code not in PASSING)


def code_of(error: SlackApiError) -> str:
    """Slack's name of the error, empty when the answer had none."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def status_of(error: SlackApiError) -> int:
    """The HTTP status; the SDK puts two kinds of response into its errors."""
    response: Any = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 200)


def retry_after(error: SlackApiError) -> float:
    """Seconds to wait, one when Slack does not say."""
    headers: Any = getattr(error.response, "headers", None) or {}
    try:
        return max(0.0, float(headers.get("Retry-After", RETRY_AFTER)))
    except ValueError:
        return RETRY_AFTER
