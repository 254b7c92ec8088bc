"""The body of a POST as plain fields, whether a form or a script sent it. Junk is refused, never an error of ours."""

import json
import re
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.web.refusals import LARGEST_BODY, too_large, unreadable

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
MOST_FIELDS = 20
# NUL cannot be stored by PostgreSQL; half a surrogate pair cannot be stored by anybody.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


async def read_fields(request: Request) -> dict[str, str]:
    """The fields of a form or of a JSON object; only texts are kept.

    Raises:
        Refusal: too large, no UTF-8, or neither a form nor a JSON object.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _read(request)
    try:
        if kind == _JSON:
            return _from_json(body.decode())
        if kind == _FORM:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
            return {name: _clean(value) for name, value in pairs}
    except (ValueError, RecursionError):
        pass
    raise unreadable()


async def _read(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > LARGEST_BODY:
        raise too_large()
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                raise too_large()
    except ClientDisconnect:
        raise unreadable() from None
    return bytes(body)


def _from_json(text: str) -> dict[str, str]:
    data = json.loads(text)
    if not isinstance(data, dict) or len(data) > MOST_FIELDS:
        raise unreadable()
    return {name: _clean(value) for name, value in data.items() if isinstance(value, str)}


def _clean(text: str) -> str:
    # A form sends CR LF where a script sends LF.
    return _UNSTORABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
