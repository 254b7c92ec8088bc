"""What is said in the coordinators' group: internal, whatever it is; only own words behind /r are meant to be sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.telegram.receiver import Me, read
from desk.messages import Address, Arrival, Incoming
from tests.fakes.telegram_updates import BOT_ID, BOT_NAME, bot, edited, group, in_topic, person, pressed, said, service

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ROOM, TOPIC = -1001234567890, 17
PLACE = group(ROOM, is_forum=True)
MIRA = person(8, first_name="Mira", last_name="K")
PHOTO = {"photo": [{"file_id": "p1", "file_unique_id": "u1", "width": 1, "height": 1}]}
FORWARDED = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}}
MADE = {"name": "GP-1", "icon_color": 1}
OTHER_BOT = {"via_bot": {"id": 9, "is_bot": True, "first_name": "Other", "username": "other_bot"}}


def got(update: dict[str, Any]) -> Incoming | None:
    return read({"update_id": 5, **update}, Me(BOT_ID, BOT_NAME), NOW, str(ROOM))


def taken(update: dict[str, Any]) -> Incoming:
    incoming = got(update)
    assert incoming is not None
    return incoming


def test_what_is_said_in_a_topic_is_internal() -> None:
    assert taken(in_topic("careful with them", TOPIC, ROOM, MIRA, message_id=41)) == Incoming(
        address=Address("telegram", str(BOT_ID), str(ROOM), str(TOPIC)),
        external_id="5",
        sender="8",
        arrival=Arrival.TEXT,
        received_at=NOW,
        text="careful with them",
        message_id=f"{ROOM}:41",
        language="en",
        private=False,
        internal=True,
        name="Mira K",
    )


@pytest.mark.parametrize("text", ["/r call them", "/R call them", f"/r@{BOT_NAME} call them", "/r\ncall them"])
def test_words_behind_the_sign_are_meant_for_the_requester(text: str) -> None:
    incoming = taken(in_topic(text, TOPIC, ROOM, MIRA))
    assert (incoming.for_requester, incoming.text, incoming.internal) == (True, "call them", True)


@pytest.mark.parametrize(
    "text",
    [
        *("r call", "/rr call", "/reply call", "> /r call", "note /r call", "/r@other_bot call", "reply: call"),
        *(f"@{BOT_NAME} call", f"/r call@{BOT_NAME}"[1:], "//r call", "／r call", "/status call", "/start token-1"),
    ],
)
def test_all_else_is_a_note(text: str) -> None:
    incoming = taken(in_topic(text, TOPIC, ROOM, MIRA))
    assert (incoming.for_requester, incoming.internal, incoming.text) == (False, True, text)
    assert incoming.arrival is Arrival.TEXT and incoming.action is None


@pytest.mark.parametrize(
    ("text", "fields"),
    [("/r call", FORWARDED), ("/r call", OTHER_BOT), (None, {"caption": "/r call", **PHOTO})],
)
def test_words_that_are_not_their_own_are_notes(text: str | None, fields: dict[str, Any]) -> None:
    incoming = taken(in_topic(text, TOPIC, ROOM, MIRA, **fields))
    assert (incoming.for_requester, incoming.text) == (False, "/r call")


def test_a_changed_message_says_that_it_is_one() -> None:
    place = {"message_thread_id": TOPIC, "is_topic_message": True}
    incoming = taken(edited("/r call", PLACE, MIRA, **place))
    assert (incoming.arrival, incoming.for_requester, incoming.internal) == (Arrival.EDIT, True, True)


def test_only_a_real_answer_names_what_it_answers() -> None:
    told = {"message_id": 30, "from": bot(), "date": 1, "chat": PLACE, "text": "they wrote"}
    assert taken(in_topic("yes", TOPIC, ROOM, MIRA, reply_to_message=told)).reply_to == f"{ROOM}:30"
    made = {**told, "message_id": TOPIC}
    assert taken(in_topic("yes", TOPIC, ROOM, MIRA, reply_to_message=made)).reply_to is None


@pytest.mark.parametrize("name", ["queue", "desk"])
def test_what_waits_can_be_asked_for_everywhere(name: str) -> None:
    for update in (said(f"/{name}", PLACE, MIRA), in_topic(f"/{name}@{BOT_NAME}", TOPIC, ROOM, MIRA)):
        incoming = taken(update)
        assert (incoming.arrival, incoming.command, incoming.internal) == (Arrival.COMMAND, name, True)


def test_a_topic_that_the_bot_has_made_is_heard_of() -> None:
    incoming = taken(service(ROOM, TOPIC, forum_topic_created=MADE))
    assert (incoming.arrival, incoming.address.thread, incoming.text) == (Arrival.BEGUN, str(TOPIC), "")


@pytest.mark.parametrize(
    "update",
    [
        said("just talk", PLACE, MIRA),
        said(f"@{BOT_NAME} our site is down", PLACE, MIRA),
        said("/r call", PLACE, MIRA),
        said("/help", PLACE, MIRA),
        in_topic(None, TOPIC, ROOM, MIRA, forum_topic_created=MADE),
        service(-1009, TOPIC, forum_topic_created=MADE),
        service(ROOM, TOPIC, 18, forum_topic_closed={}),
        service(ROOM, TOPIC, 19, pinned_message={"message_id": 18, "date": 1, "chat": PLACE}),
        in_topic("hidden", TOPIC, ROOM, person(1087968824), sender_chat=PLACE),
        in_topic("beep", TOPIC, ROOM, bot(99, "other_bot")),
    ],
)
def test_the_rest_of_the_group_is_left_alone(update: dict[str, Any]) -> None:
    assert got(update) is None


def test_who_presses_in_the_group_has_a_name_and_nobody_elsewhere_has() -> None:
    assert taken(pressed("tok", chat=PLACE, sender=MIRA)).name == "Mira K"
    assert taken(pressed("tok", chat=7, sender=MIRA)).name is None
    assert taken(said("help", chat=7, sender=MIRA)).name is None
