"""What goes out goes once, in order, and never silently twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from desk import inbox, outbox
from desk.inbox import InboxRow
from desk.messages import Address, Card, Delivery, DeliveryError, Reply, Sent, Thread
from desk.outbox import OutboxRow, OutboxState, Parcel
from desk.people import Identity, Requester
from desk.requests import Request
from desk.tickets import State, Ticket, open_ticket
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
    assert take(database, NOW + timedelta(seconds=15)) == []
    (again,) = take(database, NOW + timedelta(seconds=25))
    assert again.doubtful


def test_a_long_send_is_nobody_elses_as_long_as_it_is_held(database: Database) -> None:
    put(database, "a slow upload")
    (held,) = take(database)
    now = NOW
    for _ in range(10):
        now += 3 * outbox.LEASE / 4
        with database.writing() as session:
            assert outbox.claim(session, "w", now, ACCOUNTS, held=[held.id]) == []
        with database.writing() as session:
            assert outbox.claim(session, "other", now, ACCOUNTS) == []
    record(database, held)
    with database.reading() as session:
        assert outbox.doubtful(session) == []


def test_after_an_outage_a_sender_does_not_take_its_own_message_again(database: Database) -> None:
    """The database was away for longer than a lease, or the clock jumped: what is held stays held."""
    put(database, "out, and not yet written down")
    (held,) = take(database)
    with database.writing() as session:
        assert outbox.claim(session, "w", NOW + timedelta(hours=1), ACCOUNTS, held=[held.id]) == []


def test_what_a_dead_sender_held_is_taken_over_at_once(database: Database) -> None:
    put(database, "in the hands of a dead one")
    take(database)
    with database.writing() as session:
        outbox.let_go(session, "w", NOW)
        (again,) = outbox.claim(session, "other", NOW, ACCOUNTS)
    assert again.doubtful


def test_a_clock_set_back_does_not_hold_a_message_for_an_hour(database: Database) -> None:
    put(database, "claimed before the clock was set back")
    take(database, NOW + timedelta(hours=1))
    assert [parcel.doubtful for parcel in take(database, NOW)] == [True]


def test_an_outcome_that_comes_after_a_take_over_changes_nothing(database: Database) -> None:
    put(database, "a sender that was asleep")
    (slow,) = take(database)
    with database.writing() as session:
        (quick,) = outbox.claim(session, "other", NOW + 2 * outbox.LEASE, ACCOUNTS)
    postpone(database, slow, DeliveryError("too late", permanent=True))
    record(database, quick)
    with database.reading() as session:
        assert session.scalars(select(OutboxRow.state)).all() == [OutboxState.SENT]


def asker(database: Database, conversation: str = "c1") -> tuple[int, int]:
    """A person with a private conversation and an open ticket: ids of both."""
    with database.writing() as session:
        requester = Requester(language="en", created_at=NOW, seen_at=NOW)
        identity = Identity(channel="telegram", account="1", sender="7", conversation=conversation)
        requester.identities.append(identity)
        where = {"channel": "telegram", "account": "1", "conversation": conversation}
        request = Request(requester=requester, language="en", opened_at=NOW, updated_at=NOW, **where)
        session.add(request)
        ticket = open_ticket(session, request, "normal", State.ANSWERED, NOW)
        session.flush()
        return requester.id, ticket.id


def answer(database: Database, requester: int, ticket: int, conversation: str = "c1") -> Parcel:
    with database.writing() as session:
        reply = Reply(Address("telegram", "1", conversation), Card(body="an answer"), "en")
        outbox.add(session, reply, NOW, requester, session.get(Ticket, ticket))
    return take(database)[-1]


def history(database: Database, ticket: int) -> list[str]:
    with database.reading() as session:
        found = session.get(Ticket, ticket)
        assert found is not None
        return [event.what for event in found.history]


def test_each_doubt_is_a_line_in_the_tickets_history(database: Database) -> None:
    requester, ticket = asker(database)
    postpone(database, answer(database, requester, ticket), DeliveryError("reset", uncertain=True))
    take(database, NOW + timedelta(minutes=5))
    take(database, NOW + timedelta(minutes=10))
    assert history(database, ticket) == ["opened", "delivery_uncertain", "delivery_uncertain"]


def test_a_closed_door_reaches_the_desk_as_if_the_platform_had_told_it(database: Database) -> None:
    requester, ticket = asker(database)
    postpone(database, answer(database, requester, ticket), DeliveryError("blocked", unreachable=True))
    with database.writing() as session:
        (claim,) = inbox.claim(session, "w", NOW)
    event = claim.incoming
    assert (event.arrival, event.sender, event.address.conversation) == ("blocked", "7", "c1")
    assert history(database, ticket) == ["opened", "not_delivered"]


def test_a_group_that_threw_the_bot_out_closes_nobodys_own_door(database: Database) -> None:
    requester, ticket = asker(database)
    postpone(database, answer(database, requester, ticket, "-100"), DeliveryError("kicked", unreachable=True))
    with database.reading() as session:
        assert session.scalars(select(InboxRow)).all() == []


def test_a_refused_text_says_nothing_about_the_person(database: Database) -> None:
    requester, ticket = asker(database)
    postpone(database, answer(database, requester, ticket), DeliveryError("too long", permanent=True))
    assert history(database, ticket) == ["opened", "not_delivered"]
    with database.reading() as session:
        assert session.scalars(select(InboxRow)).all() == []


def test_a_message_that_kills_its_sender_is_set_aside(database: Database) -> None:
    put(database, "poison")
    put(database, "next")
    now = NOW
    for _ in range(outbox.MAX_FAULTS + 1):
        now += outbox.LEASE + timedelta(seconds=1)
        take(database, now)
    (following,) = take(database, now + timedelta(seconds=1))
    assert following.reply.card.body == "next"


def test_a_message_that_kills_its_sender_takes_no_other_with_it(database: Database) -> None:
    others = [f"to {number}" for number in range(12)]
    for number, text in enumerate([*others[:6], "poison", *others[6:]]):
        put(database, text, f"c{number}")
    now, arrived = NOW, set[str]()
    for _ in range(40):
        parcels = take(database, now)
        if any(parcel.reply.card.body == "poison" for parcel in parcels):
            now += outbox.LEASE + timedelta(seconds=1)  # nothing of it is recorded
            continue
        for parcel in parcels:
            arrived.add(parcel.reply.card.body)
            record(database, parcel)
    assert arrived == set(others)
    with database.reading() as session:
        states = {row.payload["card"]["body"]: row.state for row in session.scalars(select(outbox.OutboxRow))}
    assert [text for text, state in states.items() if state is OutboxState.DEAD] == ["poison"]


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


def test_a_clock_set_back_makes_nobody_wait_longer(database: Database) -> None:
    put(database, "a")
    fast = NOW + timedelta(hours=1)
    (parcel,) = take(database, fast)
    with database.writing() as session:
        outbox.postponed(session, parcel, DeliveryError("429", retry_after=5), fast)
    assert len(take(database)) == 1


def test_a_long_wait_the_platform_asked_for_is_kept(database: Database) -> None:
    put(database, "a")
    (parcel,) = take(database)
    postpone(database, parcel, DeliveryError("429", retry_after=7200))
    assert take(database, NOW + timedelta(hours=1)) == []
    assert len(take(database, NOW + timedelta(hours=2))) == 1


def test_what_belongs_under_a_message_knows_its_id(database: Database) -> None:
    root = put(database, "card")
    record(database, take(database)[0], "m1")
    put(database, "below", under=root)
    assert take(database)[0].reply.target == "m1"


def test_a_message_that_had_to_be_sent_anew_is_edited_there_from_then_on(database: Database) -> None:
    root = put(database, "card")
    record(database, take(database)[0], "m1")
    put(database, "changed", delivery=Delivery.EDIT, replaces=root)
    record(database, take(database)[0], "m2")
    put(database, "changed again", delivery=Delivery.EDIT, replaces=root)
    assert take(database)[0].reply.target == "m2"


def test_what_becomes_of_a_tracked_reply_comes_in_as_an_event(database: Database) -> None:
    key = put(database, "reply", tracked=True)
    (parcel,) = take(database)
    postpone(database, parcel, DeliveryError("connection lost", uncertain=True))
    record(database, take(database, NOW + timedelta(minutes=5))[0])
    with database.reading() as session:
        told = [row.payload["reply_to"] for row in session.scalars(select(InboxRow))]
    assert told == [key, key]


ROOM = Address("telegram", "1", "room")


def post(database: Database, text: str, ticket: int | None = None, urgent: bool = False, **more: object) -> str:
    """Something for the members' place."""
    with database.writing() as session:
        about = session.get(Ticket, ticket) if ticket else None
        reply = Reply(ROOM, Card(body=text), "en", **more)  # type: ignore[arg-type]
        return outbox.add(session, reply, NOW, ticket=about, urgent=urgent).key


def order(database: Database) -> list[str]:
    """What goes out from now on, each recorded as sent."""
    said = []
    while parcels := take(database):
        for parcel in parcels:
            said.append(parcel.reply.card.body)
            record(database, parcel)
    return said


def test_what_is_urgent_goes_before_what_waits(database: Database) -> None:
    for number in range(3):
        post(database, f"calm {number}")
    (under_way,) = take(database)
    post(database, "urgent 0", urgent=True)
    post(database, "urgent 1", urgent=True)
    assert take(database) == [], "one message of a conversation at a time"
    record(database, under_way)
    assert order(database) == ["urgent 0", "urgent 1", "calm 1", "calm 2"]


def test_a_ticket_that_becomes_urgent_keeps_its_order(database: Database) -> None:
    _, ticket = asker(database)
    post(database, "of another")
    key = post(database, "card", ticket)
    post(database, "she wrote", ticket, under=key)
    post(database, "it is urgent now", ticket, urgent=True, under=key)
    assert order(database) == ["card", "she wrote", "it is urgent now", "of another"]


def test_what_was_postponed_does_not_hold_back_what_is_urgent(database: Database) -> None:
    post(database, "calm")
    (limited,) = take(database)
    postpone(database, limited, DeliveryError("429", retry_after=5))
    post(database, "urgent", urgent=True)
    assert order(database) == ["urgent"]


def test_what_a_dead_sender_held_is_not_held_back_by_urgency(database: Database) -> None:
    post(database, "in the hands of a dead one")
    take(database)
    post(database, "urgent", urgent=True)
    (again,) = take(database, NOW + 2 * outbox.LEASE)
    assert again.reply.card.body == "in the hands of a dead one"
    record(database, again)
    assert order(database) == ["urgent"]


def forget(database: Database, ticket: int) -> None:
    """Wipe what was posted about a ticket, and delete its rows."""
    with database.writing() as session:
        tickets = select(Ticket.id).where(Ticket.id == ticket)
        outbox.wipe(session, Reply(ROOM, Card(body="gone"), "en", Delivery.WIPE), tickets, NOW)
        session.execute(delete(OutboxRow).where(OutboxRow.ticket_id == ticket))


def test_what_is_under_way_is_wiped_when_it_has_arrived(database: Database) -> None:
    _, ticket = asker(database)
    key = post(database, "card", ticket, heads=Thread("GP-1"))
    (card,) = take(database)
    post(database, "she wrote", ticket, under=key)
    forget(database, ticket)
    assert take(database) == [], "nothing overtakes it"
    with database.writing() as session:
        outbox.sent(session, card, Sent("room:1", "17"), NOW)
    (wiping,) = take(database)
    assert (wiping.reply.delivery, wiping.reply.card.body) == (Delivery.WIPE, "gone")
    assert (wiping.reply.target, wiping.reply.address.thread) == ("room:1", "17")
    record(database, wiping, "-")
    assert take(database) == []


@pytest.mark.parametrize("after", ["refused", "doubtful", "abandoned"])
def test_what_may_not_have_arrived_is_not_sent_again_but_wiped(database: Database, after: str) -> None:
    _, ticket = asker(database)
    key = post(database, "card", ticket)
    (card,) = take(database)
    errors = {"refused": DeliveryError("limit"), "doubtful": DeliveryError("reset", uncertain=True)}
    if after == "doubtful":
        postpone(database, card, errors[after])
    forget(database, ticket)
    if after == "refused":
        postpone(database, card, errors[after])
    (wiping,) = take(database, NOW + timedelta(minutes=5))
    assert (wiping.key, wiping.reply.delivery, wiping.reply.replaces) == (key, Delivery.WIPE, key)
    assert wiping.reply.target is None and wiping.reply.card.body == "gone"
    record(database, wiping)
    assert order(database) == []
