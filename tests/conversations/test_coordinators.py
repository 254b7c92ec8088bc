"""What coordinators see and do."""

from desk.messages import Delivery
from desk.tickets import State
from tests.dialogue import COORDINATORS, Desk, Person, labels

NEED = "where can our 3 moderators learn to recognise terrorist logos"


def test_each_ticket_has_one_card_that_is_edited_in_place(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    shown = [reply for reply in desk.sent if reply.address == COORDINATORS]
    assert [reply.delivery for reply in shown] == [Delivery.NEW, Delivery.EDIT]
    assert shown[1].target is not None


def test_taking_a_ticket_tells_the_person_and_names_the_coordinator(desk: Desk, person: Person) -> None:
    person.says(NEED)
    replies = desk.coordinator_presses("Take", "UMIRA")
    assert any("is now looking" in reply.card.body for reply in replies if reply.address == person.address)
    assert "UMIRA" in str(desk.board()[-1])
    assert "Take" not in labels(desk.board()[-1])
    assert desk.tickets()[0].assignee.name == "UMIRA"


def test_two_coordinators_cannot_both_take_it(desk: Desk, person: Person) -> None:
    person.says(NEED)
    card = desk.board()[-1]
    desk.coordinator_presses("Take", "UMIRA")
    desk.sent.append(desk.sent[-1])
    from desk.messages import Arrival, Incoming

    token = next(button.action for row in card.buttons for button in row if button.label == "Take")
    second = Incoming(COORDINATORS, "late", "UOMAR", Arrival.PRESS, desk.now, action=token, private=False)
    replies = desk.receive(second)
    assert "UMIRA has taken" in replies[0].card.body
    assert desk.tickets()[0].assignee.name == "UMIRA"


def test_closing_tells_the_person_and_ends_the_follow_ups(desk: Desk, person: Person) -> None:
    person.says(NEED)
    desk.coordinator_presses("Close")
    assert desk.tickets()[0].state is State.CLOSED
    assert person.after(days=60).replies == []


def test_why_this_is_answered_for_coordinators(desk: Desk, person: Person) -> None:
    person.says(NEED)
    (reply, *_) = desk.coordinator_presses("Why this?")
    assert reply.delivery is Delivery.EPHEMERAL and ":" in reply.card.body


def test_rerouting_gives_the_person_a_better_answer(desk: Desk, person: Person) -> None:
    before = person.says(NEED).card.title
    replies = desk.coordinator_presses("Re-route")
    choices = next(reply.card for reply in replies if "Which topic" in reply.card.body)
    better = next(label for label in labels(choices) if label != before)
    desk.sent += replies
    answers = desk.coordinator_presses(better)
    card = next(reply.card for reply in answers if reply.address == person.address)
    assert card.title == better and "thinks that this fits better" in card.body
    assert any(event.what == "rerouted" for event in desk.tickets()[0].history)
