"""Forms as Slack's modals: opened at once and empty, because a press is good for three seconds, and filled in later."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import attempt
from bot.slack.markup import cut
from bot.slack.renderer import BLOCKS_IN_VIEW, Block, render_one
from desk.messages import Card, Choice, Choices, DeliveryError, Field, FieldKind, Form, Item

log = logging.getLogger(__name__)
IN_TITLE = 24
IN_OPTION = 75
IN_LABEL = 2000
IN_HINT = 2000
OPTIONS = 100
KEPT = 1000
#: The name of the only input in a block; the block has the name of the field.
ENTERED = "entered"
GOES_ON, ENDS = "goes_on", "ends"


def form_of(payload: Mapping[str, Any]) -> str:
    """Our own name of the form that an event of Slack's opens."""
    view = payload.get("view") or {}
    return f"form:{payload.get('trigger_id') or view.get('id')}:{view.get('hash', '')}"[:255]


def waiting(form: str) -> dict[str, Any]:
    """An empty form that waits to be filled in. Without words: in whose language is not known yet."""
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": ":hourglass_flowing_sand:", "emoji": True}}]
    return {"type": "modal", "external_id": form, "callback_id": ENDS, "title": _plain("Guidepost"), "blocks": blocks}


def filled(form: Form, card: Card, language: str, id: str) -> dict[str, Any]:
    """The form with what it says and asks."""
    room = BLOCKS_IN_VIEW - len(form.fields)
    said = render_one(replace(card, buttons=()), language, room).blocks
    return {
        "type": "modal",
        "external_id": id,
        "callback_id": GOES_ON if form.goes_on else ENDS,
        "private_metadata": form.action,
        "title": _plain(cut(form.title, IN_TITLE)),
        "submit": _plain(cut(form.submit, IN_TITLE)),
        "blocks": said + [_input(field) for field in form.fields],
    }


def entered(view: Mapping[str, Any]) -> dict[str, str]:
    """What was entered, by the names of the fields."""
    values = (view.get("state") or {}).get("values") or {}
    return {name: _value(element) for name, block in values.items() for element in block.values()}


def _value(element: Mapping[str, Any]) -> str:
    chosen = element.get("selected_option") or {}
    return str(element.get("value") or chosen.get("value") or "")


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _input(field: Field) -> Block:
    block: Block = {"type": "input", "block_id": field.name, "label": _plain(cut(field.label, IN_LABEL))}
    hint: Block = {"hint": _plain(cut(field.hint, IN_HINT))} if field.hint else {}
    return {**block, "element": _element(field), **hint}


def _element(field: Field) -> dict[str, Any]:
    if field.kind is FieldKind.WORDS:
        words: Block = {"initial_value": field.initial.value} if field.initial else {}
        return {"type": "plain_text_input", "action_id": ENTERED, "multiline": True, "max_length": field.most, **words}
    first: Block = {"initial_option": _option(field.initial)} if field.initial else {}
    if field.kind is FieldKind.CHOICE:
        options = [_option(one) for one in field.choices[:OPTIONS]]
        return {"type": "static_select", "action_id": ENTERED, "options": options, **first}
    return {"type": "external_select", "action_id": ENTERED, "min_query_length": 0, **first}


def _option(choice: Choice) -> dict[str, Any]:
    return {"text": _plain(cut(choice.label, IN_OPTION)), "value": choice.value}


def groups(found: Sequence[Choices]) -> list[dict[str, Any]]:
    """What fits what somebody types, as Slack wants it."""
    return [
        {"label": _plain(cut(one.heading, IN_OPTION)), "options": [_option(choice) for choice in one.choices[:OPTIONS]]}
        for one in found
        if one.choices
    ]


def linked(card: Card, workspace_url: str) -> Card:
    """Lines that stand for a message of this workspace, with its address."""

    def with_address(item: Item) -> Item:
        channel, _, ts = (item.message or "").partition(":")
        return replace(item, url=f"{workspace_url}archives/{channel}/p{ts.replace('.', '')}") if ts else item

    sections = (replace(one, items=tuple(map(with_address, one.items))) for one in card.sections)
    return replace(card, sections=tuple(sections)) if workspace_url else card


class Views:
    """Opens forms in the background, and knows which of them are there."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._opening: dict[str, asyncio.Task[bool]] = {}

    def open(self, trigger: str, form: str) -> None:
        """Open an empty form at once. An event that came twice opens none twice."""
        if form in self._opening:
            return
        while len(self._opening) >= KEPT:
            self._opening.pop(next(iter(self._opening)))
        self._opening[form] = asyncio.create_task(self._open(trigger, form))

    async def _open(self, trigger: str, form: str) -> bool:
        try:
            await attempt(self._client.views_open(trigger_id=trigger, view=waiting(form)))
        except DeliveryError as error:
            log.warning("slack.form_not_opened", extra={"reason": error.reason})
            return False
        return True

    async def opened(self, form: str) -> bool:
        """Whether a form can be there. Of one that another process opened that is not known."""
        opening = self._opening.get(form)
        return opening is None or await asyncio.shield(opening)

    async def stop(self) -> None:
        """Wait for what is being opened."""
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        self._opening.clear()
