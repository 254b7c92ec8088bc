"""What becomes of each kind of update. Nothing here talks to anybody."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.receiver import Me, needs_username, read
from desk.messages import Address, Arrival, Attachment, Incoming
from tests.fakes.telegram_updates import BOT_ID, BOT_NAME, bot, edited, group, membership, person, pressed, said

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ME = Me(BOT_ID, BOT_NAME)
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 100}
STICKER = {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False, "emoji": "👍"}
VIDEO = {**FILE, "width": 1, "height": 1, "duration": 1}


def got(update: dict[str, Any], me: Me = ME) -> Incoming | None:
    return read({"update_id": 5, **update}, me, NOW)


def taken(update: dict[str, Any]) -> Incoming:
    incoming = got(update)
    assert incoming is not None
    return incoming


def test_a_private_message_keeps_its_text_and_ids() -> None:
    assert taken(said("my site is gone", chat=7, message_id=41)) == Incoming(
        address=Address("telegram", str(BOT_ID), "7"),
        external_id="5",
        sender="7",
        arrival=Arrival.TEXT,
        received_at=NOW,
        text="my site is gone",
        message_id="7:41",
        language="en",
    )


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/help", "help", ""),
        ("/Help", "help", ""),
        (f"/help@{BOT_NAME}", "help", ""),
        (f"/status@{BOT_NAME.upper()} GP-12", "status", "GP-12"),
        ("/status  GP-12\nplease", "status", "GP-12\nplease"),
        ("/start", "start", ""),
        ("/start tell me more", "start", "tell me more"),
    ],
)
def test_a_slash_word_is_a_command(text: str, command: str, rest: str) -> None:
    incoming = taken(said(text))
    assert (incoming.arrival, incoming.command, incoming.text) == (Arrival.COMMAND, command, rest)


@pytest.mark.parametrize("text", ["/etc/passwd was read", "/", "no /help here", "/help@another_bot"])
def test_what_only_looks_like_a_command_is_text(text: str) -> None:
    assert taken(said(text)).arrival is Arrival.TEXT


@pytest.mark.parametrize("text", ["/start Ab_9-x", f"/start@{BOT_NAME} Ab_9-x"])
def test_start_with_a_payload_is_a_press(text: str) -> None:
    incoming = taken(said(text))
    assert (incoming.arrival, incoming.action, incoming.command) == (Arrival.PRESS, "Ab_9-x", None)


def test_a_press_names_its_action_and_message() -> None:
    incoming = taken(pressed("tok", message_id=9, chat=7))
    assert (incoming.arrival, incoming.action, incoming.message_id) == (Arrival.PRESS, "tok", "7:9")
    assert incoming.private and incoming.sender == "7"


def test_a_press_on_a_message_too_old_to_see_still_counts() -> None:
    incoming = taken(pressed("tok", message_id=9, chat=group(), sender=person(8), old=True))
    assert (incoming.action, incoming.message_id, incoming.private) == ("tok", "-100500:9", False)


def test_a_press_without_any_message_goes_to_the_private_chat() -> None:
    update = pressed("tok", sender=person(8))
    del update["callback_query"]["message"]
    assert taken(update).address.conversation == "8"


def test_a_press_without_data_is_ignored() -> None:
    assert got(pressed(None)) is None


def test_an_edit_names_the_message_it_changes() -> None:
    incoming = taken(edited("/help I meant this", message_id=41))
    assert (incoming.arrival, incoming.message_id, incoming.text) == (Arrival.EDIT, "7:41", "/help I meant this")


def test_a_moving_live_location_is_no_edit() -> None:
    assert got(edited(location={"latitude": 1.5, "longitude": 2.5})) is None


@pytest.mark.parametrize(
    ("fields", "attachment"),
    [
        ({"voice": {**FILE, "duration": 1}}, Attachment("voice", "F1", None, 100)),
        ({"video": {**VIDEO, "file_name": "a.mp4"}}, Attachment("video", "F1", "a.mp4", 100)),
        ({"document": {**FILE, "file_name": "order.pdf"}}, Attachment("document", "F1", "order.pdf", 100)),
        ({"document": FILE, "animation": VIDEO}, Attachment("animation", "F1", None, 100)),
        ({"audio": {**FILE, "duration": 1}}, Attachment("audio", "F1", None, 100)),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, Attachment("video_note", "F1", None, 100)),
        (
            {"photo": [{**FILE, "file_id": "small", "width": 1, "height": 1}, {**FILE, "width": 9, "height": 9}]},
            Attachment("photo", "F1", None, 100),
        ),
        ({"sticker": STICKER}, Attachment("sticker", "F1", "👍", 100)),
        ({"location": {"latitude": 1.5, "longitude": 2.5}}, Attachment("location", "geo:1.5,2.5")),
        (
            {"contact": {"phone_number": "+371", "first_name": "Ana", "last_name": "B"}},
            Attachment("contact", "tel:+371", "Ana B"),
        ),
        ({"dice": {"emoji": "🎲", "value": 3}, "message_id": 4}, Attachment("dice", "message:4")),
    ],
)
def test_media_is_kept_by_reference(fields: dict[str, Any], attachment: Attachment) -> None:
    incoming = taken(said(**fields))
    assert (incoming.arrival, incoming.text, incoming.attachments) == (Arrival.MEDIA, "", (attachment,))


def test_a_caption_is_text_with_an_attachment_of_an_album() -> None:
    incoming = taken(said(caption="look", document=FILE, media_group_id="A1"))
    assert (incoming.arrival, incoming.text, incoming.album) == (Arrival.TEXT, "look", "A1")
    assert len(incoming.attachments) == 1


def test_words_of_a_rich_message_are_read() -> None:
    blocks = [
        {"type": "paragraph", "text": ["one ", {"type": "bold", "text": "two"}]},
        {"type": "heading", "text": "three"},
    ]
    assert taken(said(rich_message={"blocks": blocks})).text == "one  two three"


def test_a_reply_names_what_it_answers() -> None:
    answered = said("first", message_id=3)["message"]
    assert taken(said("second", reply_to_message=answered)).reply_to == "7:3"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("zh-hans", "zh"), ("pt-br", "pt"), ("EN", "en"), ("iw", "he"), ("fil", None), ("", None), (None, None)],
)
def test_language_is_iso_639_1(tag: str | None, code: str | None) -> None:
    assert taken(said("x", sender=person(7, tag))).language == code


def test_blocking_the_bot_is_told() -> None:
    incoming = taken(membership("kicked"))
    assert (incoming.arrival, incoming.sender, incoming.private) == (Arrival.BLOCKED, "7", True)


def test_unblocking_and_leaving_a_group_say_nothing() -> None:
    assert got(membership("member")) is None
    assert got(membership("kicked", chat=group())) is None


# Groups


def in_group(text: str | None = None, **fields: Any) -> dict[str, Any]:
    return said(text, chat=group(), sender=person(8), **fields)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (f"@{BOT_NAME} my site is gone", "my site is gone"),
        (f"@{BOT_NAME.upper()}, my site is gone", "my site is gone"),
        (f"my site @{BOT_NAME} is gone", "my site is gone"),
        (f"my site is gone @{BOT_NAME}", "my site is gone"),
    ],
)
def test_a_mention_is_heard_and_taken_out(text: str, heard: str) -> None:
    incoming = taken(in_group(text))
    assert (incoming.text, incoming.private, incoming.private_address) == (heard, False, None)
    assert (incoming.address.conversation, incoming.sender) == ("-100500", "8")


@pytest.mark.parametrize("text", ["/help", f"/help@{BOT_NAME}", f"@{BOT_NAME} /help", f"@{BOT_NAME}"])
def test_a_command_or_the_bare_name_is_heard_in_a_group(text: str) -> None:
    incoming = taken(in_group(text))
    assert (incoming.arrival, incoming.command) == (Arrival.COMMAND, "help")


def test_a_reply_to_the_bot_is_heard() -> None:
    ours = said("which one?", chat=group(), sender=bot(), message_id=3)["message"]
    assert taken(in_group("the second", reply_to_message=ours)).reply_to == "-100500:3"


@pytest.mark.parametrize(
    "text", ["hello all", f"@{BOT_NAME}_2 help", f"a@{BOT_NAME}", "/help@another_bot", "@another_bot help"]
)
def test_other_talk_in_a_group_is_not_heard(text: str) -> None:
    assert got(in_group(text)) is None


def test_an_edit_in_a_group_is_heard_only_when_it_names_the_bot() -> None:
    assert got(edited("changed", chat=group(), sender=person(8))) is None
    assert taken(edited(f"@{BOT_NAME} changed", chat=group(), sender=person(8))).text == "changed"


def test_a_forum_topic_is_a_thread() -> None:
    incoming = taken(in_group("/help", message_thread_id=77, is_topic_message=True))
    assert incoming.address.thread == "77"


def test_a_reply_thread_of_an_ordinary_group_is_none() -> None:
    assert taken(in_group("/help", message_thread_id=77)).address.thread is None


def test_writing_in_a_topic_the_bot_made_is_not_speaking_to_it() -> None:
    root = {**said(chat=group(), sender=bot())["message"], "forum_topic_created": {"name": "T", "icon_color": 1}}
    assert got(in_group("among us", reply_to_message=root, is_topic_message=True, message_thread_id=77)) is None


def test_group_messages_wait_for_the_username() -> None:
    assert needs_username(in_group("hello")) and needs_username(edited("x", chat=group()))
    assert not needs_username(said("hello")) and not needs_username(pressed("tok", chat=group()))


# What is not for the desk


@pytest.mark.parametrize(
    "update",
    [
        said(new_chat_members=[person(9)], chat=group()),
        said(migrate_to_chat_id=-100900, chat=group(kind="group")),
        said(pinned_message=said("x", chat=group())["message"], chat=group()),
        said("/help", chat=group(), sender=bot(99, "other_bot")),
        said("/help", chat=group(), sender=person(8), sender_chat=group()),
        said("/help", chat={"id": -1009, "type": "channel", "title": "C"}),
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "nobody said this"}},
        {"poll_answer": {"poll_id": "1", "option_ids": [], "user": person()}},
        {},
    ],
)
def test_what_is_not_from_a_person_to_us_is_ignored(update: dict[str, Any]) -> None:
    assert got(update) is None


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"text": "without anything else"}},
        {"message": "no object"},
        {"callback_query": {"id": "1", "from": None, "data": "x"}},
        {"message": {"message_id": 1, "date": "soon", "chat": [], "from": {}, "text": "private words"}},
    ],
)
def test_an_odd_update_is_logged_without_its_words(update: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert got(update) is None
    assert all("words" not in str(record.__dict__) for record in caplog.records)
    assert all(record.msg in ("telegram.odd_update", "telegram.update_ignored") for record in caplog.records)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "chat", "from", "type"]), inner),
    max_leaves=8,
)


@given(
    field=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
    value=_JSON,
    me=st.booleans(),
)
def test_no_update_raises(field: str, value: object, me: bool) -> None:
    read({"update_id": 1, field: value}, ME if me else Me(BOT_ID), NOW)


@given(text=st.text(st.characters(codec="utf-8") | st.sampled_from("\0\ud800\udfff"), min_size=1))
def test_every_text_can_be_stored(text: str) -> None:
    incoming = got(said(text, document={**FILE, "file_name": text}))
    assert incoming is not None
    for kept in (incoming.text, incoming.attachments[0].name or ""):
        assert "\0" not in kept
        assert kept.encode("utf-8").decode("utf-8") == kept
