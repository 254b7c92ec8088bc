"""Modals: opened while the press is good for it, filled in later, stored before they close."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.slack import SlackChannel
from bot.slack.views import waiting
from desk.messages import (
    Address,
    Arrival,
    Button,
    Card,
    Choice,
    Choices,
    Delivery,
    DeliveryError,
    Field,
    FieldKind,
    Form,
    Reply,
    Sent,
)
from tests.bot.slack.conftest import Inbox, connected, served, to_channel
from tests.fakes.slack_server import SlackServer

WORDS = Form("Reply to GP-12345, which is long", "token-2", "Preview", (Field("words", "Your reply"),), goes_on=True)
CHOICE = Field("until", "Until", FieldKind.CHOICE, (Choice("Now", "now"), Choice("Then", "then")), Choice("Now", "now"))
SEARCH = Field("answer", "Answer", FieldKind.SEARCH, initial=Choice("A topic", "topic:one"), hint="Type")


def suggest(field: str, typed: str) -> list[Choices]:
    return [Choices("Topics", (Choice(f"{field} {typed}", "topic:one"),)), Choices("Nothing", ())] if typed else []


@pytest.fixture(params=["socket", "http"])
async def desk(request: pytest.FixtureRequest, slack: SlackServer, inbox: Inbox) -> AsyncIterator[SlackChannel]:
    """A channel whose coordinators are in C1, over each transport."""
    how: dict[str, Any] = {"coordinator_channel": "C1", "suggest": suggest}
    if request.param == "http":
        how["signing_secret"] = slack.signing_secret
    async with connected(slack, inbox, **how) as channel:
        if request.param == "socket":
            yield channel
            return
        async with served(slack, channel):
            yield channel


async def pressed(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> str:
    """The name of the form that a press of "Reply" in the coordinators' channel opens."""
    await channel.send(to_channel(card=Card("GP-1", buttons=((Button("Reply", "token-1", opens_form=True),),))), "key")
    await slack.press("U1", "C1", "Reply")
    await slack.until(lambda: [one for one in inbox.kept if one.arrival is Arrival.PRESS])
    return str(next(one for one in inbox.kept if one.arrival is Arrival.PRESS).form)


def filling(form: Form, target: str, card: Card | None = None) -> Reply:
    alone = Address("slack", "workspace", "U1")
    return Reply(alone, card or Card("Said"), "en", Delivery.FORM, "U1", target, form=form)


async def test_a_form_opens_at_once_and_is_filled_later(slack: SlackServer, inbox: Inbox, desk: SlackChannel) -> None:
    form = await pressed(slack, inbox, desk)
    await slack.until(lambda: slack.views.get("U1"))
    assert not slack.is_filled("U1")
    assert await desk.send(filling(WORDS, form), "key-2") == Sent()
    (view,) = slack.views["U1"]
    assert view["title"]["text"] == "Reply to GP-12345, whic…" and view["private_metadata"] == "token-2"


async def test_what_is_handed_in_is_stored_before_it_closes(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel
) -> None:
    form = await pressed(slack, inbox, desk)
    await desk.send(filling(Form("Snooze", "token-3", "Snooze", (CHOICE,)), form), "key-2")
    inbox.broken = RuntimeError()
    handing_in = asyncio.create_task(slack.hand_in("U1", until="then"))
    await slack.until(lambda: inbox.refused)
    assert slack.views["U1"]
    inbox.broken = None
    await slack.redeliver(slack.deliveries[-1])
    await handing_in
    incoming = inbox.kept[-1]
    assert (incoming.arrival, incoming.action, incoming.values) == (Arrival.FORM, "token-3", {"until": "then"})
    assert incoming.form is None and "U1" not in slack.views


async def test_a_form_that_goes_on_shows_the_next_one_on_top(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel
) -> None:
    form = await pressed(slack, inbox, desk)
    await desk.send(filling(WORDS, form), "key-2")
    await slack.hand_in("U1", words="Dear &lt;you&gt;")
    incoming = inbox.kept[-1]
    assert incoming.values == {"words": "Dear <you>"} and incoming.form
    assert [slack.is_filled("U1"), len(slack.views["U1"])] == [False, 2]
    await desk.send(filling(Form("This would be sent", "token-4", "Send"), incoming.form, Card("Dear you")), "key-3")
    await slack.hand_in("U1")
    assert inbox.kept[-1].action == "token-4" and "U1" not in slack.views


async def test_what_fits_is_offered_while_somebody_types(slack: SlackServer, inbox: Inbox, desk: SlackChannel) -> None:
    form = await pressed(slack, inbox, desk)
    await desk.send(filling(Form("Re-route", "token-5", "Re-route", (SEARCH,)), form), "key-2")
    assert [one["text"]["text"] for one in await slack.look_up("U1", "answer", "rem")] == ["answer rem"]
    assert await slack.look_up("U1", "answer", "") == []
    await slack.hand_in("U1")
    assert inbox.kept[-1].values == {"answer": "topic:one"}


async def test_a_press_that_comes_twice_opens_one_form(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    slack.copies = 2
    await pressed(slack, inbox, channel)
    await slack.until(lambda: slack.views.get("U1") and all(one.acks == 2 for one in slack.deliveries))
    assert len(slack.calls_to("views.open")) == 1


async def test_a_form_that_was_closed_is_not_filled_for_ever(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel
) -> None:
    form = await pressed(slack, inbox, desk)
    await slack.until(lambda: slack.views.get("U1"))
    slack.views.clear()
    with pytest.raises(DeliveryError) as caught:
        await desk.send(filling(WORDS, form), "key-2")
    assert caught.value.permanent


async def test_a_press_that_was_too_old_fills_nothing(slack: SlackServer, inbox: Inbox, desk: SlackChannel) -> None:
    slack.fail("views.open", error="expired_trigger_id")
    form = await pressed(slack, inbox, desk)
    with pytest.raises(DeliveryError) as caught:
        await desk.send(filling(WORDS, form), "key-2")
    assert caught.value.permanent and slack.calls_to("views.update") == []


async def test_a_form_another_process_opens_is_waited_for(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    slack.fail("views.update", error="not_found", times=2)
    slack.show_view("U1", waiting("form:elsewhere"))
    await channel.send(filling(WORDS, "form:elsewhere"), "key")
    assert slack.is_filled("U1")
