"""Members are called one after the other until somebody acknowledges, and everybody called is told."""

from datetime import timedelta

import pytest

from desk.casework import handling
from desk.conversation.turn import Desk as Means
from desk.members import Member, Right, Role
from desk.messages import Reply
from desk.oncall import pages, paging
from desk.oncall.pages import PageState, Reason
from desk.oncall.shifts import Shift
from tests.conversations.test_deadlines import ORDER, does, hire, posted
from tests.dialogue import Desk, Person, labels, words


def duty(desk: Desk, member: int, rank: int = 1, hours: float = 8) -> None:
    with desk.database.writing() as session:
        shift = Shift(member_id=member, rank=rank, starts_at=desk.now, ends_at=desk.now + timedelta(hours=hours))
        session.add(shift)


def called(replies: list[Reply], label: str = "I take it") -> list[str]:
    """Who got a call among these messages."""
    return [reply.address.conversation for reply in replies if label in labels(reply.card)]


def drill(desk: Desk) -> list[Reply]:
    with desk.database.writing() as session:
        paging.call(Means(session, desk.now, desk.policy, desk.catalogues.current()), Reason.DRILL)
    return desk.deliver()


def colleague(desk: Desk, name: str) -> Person:
    """A member as somebody who writes to the bot; holds the cards they got."""
    person = desk.person(name)
    person.cards = [reply.card for reply in desk.sent if reply.address.conversation == name]
    return person


def states(desk: Desk) -> list[PageState]:
    with desk.database.reading() as session:
        return [page.state for page in pages.latest(session)]


@pytest.fixture
def rota(desk: Desk) -> Desk:
    """Mira is called first, then Omar; Ada administers the desk."""
    duty(desk, hire(desk, "mira"))
    duty(desk, hire(desk, "omar"), rank=2)
    hire(desk, "ada", Role.ADMINISTRATOR)
    return desk


def test_an_emergency_calls_at_once_without_the_persons_words(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    assert called(rota.sent) == ["mira"]
    call = next(reply.card for reply in rota.sent if reply.address.conversation == "mira")
    assert "EMERGENCY" in call.title and "riga" not in words(call).lower().replace("(riga)", "")


def test_the_next_rank_is_called_after_five_minutes_then_the_administrators(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    assert called(rota.wait(minutes=4)) == []
    assert called(rota.wait(minutes=1)) == ["omar"]
    assert called(rota.wait(minutes=5)) == ["ada"]
    assert posted(rota, "Nobody on call has taken") == 1
    # Then from the beginning, with twice the time.
    assert called(rota.wait(minutes=5)) == ["mira"]
    assert called(rota.wait(minutes=5)) == []
    assert called(rota.wait(minutes=5)) == ["omar"]


def test_who_takes_it_has_the_ticket_and_all_who_were_called_are_told(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    rota.wait(minutes=5)
    answer = colleague(rota, "omar").presses("I take it")
    assert "is yours" in answer
    assert rota.tickets()[0].assignee.name == "omar"
    told = [reply for reply in rota.sent if reply.address.conversation == "mira"][1:]
    assert {reply.delivery.value for reply in told} == {"edit", "new"}
    assert all("omar looks after it" in words(reply.card) for reply in told)
    assert called(rota.wait(minutes=9)) == []


def test_the_second_press_is_told_who_was_first(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    rota.wait(minutes=5)
    mira, omar = colleague(rota, "mira"), colleague(rota, "omar")
    omar.presses("I take it")
    assert "omar looks after it" in mira.presses("I take it")
    assert rota.tickets()[0].assignee.name == "omar"


def test_taking_the_ticket_anywhere_ends_the_calling(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    does(rota, 3, handling.take)
    assert states(rota) == [PageState.ACKNOWLEDGED]
    assert called(rota.wait(minutes=14)) == []


def test_an_emergency_that_is_handled_ends_the_calling(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    person.presses("It is handled")
    rota.wait(minutes=5)
    assert states(rota) == [PageState.ENDED]
    assert "This is over" in words(rota.sent[-1].card)


def test_a_stranger_cannot_answer_a_call(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    stranger = rota.person("eve")
    card = next(reply.card for reply in rota.sent if reply.address.conversation == "mira")
    stranger.presses("I take it", card)
    assert states(rota) == [PageState.CALLING]
    assert rota.tickets()[0].assignee is None


def test_with_nobody_on_call_the_coordinators_and_administrators_are_told(desk: Desk, person: Person) -> None:
    hire(desk, "ada", Role.ADMINISTRATOR, channel="slack")
    person.says(ORDER)
    assert posted(desk, "Nobody is on call") == 1
    assert called(desk.sent) == ["ada"]


def test_who_can_be_written_to_nowhere_does_not_hold_up_the_next(desk: Desk, person: Person) -> None:
    mute = hire(desk, "mute")
    with desk.database.writing() as session:
        member = session.get_one(Member, mute)
        member.handles.clear()
    duty(desk, mute)
    duty(desk, hire(desk, "omar"), rank=2)
    person.says(ORDER)
    assert called(desk.sent) == ["omar"]


def test_who_is_away_is_not_called(rota: Desk, person: Person) -> None:
    with rota.database.writing() as session:
        session.get_one(Member, 1).away_until = rota.now + timedelta(days=1)
    person.says(ORDER)
    assert called(rota.sent) == ["omar"]


def test_more_words_about_an_emergency_do_not_call_twice(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    person.says("35 minutes left now")
    assert len(rota.tickets()) == 1
    assert called(rota.sent).count("mira") == 1


def test_an_overdue_ticket_calls_and_moves_to_whoever_takes_it(rota: Desk, person: Person) -> None:
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    person.presses("Talk to a person")
    ada = 3
    does(rota, ada, handling.take)
    duty(rota, 2, hours=100)
    replies = rota.wait(days=1)
    assert called(replies) == ["omar"]
    colleague(rota, "omar").presses("I take it")
    assert rota.tickets()[0].assignee.name == "omar"


def test_after_downtime_one_call_goes_out_not_one_per_missed_step(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    assert len(called(rota.wait(hours=3))) == 1


def test_a_drill_takes_the_same_way_and_says_how_long_it_took(rota: Desk) -> None:
    assert called(drill(rota), "Acknowledge") == ["mira"]
    assert called(rota.wait(minutes=5), "Acknowledge") == ["omar"]
    assert "drill is over" in colleague(rota, "omar").presses("Acknowledge")
    with rota.database.reading() as session:
        page = pages.latest(session)[0]
    assert page.acknowledged_at is not None
    assert page.acknowledged_at - page.started_at == timedelta(minutes=5)


def test_a_drill_that_nobody_answers_ends_by_itself(rota: Desk) -> None:
    drill(rota)
    for _ in range(20):
        rota.wait(minutes=10)
    assert states(rota) == [PageState.ENDED]


def test_an_auditor_answers_no_call(rota: Desk, person: Person) -> None:
    auditor = hire(rota, "audrey", Role.AUDITOR)
    with rota.database.reading() as session:
        assert not session.get_one(Member, auditor).may(Right.WORK)
    person.says(ORDER)
    card = next(reply.card for reply in rota.sent if reply.address.conversation == "mira")
    rota.person("audrey").presses("I take it", card)
    assert states(rota) == [PageState.CALLING]


def test_several_cries_for_help_are_one_ticket_and_one_call(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    person.says("he says that he will kill people at the school today")
    rota.now += timedelta(minutes=20)
    person.says("please hurry, there is a bomb threat against our office")
    assert (len(rota.tickets()), len(states(rota)), called(rota.sent)) == (1, 1, ["mira"])
    rota.now += timedelta(hours=2)
    person.says("there is a bomb threat against our office again")
    assert len(rota.tickets()) == 2


def test_a_second_emergency_does_not_move_the_first_deadline(rota: Desk, person: Person) -> None:
    person.says(ORDER)
    due = rota.tickets()[0].due_at
    answer = person.says("he says that he will kill people at the school today")
    assert rota.tickets()[0].due_at == due is not None
    assert "112" in answer.text or "emergency" in answer.text.lower()
