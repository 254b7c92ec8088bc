"""Two tickets that are one, one that is two: the requester keeps getting answers where they write."""

import pytest
from sqlalchemy import select

from desk import referrals
from desk.casework import joining, replying
from desk.casework.joining import NothingToSplit
from desk.messages import Reply
from desk.reports import quality
from desk.reports.scope import last_days
from desk.requests import Message
from desk.tickets import IllegalTransition, State, Ticket
from tests.casework import at_work
from tests.dialogue import Desk, Person, words

LOGOS = "where can our 3 moderators learn to recognise terrorist logos"
HACKED = "somebody hacked my instagram account and asks for money"


@pytest.fixture
def pair(desk: Desk, person: Person) -> tuple[str, str]:
    """Two tickets of one person in one conversation."""
    person.says(LOGOS, message_id="m1")
    person.says(HACKED, message_id="m2")
    first, second = desk.tickets()
    return first.reference, second.reference


def merge(desk: Desk, reference: str, into: str) -> bool:
    with at_work(desk, reference) as case:
        other = case.session.scalars(select(Ticket).filter_by(reference=into)).one()
        return joining.merge(case.desk, case.ticket, case.member, other)


def split(desk: Desk, reference: str, *origins: str) -> str:
    with at_work(desk, reference) as case:
        chosen = {one.id for one in case.ticket.request.messages if one.origin in origins}
        return joining.split(case.desk, case.ticket, case.member, chosen).reference


def reply(desk: Desk, reference: str, text: str) -> Reply:
    """Where and how a member's answer arrives."""
    with at_work(desk, reference) as case:
        replying.reply(case.desk, case.ticket, case.member, text)
    return next(one for one in desk.deliver() if text in words(one.card))


def said_in(desk: Desk, reference: str) -> list[str]:
    with at_work(desk, reference) as case:
        query = select(Message.text).filter_by(request_id=case.ticket.request_id).order_by(Message.id)
        return list(case.session.scalars(query))


def histories(desk: Desk) -> list[list[str]]:
    return [[event.what for event in ticket.history] for ticket in desk.tickets()]


def test_a_merged_ticket_brings_its_words_and_both_histories_say_so(desk: Desk, pair: tuple[str, str]) -> None:
    assert merge(desk, pair[1], pair[0])
    assert said_in(desk, pair[0]) == [LOGOS, HACKED] and said_in(desk, pair[1]) == []
    first, second = histories(desk)
    assert "merged_in" in first and "merged" in second
    assert [ticket.state for ticket in desk.tickets()] == [State.ANSWERED, State.CLOSED]
    assert any(f"go on as {pair[0]}" in words(one.card) for one in desk.deliver())


def test_later_messages_go_to_the_ticket_that_is_left(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    person.edits("m2", HACKED + ", 300 euros")
    assert said_in(desk, pair[0])[-1].endswith("300 euros")
    assert len(desk.tickets()) == 2


def test_a_reply_to_the_merged_ticket_does_not_reopen_it(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    with at_work(desk, pair[1]) as case:
        answers = replying.reply(case.desk, case.ticket, case.member, "Which address?").id
    desk.deliver()
    merge(desk, pair[1], pair[0])
    person.says("ana@example.org", reply_to=f"out:{answers}")
    assert desk.tickets()[1].state is State.CLOSED
    assert said_in(desk, pair[0])[-1] == "ana@example.org"


def test_buttons_of_the_merged_ticket_act_on_the_one_left(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    person.presses("Talk to a person")
    assert [ticket.state for ticket in desk.tickets()] == [State.WAITING, State.CLOSED]


def test_answers_go_to_the_conversation_the_person_wrote_in_last(desk: Desk, person: Person) -> None:
    person.says(LOGOS)
    web = desk.person("ana-web", channel="web")
    web.says(HACKED)
    first, second = (ticket.reference for ticket in desk.tickets())
    with at_work(desk, second) as case:
        mine = case.session.scalars(select(Ticket).filter_by(reference=first)).one().request.requester
        old = case.ticket.request.requester
        case.ticket.request.requester_id = mine.id
        for identity in list(old.identities):
            identity.requester_id = mine.id
        for message in case.ticket.request.messages:
            message.requester_id = mine.id
    with at_work(desk, first) as case:
        earlier = replying.reply(case.desk, case.ticket, case.member, "Which ones?").id
    desk.deliver()
    merge(desk, second, first)
    assert reply(desk, first, "To you both").address == person.address
    web.says("how do i keep my instagram account safe in the long run")
    assert len(desk.tickets()) == 2
    assert reply(desk, first, "There you are").address == web.address
    person.says("our moderators still need to learn terrorist logos", reply_to=f"out:{earlier}")
    assert len(desk.tickets()) == 2
    assert reply(desk, first, "And here again").address == person.address


def test_what_is_written_on_a_merged_ticket_is_sent_from_the_one_left(desk: Desk, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    assert pair[0] in words(reply(desk, pair[1], "An answer").card)


def test_tickets_of_different_people_are_linked_and_never_merged(desk: Desk, person: Person) -> None:
    person.says(LOGOS)
    desk.person("bo").says(HACKED)
    first, second = (ticket.reference for ticket in desk.tickets())
    before = len(desk.sent)
    assert merge(desk, second, first) is False
    assert said_in(desk, first) == [LOGOS] and said_in(desk, second) == [HACKED]
    with at_work(desk, first) as case:
        assert [one.reference for one in joining.linked_to(case.session, case.ticket)] == [second]
    assert [one for one in desk.deliver() if one.address == person.address] == [] and len(desk.sent) >= before


def test_a_closed_ticket_is_not_merged(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    person.presses("This answers it")
    with pytest.raises(IllegalTransition):
        merge(desk, pair[1], pair[0])


def test_a_merged_ticket_can_be_merged_on(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    person.says("is my company an essential entity under nis 2 in Germany", message_id="m3")
    third = desk.tickets()[2].reference
    merge(desk, pair[1], pair[0])
    merge(desk, pair[0], third)
    assert len(said_in(desk, third)) == 3
    assert [ticket.merged_into_id for ticket in desk.tickets()] == [3, 3, None]


def test_splitting_moves_a_message_with_all_its_versions(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    person.edits("m2", HACKED + ", 300 euros")
    made = split(desk, pair[0], "m2")
    assert said_in(desk, made) == [HACKED, HACKED + ", 300 euros"] and said_in(desk, pair[0]) == [LOGOS]
    assert any(f"a ticket of its own, {made}" in words(one.card) for one in desk.deliver())
    assert "split" in histories(desk)[0] and "split_from" in histories(desk)[2]


def test_an_edit_after_a_split_stays_with_its_message(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    made = split(desk, pair[0], "m2")
    person.edits("m2", HACKED + " today")
    person.edits("m1", LOGOS + " soon")
    assert said_in(desk, made)[-1].endswith("today") and said_in(desk, pair[0])[-1].endswith("soon")


def test_one_message_at_least_stays(desk: Desk, pair: tuple[str, str]) -> None:
    for origins in ((), ("m1",), ("m2",)):
        with pytest.raises(NothingToSplit):
            split(desk, pair[0], *origins)


def test_the_urgency_and_the_deadline_survive_a_merge(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    with at_work(desk, pair[1]) as case:
        case.ticket.urgency, case.ticket.due_at = "crisis", case.desk.now
    merge(desk, pair[1], pair[0])
    kept = desk.tickets()[0]
    assert (kept.urgency, kept.due_at) == ("crisis", desk.now)


def test_whoever_waited_longer_counts_after_a_merge(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    person.presses("Talk to a person")
    waited = desk.tickets()[1].awaited_since
    assert waited is not None
    merge(desk, pair[1], pair[0])
    desk.wait(minutes=1)
    kept, merged = desk.tickets()
    assert kept.awaited_since == waited and kept.respond_by is not None
    assert merged.awaited_since is None and merged.respond_by is None


def test_the_requester_sees_where_a_merged_ticket_goes_on(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    assert f"goes on as {pair[0]}" in person.commands("status")


def test_the_export_does_not_name_the_tickets_of_others(desk: Desk, person: Person) -> None:
    person.says(LOGOS)
    desk.person("bo").says(HACKED)
    first, second = (ticket.reference for ticket in desk.tickets())
    merge(desk, second, first)
    person.commands("export")
    (file,) = [reply.file_text for reply in desk.sent if reply.file_text]
    assert first in file and second not in file


def test_nobody_who_merged_is_asked_about_both(desk: Desk, person: Person, pair: tuple[str, str]) -> None:
    merge(desk, pair[1], pair[0])
    person._read(desk.deliver())
    assert [pair[0] in one.card.body for one in person.after(days=4).replies] == [True]


def test_reports_count_the_referral_of_a_merged_ticket_with_the_one_left(desk: Desk, pair: tuple[str, str]) -> None:
    with at_work(desk, pair[1]) as case:
        referral = referrals.offer(case.session, case.ticket, "access-now", case.desk.now)
        referrals.agree(referral, anonymous=True, shared_text="", now=case.desk.now)
    merge(desk, pair[1], pair[0])
    with desk.database.reading() as session:
        scope = last_days(desk.now, "UTC")
        assert quality.outcomes_by_organisation(session, scope) == {"access-now": {"consented": 1}}
        assert quality.quality(session, scope).referred == 1
