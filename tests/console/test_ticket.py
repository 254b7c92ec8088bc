"""The page of a ticket: what was said, why, and what members do about it."""

import re

import httpx
import pytest
from sqlalchemy import event, select

from desk import audit, safeguards
from desk.members import Role
from desk.outbox import OutboxRow, OutboxState
from desk.requests import Request
from desk.safeguards import Safeguards
from desk.tickets import State
from tests.console.conftest import Staff
from tests.dialogue import COORDINATORS, Desk, Person, words

NEED = "where can our 3 moderators learn to recognise terrorist logos"


class Ticket:
    """One ticket as a member's browser sees it."""

    def __init__(self, client: httpx.Client, reference: str) -> None:
        self.client, self.reference, self.path = client, reference, f"/console/tickets/{reference}"

    def page(self) -> str:
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def mark(self) -> str:
        found = re.search(r'name="seen" value="([0-9.]+)"', self.page())
        assert found is not None
        return found[1]

    def post(self, address: str, seen: str | None = None, **form: object) -> httpx.Response:
        return self.client.post(f"{self.path}/{address}", data={"seen": seen or self.mark, **form})


@pytest.fixture
def ticket(desk: Desk, person: Person, client: httpx.Client) -> Ticket:
    person.says(NEED, message_id="m1")
    return Ticket(client, desk.tickets()[0].reference)


def holder(desk: Desk) -> str:
    """Who has the first ticket."""
    assignee = desk.tickets()[0].assignee
    return assignee.name if assignee else ""


def received(desk: Desk, person: Person) -> list[str]:
    """Everything the person has ever got."""
    desk.deliver()
    return [words(reply.card) for reply in desk.sent if reply.address == person.address]


def test_the_page_tells_what_was_said_and_answered(ticket: Ticket) -> None:
    page = ticket.page()
    assert NEED in page and "This should help" in page and "Ticket " + ticket.reference in page


def test_all_versions_of_an_edited_message_are_there(person: Person, ticket: Ticket) -> None:
    person.edits("m1", NEED + " and flags")
    page = ticket.page()
    assert "and flags" in page and f"<del>{NEED}</del>" in page


def test_routing_is_explained_word_by_word(ticket: Ticket) -> None:
    page = ticket.page()
    assert "These words speak for" in page and "% certain" in page and "Second:" in page


def test_a_reply_reaches_the_requester_and_its_delivery_is_shown(desk: Desk, person: Person, ticket: Ticket) -> None:
    assert "on its way" in ticket.post("reply", reply="Look at the course of Tech Against Terrorism.").text
    assert "waiting to be sent" in ticket.page()
    assert "Look at the course" in received(desk, person)[-1]
    assert "waiting to be sent" not in ticket.page()
    assert holder(desk) == "Mira"


def test_a_reply_to_somebody_who_blocked_the_bot_is_shown_as_failed(desk: Desk, ticket: Ticket) -> None:
    ticket.post("reply", reply="Are you there?")
    with desk.database.writing() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.requester_id.is_not(None))).all()[-1]
        assert row.ticket is not None
        row.state, row.error = OutboxState.DEAD, "Forbidden: bot was blocked by the user"
        row.ticket.request.requester.reachable = False
    page = ticket.page()
    assert "they have blocked the bot or left" in page and "bot was blocked by the user" in page
    assert "cannot be reached" in page


def test_the_preview_is_the_card_and_sends_nothing(desk: Desk, person: Person, ticket: Ticket) -> None:
    before = received(desk, person)
    shown = ticket.post("reply/preview", reply="A draft").text
    assert "A coordinator answers" in shown and "A draft" in shown and "It is solved" in shown
    assert received(desk, person) == before


def test_an_unfilled_placeholder_is_not_sent(desk: Desk, person: Person, ticket: Ticket) -> None:
    before = received(desk, person)
    answer = ticket.post("reply", reply="Write to {organisation}.")
    assert answer.status_code == 422 and "{organisation}" in answer.text
    assert received(desk, person) == before


def test_two_members_cannot_both_take_it(staff: Staff, desk: Desk, ticket: Ticket) -> None:
    with staff.client("Omar") as omar:
        other = Ticket(omar, ticket.reference)
        seen = other.mark
        ticket.post("acts/take")
        answer = other.post("acts/take", seen)
    assert answer.status_code == 409 and "Mira" in answer.text and "taken" in answer.text
    assert holder(desk) == "Mira"


def test_the_second_reply_is_refused_and_kept(staff: Staff, desk: Desk, person: Person, ticket: Ticket) -> None:
    with staff.client("Omar") as omar:
        other = Ticket(omar, ticket.reference)
        seen = other.mark
        ticket.post("reply", reply="First answer")
        answer = other.post("reply", seen, reply="Second answer")
        assert answer.status_code == 409
        assert "replied to the requester" in answer.text and "Second answer" in answer.text
        assert not any("Second answer" in one for one in received(desk, person))
        fresh = re.search(r'name="seen" value="([0-9.]+)"', answer.text)
        assert fresh is not None
        other.post("reply", fresh[1], reply="Second answer")
    assert "Second answer" in received(desk, person)[-1]


def test_a_reply_sent_twice_by_a_double_press_arrives_once(desk: Desk, person: Person, ticket: Ticket) -> None:
    seen = ticket.mark
    ticket.post("reply", seen, reply="Only once")
    assert ticket.post("reply", seen, reply="Only once").status_code == 409
    assert sum("Only once" in one for one in received(desk, person)) == 1


def test_a_new_message_is_shown_before_a_reply_is_sent(desk: Desk, person: Person, ticket: Ticket) -> None:
    seen = ticket.mark
    with desk.database.reading() as session:
        answer_id = session.scalar(select(OutboxRow.message_id).where(OutboxRow.requester_id.is_not(None)))
    person.says("it is about two groups in Riga", reply_to=answer_id)
    answer = ticket.post("reply", seen, reply="Here is a course")
    assert answer.status_code == 409
    assert "two groups in Riga" in answer.text and "Here is a course" in answer.text


def test_an_auditor_sees_states_but_neither_words_nor_ids(staff: Staff, desk: Desk, ticket: Ticket) -> None:
    ticket.post("note", note="our secret thought")
    with staff.client("Audra", Role.AUDITOR) as auditor:
        page = Ticket(auditor, ticket.reference).page()
        assert auditor.post(f"{ticket.path}/presence").status_code == 403
        assert auditor.post(f"{ticket.path}/acts/take").status_code == 403
    assert "wrote an internal note" in page and "answered by the desk" in page
    for hidden in ("moderators", "logos", "secret thought", "ana", "Requester "):
        assert hidden not in re.sub(r"<(title|time)[^>]*>", "", page.split("<main", 1)[1])


def test_a_visit_is_audited_once(desk: Desk, ticket: Ticket) -> None:
    for _ in range(3):
        ticket.page()
    ticket.client.post(f"{ticket.path}/presence", data={"seen": "0.0"})
    desk.wait(minutes=10)
    ticket.page()
    with desk.database.reading() as session:
        assert [one.what for one in audit.entries(session, about=ticket.reference)].count("viewed") == 2


def test_others_at_the_same_ticket_are_visible(staff: Staff, ticket: Ticket) -> None:
    with staff.client("Omar") as omar:
        other = Ticket(omar, ticket.reference)
        omar.post(f"{ticket.path}/presence", data={"seen": other.mark, "writing": "1"})
    assert "Omar is writing a reply here." in ticket.page()


def test_handles_are_hidden_behind_pseudonyms_when_that_is_set(desk: Desk, ticket: Ticket) -> None:
    assert "<code>ana</code>" in ticket.page()
    with desk.database.writing() as session:
        safeguards.put(session, Safeguards(pseudonyms=True), "member:1", desk.now)
    page = ticket.page()
    assert "<code>ana</code>" not in page and "Requester " in page


def test_the_legal_clock_shows_its_arithmetic(desk: Desk, client: httpx.Client) -> None:
    person = desk.person("zoe")
    person.says("2 hours ago we got a removal order for terrorist content from the police in Latvia")
    page = Ticket(client, desk.tickets()[0].reference).page()
    assert "Legal clock" in page and re.search(r"10:00</time> \+ 1 hour =\s*<strong><time[^>]*>[^<]*11:00", page)


def test_the_deadline_of_the_answer_can_be_added_up(person: Person, ticket: Ticket) -> None:
    person.presses("Talk to a person")
    page = ticket.page()
    assert "Waiting since" in page and "Time to answer" in page and "Counted" in page


def test_a_page_of_a_long_ticket_takes_few_queries(desk: Desk, ticket: Ticket) -> None:
    for number in range(3):
        ticket.post("note", note=f"note {number}")
    few = _queries(desk, ticket)
    for number in range(12):
        ticket.post("note", note=f"note {number}")
        ticket.post("reply", reply=f"reply {number}")
    assert _queries(desk, ticket) <= few + 1 < 40


def _queries(desk: Desk, ticket: Ticket) -> int:
    counted: list[str] = []

    def count(*arguments: object) -> None:
        counted.append(str(arguments[2]))

    engines = (desk.database._readers, desk.database._writers)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    ticket.page()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


@pytest.mark.parametrize(
    ("act", "form", "state"),
    [
        ("take", {}, State.TAKEN),
        ("close", {"as": "solved"}, State.SOLVED),
        ("close", {"as": "closed"}, State.CLOSED),
    ],
)
def test_acts_change_the_state(desk: Desk, ticket: Ticket, act: str, form: dict[str, str], state: State) -> None:
    ticket.post(f"acts/{act}", **form)
    assert desk.tickets()[0].state is state


def test_a_closed_ticket_can_be_reopened(desk: Desk, ticket: Ticket) -> None:
    ticket.post("acts/close", **{"as": "closed"})
    ticket.post("acts/reopen")
    assert desk.tickets()[0].state is State.WAITING


def test_snoozing_counts_in_the_zone_of_the_member(desk: Desk, ticket: Ticket) -> None:
    ticket.post("acts/snooze", at="2026-11-24T09:00")
    until = desk.tickets()[0].snoozed_until
    assert until is not None and until.isoformat() == "2026-11-24T09:00:00+00:00"
    assert ticket.post("acts/snooze", at="2026-11-22T09:00").status_code == 422


def test_handing_over_gives_the_ticket_with_a_note(staff: Staff, desk: Desk, person: Person, ticket: Ticket) -> None:
    omar = staff.hire("Omar")
    ticket.post("acts/hand-over", to=omar, note="They need the course by Friday")
    assert holder(desk) == "Omar"
    assert "They need the course by Friday" in ticket.page()
    assert not any("Friday" in one for one in received(desk, person))


def test_one_press_puts_another_topic_in_place(desk: Desk, person: Person, ticket: Ticket) -> None:
    alternative = re.search(r'name="to" value="(topic:[a-z-]+)"', ticket.page())
    assert alternative is not None
    ticket.post("route", to=alternative[1])
    assert desk.tickets()[0].request.topic == alternative[1].removeprefix("topic:")
    assert "thinks that this fits better" in received(desk, person)[-1]


def test_an_organisation_is_found_by_typing_and_put_first(desk: Desk, person: Person, ticket: Ticket) -> None:
    found = ticket.client.get(f"{ticket.path}/alternatives", params={"words": "tech against"}).text
    assert 'value="organisation:tech-against-terrorism"' in found
    ticket.post("route", to="organisation:tech-against-terrorism")
    assert "Tech Against Terrorism" in received(desk, person)[-1]


def test_routing_again_shows_the_change_before_it_is_made(desk: Desk, person: Person, ticket: Ticket) -> None:
    with desk.database.writing() as session:
        session.scalars(select(Request)).one().topic = "open-source-licensing"
    before = received(desk, person)
    page = ticket.client.get(f"{ticket.path}/route-again").text
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    assert shown is not None and "Would be answered now" in page and received(desk, person) == before
    assert ticket.post("route-again", shown="something else").status_code == 409
    ticket.post("route-again", shown=shown[1])
    assert "knows more than when it answered" in received(desk, person)[-1]


def test_a_follow_up_can_be_moved_and_cancelled(desk: Desk, person: Person, ticket: Ticket) -> None:
    numbers = re.findall(r'name="follow_up" value="(\d+)"', ticket.page())[::2]
    ticket.post("acts/move-follow-up", follow_up=numbers[0], at="2026-11-25T10:00")
    for number in numbers[1:]:
        ticket.post("acts/cancel-follow-up", follow_up=number)
    assert "Did it work out" in person.after(days=2).text
    assert "Did it work out" not in person.after(days=30).text


def test_coordinators_cards_are_no_part_of_the_conversation(desk: Desk, ticket: Ticket) -> None:
    assert any(reply.address == COORDINATORS for reply in desk.sent)
    assert "Routed to" not in ticket.page()
