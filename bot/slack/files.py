"""Files that people share with the desk, brought when a coordinator opens one."""

from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.files import whole
from bot.slack.failures import attempt
from desk.files import LARGEST, NotFetched
from desk.messages import DeliveryError


async def bring(client: AsyncWebClient, http: aiohttp.ClientSession, token: str, reference: str) -> bytes:
    """The content of a file by its id.

    Raises:
        NotFetched: it is too large, gone, or Slack does not answer.
    """
    try:
        about = (await attempt(client.files_info(file=reference), repeatable=True)).get("file") or {}
    except DeliveryError as error:
        raise NotFetched(f"Slack does not give the file ({error.reason})") from None
    address = str(about.get("url_private_download") or "")
    # A file of another service has an address of its own, which must not see the token.
    if about.get("is_external") or not _is_slacks(address, client.base_url) or (about.get("size") or 0) > LARGEST:
        raise NotFetched("the file is too large, or lies elsewhere")
    try:
        headers = {"Authorization": f"Bearer {token}"}
        async with http.get(address, headers=headers, allow_redirects=False) as response:
            return await whole(response, LARGEST)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise NotFetched(f"Slack does not answer ({type(error).__name__})") from None


def _is_slacks(address: str, api: str) -> bool:
    found = urlsplit(address)
    return found.netloc == urlsplit(api).netloc or (found.scheme == "https" and found.netloc == "files.slack.com")
