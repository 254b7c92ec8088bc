"""What a conversation looks like, read from the tables, on both kinds of database."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from desk import inbox, outbox, transcript
from desk.conversation.privacy import erase
from desk.inbox import InboxRow
from desk.messages import Address, Arrival, Button, Card, Delivery, Incoming, Reply, Sent
from desk.outbox import OutboxRow
from desk.people import recognise
from desk.policy import Policy
from desk.requests import Message
from desk.transcript import Answered, Pulse, Said, Stamp, Transcript
from knowledge.database import Database
from tests.bot.web.tiny_desk import START, Clock
from tests.conftest import BACKENDS

HERE = Address("web", "web", "someone")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def hear(database: Database, clock: Clock, id: str, text: str = "", **more: object) -> None:
    incoming = Incoming(HERE, id, "someone", Arrival.TEXT, clock(), text=text, message_id=id)
    with database.writing() as session:
        inbox.store(session, [incoming] if not more else [Incoming(HERE, id, "someone", received_at=clock(), **more)])  # type: ignore[arg-type]


def say(database: Database, clock: Clock, body: str, address: Address = HERE, sent: bool = True, **how: object) -> None:
    with database.writing() as session:
        outbox.add(session, Reply(address, how.pop("card", None) or Card(body=body), "en", **how), clock())  # type: ignore[arg-type]
    if sent:
        deliver(database, clock)


def deliver(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        while parcels := outbox.claim(session, "test", clock(), [("web", "web")]):
            for parcel in parcels:
                outbox.sent(session, parcel, Sent(parcel.key), clock())


def read(database: Database, address: Address = HERE) -> Transcript:
    with database.reading() as session:
        return transcript.read(session, address.key)


def lines(found: Transcript) -> list[str]:
    return [one.text if isinstance(one, Said) else one.reply.card.body for one in found.entries]


def test_what_was_said_and_answered_is_in_order(database: Database, clock: Clock) -> None:
    hear(database, clock, "1", "first")
    say(database, clock, "answer to first")
    hear(database, clock, "2", "second")
    say(database, clock, "answer to second")

    assert lines(read(database)) == ["first", "answer to first", "second", "answer to second"]


def test_question_comes_before_its_answer_in_the_same_instant(database: Database, clock: Clock) -> None:
    clock.step = timedelta(0)
    say(database, clock, "answer")
    hear(database, clock, "1", "question")

    assert lines(read(database)) == ["question", "answer"]


def test_what_has_not_been_sent_is_not_seen(database: Database, clock: Clock) -> None:
    say(database, clock, "not yet", sent=False)

    assert lines(read(database)) == []


def test_conversations_of_others_are_not_seen(database: Database, clock: Clock) -> None:
    say(database, clock, "for somebody else", Address("web", "web", "somebody-else"))

    assert lines(read(database)) == []


def test_press_has_the_label_of_its_button(database: Database, clock: Clock) -> None:
    card = Card(body="Well?", buttons=((Button("Talk to a person", "the-token"),),))
    say(database, clock, "", card=card)
    hear(database, clock, "1", arrival=Arrival.PRESS, action="the-token")
    hear(database, clock, "2", arrival=Arrival.PRESS, action="unknown-token")
    hear(database, clock, "3", arrival=Arrival.COMMAND, command="help")

    said = [one for one in read(database).entries if isinstance(one, Said)]

    assert [(one.text, one.command, one.pressed) for one in said] == [
        ("Talk to a person", None, True),
        ("", "help", False),
    ]


def test_edit_keeps_its_place_and_gets_a_new_version(database: Database, clock: Clock) -> None:
    say(database, clock, "old", key="original")
    say(database, clock, "other")
    before = read(database)
    say(database, clock, "new", delivery=Delivery.EDIT, replaces="original", key="edit")
    say(database, clock, "newest", delivery=Delivery.EDIT, target="edit")
    after = read(database)

    assert lines(after) == ["newest", "other"]
    assert [one.id for one in after.entries] == [one.id for one in before.entries]
    assert [one.reply.card.body for one in transcript.changed(after, before.stamp) if isinstance(one, Answered)] == [
        "newest"
    ]


def test_only_what_is_new_has_to_be_shown(database: Database, clock: Clock) -> None:
    hear(database, clock, "1", "first")
    say(database, clock, "second")
    seen = read(database).stamp
    hear(database, clock, "2", "third")
    found = read(database)

    assert [one.id for one in transcript.changed(found, seen)] == [found.entries[-1].id]
    assert transcript.changed(found, found.stamp) == ()
    assert transcript.changed(found, Stamp()) == found.entries


def test_row_that_was_committed_late_is_not_missed(database: Database, clock: Clock) -> None:
    say(database, clock, "slow transaction")
    say(database, clock, "quick transaction")
    found = read(database)
    newest = found.stamp

    # Somebody saw the second one before the first was there: the same newest moment, one row fewer.
    seen = Stamp(newest.heard, newest.heard_count, newest.answered, newest.answered_count - 1)

    assert transcript.changed(found, seen) == found.entries


def test_stamp_survives_the_trip_to_the_browser(database: Database, clock: Clock) -> None:
    hear(database, clock, "1", "first")
    stamp = read(database).stamp

    assert Stamp.parse(str(stamp)) == stamp
    assert Stamp.parse("nonsense") == Stamp()


def test_pulse_says_whether_somebody_still_works_on_it(database: Database, clock: Clock) -> None:
    def pulse() -> Pulse:
        with database.reading() as session:
            return transcript.pulses(session, [HERE.key, "nobody"])[HERE.key]

    quiet = pulse()
    hear(database, clock, "1", "first")
    heard = pulse()
    with database.writing() as session:
        (claim,) = inbox.claim(session, "test", clock())
        outbox.add(session, Reply(HERE, Card(body="answer"), "en"), clock())
        inbox.done(session, claim, clock(), None)
    answered = pulse()
    deliver(database, clock)

    assert (quiet.busy, heard.busy, answered.busy, pulse().busy) == (False, True, True, False)
    assert quiet.stamp != heard.stamp == answered.stamp != pulse().stamp


def test_words_are_still_there_when_their_event_was_emptied(database: Database, clock: Clock) -> None:
    hear(database, clock, "1", "kept words")
    with database.writing() as session:
        incoming = Incoming(HERE, "1", "someone", Arrival.TEXT, START, text="kept words")
        (requester,) = recognise(session, [incoming], "en")
        session.add(
            Message(requester_id=requester.id, conversation=HERE.key, origin="1", text="kept words", received_at=START)
        )
        session.execute(update(InboxRow).values(payload={}, emptied=True))

    assert lines(read(database)) == ["kept words"]


def test_nothing_is_left_after_forgetting(database: Database, clock: Clock) -> None:
    hear(database, clock, "1", "a secret")
    with database.writing() as session:
        (claim,) = inbox.claim(session, "test", clock())
        (requester,) = recognise(session, [claim.incoming], "en")
        outbox.add(session, Reply(HERE, Card(body="about the secret"), "en"), clock(), requester.id)
        inbox.done(session, claim, clock(), requester.id)
    deliver(database, clock)
    seen = read(database)
    with database.writing() as session:
        found = transcript.person(session, HERE, "someone")
        assert found
        erase(session, Policy(), found, clock())

    assert len(seen.entries) == 2
    assert lines(read(database)) == []
    assert read(database).stamp != seen.stamp


def test_word_after_forgetting_is_not_taken_for_an_old_one(database: Database, clock: Clock) -> None:
    say(database, clock, "a secret")
    old = read(database)
    with database.writing() as session:
        session.execute(delete(OutboxRow))
    say(database, clock, "all is deleted")
    new = read(database)

    assert new.stamp != old.stamp
    assert new.entries[0].id != old.entries[0].id
    assert transcript.changed(new, old.stamp) == new.entries


def test_long_conversation_shows_its_newest_part(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        events = (Incoming(HERE, str(n), "someone", Arrival.TEXT, clock(), text=f"line {n}") for n in range(210))
        inbox.store(session, list(events))
    found = read(database)

    assert not found.whole
    assert (lines(found)[0], lines(found)[-1]) == ("line 10", "line 209")


def test_file_belongs_to_one_conversation(database: Database, clock: Clock) -> None:
    say(database, clock, "here", delivery=Delivery.FILE, file_name="a.json", file_text="{}", key="the-file")
    with database.reading() as session:
        mine = transcript.stored_file(session, HERE.key, "the-file")
        foreign = transcript.stored_file(session, "web:web:other", "the-file")

    assert mine and mine.file_text == "{}"
    assert foreign is None
