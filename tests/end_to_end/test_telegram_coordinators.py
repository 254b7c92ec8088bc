"""Coordinators clear the desk in a Telegram forum: real channel, worker and outbox, and only what Telegram allows."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.telegram.limits import Rate
from desk import outbox, queues
from desk.catalogue import Catalogues
from desk.conversation import desk_home
from desk.messages import DeliveryError
from desk.outbox import OutboxRow, Parcel
from desk.queues import Standing
from tests.bot.telegram.conftest import UNLIMITED
from tests.conversations.test_privacy import everything_stored
from tests.fakes.telegram_server import Fault, Shown
from tests.fakes.telegram_updates import group, pressed, said
from tests.office import GROUP, MIRA, NEED, OMAR, Office, opened

CRISIS = "german police sent us a removal order 25 min ago, terrorist content, 1 hour"
ATTACK = "our NGO wants free protection of its website against ddos attacks"
MORE = "we are in Serbia"
SECRET = "they are a journalist in exile"


@pytest.fixture
async def office(knowing_file: Path, catalogues: Catalogues, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(knowing_file, catalogues, tmp_path) as office:
        yield office


async def test_five_tickets_are_cleared(office: Office) -> None:
    people = range(7, 12)
    for chat in people:
        await office.says(chat, f"{ATTACK} (person {chat})")
    topics = {chat: office.topic(f"(person {chat})") for chat in people}
    assert len({topic.number for topic in topics.values()}) == 5
    for chat, topic in topics.items():
        await office.writes(topic, f"{SECRET} ({chat})")
        await office.press(topic, "Take")
        await office.says(chat, MORE)
        asked = office.told(topic, MORE)
        if chat % 2:
            await office.answers(topic, asked, f"Advice for {chat}.")
        else:
            await office.writes(topic, f"/r@guide_desk_bot Advice for {chat}.")
        assert f"Advice for {chat}." not in office.heard(chat)
        await office.press(topic, "Send")
        assert office.heard(chat).count(f"Advice for {chat}.") == 1
        assert office.told(topic, f"Advice for {chat}.").text.endswith("sent")
        await office.press(topic, "Close")
        assert topic.closed and "closed your ticket" in office.heard(chat)
    assert not any(SECRET in office.heard(chat) for chat in people)
    in_room = [call for call in office.telegram.calls if call.params.get("chat_id") == GROUP]
    assert len(in_room) / 5 < 16, "a group takes twenty messages a minute"


async def test_every_other_act_works_from_the_card(office: Office) -> None:
    await office.says(7, NEED)
    topic = office.topic(NEED)
    await office.press(topic, "Reply")
    await office.answers(topic, office.told(topic, "Answer this message with your words"), "By the form.")
    await office.press(topic, "Send")
    assert "By the form." in office.heard(7)
    await office.press(topic, "Why this?")
    assert "speak for" in office.lines(topic)[-1]
    await office.press(topic, "Snooze")
    await office.press(topic, "Tue 24 Nov 09:00 (UTC)")
    assert "Snoozed until" in office.card(topic).text
    await office.press(topic, "Refer")
    await office.press(topic, "Tech Against Terrorism")
    assert "Refer you to" in office.heard(7)
    await office.press(topic, "Close")
    await office.press(topic, "Reopen")
    assert not topic.closed and "waiting for a person" in office.card(topic).text


async def test_letters_find_what_to_route_to_and_a_choice_counts_once(office: Office) -> None:
    await office.says(7, NEED)
    topic = office.topic(NEED)
    before = topic.name
    await office.press(topic, "Re-route")
    await office.answers(topic, office.told(topic, "a few letters"), "zzzz")
    await office.answers(topic, office.told(topic, "Nothing fits"), "ransom")
    label = office.told(topic, "Which one?").keyboard[0][0]["text"]
    await office.press(topic, label)
    await office.press(topic, label)
    assert office.heard(7).count("thinks that this fits better") == 1
    assert "done already" in office.lines(topic)[-1]
    assert topic.name.startswith("GP-") and topic.name != before


async def test_of_two_who_take_at_once_one_wins(office: Office) -> None:
    await office.says(7, NEED)
    topic = office.topic(NEED)
    await office.press(topic, "Take", MIRA, settle=False)
    await office.press(topic, "Take", OMAR, settle=False)
    await office.settle()
    assert "taken (Mira)" in office.card(topic).text
    assert "Mira has taken" in office.lines(topic)[-1]
    assert office.heard(7).count("is now looking") == 1


async def test_an_internal_word_goes_nowhere(office: Office) -> None:
    """Written, changed, forwarded, in a caption, to another bot, as an answer to everything but the requester's words,
    and meant for the requester but never confirmed."""
    await office.says(7, ATTACK)
    topic = office.topic(ATTACK)
    await office.says(7, MORE)
    theirs = office.told(topic, MORE)
    photo = {"photo": [{"file_id": "p1", "file_unique_id": "u1", "width": 1, "height": 1}]}
    forwarded = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}}
    via = {"via_bot": {"id": 9, "is_bot": True, "first_name": "Other", "username": "other_bot"}}
    bare = [SECRET, f"@guide_desk_bot {SECRET}", f"reply: {SECRET}", f"/reply {SECRET}", f"/rr {SECRET}", f"r {SECRET}"]
    bare += [f"/r@other_bot {SECRET}", f"> /r {SECRET}", f"/status {SECRET}", f"hm /r {SECRET}"]
    numbers = [await office.writes(topic, text) for text in bare]
    for number in numbers:
        await office.edits(topic, number, f"/r {SECRET} changed")
    await office.writes(topic, None, caption=f"/r {SECRET}", **photo)
    await office.answers(topic, theirs, None, caption=SECRET, **photo)
    await office.writes(topic, f"/r {SECRET}", **forwarded)
    await office.writes(topic, f"/r {SECRET}", **via)
    await office.answers(topic, office.card(topic), SECRET)
    note = {"message_id": numbers[0], "date": 1, "chat": group(GROUP), "from": MIRA, "text": SECRET}
    await office.writes(topic, SECRET, OMAR, reply_to_message=note)
    assert not [line for line in office.lines(topic) if SECRET in line]
    await office.answers(topic, theirs, f"{SECRET}, as an answer")
    await office.press(topic, "Do not send")
    drafted = await office.writes(topic, f"/r {SECRET} drafted")
    await office.edits(topic, drafted, f"{SECRET}, better not")
    await office.writes(topic, f"/r {SECRET}, never confirmed")
    office.telegram.queue(said(f"/r {SECRET}", group(GROUP, is_forum=True), MIRA))
    office.telegram.queue(said(f"@guide_desk_bot {SECRET}", group(GROUP, is_forum=True), MIRA))
    await office.says(7, "thanks")
    await office.press(topic, "Close")
    await office.settle(days=4)
    assert not [one for one in office.telegram.shown() if one.chat != GROUP and SECRET in one.text]
    assert not [line for line in office.general() if SECRET in line]


@pytest.mark.parametrize("words", [MORE, "thanks"])  # one changes the card too, the other is only passed on
async def test_a_deleted_topic_is_made_again_with_what_was_meant_for_it(office: Office, words: str) -> None:
    await office.says(7, ATTACK)
    old = office.topic(ATTACK)
    await office.press(old, "Take")
    office.telegram.delete_topic(GROUP, old.number)
    await office.says(7, words)
    await office.settle(seconds=5)
    new = office.topic(ATTACK)
    assert new.number != old.number and list(office.telegram.forum(GROUP).topics) == [new.number]
    assert office.card(new).text.startswith("GP-") and "taken (Mira)" in office.card(new).text
    lines = office.lines(new)
    assert len([line for line in lines if "wrote:" in line]) == 1 and words in lines[1]
    await office.writes(new, "/r In the new place.")
    await office.press(new, "Send")
    assert office.heard(7).count("In the new place.") == 1


async def test_a_card_whose_topic_is_gone_moves_to_a_new_one(office: Office) -> None:
    await office.says(7, NEED)
    old = office.topic(NEED)
    await office.writes(old, "/r Soon gone.")
    token = office.told(old, "Not sent yet")
    office.telegram.delete_topic(GROUP, old.number)
    await office.says(7, "I want to talk to a person")
    await office.settle(seconds=5)
    new = office.topic(NEED)
    assert "waiting for a person" in office.card(new).text
    await office.writes(new, "a note in the new place")
    assert token.text not in office.lines(new) and len(office.telegram.forum(GROUP).topics) == 1


async def test_a_reply_under_way_is_followed_into_a_new_topic(office: Office) -> None:
    await office.says(7, NEED)
    old = office.topic(NEED)
    await office.writes(old, "/r On its way.")
    await office.press(old, "Send", settle=False)
    office.telegram.delete_topic(GROUP, old.number)
    await office.settle()
    await office.settle(seconds=5)
    new = office.topic(NEED)
    assert office.heard(7).count("On its way.") == 1
    assert [line.endswith("sent") for line in office.lines(new) if "On its way." in line] == [True]
    assert "Last reply" in office.card(new).text and len(office.telegram.forum(GROUP).topics) == 1


async def test_words_behind_the_sign_answer_nothing_but_the_requester(office: Office) -> None:
    await office.says(7, NEED)
    topic = office.topic(NEED)
    await office.press(topic, "Re-route")
    await office.answers(topic, office.told(topic, "a few letters"), "/r We look into it.")
    await office.writes(topic, "/r")
    assert "Write what to reply behind /r" in office.lines(topic)[-1]
    await office.press(topic, "Send")
    assert office.heard(7).count("We look into it.") == 1


async def test_the_state_of_a_reply_is_shown_in_the_topic(office: Office) -> None:
    await office.says(7, NEED)
    topic = office.topic(NEED)
    await office.writes(topic, "/r Hello.")
    office.telegram.block(7)
    await office.press(topic, "Send")
    assert "failed: they blocked the bot" in office.told(topic, "Hello.").text
    assert "failed: they blocked the bot" in office.card(topic).text


async def test_a_call_and_the_list_of_the_day_stand_in_general(office: Office) -> None:
    await office.says(7, "I want to talk to a person, our accounts were hacked")
    await office.settle()
    await office.settle(hours=12)
    await office.settle(days=1)
    assert any("Nobody is on call for GP-" in line for line in office.general())
    digest = next(one for one in office.telegram.shown(GROUP) if "Today at the desk" in one.text)
    card = office.card(next(iter(office.telegram.forum(GROUP).topics.values())))
    assert digest.thread is None and f"https://t.me/c/1234567890/{card.message_id}" in digest.html
    office.telegram.queue(said("/queue", group(GROUP, is_forum=True), MIRA))
    await office.settle()
    assert len([line for line in office.general() if "Today at the desk" in line]) == 2


async def test_somebody_who_was_let_go_can_do_nothing(office: Office) -> None:
    from desk import members

    await office.says(7, NEED)
    topic = office.topic(NEED)
    await office.press(topic, "Why this?", OMAR)
    with office.database.writing() as session:
        omar = members.behind(session, "telegram", "12345", str(OMAR["id"]))
        assert omar is not None and omar.name == "Omar"
        omar.active = False
    await office.press(topic, "Take", OMAR)
    await office.writes(topic, f"/r {SECRET}", OMAR)
    assert "answered by the desk" in office.card(topic).text and SECRET not in str(office.lines(topic))
    assert office.lines(topic)[-1].startswith("These buttons are for the coordinators")


async def test_who_is_forgotten_leaves_nothing_in_the_group(office: Office) -> None:
    await office.says(7, f"{ATTACK}, {SECRET}")
    topic = office.topic(SECRET)
    await office.press(topic, "Take")
    await office.says(7, MORE)
    await office.press(topic, "Why this?")
    await office.says(7, "/forget")
    yes = next(one for one in reversed(office.telegram.shown(7)) if one.keyboard)
    office.telegram.queue(pressed(yes.keyboard[1][0]["callback_data"], yes.message_id, chat=7))
    await office.settle()
    await office.settle(minutes=5)
    assert "is deleted" in office.heard(7)
    assert office.telegram.forum(GROUP).topics == {}
    assert not any(words in line for line in office.general() for words in (SECRET, ATTACK, "Deleted"))


async def test_a_group_that_throws_the_bot_out_loses_nothing(office: Office) -> None:
    await office.says(7, NEED)
    office.telegram.forum(GROUP).member = False
    await office.says(8, f"{NEED} too")
    assert "GP-" in office.heard(8)
    status = office.channel.status()
    assert "the bot is not in it" in status.detail and "as an administrator" in status.remedy
    office.telegram.forum(GROUP).member = True
    await office.settle(minutes=5)
    assert office.topic(f"{NEED} too") and "coordinators" not in office.channel.status().detail


def cards(office: Office, about: str) -> list[Shown]:
    return [one for one in office.telegram.shown(GROUP) if about in one.text]


async def test_a_doubtful_topic_goes_when_the_card_has_another(office: Office) -> None:
    office.telegram.fail("createForumTopic", Fault.DROP_AFTER)
    await office.says(7, NEED)
    await office.settle(seconds=5)
    assert len(office.telegram.called("createForumTopic")) == 2
    (card,), (topic,) = cards(office, NEED), office.telegram.forum(GROUP).topics.values()
    assert (card.thread, topic.pinned) == (topic.number, [card.message_id])


async def claimed(office: Office) -> Parcel:
    """The card that would be sent next, in the hands of a sender."""
    with office.database.writing() as session:
        parcels = outbox.claim(session, "killed", office.now, [("telegram", office.channel.account)])
    return next(one for one in parcels if one.reply.heads)


@pytest.mark.parametrize("dies_at", ["sendMessage", "pinChatMessage"])
async def test_a_topic_of_a_process_that_was_killed_goes_again(office: Office, dies_at: str) -> None:
    office.telegram.queue(said(NEED, chat=7))
    await office.answer()
    parcel, killed = await claimed(office), office.connected()
    office.telegram.fail(dies_at, Fault.UNAVAILABLE, chat=GROUP)
    with pytest.raises(DeliveryError):
        await killed.send(parcel.reply, parcel.key)  # and nobody writes down what became of it
    await killed.stop()
    await office.settle(seconds=5)
    (left,) = office.telegram.forum(GROUP).topics  # as long as somebody may still be posting the card
    await office.settle(seconds=30)
    (card,), (topic,) = cards(office, NEED), office.telegram.forum(GROUP).topics.values()
    assert card.thread == topic.number != left
    with office.database.reading() as session:
        assert parcel.id in [one.id for one in queues.outgoing(session, [Standing.UNCERTAIN])]


async def test_a_topic_that_moves_keeps_only_its_newest(office: Office) -> None:
    await office.says(7, ATTACK)
    office.telegram.delete_topic(GROUP, office.topic(ATTACK).number)
    office.telegram.fail("createForumTopic", Fault.DROP_AFTER)
    await office.says(7, MORE)
    await office.settle(seconds=5)
    await office.settle(seconds=5)
    (topic,) = office.telegram.forum(GROUP).topics.values()
    assert office.card(topic).thread == topic.number and any(MORE in line for line in office.lines(topic)[1:])


def yes_to_forget(office: Office, chat: int) -> str:
    """What the button does that confirms it, whether or not it is out yet."""
    mine = OutboxRow.conversation.endswith(f":{chat}")
    with office.database.reading() as session:
        rows = session.scalars(select(OutboxRow.payload).where(mine).order_by(OutboxRow.id.desc()))
        buttons = [button for row in rows for line in row["card"]["buttons"] for button in line]
    return str(next(one["action"] for one in buttons if one["label"] == "Yes, delete everything"))


@pytest.mark.parametrize(
    ("said_before", "words", "held"),
    [
        pytest.param([], ATTACK, "sendMessage", id="a new card"),
        pytest.param([ATTACK], MORE, "editMessageText", id="a changed card"),
        pytest.param([ATTACK], "thanks", "sendMessage", id="what is said under it"),
    ],
)
async def test_nothing_under_way_outlives_the_forgotten(
    office: Office, said_before: list[str], words: str, held: str
) -> None:
    """Without the right to delete topics, so that each message has to be emptied."""
    office.telegram.forum(GROUP).rights.discard("can_delete_messages")
    for one in said_before:
        await office.says(7, one)
        await office.press(office.topic(ATTACK), "Take")
    plan = office.telegram.fail(held, Fault.HELD, chat=GROUP)
    office.telegram.queue(said(words, chat=7))
    await office.answer()
    sending = asyncio.create_task(office.delivery.run())
    await office.telegram.until(lambda: plan.times == 0)
    office.telegram.queue(said("/forget", chat=7))
    await office.answer()
    office.telegram.queue(pressed(yes_to_forget(office, 7), 1, chat=7))
    await office.answer()
    assert not [word for word in (ATTACK, words) if f"{word}'" in everything_stored(office.database)]
    office.delivery.wake()
    await office.telegram.until(lambda: "is deleted" in office.heard(7))
    plan.let_go = True
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await office.settle()
    in_group = [call for call in office.telegram.called(held) if call.params["chat_id"] == GROUP]
    assert any(words in call.params["text"] for call in in_group), "it arrived all the same"
    (told,) = {one.text for one in office.telegram.shown(GROUP)}
    assert told.startswith("Deleted.")


async def test_an_emergency_goes_before_thirty_calm_cards(
    knowing_file: Path, catalogues: Catalogues, tmp_path: Path
) -> None:
    """The group takes four calls: a topic, its card, the pin, and the word that somebody is called."""
    slow = replace(UNLIMITED, group=Rate(0.001, burst=4))
    async with opened(knowing_file, catalogues, tmp_path, slow) as office:
        for chat in range(10, 40):
            office.telegram.queue(said(NEED, chat=chat))
        office.telegram.queue(said(CRISIS, chat=40))
        await office.answer()
        await office.settle()
        assert len(office.telegram.called("createForumTopic")) == 1
        (card,) = cards(office, CRISIS)
        assert office.telegram.topic(GROUP, "🚨").pinned == [card.message_id]
        assert any("Nobody is on call for" in line for line in office.general())


async def test_the_home_of_a_coordinator_turns_its_pages_in_place(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_home, "IN_MESSAGE", desk_home.Space(2, 3))
    for chat in range(7, 12):
        await office.says(chat, "I want to talk to a person")
    await office.press(office.topic("waiting"), "Take")
    office.telegram.queue(said("/desk", group(GROUP, is_forum=True), MIRA))
    await office.settle()
    (home,) = cards(office, "The desk · Mira")
    assert "My tickets (1)" in home.text and "Queue (4)" in home.text
    for label, who, count in (("All: Queue", MIRA, 3), ("Next page", OMAR, 1), ("Overview", MIRA, 3)):
        await office.press_on(home, label, who)
        await office.settle()
        links = re.findall(r'href="https://t.me/c/1234567890/(\d+)">GP-', home.html)
        assert len(links) == count and {int(one) for one in links} <= {one.message_id for one in cards(office, "GP-")}
    assert "My tickets (1)" in home.text and len(home.edits) == 3
    assert len([line for line in office.general() if "The desk" in line]) == 1
