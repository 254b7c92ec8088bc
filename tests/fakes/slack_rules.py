"""What Slack accepts: the methods Guidepost uses with their arguments, and the limits of Block Kit.

Taken from Slack's published API descriptions (methods and arguments) and from the types of its own clients (limits).
"""

from collections.abc import Iterator
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
)
BLOCKS_IN_MESSAGE, BLOCKS_IN_VIEW, ALL_TEXT = 50, 100, 12_000
SECTION, HEADER, CONTEXT_ELEMENTS, BUTTONS = 3000, 150, 10, 25
LABEL, VALUE, URL, ACTION_ID, BLOCK_ID = 75, 2000, 3000, 255, 255
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
    if method == "views.publish" and (strange := _strange_fields(arguments["view"])):
        yield f"{method}: {strange}"


def wrong_blocks(blocks: list[dict[str, Any]], most: int = BLOCKS_IN_MESSAGE) -> str:
    """Why Slack would refuse these blocks, empty when it would not."""
    if len(blocks) > most:
        return f"{len(blocks)} blocks"
    actions = [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]
    if len(set(actions)) != len(actions):
        return "an action_id twice"
    if sum(_length(text) for block in blocks for text in _all_texts(block)) > ALL_TEXT:
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
    match block["type"]:
        case "section":
            yield from _wrong_text(block["text"], SECTION, ("mrkdwn", "plain_text"))
        case "header":
            yield from _wrong_text(block["text"], HEADER, ("plain_text",))
        case "context":
            if not 0 < len(block["elements"]) <= CONTEXT_ELEMENTS:
                yield "elements of a context"
            for element in block["elements"]:
                yield from _wrong_text(element, SECTION, ("mrkdwn", "plain_text"))
        case "actions":
            if not 0 < len(block["elements"]) <= BUTTONS:
                yield f"{len(block['elements'])} buttons"
            for element in block["elements"]:
                yield from _wrong_button(element)
        case "divider":
            pass
        case kind:
            yield f"block type {kind}"


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
