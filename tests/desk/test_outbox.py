"""What goes out goes once, in order, and never silently twice."""

from datetime import UTC, datetime, timedelta

from desk import outbox
from desk.messages import Address, Card, Delivery, DeliveryError, Reply, Sent
from desk.outbox import OutboxState, Parcel
from knowledge.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNTS = [("telegram", "1")]


def put(database: Database, text: str, conversation: str = "c1", **more: object) -> str:
    reply = Reply(Address("telegram", "1", conversation), Card(body=text), "en", **more)  # type: ignore[arg-type]
    with database.writing() as session:
        return outbox.add(session, reply, NOW).key


def take(database: Database, now: datetime = NOW, limit: int = 20) -> list[Parcel]:
    with database.writing() as session:
        return outbox.claim(session, "w", now, ACCOUNTS, limit)


def record(database: Database, parcel: Parcel, id: str = "m1") -> None:
    with database.writing() as session:
        outbox.sent(session, parcel, Sent(id), NOW)


def postpone(database: Database, parcel: Parcel, error: DeliveryError) -> OutboxState:
    with database.writing() as session:
        return outbox.postponed(session, parcel, error, NOW)


def test_one_conversation_is_served_in_order_and_others_meanwhile(database: Database) -> None:
    for text, conversation in (("a", "c1"), ("b", "c1"), ("c", "c2")):
        put(database, text, conversation)
    first = take(database)
    assert [parcel.reply.card.body for parcel in first] == ["a", "c"]
    assert take(database) == []
    record(database, first[0])
    assert [parcel.reply.card.body for parcel in take(database)] == ["b"]


def test_a_flood_limit_is_waited_for_and_holds_back_only_its_chat(database: Database) -> None:
    put(database, "limited")
    put(database, "after it")
    (parcel,) = take(database)
    postpone(database, parcel, DeliveryError("429", retry_after=30))
    put(database, "another chat", "c2")
    assert [one.reply.card.body for one in take(database, NOW + timedelta(seconds=29))] == ["another chat"]
    assert [one.reply.card.body for one in take(database, NOW + timedelta(seconds=31))] == ["limited"]


def test_a_blocked_recipient_is_final_and_frees_the_conversation(database: Database) -> None:
    put(database, "to nobody")
    (parcel,) = take(database)
    assert postpone(database, parcel, DeliveryError("blocked", permanent=True)) is OutboxState.DEAD
    assert take(database, NOW + timedelta(days=1)) == []


def test_a_doubtful_send_is_tried_again_and_listed(database: Database) -> None:
    put(database, "maybe out")
    (parcel,) = take(database)
    postpone(database, parcel, DeliveryError("connection reset", uncertain=True))
    (again,) = take(database, NOW + timedelta(minutes=5))
    assert again.doubtful and again.key == parcel.key
    record(database, again)
    with database.reading() as session:
        assert [row.key for row in outbox.doubtful(session)] == [parcel.key]


def test_a_send_whose_process_was_killed_is_doubtful_and_repeated(database: Database) -> None:
    put(database, "killed while sending")
    take(database)
    assert take(database, NOW + timedelta(seconds=30)) == []
    (again,) = take(database, NOW + outbox.LEASE + timedelta(seconds=1))
    assert again.doubtful


def test_a_message_that_kills_its_sender_is_set_aside(database: Database) -> None:
    put(database, "poison")
    put(database, "next")
    now = NOW
    for _ in range(outbox.MAX_FAULTS + 1):
        now += outbox.LEASE + timedelta(seconds=1)
        take(database, now)
    (following,) = take(database, now + timedelta(seconds=1))
    assert following.reply.card.body == "next"


def test_an_edit_finds_the_message_it_changes(database: Database) -> None:
    key = put(database, "card")
    put(database, "card, changed", delivery=Delivery.EDIT, replaces=key)
    (first,) = take(database)
    record(database, first, "chat:77")
    (edit,) = take(database)
    assert edit.reply.target == "chat:77"


def test_messages_of_unconnected_channels_wait(database: Database) -> None:
    put(database, "for telegram")
    with database.writing() as session:
        assert outbox.claim(session, "w", NOW, [("slack", "workspace")]) == []
