"""Threads under cards: known by their own id, begun again when they are gone."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from desk import outbox
from desk.messages import Address, Card, Delivery, DeliveryError, Reply, Sent, Thread
from desk.outbox import OutboxState
from desk.tickets import Ticket
from knowledge.database import Database
from tests.desk.test_outbox import NOW, asker, postpone, record, take

ROOM = Address("telegram", "1", "room")
HEADS = Thread("GP-1")


def _on_ticket(database: Database, reply: Reply) -> str:
    with database.writing() as session:
        return outbox.add(session, reply, NOW, ticket=session.scalars(select(Ticket)).one()).key


def _edit(text: str, key: str, **more: object) -> Reply:
    how = {"delivery": Delivery.EDIT, "replaces": key, **more}
    return Reply(ROOM, Card(body=text), "en", **how)  # type: ignore[arg-type]


def _card_in_thread(database: Database, thread: str) -> str:
    asker(database)
    key = _on_ticket(database, Reply(ROOM, Card(body="card"), "en", heads=HEADS))
    (parcel,) = take(database)
    with database.writing() as session:
        outbox.sent(session, parcel, Sent("room:1", thread), NOW)
    return key


def test_what_belongs_under_a_card_goes_into_its_thread(database: Database) -> None:
    key = _card_in_thread(database, "17")
    _on_ticket(database, Reply(ROOM, Card(body="she wrote"), "en", under=key))
    (parcel,) = take(database)
    assert (parcel.reply.target, parcel.reply.address.thread) == ("room:1", "17")


def test_a_thread_that_is_gone_begins_again_as_it_should_stand(database: Database) -> None:
    key = _card_in_thread(database, "17")
    _on_ticket(database, _edit("card, taken", key, heads=Thread("GP-1", over=True)))
    (edit,) = take(database)
    record(database, edit, "room:1")
    _on_ticket(database, Reply(ROOM, Card(body="she wrote"), "en", under=key))
    (lost,) = take(database)
    assert postpone(database, lost, DeliveryError("gone", thread_gone=True)) is OutboxState.NEW
    later = NOW + timedelta(minutes=3)
    (again,) = take(database, later)
    assert (again.key, again.reply.card.body, again.reply.delivery) == (key, "card, taken", Delivery.NEW)
    assert again.reply.heads == Thread("GP-1", over=True) and again.reply.address == ROOM
    with database.writing() as session:
        outbox.sent(session, again, Sent("room:2", "18"), later)
    (goes_on,) = take(database, later)
    assert (goes_on.key, goes_on.reply.target, goes_on.reply.address.thread) == (lost.key, "room:2", "18")


def test_a_thread_whose_card_cannot_be_sent_takes_its_messages_along(database: Database) -> None:
    asker(database)
    key = _on_ticket(database, Reply(ROOM, Card(body="card"), "en", heads=HEADS))
    (card,) = take(database)
    postpone(database, card, DeliveryError("refused", permanent=True))
    _on_ticket(database, Reply(ROOM, Card(body="she wrote"), "en", under=key))
    (lost,) = take(database)
    assert postpone(database, lost, DeliveryError("gone", thread_gone=True)) is OutboxState.DEAD
    assert take(database, NOW + timedelta(days=1)) == []


def test_cards_follow_members_to_another_place(database: Database) -> None:
    key = _card_in_thread(database, "17")
    new = Address("telegram", "1", "new room")
    _on_ticket(database, Reply(new, Card(body="she wrote"), "en", under=key))
    (lost,) = take(database)
    assert lost.reply.address.thread is None
    postpone(database, lost, DeliveryError("gone", thread_gone=True))
    (again,) = take(database, NOW + timedelta(minutes=3))
    assert (again.key, again.reply.address) == (key, new)


def test_a_card_that_was_replaced_leads_to_its_new_thread(database: Database) -> None:
    key = _card_in_thread(database, "17")
    _on_ticket(database, _edit("moved", key, heads=HEADS))
    (edit,) = take(database)
    with database.writing() as session:
        outbox.sent(session, edit, Sent("room:9", "8"), NOW)
    _on_ticket(database, Reply(ROOM, Card(body="she wrote"), "en", under=key))
    (parcel,) = take(database)
    assert (parcel.reply.target, parcel.reply.address.thread) == ("room:9", "8")


def test_only_the_last_of_several_waiting_changes_is_sent(database: Database) -> None:
    key = _card_in_thread(database, "17")
    _on_ticket(database, _edit("one", key))
    _on_ticket(database, Reply(ROOM, Card(body="between"), "en", under=key))
    _on_ticket(database, _edit("another message", "other"))
    _on_ticket(database, _edit("two", key))
    sent = []
    while parcels := take(database):
        sent += [one.reply.card.body for one in parcels]
        record(database, parcels[0], "room:1")
    assert sent == ["two", "between", "another message"]


def _check(database: Database, thread: str) -> None:
    there = replace(ROOM, thread=thread)
    with database.writing() as session:
        assert not outbox.is_headed(session, there)
        outbox.add(session, Reply(there, Card(), "en", Delivery.WIPE), NOW)


def test_a_thread_goes_when_no_card_heads_it_in_the_end(database: Database) -> None:
    asker(database)
    _on_ticket(database, Reply(ROOM, Card(body="card"), "en", heads=HEADS))
    (card,) = take(database)
    _check(database, "17")
    _check(database, "18")
    with database.writing() as session:
        outbox.sent(session, card, Sent("room:1", "18"), NOW)
    (lost,) = take(database)
    assert (lost.reply.target, lost.reply.address.thread) == (None, "17")
    record(database, lost, "-")
    (kept,) = take(database)
    assert (kept.reply.target, kept.reply.address.thread) == (None, None)


def test_a_thread_of_what_has_become_urgent_begins_again(database: Database) -> None:
    key = _card_in_thread(database, "17")
    with database.writing() as session:
        under = Reply(ROOM, Card(body="she wrote"), "en", under=key)
        outbox.add(session, under, NOW, ticket=session.scalars(select(Ticket)).one(), urgent=True)
    (lost,) = take(database)
    postpone(database, lost, DeliveryError("gone", thread_gone=True))
    (again,) = take(database, NOW + timedelta(minutes=3))
    assert again.key == key
