"""Coordinators clear the desk in a Telegram forum: real channel, worker and outbox, and only what Telegram allows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.catalogue import Catalogues
from tests.fakes.telegram_server import Fault
from tests.fakes.telegram_updates import group, pressed, said
from tests.office import GROUP, MIRA, NEED, OMAR, Office, opened

ATTACK = "our NGO website is under a ddos attack since monday"
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
    await office.press(topic, "Tue, Nov 24 09:00 (UTC)")
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
    office.telegram.queue(pressed(yes.keyboard[0][0]["callback_data"], yes.message_id, chat=7))
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


async def test_a_doubtful_topic_is_repeated_once(office: Office) -> None:
    office.telegram.fail("createForumTopic", Fault.DROP_AFTER)
    await office.says(7, NEED)
    await office.settle(seconds=5)
    assert len(office.telegram.forum(GROUP).topics) == 2
    assert len([one for one in office.telegram.shown(GROUP) if NEED in one.text]) == 1
