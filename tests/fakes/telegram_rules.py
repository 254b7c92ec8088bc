"""What the Bot API accepts: a table of our own (from Bot API 10.1) of the calls that a help desk makes.

`objections` names every breach of the description; `refusal` what the real server answers with a 400.
"""

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

Params = dict[str, Any]

_MESSAGE = {
    "chat_id": "chat!",
    "message_thread_id": "int",
    "parse_mode": "str",
    "disable_notification": "bool",
    "protect_content": "bool",
    "reply_parameters": "reply",
    "reply_markup": "keyboard",
}
# method -> parameter -> type; "!" marks what is required.
METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "getFile": {"file_id": "str!"},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "strings"},
    "setWebhook": {
        "url": "str!",
        "ip_address": "str",
        "max_connections": "int",
        "allowed_updates": "strings",
        "drop_pending_updates": "bool",
        "secret_token": "str",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "sendMessage": {**_MESSAGE, "text": "str!", "entities": "list", "link_preview_options": "dict"},
    "sendDocument": {**_MESSAGE, "document": "file!", "caption": "str", "disable_content_type_detection": "bool"},
    "editMessageText": {
        "chat_id": "chat",
        "message_id": "int",
        "inline_message_id": "str",
        "text": "str!",
        "parse_mode": "str",
        "entities": "list",
        "link_preview_options": "dict",
        "reply_markup": "keyboard",
    },
    "deleteMessage": {"chat_id": "chat!", "message_id": "int!"},
    "createForumTopic": {"chat_id": "chat!", "name": "str!", "icon_color": "int", "icon_custom_emoji_id": "str"},
    "editForumTopic": {
        "chat_id": "chat!",
        "message_thread_id": "int!",
        "name": "str",
        "icon_custom_emoji_id": "str",
    },
    "closeForumTopic": {"chat_id": "chat!", "message_thread_id": "int!"},
    "reopenForumTopic": {"chat_id": "chat!", "message_thread_id": "int!"},
    "deleteForumTopic": {"chat_id": "chat!", "message_thread_id": "int!"},
    "pinChatMessage": {"chat_id": "chat!", "message_id": "int!", "disable_notification": "bool"},
    "getChat": {"chat_id": "chat!"},
    "getChatMember": {"chat_id": "chat!", "user_id": "int!"},
    "answerCallbackQuery": {
        "callback_query_id": "str!",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "setMyCommands": {"commands": "commands!", "scope": "dict", "language_code": "str"},
    "deleteMyCommands": {"scope": "dict", "language_code": "str"},
    "setMyDescription": {"description": "str", "language_code": "str"},
    "setMyShortDescription": {"short_description": "str", "language_code": "str"},
    "sendChatAction": {"chat_id": "chat!", "message_thread_id": "int", "action": "str!"},
}
SENDING = ("sendMessage", "sendDocument", "editMessageText", "sendChatAction")
# What is done to a chat, and refused when it is not there, has moved or is flooded.
IN_CHAT = (
    *SENDING,
    *("createForumTopic", "editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic"),
    *("pinChatMessage", "getChat", "getChatMember"),
)
_JSON = ("reply", "keyboard", "commands", "strings", "list", "dict")
_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "span"}
    | {"tg-spoiler", "tg-emoji"}
)
_COMMAND = re.compile("[a-z0-9_]{1,32}")
# What a value may be, where the description says so.
_SHAPES = {
    "limit": re.compile("[1-9][0-9]?|100"),
    "max_connections": re.compile("[1-9][0-9]?|100"),
    "language_code": re.compile("([a-z]{2})?"),
    "secret_token": re.compile("[A-Za-z0-9_-]{1,256}"),
}
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_BUTTON_KINDS = {
    *("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"),
    *("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"),
}


def decoded(method: str, given: dict[str, Any]) -> tuple[Params, list[str]]:
    """Parameters in their own types, and what is wrong with them. Everything arrives as text, except files."""
    known, params, wrong = METHODS[method], dict[str, Any](), list[str]()
    for name, value in given.items():
        kind = known.get(name, "").rstrip("!")
        if not kind:
            wrong.append(f"{method}: no parameter {name}")
            continue
        try:
            params[name] = _decode(kind, value)
        except (ValueError, TypeError, KeyError):
            wrong.append(f"{method}: {name} is no {kind}")
    wrong += [
        f"{method}: {name} may not be {params[name]!r}"
        for name in params.keys() & _SHAPES.keys()
        if not _SHAPES[name].fullmatch(str(params[name]))
    ]
    wrong += [
        f"{method}: {name} is missing" for name, kind in known.items() if kind.endswith("!") and name not in params
    ]
    return params, wrong


def _decode(kind: str, value: Any) -> Any:
    if kind == "int":
        return int(value)
    if kind == "bool":
        return {"true": True, "false": False}[str(value).lower()]
    if kind == "chat":
        return value if str(value).startswith("@") else int(value)
    if kind in _JSON:
        return _structure(kind, json.loads(value) if isinstance(value, str) else value)
    return value


def _structure(kind: str, value: Any) -> Any:
    if isinstance(value, dict) is not (kind in ("reply", "keyboard", "dict")):
        raise TypeError(kind)
    if kind == "reply":
        int(value["message_id"])
    if kind == "strings" and not all(isinstance(one, str) for one in value):
        raise TypeError(kind)
    return value


def refusal(method: str, params: Params) -> str | None:
    """The description of the 400 that Telegram gives for content it does not take, or None."""
    if method == "setMyCommands":
        return _refused_commands(params["commands"])
    if method in ("sendMessage", "editMessageText"):
        return _refused_text(params.get("text", ""), params, 4096) or _refused_keyboard(params)
    if method == "sendDocument":
        caption = params.get("caption", "")
        return (_refused_text(caption, params, 1024) if caption else None) or _refused_keyboard(params)
    if method in ("createForumTopic", "editForumTopic") and not 1 <= len(params.get("name", "?")) <= 128:
        return "TOPIC_TITLE_INVALID"
    if method == "answerCallbackQuery" and len(params.get("text", "")) > 200:
        return "MESSAGE_TOO_LONG"
    return None


def visible(text: str, parse_mode: str | None) -> str:
    """The text without its markup. Raises ValueError when the markup is not well formed."""
    if parse_mode is None:
        return text
    if parse_mode != "HTML":
        raise ValueError(f"unsupported parse_mode {parse_mode}")
    reader = _Reader()
    reader.feed(_without_bare_ampersands(text))
    reader.close()
    if reader.open:
        raise ValueError(f"can't find end tag corresponding to start tag {reader.open[-1]}")
    return "".join(reader.shown)


def utf16(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _refused_text(text: str, params: Params, longest: int) -> str | None:
    try:
        shown = visible(text, params.get("parse_mode"))
    except ValueError as problem:
        return f"can't parse entities: {problem}"
    if not shown.strip():
        return "message text is empty"
    return "message is too long" if utf16(shown) > longest else None


def _refused_keyboard(params: Params) -> str | None:
    rows = params.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        return "reply markup is too long"
    return next((problem for button in buttons if (problem := _refused_button(button))), None)


def _refused_button(button: dict[str, Any]) -> str | None:
    if not button.get("text"):
        return "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    if button.get("style") not in (None, "primary", "success", "danger"):
        return "can't parse inline keyboard button: unknown style"
    kinds = button.keys() - _LOOKS
    if len(kinds) != 1 or not kinds <= _BUTTON_KINDS:
        return f"can't parse inline keyboard button: one kind is needed and not {sorted(kinds)}"
    if "url" in button:
        return None if _is_reachable(button["url"]) else f"inline keyboard button URL '{button['url']}' is invalid"
    size = len(button.get("callback_data", "").encode())
    return None if 1 <= size <= 64 else "BUTTON_DATA_INVALID"


def _is_reachable(url: str) -> bool:
    address = urlsplit(url)
    return address.scheme == "tg" or (address.scheme in ("http", "https") and "." in address.netloc)


def _refused_commands(commands: list[dict[str, Any]]) -> str | None:
    if len(commands) > 100:
        return "BOT_COMMANDS_TOO_MUCH"
    if not all(_COMMAND.fullmatch(one.get("command", "")) for one in commands):
        return "BOT_COMMAND_INVALID"
    right = all(1 <= len(one.get("description", "")) <= 256 for one in commands)
    return None if right else "BOT_COMMAND_DESCRIPTION_INVALID"


def _without_bare_ampersands(text: str) -> str:
    """Telegram takes a lone & as it is."""
    return re.sub(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", "&amp;", text)


class _Reader(HTMLParser):
    """Well-formedness as Telegram sees it: known tags only, properly nested."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise ValueError(f'unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.shown.append(data)
