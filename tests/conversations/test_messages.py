"""Edits, albums, pictures, groups: nothing is lost, nothing is answered twice."""

from sqlalchemy import select

from desk.messages import Address, Arrival, Delivery, Incoming
from desk.requests import Message
from tests.dialogue import Desk, Person, labels, words

NEED = "where can our 3 moderators learn to recognise terrorist logos"


def test_an_edit_keeps_both_versions_and_opens_no_second_ticket(desk: Desk, person: Person) -> None:
    person.says(NEED, message_id="m1")
    person.edits("m1", NEED + " and symbols")
    with desk.database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 2
    assert len(desk.tickets()) == 1


def test_an_edit_that_changes_the_need_changes_the_answer(desk: Desk, person: Person) -> None:
    before = person.says(NEED, message_id="m1").card.title
    after = person.edits("m1", "how do we register the domain name of our association").card.title
    assert before != after
    assert len(desk.tickets()) == 1


def test_an_edit_without_a_change_is_not_answered(person: Person) -> None:
    person.says(NEED, message_id="m1")
    assert person.edits("m1", NEED).replies == []


def test_an_album_gets_one_answer(person: Person) -> None:
    answers = [len(person.shows("photo", album="a1")) for _ in range(4)]
    assert answers == [1, 0, 0, 0]


def test_a_picture_only_start_is_answered_politely(desk: Desk, person: Person) -> None:
    assert "few words" in person.shows("voice").text
    assert desk.tickets() == []


def test_in_a_group_the_answer_is_general_and_leads_to_a_private_chat(desk: Desk, person: Person) -> None:
    group = Address("telegram", "1", "-100")
    event = Incoming(group, "g1", person.name, Arrival.TEXT, desk.now, text=NEED, message_id="-100:5", private=False)
    (reply,) = desk.receive(event)
    assert reply.address == group and "Others can read this" in reply.card.body
    assert desk.tickets() == [] and "GP-" not in words(reply.card)
    button = reply.card.buttons[0][0]
    assert button.moves_to_private
    private = Incoming(person.address, "g2", person.name, Arrival.PRESS, desk.now, action=button.action)
    assert "GP-" in person.sends(private).text
    assert len(desk.tickets()) == 1


def test_a_mention_in_slack_is_answered_in_private(desk: Desk) -> None:
    person = desk.person("U7", "slack")
    channel = Address("slack", "workspace", "C5", "17.1")
    event = Incoming(
        channel, "s1", "U7", Arrival.TEXT, desk.now, text=NEED, private=False, private_address=person.address
    )
    replies = [reply for reply in desk.receive(event) if reply.address.conversation != "C0COORD"]
    assert [reply.delivery for reply in replies] == [Delivery.EPHEMERAL, Delivery.NEW]
    assert replies[1].address == person.address


def test_the_home_page_lists_my_tickets(desk: Desk) -> None:
    person = desk.person("U7", "slack")
    person.says(NEED)
    home = Incoming(person.address, "h1", "U7", Arrival.HOME, desk.now)
    (reply,) = person.sends(home).replies
    assert reply.delivery is Delivery.HOME and desk.tickets()[0].reference in words(reply.card)


def test_the_language_command_switches_and_stays(person: Person) -> None:
    person.commands("language")
    person.presses("Français")
    person.says("thanks")
    assert "thanks" not in words(person.cards[-1]) and "welcome" not in words(person.cards[-1])


def test_topics_lead_to_an_answer(desk: Desk, person: Person) -> None:
    basket = labels(person.commands("topics").card)[1]
    topic = labels(person.presses(basket).card)[0]
    assert person.presses(topic).card.title == topic
    assert len(desk.tickets()) == 1


def test_an_old_button_says_so(desk: Desk, person: Person) -> None:
    press = Incoming(person.address, "p1", person.name, Arrival.PRESS, desk.now, action="nothing-like-it")
    assert "too old" in person.sends(press).text
