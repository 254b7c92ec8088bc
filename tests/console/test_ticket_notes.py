"""Nothing internal reaches a requester, by whatever route somebody tries."""

import json
import re

import httpx
import pytest

from desk.casework import joining
from desk.messages import Reply
from desk.tickets import Ticket as TicketRow
from tests.casework import at_work
from tests.console.conftest import Staff
from tests.console.test_ticket import NEED, Ticket
from tests.dialogue import COORDINATORS, Desk, Person, words

SECRET = "this requester sounds drunk, zebra-7391"
MARKED = "zebra-7391"


@pytest.fixture
def ticket(desk: Desk, person: Person, client: httpx.Client) -> Ticket:
    person.says(NEED, message_id="m1")
    ticket = Ticket(client, desk.tickets()[0].reference)
    assert "Your note is kept" in ticket.post("note", note=SECRET).text
    return ticket


def everything(desk: Desk) -> str:
    """All that ever left the desk towards anybody but the coordinators, files and buttons included."""
    desk.work()
    return "\n".join(_whole(reply) for reply in desk.sent if reply.address != COORDINATORS)


def _whole(reply: Reply) -> str:
    return f"{words(reply.card)}\n{reply.file_text or ''}\n{reply!r}"


def test_a_note_is_seen_by_members_and_marked_internal(desk: Desk, ticket: Ticket) -> None:
    page = ticket.page()
    entry = page[page.index('class="entry noted"') :]
    assert MARKED in entry and "internal" in entry[: entry.index(MARKED)]
    assert MARKED not in everything(desk)


@pytest.mark.parametrize("box", ["reply", "reply/preview"])
def test_the_note_of_a_tampered_form_is_not_sent(desk: Desk, ticket: Ticket, box: str) -> None:
    for form in ({"note": SECRET}, {"note": SECRET, "reply": ""}, {"note": SECRET, "reply": "Hello"}):
        answer = ticket.post(box, **form)
        assert answer.status_code == 400
        assert MARKED not in answer.text
    assert MARKED not in everything(desk) and "Hello" not in everything(desk)


def test_a_reply_in_the_box_for_notes_is_refused(desk: Desk, ticket: Ticket) -> None:
    assert ticket.post("note", reply=SECRET).status_code == 400
    assert ticket.post("note", note="a", reply=SECRET).status_code == 400
    assert MARKED not in everything(desk)


def test_no_method_and_no_address_turns_a_note_into_a_reply(desk: Desk, ticket: Ticket) -> None:
    for act in ("reply", "note", "send", "publish"):
        assert ticket.post(f"acts/{act}", note=SECRET, reply=SECRET).status_code == 404
    for method in ("PUT", "PATCH", "DELETE", "GET"):
        assert ticket.client.request(method, f"{ticket.path}/note").status_code in (404, 405)
    assert MARKED not in everything(desk)


def test_the_page_that_says_it_has_changed_keeps_notes_apart(desk: Desk, ticket: Ticket) -> None:
    answer = ticket.post("acts/hand-over", "0.0", to="1", note=SECRET)
    assert answer.status_code == 409
    form = answer.text[answer.text.index("<form method") :]
    assert 'action="' + ticket.path + '/acts/hand-over"' in answer.text and 'name="reply"' not in form


def test_the_preview_shows_no_note(ticket: Ticket) -> None:
    assert MARKED not in ticket.post("reply/preview", reply="Hello").text


def test_the_export_holds_no_note(desk: Desk, person: Person, ticket: Ticket) -> None:
    person.commands("export")
    files = [reply.file_text for reply in desk.sent if reply.file_text]
    assert files and json.loads(files[-1])["tickets"][0]["reference"] == ticket.reference
    assert MARKED not in files[-1] and MARKED not in everything(desk)


def test_handing_over_tells_the_requester_nothing(desk: Desk, staff: Staff, ticket: Ticket) -> None:
    ticket.post("acts/hand-over", to=staff.hire("Omar"), note=SECRET)
    assert MARKED not in everything(desk)


def test_merging_and_splitting_send_no_note(desk: Desk, person: Person, ticket: Ticket) -> None:
    person.says("somebody hacked my instagram account and asks for money", message_id="m2")
    first, second = desk.tickets()
    with at_work(desk, second.reference) as case:
        into = case.session.get_one(TicketRow, first.id)
        assert joining.merge(case.desk, case.ticket, case.member, into)
    ticket.post("acts/split", messages=_numbers(ticket)[0])
    assert len(desk.tickets()) == 3
    assert MARKED not in everything(desk)
    person.commands("export")
    assert MARKED not in everything(desk)


def test_no_answer_and_no_reminder_ever_quotes_a_note(desk: Desk, person: Person, ticket: Ticket) -> None:
    ticket.post("route", to="topic:online-harassment")
    ticket.post("acts/take")
    ticket.post("acts/refer", to="organisation:tech-against-terrorism")
    person._read(desk.deliver())
    person.presses("Send with my words")
    person.says("any news?")
    person.commands("status")
    for days in (3, 11, 16, 10):
        person.after(days=days)
    assert MARKED not in everything(desk)


def _numbers(ticket: Ticket) -> list[str]:
    return re.findall(r'name="messages" value="(\d+)"', ticket.page())
