"""What waits, at a glance: the coordinators' home page and the daily digest."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk import options
from desk.casework import digest
from desk.conversation import desk_home
from desk.messages import Address, Arrival, Card, Delivery, Incoming
from desk.oncall.shifts import Shift
from desk.policy import Policy
from desk.referrals import Referral, ReferralState
from desk.scheduler import Scheduler
from tests.dialogue import COORDINATORS, Desk, Person, labels, words

NEED = "where can our 3 moderators learn to recognise terrorist logos"


def home(desk: Desk, name: str = "UCOORD") -> Card:
    alone = Address("slack", "workspace", name)
    replies = desk.receive(Incoming(alone, f"e{desk.number()}", name, Arrival.HOME, desk.now))
    return next(reply.card for reply in reversed(replies) if reply.delivery is Delivery.HOME)


def pressed(desk: Desk, card: Card, label: str, name: str = "UCOORD") -> Card:
    """The home page after a press on it."""
    items = [item.button for section in card.sections for item in section.items if item.button]
    button = next(one for one in (*(one for row in card.buttons for one in row), *items) if one.label == label)
    alone = Address("slack", "workspace", name)
    event = Incoming(alone, f"e{desk.number()}", name, Arrival.PRESS, desk.now, action=button.action)
    return next(one.card for one in reversed(desk.receive(event)) if one.delivery is Delivery.HOME)


def waiting(desk: Desk, count: int) -> list[Person]:
    people = [desk.person(f"p{number}") for number in range(count)]
    for person in people:
        person.commands("start")
        person.says("I want to talk to a person")
        desk.now += timedelta(minutes=1)
    return people


def headings(card: Card) -> list[str]:
    return [section.heading for section in card.sections]


def test_a_coordinator_sees_what_waits_and_takes_it_there(desk: Desk) -> None:
    waiting(desk, 2)
    desk.coordinator_presses("Why this?")
    card = home(desk)
    assert "Queue (2)" in headings(card)
    after = pressed(desk, card, "Take")
    assert {"Queue (1)", "My tickets (1)"} <= set(headings(after))
    assert sum(one.state == "taken" for one in desk.tickets()) == 1


def test_who_asks_for_help_keeps_their_own_page(desk: Desk, person: Person) -> None:
    waiting(desk, 1)
    assert "Queue" not in words(home(desk, "USOMEBODY"))


def test_a_long_queue_has_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_home, "ON_PAGE", desk_home.Space(2, 3))
    waiting(desk, 5)
    desk.coordinator_presses("Why this?")
    first = pressed(desk, home(desk), "All: Queue")
    second = pressed(desk, first, "Next page")
    shown = [item.title for card in (first, second) for section in card.sections for item in section.items]
    assert sorted(shown) == sorted(one.reference for one in desk.tickets()) and len(shown) == 5
    assert labels(second) == ["Overview", "Previous page"]


def test_overdue_tickets_outcomes_and_who_is_on_call_are_there(desk: Desk, person: Person) -> None:
    waiting(desk, 1)
    desk.coordinator_presses("Why this?")
    with desk.database.writing() as session:
        ticket = desk.tickets()[0]
        at = {"offered_at": desk.now, "updated_at": desk.now}
        session.add(Referral(ticket_id=ticket.id, organisation="access-now", state=ReferralState.SENT, **at))
        session.add(Shift(member_id=1, starts_at=desk.now, ends_at=desk.now + timedelta(days=9)))
    desk.wait(days=4)
    found = home(desk)
    assert {"Overdue (1)", "Outcomes to chase (1)", "On call now"} <= set(headings(found))


def digests(desk: Desk) -> list[Card]:
    return [card for card in desk.board() if card.title == "Today at the desk"]


def test_the_digest_comes_once_a_day_at_its_hour(desk: Desk) -> None:
    desk.wait(minutes=1)
    waiting(desk, 2)
    assert digests(desk) == []
    desk.wait(hours=19, minutes=40)
    assert digests(desk) == []
    desk.wait(minutes=30)
    for _ in range(5):
        desk.wait(minutes=10)
    assert len(digests(desk)) == 1
    desk.wait(days=1)
    assert len(digests(desk)) == 2


def test_the_digest_names_the_longest_wait_first_and_no_words(desk: Desk) -> None:
    desk.wait(minutes=1)
    waiting(desk, 3)
    desk.wait(days=1)
    (card,) = digests(desk)
    items = card.sections[0].items
    assert [item.title for item in items] == [one.reference for one in desk.tickets()]
    assert "Waiting for a person: 3" in card.body and "talk to a person" not in words(card)


def test_after_a_week_of_downtime_one_digest_comes(desk: Desk) -> None:
    desk.wait(minutes=1)
    desk.wait(days=7)
    desk.wait(minutes=10)
    assert len(digests(desk)) == 1


def test_several_processes_post_one_digest(desk: Desk) -> None:
    desk.wait(minutes=1)
    desk.now += timedelta(days=1)
    for _ in range(3):
        Scheduler(desk.database, desk.policy, desk.catalogues, desk.clock).run(desk.now)
    desk.deliver()
    assert len(digests(desk)) == 1


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Riga", "2026-03-29T07:59", "2026-03-28"),
        ("Europe/Riga", "2026-03-29T08:00", "2026-03-29"),
        ("America/New_York", "2026-11-01T07:59", "2026-10-31"),
        ("America/New_York", "2026-11-01T08:00", "2026-11-01"),
    ],
)
def test_the_hour_is_that_of_the_desk_all_year(desk: Desk, zone: str, local: str, expected: str) -> None:
    desk.scheduler.policy = Policy(time_zone=zone, coordinators=COORDINATORS)
    desk.now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    desk.scheduler.run(desk.now)
    with desk.database.reading() as session:
        assert options.get(session, digest.OPTION) == {"last": expected}
