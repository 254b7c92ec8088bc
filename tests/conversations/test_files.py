"""Files are taken in when a coordinator has asked for one, and only then."""

import pytest

from desk import files
from desk.casework import asking
from desk.casework.asking import NoFilesHere
from desk.conversation.turn import Desk as Means
from desk.files import AskedFile
from desk.members import Member
from desk.messages import Attachment
from desk.tickets import Ticket
from tests.conversations.test_deadlines import hire
from tests.dialogue import Desk, Person

NEED = "where can our 3 moderators learn to recognise terrorist logos"
ORDER = Attachment("document", "AgAC-1", "order.pdf", 4_200, "application/pdf")


def ask(desk: Desk, member: int) -> None:
    """A member asks the requester of the first ticket for a file."""
    with desk.database.writing() as session:
        means = Means(session, desk.now, desk.policy, desk.catalogues.current())
        ticket = session.get_one(Ticket, desk.tickets()[0].id)
        asking.ask(means, ticket, session.get_one(Member, member))


def kept(desk: Desk) -> list[AskedFile]:
    with desk.database.reading() as session:
        return files.files_of(session, session.get_one(Ticket, desk.tickets()[0].id))


@pytest.fixture
def mira(desk: Desk, person: Person) -> int:
    person.says(NEED)
    return hire(desk, "mira")


def test_an_unasked_file_is_not_taken_in(desk: Desk, person: Person, mira: int) -> None:
    assert "nothing was downloaded" in person.shows("document", file=ORDER).text
    assert kept(desk) == []


def test_the_file_that_was_asked_for_is_taken_in_once(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    assert any("asks you for a file" in reply.card.body for reply in desk.deliver())
    assert "can open what you have sent" in person.shows("document", file=ORDER).text
    (file,) = kept(desk)
    assert (file.reference, file.name, file.size, file.media_type) == ("AgAC-1", "order.pdf", 4_200, "application/pdf")
    assert "nothing was downloaded" in person.shows("document", file=ORDER).text
    assert len(kept(desk)) == 1


def test_a_file_with_words_is_answered_and_taken_in(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    answer = person.says("here is the order of the police", attachments=(ORDER,))
    assert "can open what you have sent" in answer.text
    assert kept(desk)[0].reference == "AgAC-1"


def picture(number: int) -> Attachment:
    return Attachment("photo", f"AgAC-{number}")


def references(desk: Desk) -> list[str | None]:
    return [one.reference for one in kept(desk)]


def test_an_album_is_taken_in_whole_and_thanked_for_once(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    desk.deliver()
    thanks = [len(person.shows(album="a1", file=picture(number))) for number in range(4)]
    assert thanks == [1, 0, 0, 0]
    assert references(desk) == ["AgAC-0", "AgAC-1", "AgAC-2", "AgAC-3"]
    assert {(one.asked_by, one.asked_at, one.channel) for one in kept(desk)} == {
        (f"member:{mira}", desk.now, "telegram")
    }
    person.shows(file=picture(9))
    person.shows(album="a2", file=picture(10))
    assert len(kept(desk)) == 4, "what comes later was not asked for"


def test_an_album_with_words_is_taken_in_whole(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    person.says("here is the order of the police", album="a1", attachments=(picture(0),))
    person.shows(album="a1", file=picture(1))
    person.says("and its second page", album="a1", attachments=(picture(2),))
    assert references(desk) == ["AgAC-0", "AgAC-1", "AgAC-2"]


def test_an_album_nobody_asked_for_is_not_taken_in(desk: Desk, person: Person, mira: int) -> None:
    person.shows(album="a1", file=picture(0))
    ask(desk, mira)
    person.shows(file=picture(5))
    person.shows(album="a1", file=picture(1))
    assert references(desk) == ["AgAC-5"]


def test_all_files_of_one_message_are_taken_in(desk: Desk) -> None:
    ben = desk.person("ben", channel="slack")
    ben.says(NEED)
    ask(desk, hire(desk, "mira"))
    desk.deliver()
    answer = ben.says("here they are", attachments=(picture(0), Attachment("location", "geo:1,2"), picture(1)))
    assert references(desk) == ["AgAC-0", "AgAC-1"]
    assert answer.text.count("can open what you have sent") == 1


def test_a_place_or_a_poll_is_no_file(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    person.shows("location", file=Attachment("location", "geo:56.9,24.1"))
    assert kept(desk)[0].reference is None


def test_after_two_days_no_file_is_taken_in(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    desk.wait(hours=49)
    assert "nothing was downloaded" in person.shows("document", file=ORDER).text
    assert kept(desk)[0].reference is None


def test_somebody_elses_file_is_not_the_one(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    desk.person("ben").shows("document", file=ORDER)
    assert kept(desk)[0].reference is None


def test_asking_again_takes_the_place_of_the_first(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    ask(desk, mira)
    assert len(kept(desk)) == 1


def test_where_no_file_can_be_sent_none_is_asked_for(desk: Desk) -> None:
    desk.person("cai", channel="web").says(NEED)
    with pytest.raises(NoFilesHere):
        ask(desk, hire(desk, "mira"))


def test_a_file_goes_with_its_ticket(desk: Desk, person: Person, mira: int) -> None:
    ask(desk, mira)
    person.shows("document", file=ORDER)
    person.commands("forget")
    person.presses("Yes, delete everything")
    with desk.database.reading() as session:
        assert session.query(AskedFile).count() == 0
