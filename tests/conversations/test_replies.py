"""Replies in words to what was just asked, and what people say in the midst of an emergency about something else."""

import pytest

from tests.dialogue import Desk, Person, labels

_STALKED = "my ex follows me with an app on my phone"
_ORDER = "we got an order from a judge to take down an article of our news site before midnight"


@pytest.mark.parametrize(
    ("language", "wish", "yes"),
    [
        ("en", "please delete all my data", "yes please"),
        ("pt", "apaga tudo o que escrevi", "sim"),
        ("ru", "забудьте меня, сотрите нашу переписку", "да"),
        ("ar", "احذفوا بياناتي", "نعم"),
        ("zh", "删除我的所有记录", "是的"),
    ],
)
def test_yes_deletes_what_was_asked_about(desk: Desk, language: str, wish: str, yes: str) -> None:
    person = desk.person(language=language)
    person.says(_STALKED)
    person.says(wish)
    person.says(yes)
    assert desk.tickets() == []


@pytest.mark.parametrize("reply", ["no", "no thanks", "não", "нет"])
def test_no_keeps_everything(desk: Desk, person: Person, reply: str) -> None:
    person.says(_STALKED)
    person.says("please delete all my data")
    person.says(reply)
    assert len(desk.tickets()) == 1
    assert "stays as it is" in person.cards[-1].body


def test_ok_deletes_nothing_and_is_asked_again(desk: Desk, person: Person) -> None:
    person.says(_STALKED)
    person.says("please delete all my data")
    person.says("ok")
    assert "Yes, delete everything" in labels(person.cards[-1])
    assert len(desk.tickets()) == 1


def test_forget_me_is_no_all_clear(desk: Desk) -> None:
    person = desk.person(language="ru")
    person.says("меня вызвали в полицию и забрали ноутбук, я журналистка")
    person.says("забудьте меня")
    assert "Да, удалить всё" in labels(person.cards[-1])


@pytest.mark.parametrize("reply", ["the second one", "2", "second please"])
def test_one_of_several_topics_is_chosen_by_its_place(desk: Desk, person: Person, reply: str) -> None:
    person.says("I need help with rules for selling stuff and my data")
    second = labels(person.cards[-1])[1]
    person.says(reply)
    assert person.cards[-1].title == second


def test_who_has_no_idea_which_topic_is_asked_for_other_words(person: Person) -> None:
    person.says("I need help with rules for selling stuff and my data")
    assert "other words" in person.says("no idea").text


def test_whether_to_delete_an_app_is_no_wish_to_be_forgotten(person: Person) -> None:
    person.says(_STALKED)
    person.says("should I delete the app or not?")
    assert "Yes, delete everything" not in labels(person.cards[-1])


def test_no_other_phone_to_write_from(person: Person) -> None:
    person.says(_STALKED)
    assert "borrow one" in person.says("I have no other phone").text


def test_solved_in_a_sentence_of_its_own_asks_whether_it_is_over(desk: Desk, person: Person) -> None:
    person.says("police mailed our file host, they want the data of one of our users by 10 tomorrow, Estonia")
    person.says("we found the real police number, they say it is fake. solved")
    person.says("yes")
    assert all(ticket.is_closed for ticket in desk.tickets())


def test_solved_but_closes_nothing(desk: Desk) -> None:
    person = desk.person(language="pt")
    person.says("copiaram nosso site e o perfil da loja e estão enganando clientes")
    person.says("resolvido o do site, o hosting ajudou. mas o perfil falso continua")
    assert not any(ticket.is_closed for ticket in desk.tickets())


def test_another_thing_is_no_question_about_the_emergency(desk: Desk, person: Person) -> None:
    person.says("our facebook page was hacked, we are locked out")
    person.says("another question: do we need a contract with our newsletter service under the GDPR?")
    assert len(desk.tickets()) == 2
    assert person.cards[-1].title == "Privacy and data protection"


def _helpers(person: Person) -> str:
    return " ".join(item.title for section in person.cards[-1].sections for item in section.items)


def test_an_order_about_an_article_is_none_about_terrorism(person: Person) -> None:
    person.says(_ORDER)
    assert "Media Defence" in _helpers(person)
    assert "Terroris" not in _helpers(person) and "terrorist" not in _helpers(person)
    person.says("Mexico")
    assert "Terroris" not in _helpers(person)


def test_an_order_about_terrorism_names_who_knows_of_that(person: Person) -> None:
    person.says("police order to remove a terrorist video from our forum within one hour, Latvia")
    assert "Tech Against Terrorism" in _helpers(person)
    assert "Media Defence" not in _helpers(person)


def test_it_is_not_terrorism_is_believed(desk: Desk) -> None:
    person = desk.person(language="ru")
    person.says("пришло предписание удалить пост до 23:00")
    person.says("нет, это не терроризм. там статья журналиста про мэра, предписание от полиции")
    assert "Media Defence" in _helpers(person)
    assert "терроризма" not in _helpers(person)
    assert len(desk.tickets()) == 1


def test_who_is_threatened_at_home_is_sent_to_no_newspaper(desk: Desk) -> None:
    at_home, at_work = desk.person("ana"), desk.person("ben")
    at_home.says("my husband says he will kill me tonight")
    at_work.says("I am a reporter, they send me death threats after my story on the mine, they will kill me")
    assert "Journalists" not in _helpers(at_home)
    assert "Committee to Protect Journalists" in _helpers(at_work)


def test_a_law_of_another_place_starts_no_clock(desk: Desk) -> None:
    person = desk.person()
    person.says("we run a small file sharing app. do we need a DSA legal representative in the EU? we are in Brazil")
    assert "ANPD" not in person.cards[-1].alert + person.cards[-1].body


def test_a_mere_yes_of_somebody_in_danger_is_not_the_end_of_it(person: Person) -> None:
    person.says("my account is hacked and honestly everybody would be better off without me, I do not want to live")
    answer = person.says("yes")
    assert "Talk to a person" in labels(answer.card)
    assert "anything else" not in answer.text


def test_whether_words_are_kept_is_no_wish_to_delete_them(desk: Desk, person: Person) -> None:
    assert "I am a program" in person.says("do you keep what i write here? i am scared my husband reads this").text
    person.says(_STALKED)
    assert "I am a program" in person.says("will he see that I wrote you?").text
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize(
    "words",
    [
        "i just want to disappear, my life is over",
        "je voudrais disparaître, ma vie est foutue",
        "хочу исчезнуть, жизнь кончена",
        "quiero desaparecer, mi vida se acabo",
    ],
)
def test_who_wants_to_disappear_is_not_forgotten(desk: Desk, person: Person, words: str) -> None:
    person.says(words)
    assert [ticket.request.crisis for ticket in desk.tickets()] == ["suicide"]


def test_a_banned_account_is_nothing_solved(desk: Desk, person: Person) -> None:
    person.says("my shop sells honey online to Norway, which customs form do I need")
    person.says("my account is banned")
    assert not any(ticket.is_closed for ticket in desk.tickets())


def test_how_the_ticket_stands_is_no_question_what_a_ticket_is(desk: Desk, person: Person) -> None:
    person.says(_STALKED)
    answer = person.says("what is the status of my ticket")
    assert desk.tickets()[0].reference in answer.text
    assert "The record of one request" not in answer.text
