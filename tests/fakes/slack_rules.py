"""What Slack accepts: the methods Guidepost uses with their arguments, and the limits of Block Kit.

Taken from Slack's published API descriptions (methods and arguments) and from the types of its own clients (limits).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

# method: (required arguments, further ones, scopes of which one is needed); the token is a header and not listed
METHODS: dict[str, tuple[frozenset[str], frozenset[str], tuple[str, ...]]] = {
    name: (frozenset(required.split()), frozenset(optional.split()), tuple(scopes.split()))
    for name, required, optional, scopes in (
        ("auth.test", "", "", ""),
        ("apps.connections.open", "", "", ""),
        ("users.info", "user", "include_locale", "users:read"),
        ("conversations.list", "", "cursor exclude_archived limit team_id types", "im:read"),
        ("conversations.open", "", "channel return_im users prevent_creation", "im:write"),
        (
            "conversations.history",
            "channel",
            "cursor include_all_metadata inclusive latest limit oldest",
            "im:history",
        ),
        (
            "conversations.replies",
            "channel ts",
            "cursor include_all_metadata inclusive latest limit oldest",
            "channels:history",
        ),
        (
            "chat.postMessage",
            "channel",
            "attachments blocks icon_url link_names metadata mrkdwn parse text thread_ts unfurl_links unfurl_media",
            "chat:write",
        ),
        (
            "chat.update",
            "channel ts",
            "attachments blocks markdown_text metadata link_names parse text reply_broadcast file_ids",
            "chat:write",
        ),
        (
            "chat.postEphemeral",
            "channel user",
            "attachments blocks icon_emoji icon_url link_names markdown_text metadata parse text thread_ts username",
            "chat:write",
        ),
        ("views.publish", "user_id view", "hash interactivity_pointer", ""),
        ("views.open", "view", "trigger_id interactivity_pointer", ""),
        ("views.update", "view", "external_id view_id hash", ""),
        ("files.info", "file", "", "files:read"),
        ("files.getUploadURLExternal", "length filename", "snippet_type alt_txt", "files:write"),
        (
            "files.completeUploadExternal",
            "files",
            "channel_id thread_ts channels initial_comment blocks username icon_url icon_emoji",
            "files:write",
        ),
    )
}
# Slack's own client adds the workspace to every call once it knows it, and Slack takes that everywhere.
EVERYWHERE = frozenset({"team_id"})
# Methods that take a JSON body; the others read forms and queries only.
TAKES_JSON = frozenset(
    {"auth.test", "chat.postMessage", "chat.update", "chat.postEphemeral", "views.publish", "conversations.open"}
    | {"views.open", "views.update"}
)
BLOCKS_IN_MESSAGE, BLOCKS_IN_VIEW, ALL_TEXT = 50, 100, 12_000
SECTION, HEADER, CONTEXT_ELEMENTS, BUTTONS = 3000, 150, 10, 25
LABEL, VALUE, URL, ACTION_ID, BLOCK_ID = 75, 2000, 3000, 255, 255
VIEW_TITLE, METADATA, INPUT_LABEL, OPTION, OPTION_VALUE, OPTIONS, TYPED = 24, 3000, 2000, 75, 150, 100, 3000
# The fields of what is made of fields, beside `type`.
FIELDS = {
    "section": {"text", "fields", "accessory", "expand", "block_id"},
    "header": {"text", "block_id"},
    "context": {"elements", "block_id"},
    "actions": {"elements", "block_id"},
    "divider": {"block_id"},
    "button": {"text", "action_id", "url", "value", "style", "confirm", "accessibility_label"},
    "plain_text": {"text", "emoji"},
    "mrkdwn": {"text", "verbatim"},
    "home": {"blocks", "private_metadata", "callback_id", "external_id"},
    "modal": {
        *("title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close"),
        *("notify_on_close", "external_id", "submit_disabled"),
    },
    "input": {"label", "element", "dispatch_action", "block_id", "hint", "optional"},
    "plain_text_input": {
        *("action_id", "initial_value", "multiline", "min_length", "max_length"),
        *("dispatch_action_config", "focus_on_load", "placeholder"),
    },
    "static_select": {
        *("action_id", "options", "option_groups", "initial_option", "confirm", "focus_on_load", "placeholder"),
    },
    "external_select": {
        *("action_id", "initial_option", "min_query_length", "confirm", "focus_on_load", "placeholder"),
    },
}
MOST_LISTED = 1000


def wrong_arguments(method: str, arguments: dict[str, Any]) -> str:
    """What is wrong with a call, empty when nothing is."""
    if method not in METHODS:
        return f"{method}: no such method"
    required, optional, _ = METHODS[method]
    if missing := required - arguments.keys():
        return f"{method}: {', '.join(sorted(missing))} missing"
    if unknown := arguments.keys() - required - optional - EVERYWHERE:
        return f"{method}: {', '.join(sorted(unknown))} unknown"
    return next(_wrong_values(method, arguments), "")


def _wrong_values(method: str, arguments: dict[str, Any]) -> Iterator[str]:
    if method.startswith("chat.") and not (arguments.get("text") or "").strip():
        yield f"{method}: no text for notifications"
    if method == "conversations.open" and not arguments.keys() & {"channel", "users"}:
        yield f"{method}: neither channel nor users"
    if not 0 < int(arguments.get("limit", 1)) <= MOST_LISTED:
        yield f"{method}: limit {arguments['limit']}"
    if method.startswith("views."):
        yield from (f"{method}: {problem}" for problem in _wrong_view(arguments["view"]))
    if method == "views.open" and not arguments.get("trigger_id"):
        yield f"{method}: no trigger"
    if method == "views.update" and not arguments.keys() & {"external_id", "view_id"}:
        yield f"{method}: of which view"


def wrong_blocks(blocks: list[dict[str, Any]], most: int = BLOCKS_IN_MESSAGE) -> str:
    """Why Slack would refuse these blocks, empty when it would not."""
    if len(blocks) > most:
        return f"{len(blocks)} blocks"
    pressable = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    pressable += [block["accessory"] for block in blocks if "accessory" in block]
    actions = [element["action_id"] for element in pressable]
    if len(set(actions)) != len(actions):
        return "an action_id twice"
    long = sum(_length(text) for block in blocks for text in _all_texts(block)) > ALL_TEXT
    if long and most == BLOCKS_IN_MESSAGE:
        return "msg_blocks_too_long"
    return next((problem for block in blocks for problem in _wrong_block(block)), "")


def _strange_fields(part: dict[str, Any]) -> str:
    """What a block, a text or an element has that Slack does not know there."""
    strange = part.keys() - FIELDS.get(part["type"], set()) - {"type"}
    return f"{', '.join(sorted(strange))} in a {part['type']}" if strange else ""


def _wrong_block(block: dict[str, Any]) -> Iterator[str]:
    if strange := _strange_fields(block):
        yield strange
    if _length(block.get("block_id", "")) > BLOCK_ID:
        yield "block_id too long"
    if block["type"] in _WRONG:
        yield from _WRONG[block["type"]](block)
    else:
        yield f"block type {block['type']}"


def _wrong_section(block: dict[str, Any]) -> Iterator[str]:
    yield from _wrong_text(block["text"], SECTION, ("mrkdwn", "plain_text"))
    if "accessory" in block:
        yield from _wrong_button(block["accessory"])


def _wrong_header(block: dict[str, Any]) -> Iterator[str]:
    yield from _wrong_text(block["text"], HEADER, ("plain_text",))


def _wrong_context(block: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(block["elements"]) <= CONTEXT_ELEMENTS:
        yield "elements of a context"
    for element in block["elements"]:
        yield from _wrong_text(element, SECTION, ("mrkdwn", "plain_text"))


def _wrong_actions(block: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(block["elements"]) <= BUTTONS:
        yield f"{len(block['elements'])} buttons"
    for element in block["elements"]:
        yield from _wrong_button(element)


def wrong_view(view: dict[str, Any]) -> str:
    """Why Slack would refuse this view, empty when it would not."""
    return next(_wrong_view(view), "")


def _wrong_view(view: dict[str, Any]) -> Iterator[str]:
    if strange := _strange_fields(view):
        yield strange
    if problem := wrong_blocks(view["blocks"], BLOCKS_IN_VIEW):
        yield problem
    if view["type"] == "home":
        return
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _wrong_text(view[name], VIEW_TITLE, ("plain_text",))
    if "title" not in view:
        yield "a modal without title"
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        yield "inputs without submit"
    if _length(view.get("private_metadata", "")) > METADATA or _length(view.get("external_id", "")) > ACTION_ID:
        yield "metadata or external_id too long"


def _wrong_input(block: dict[str, Any]) -> Iterator[str]:
    for text in (block["label"], block.get("hint", block["label"])):
        yield from _wrong_text(text, INPUT_LABEL, ("plain_text",))
    yield from _wrong_entry(block["element"])


def _wrong_entry(element: dict[str, Any]) -> Iterator[str]:
    if element["type"] not in ("plain_text_input", "static_select", "external_select"):
        yield f"element type {element['type']}"
    elif strange := _strange_fields(element):
        yield strange
    if not 0 < _length(element.get("action_id", "")) <= ACTION_ID:
        yield "action_id of an input"
    if not 0 < element.get("max_length", 1) <= TYPED:
        yield "max_length of an input"
    options = element.get("options", [])
    if element["type"] == "static_select" and not 0 < len(options) <= OPTIONS:
        yield f"{len(options)} options"
    first = element.get("initial_option")
    if first and options and first not in options:
        yield "an initial option that is none"
    for option in (*options, *([first] if first else [])):
        yield from wrong_option(option)


def wrong_option(option: dict[str, Any]) -> Iterator[str]:
    """What is wrong with something to choose."""
    yield from _wrong_text(option["text"], OPTION, ("plain_text",))
    if not 0 < _length(option["value"]) <= OPTION_VALUE:
        yield "value of an option"


def _wrong_text(text: dict[str, Any], limit: int, kinds: tuple[str, ...]) -> Iterator[str]:
    if text["type"] not in kinds:
        yield f"text type {text['type']}"
    elif strange := _strange_fields(text):
        yield strange
    if not text["text"].strip():
        yield "empty text"
    if _length(text["text"]) > limit:
        yield f"text of {_length(text['text'])} over {limit}"


def _wrong_button(button: dict[str, Any]) -> Iterator[str]:
    if button["type"] != "button":
        yield f"element type {button['type']}"
    elif strange := _strange_fields(button):
        yield strange
    yield from _wrong_text(button["text"], LABEL, ("plain_text",))
    for name, limit in (("value", VALUE), ("url", URL), ("action_id", ACTION_ID)):
        if name in button and not 0 < _length(button[name]) <= limit:
            yield f"{name} of a button"
    if "action_id" not in button:
        yield "a button without action_id"
    if button.get("style", "primary") not in ("primary", "danger"):
        yield "style of a button"


def _all_texts(block: dict[str, Any]) -> Iterator[str]:
    for holder in (block, *block.get("elements", ())):
        text = holder.get("text")
        if isinstance(text, dict):
            yield text["text"]
        elif isinstance(text, str):
            yield text


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_WRONG: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {
    "section": _wrong_section,
    "header": _wrong_header,
    "context": _wrong_context,
    "actions": _wrong_actions,
    "input": _wrong_input,
    "divider": lambda block: (),
}
