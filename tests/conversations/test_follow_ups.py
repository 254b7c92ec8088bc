"""Follow-up until it is over."""

from dataclasses import replace
from datetime import timedelta

from desk.tickets import State
from tests.dialogue import Desk, Person, labels, words

NEED = "where can our 3 moderators learn to recognise terrorist logos"


def asked(person: Person, days: int) -> bool:
    return "Did it work out?" in person.after(days=days).text


def test_the_desk_asks_after_3_14_and_30_days_and_then_closes_as_no_answer(desk: Desk, person: Person) -> None:
    person.says(NEED)
    assert not asked(person, 2)
    assert asked(person, 1)
    assert not asked(person, 10)
    assert asked(person, 1)
    assert asked(person, 16)
    assert "I have not heard from you" in person.after(days=7).text
    assert desk.tickets()[0].state is State.NO_ANSWER
    assert person.after(days=60).replies == []


def test_solved_cancels_the_rest(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.after(days=3)
    person.presses("Yes, it is solved")
    assert desk.tickets()[0].state is State.SOLVED
    assert person.after(days=60).replies == []


def test_stop_cancels_the_rest(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.commands("stop")
    assert person.after(days=60).replies == []


def test_not_helped_calls_a_person(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.after(days=3)
    person.presses("No, it did not help")
    assert desk.tickets()[0].state is State.WAITING


def test_not_yet_keeps_asking(person: Person) -> None:
    person.says(NEED)
    person.after(days=3)
    person.presses("Not yet")
    assert asked(person, 11)


def test_do_not_ask_again_keeps_the_ticket_open(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.after(days=3)
    person.presses("Do not ask again")
    assert person.after(days=60).replies == []
    assert desk.tickets()[0].state is State.ANSWERED


def test_thanks_does_not_cancel_the_follow_up(person: Person) -> None:
    person.says(NEED)
    person.says("thanks!")
    assert asked(person, 3)


def test_after_downtime_one_question_comes_not_three(person: Person) -> None:
    person.says(NEED)
    answer = person.after(days=45)
    assert answer.text.count("Did it work out?") == 1


def test_a_late_answer_after_closing_still_counts(desk: Desk, person: Person) -> None:
    person.says(NEED)
    for days in (3, 11, 16, 8):
        person.after(days=days)
    person.presses("Yes, it is solved")
    assert desk.tickets()[0].state is State.SOLVED


def test_nobody_is_asked_at_night(desk: Desk) -> None:
    desk.now = desk.now.replace(hour=22)
    person = desk.person()
    person.says(NEED)
    assert not asked(person, 3)
    assert "Did it work out?" in person.after(hours=11).text


def test_the_question_comes_in_the_persons_language(desk: Desk) -> None:
    person = desk.person("luis", language="es")
    person.says("dónde pueden aprender nuestros moderadores a reconocer símbolos de grupos terroristas")
    text = person.after(days=3).text
    assert "Did it work" not in text and text
    assert "solved" not in labels(person.cards[-1])[0]


def test_a_blocked_person_is_not_written_to(desk: Desk, person: Person) -> None:
    from desk.messages import Arrival, Incoming

    person.says(NEED)
    person.sends(Incoming(person.address, "blocked", person.name, Arrival.BLOCKED, desk.now + timedelta(minutes=1)))
    assert person.after(days=60).replies == []


def test_coordinators_see_that_a_person_cannot_be_reached_until_they_write(desk: Desk, person: Person) -> None:
    from desk.messages import Arrival, Incoming

    person.says(NEED)
    blocked = Incoming(person.address, "blocked", person.name, Arrival.BLOCKED, desk.now)
    person.sends(blocked)
    assert "cannot be reached" in words(desk.board()[-1])
    cards = len(desk.board())
    person.sends(replace(blocked, external_id="blocked again"))
    assert len(desk.board()) == cards
    person.says("hello again, I am back")
    assert "cannot be reached" not in words(desk.board()[-1])
    assert person.after(days=4).replies
    happened = [event.what for event in desk.tickets()[0].history]
    assert (happened.count("unreachable"), happened.count("reachable")) == (1, 1)
