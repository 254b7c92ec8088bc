"""Answer first, ticket second, human always reachable."""

import re

import pytest

from desk.tickets import State
from desk.wording import translate
from tests.dialogue import Desk, Person, labels

FOUR = ["This answers it", "Not what I meant", "Refer me", "Talk to a person"]


def test_a_problem_gets_practice_organisation_reason_ticket_and_buttons(person: Person) -> None:
    answer = person.says("we need to write our first transparency report for a small forum, what goes in")
    assert len(answer) == 1
    headings = [section.heading for section in answer.card.sections]
    assert "Good practice" in headings and "Who can help" in headings
    assert re.search(r"GP-[0-9A-Z]{5}", answer.card.footer)
    assert "Why this" in answer.card.footer
    assert labels(answer.card) == FOUR


def test_a_country_told_later_refines_the_answer_of_the_same_ticket(desk: Desk, person: Person) -> None:
    person.says("our NGO wants free protection of its website against ddos attacks")
    answer = person.says("we are in Serbia")
    assert "share" in answer.text.lower() or "Serbia" in answer.text
    assert len(desk.tickets()) == 1


def test_what_was_told_is_not_asked_again(desk: Desk, person: Person) -> None:
    person.says("I work for the ministry in Kenya")
    answer = person.says("customer data of our agency leaked, whom do we have to notify")
    assert "In which country" not in answer.text


def test_a_new_need_opens_a_second_ticket(desk: Desk, person: Person) -> None:
    person.says("we need to write our first transparency report, what goes in")
    person.says("another thing: how do we register the domain of our country in arabic script")
    references = {ticket.reference for ticket in desk.tickets()}
    assert len(references) == 2


def test_saying_that_it_answers_closes_the_ticket(desk: Desk, person: Person) -> None:
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    answer = person.presses("This answers it")
    assert "closed it as solved" in answer.text
    assert desk.tickets()[0].state is State.SOLVED


def test_a_new_question_after_closing_opens_a_new_ticket(desk: Desk, person: Person) -> None:
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    person.presses("This answers it")
    person.says("and what does gdpr say about keeping chat logs")
    assert [ticket.state for ticket in desk.tickets()] == [State.SOLVED, State.ANSWERED]


def test_pressing_twice_is_harmless(desk: Desk, person: Person) -> None:
    card = person.says("where can our 3 moderators learn to recognise terrorist logos").card
    person.presses("This answers it", card)
    person.presses("This answers it", card)
    assert [event.what for event in desk.tickets()[0].history].count("moved") == 1


def test_a_missed_answer_offers_others_and_never_the_same(person: Person) -> None:
    title = person.says("police want the data of one of our users without a judge").card.title
    answer = person.presses("Not what I meant")
    assert title not in labels(answer.card)
    assert "None of these" in labels(answer.card)


def test_choosing_another_topic_answers_with_it(person: Person) -> None:
    person.says("police want the data of one of our users without a judge")
    choice = labels(person.presses("Not what I meant").card)[0]
    assert person.presses(choice).card.title == choice


def test_a_person_is_called_on_request(desk: Desk, person: Person) -> None:
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    answer = person.presses("Talk to a person")
    assert "coordinator" in answer.text
    assert desk.tickets()[0].state is State.WAITING
    assert "waiting for a person" in str(desk.board()[-1])


@pytest.mark.parametrize("text", ["help", "problem", "it happened again"])
def test_too_little_to_go_on_is_asked_about(desk: Desk, person: Person, text: str) -> None:
    answer = person.says(text)
    assert "Talk to a person" in labels(answer.card)
    assert desk.tickets() == []


def test_a_second_unclear_message_goes_to_a_person(desk: Desk, person: Person) -> None:
    person.says("it happened again")
    person.says("the same as always")
    assert [ticket.state for ticket in desk.tickets()] == [State.WAITING]


def test_a_reply_to_an_old_card_goes_to_its_ticket(desk: Desk, person: Person) -> None:
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    person.presses("This answers it")
    answer = person.says("sorry, the page you named does not open from here", reply_to=_last_card(desk))
    assert "opened it again" in answer.text
    assert [ticket.state for ticket in desk.tickets()] == [State.WAITING]


def _last_card(desk: Desk) -> str:
    from sqlalchemy import select

    from desk.outbox import OutboxRow

    with desk.database.reading() as session:
        query = select(OutboxRow.message_id).where(OutboxRow.ticket_id.is_not(None), OutboxRow.channel == "telegram")
        return str(session.scalars(query.order_by(OutboxRow.id)).first())


@pytest.mark.parametrize(
    "text",
    [
        "my landlord put a camera in the hallway facing my door",
        "an angry customer posted lies about my cafe on google maps",
        "the school wants all kids to use an app that takes their face photo for lunch. is that even allowed",
        "google shows an old newspaper story about my arrest, i was acquitted",
        "school teacher here, want a lesson plan about deepfakes for 13 year olds",
    ],
)
def test_steps_and_warnings_for_others_are_left_out(person: Person, text: str) -> None:
    card = person.says(text).card
    assert "Do not" not in card.alert
    assert not {"In the first hour", "Today"} & {section.heading for section in card.sections}
    assert "Good practice" in {section.heading for section in card.sections}


def test_who_was_removed_by_a_platform_is_led_to_where_to_complain(desk: Desk, person: Person) -> None:
    person.says("my shop page on instagram was removed for no reason, 3 days ago")
    answer = person.says("Ireland")
    assert "Digital Services Act" in answer.text and "Appeals Centre Europe" in answer.text
    assert "Ireland" in answer.text
    person.says("i want to complain, where")
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "you are useless. last week i wrote you and nobody answered"),
        ("fr", "j'ai écrit il y a une semaine et personne ne m'a répondu"),
        ("es", "escribí hace una semana y nadie me respondió"),
        ("ru", "я писал неделю назад, никто не ответил"),
    ],
)
def test_who_got_no_answer_and_has_no_ticket_gets_an_apology_first(desk: Desk, language: str, text: str) -> None:
    person = desk.person(language=language)
    first = person.says(text).card
    assert first.body.startswith(translate(language, "I am sorry that nobody has answered you."))
    assert labels(first) == [translate(language, "Talk to a person")]
    assert person.says("my ticket? how should i know").card.body != first.body


def test_nobody_is_told_twice_in_the_same_words_that_there_is_no_ticket(person: Person) -> None:
    assert person.says("where is my ticket?").card.body != person.says("where is my ticket?").card.body


@pytest.mark.parametrize("words", ["hello??", "hola?", "привет?", "你好？"])
@pytest.mark.parametrize("first", ["someone posted my naked pictures", "where can our moderators learn about logos"])
def test_who_calls_in_a_running_case_is_not_greeted_as_new(desk: Desk, person: Person, first: str, words: str) -> None:
    person.says(first)
    assert desk.tickets()[0].reference in person.says(words).text


def test_one_message_never_opens_two_tickets_with_the_same_card(desk: Desk, person: Person) -> None:
    person.says(
        "the police are here, they help the man who threatens to kill me, and also a man with a gun is at my door"
    )
    assert len({card.title for card in person.cards}) == len(desk.tickets()) == 1


@pytest.mark.parametrize(
    ("language", "text", "written", "never"),
    [
        (
            "fr",
            "Notre association veut prévenir ses adhérents des règles sur l'accès aux données",
            "règles",
            "regles",
        ),
        ("es", "qué ley protege los datos de los niños en línea, somos una asociación", "niños", "ninos"),
    ],
)
def test_why_shows_the_words_as_they_were_written(
    desk: Desk, language: str, text: str, written: str, never: str
) -> None:
    footer = desk.person(language=language).says(text).card.footer
    assert f"“{written}”" in footer and never not in footer


def test_a_wish_about_materials_is_asked_back_in_no_other_language(desk: Desk, person: Person) -> None:
    person.says("a library in Kerala, India: which materials are there to teach seniors about online fraud?")
    answer = person.says("In Malayalam if possible")
    assert not any(letter > "\u0600" for letter in answer.card.body) and len(desk.tickets()) == 1


def test_of_several_languages_the_one_that_is_spoken_will_do(desk: Desk) -> None:
    person = desk.person(language="ru")
    person.says("министерство юстиции Кыргызстана, нужны примеры законов о защите персональных данных")
    answer = person.says("на русском или английском")
    assert "English" not in labels(answer.card) and len(desk.tickets()) == 1


@pytest.mark.parametrize("thanks", ["thanks a lot", "ok thanks a lot", "merci beaucoup", "muchas gracias"])
def test_thanks_in_the_midst_of_a_request_need_no_second_answer(person: Person, thanks: str) -> None:
    person.says("my shop sells honey online to Norway, which customs form do I need")
    answer = person.says(thanks)
    assert not answer.card.title and not answer.card.sections
