"""Fields of a POST -> Incoming. A line that starts with a slash is a command, as in every chat."""

import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from bot.web.refusals import LONGEST_TEXT, too_long, unreadable
from desk.hours import zone_named
from desk.messages import Address, Arrival, Incoming

NAME = ACCOUNT = "web"
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:\s+(.*))?", re.DOTALL)


def address_of(session_id: str) -> Address:
    """A browser session is one conversation."""
    return Address(NAME, ACCOUNT, session_id)


def read_message(
    fields: Mapping[str, str], session_id: str, languages: Collection[str], now: datetime
) -> Incoming | None:
    """What the person wrote; None when they wrote nothing.

    Raises:
        Refusal: too long, or not from our page.
    """
    text = fields.get("text", "").strip()
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        raise too_long(text)
    id = _external_id(session_id, "message", _form_id(fields))
    if command := _COMMAND.fullmatch(text):
        name, rest = command[1].lower(), (command[2] or "").strip()
        return _incoming(fields, session_id, languages, now, id, Arrival.COMMAND, command=name, text=rest)
    return _incoming(fields, session_id, languages, now, id, Arrival.TEXT, text=text)


def read_press(fields: Mapping[str, str], session_id: str, languages: Collection[str], now: datetime) -> Incoming:
    """A pressed button. One page shows many, so the button is part of the id.

    Raises:
        Refusal: when the token is none.
    """
    action = fields.get("action", "")
    if not _TOKEN.fullmatch(action):
        raise unreadable()
    id = _external_id(session_id, "press", f"{_form_id(fields)}:{action}")
    return _incoming(fields, session_id, languages, now, id, Arrival.PRESS, action=action)


def read_language(fields: Mapping[str, str], session_id: str, languages: Collection[str], now: datetime) -> Incoming:
    """A language chosen from the menu of the page: the command `language` with the choice as its text.

    Raises:
        Refusal: when the page does not speak it.
    """
    code = fields.get("language", "")
    if code not in languages:
        raise unreadable()
    id = _external_id(session_id, "language", f"{_form_id(fields)}:{code}")
    return _incoming(
        {**fields, "lang": code}, session_id, languages, now, id, Arrival.COMMAND, command="language", text=code
    )


def _incoming(
    fields: Mapping[str, str],
    session_id: str,
    languages: Collection[str],
    now: datetime,
    id: str,
    arrival: Arrival,
    *,
    text: str = "",
    command: str | None = None,
    action: str | None = None,
) -> Incoming:
    zone = fields.get("time_zone", "")[:64]
    return Incoming(
        address_of(session_id),
        id,
        session_id,
        arrival,
        now,
        text=text,
        command=command,
        action=action,
        message_id=id,
        language=fields.get("lang") if fields.get("lang") in languages else None,
        time_zone=zone if zone_named(zone) else None,
    )


def _external_id(session_id: str, kind: str, id: str) -> str:
    # With the session in front nobody can use up the ids of somebody else.
    return f"{session_id}:{kind}:{id}"


def _form_id(fields: Mapping[str, str]) -> str:
    """The page's own id of this submission, the same when it is sent again."""
    id = fields.get("id") or secrets.token_urlsafe(12)
    if not _ID.fullmatch(id):
        raise unreadable()
    return id
