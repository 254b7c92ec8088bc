"""Danger that grows while an emergency is open, and what turns out to be something else."""

import pytest

from desk.wording import translate
from tests.dialogue import Desk, Person, labels

_EMERGENCY_NUMBER = "Call your local emergency number now, or let somebody near you call."
_VIOLENCE = (
    "Call the emergency number now, or let somebody near you call: say where it is and who is in danger. If it is "
    "you: go where people are, or lock yourself in and keep quiet. Write only if it is safe."
)


@pytest.mark.parametrize(
    ("language", "first", "now"),
    [
        ("en", "i want to die", "i swallowed a whole box of pills"),
        ("es", "ya no quiero vivir", "me tomé todas las pastillas"),
        ("fr", "je veux mourir", "je suis sur le pont, je vais sauter"),
        ("ru", "я не хочу жить", "я выпила таблетки"),
        ("pt", "quero morrer", "tomei os comprimidos todos"),
        ("zh", "我不想活了", "我吞了一整瓶药"),
    ],
)
def test_who_is_dying_is_told_to_get_an_ambulance_and_not_that_it_was_noted(
    desk: Desk, language: str, first: str, now: str
) -> None:
    person = desk.person(language=language)
    person.says(first)
    told = translate(
        language,
        "Call your local emergency number now, or let somebody near you call. If you took something: they must "
        "come even if you still feel well; keep the packet. Unlock the door and go where people are.",
    )
    assert person.says(now).card.alert == told


def test_danger_is_answered_however_often_it_is_told(person: Person) -> None:
    person.says("i want to die")
    first, second, third = (
        person.says(text).card.alert for text in ("i took 20 pills", "i took pills, help", "hello i took 20 pills")
    )
    assert first == third and "ambulance" not in second and "Is help on its way?" in second
    assert _EMERGENCY_NUMBER in first


@pytest.mark.parametrize(
    ("language", "first", "now", "title"),
    [
        ("en", "my ex threatens to post my nudes", "he has a key and is coming up the stairs", "A life is in danger"),
        ("pt", "publicaram meu endereço e ameaçam vir", "estão arrombando o portão", "Há uma vida em perigo"),
        ("am", "አድራሻዬን ኢንተርኔት ላይ አወጡት ይዝታሉ", "በሩን እየሰበሩ ነው", "የሰው ሕይወት አደጋ"),
    ],
)
def test_an_emergency_becomes_one_of_life_and_death(
    desk: Desk, language: str, first: str, now: str, title: str
) -> None:
    person = desk.person(language=language)
    person.says(first)
    answer = person.says(now)
    assert title in answer or translate(language, _VIOLENCE) in answer
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize(
    ("language", "first", "told"),
    [
        ("en", "my husband put a spy app on my phone", "he is coming now"),
        ("es", "publicaron mi dirección y amenazan con venir", "ya están aquí afuera"),
        ("ru", "бывший угрожает и знает мой адрес", "он под дверью"),
        ("ar", "نشروا عنواني ويهددوني", "هم تحت البيت الحين"),
        ("sw", "wametangaza anwani yangu na wananitishia", "wako nje mlangoni"),
    ],
)
def test_whoever_is_feared_is_there(desk: Desk, language: str, first: str, told: str) -> None:
    person = desk.person(language=language)
    person.says(first)
    answer = person.says(told)
    assert translate(language, _VIOLENCE) in answer or desk.tickets()[0].request.crisis == "threat-to-life"


@pytest.mark.parametrize(
    "remark", ["he wrote to me again", "my mum knows about it", "is he coming?", "he lives in spain"]
)
def test_what_is_no_danger_is_not_taken_for_it(person: Person, remark: str) -> None:
    person.says("my ex threatens to post my nudes")
    assert _VIOLENCE not in person.says(remark)


def test_words_of_little_weight_make_nothing_less_grave(desk: Desk, person: Person) -> None:
    person.says("my ex threatens to post my nudes")
    person.says("he has a key to my flat and hes here now with a knife")
    person.says("his name is mark")
    assert desk.tickets()[0].request.crisis == "threat-to-life"


def test_in_a_hospital_that_stands_still_patients_come_first(desk: Desk, person: Person) -> None:
    person.says("ransomware in our clinic, all screens red, operations stopped")
    assert "by hand" in person.says("patients on ventilators and one machine just stopped")
    assert desk.tickets()[0].request.crisis == "active-breach"


def test_who_says_their_age_gets_the_help_of_that_age(person: Person) -> None:
    assert "A child" in person.says("someone blackmails me with nudes, im 15")
    assert "StopNCII" in person.says("typo sorry, im 25 not a kid")
    assert "A child" in person.says("my sister here, she is 15")


def test_who_says_that_it_is_something_else_is_believed(desk: Desk, person: Person) -> None:
    person.says("my ex put naked photos of me on telegram")
    answer = person.says("no thats not it, i was locked out of my telegram account, somebody took it over")
    assert "You did nothing wrong" not in answer
    assert [ticket.request.crisis for ticket in desk.tickets()] == ["account-takeover"]


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("please dont tell anybody about this", "It is passed on to nobody else"),
        ("is it free?", "costs nothing"),
        ("ok thanks for all. please delete everything", "It cannot be undone"),
        ("stop. this is wrong. can i talk to a human", "coordinator"),
    ],
)
def test_what_is_asked_of_the_desk_is_heard_in_an_emergency(person: Person, wish: str, answer: str) -> None:
    person.says("my ex threatens to post my nudes")
    assert answer in person.says(wish)


@pytest.mark.parametrize("reply", ["yes delete it all", "نعم احذفوا كل شي", "sí, borra todo", "删吧"])
def test_yes_in_words_of_deleting_deletes(desk: Desk, person: Person, reply: str) -> None:
    person.says("my ex threatens to post my nudes")
    person.says("delete all my data")
    person.says(reply)
    assert desk.tickets() == []


def test_wait_keeps_everything(desk: Desk, person: Person) -> None:
    person.says("my ex threatens to post my nudes")
    person.says("delete all my data")
    assert "stays as it is" in person.says("no wait keep it")
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize(
    ("language", "first", "told"),
    [
        ("ru", "мужик в дискорде просит фото у дочки 13 лет", "она ушла из дома, едет к нему!!!"),
        ("fr", "un homme sur snap veut des photos de ma fille de 13 ans", "elle est partie le rejoindre"),
        ("en", "a man on instagram wants pictures of my daughter, 12", "she went to meet him, phone is off"),
    ],
)
def test_a_child_on_the_way_to_a_stranger_is_no_all_clear(desk: Desk, language: str, first: str, told: str) -> None:
    person = desk.person(language=language)
    person.says(first)
    assert translate(language, _VIOLENCE) in person.says(told)


def test_who_is_hurt_is_in_danger_whatever_the_emergency_was(person: Person) -> None:
    person.says("my facebook was hacked and they ask my friends for money")
    assert _VIOLENCE in person.says("my husband hit me because of that")


@pytest.mark.parametrize("said", ["ich bringe mich um", "jemand erpresst mich mit nacktbildern"])
def test_who_writes_in_a_language_that_is_not_read_is_told_so(person: Person, said: str) -> None:
    answer = person.says(said)
    assert "do not read this language" in answer and "emergency number" in answer


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "bonjour on est une petite ong, on veut protéger nos données"),
        ("ru", "здравствуйте я учитель, нужен урок про интернет"),
    ],
)
def test_a_need_behind_a_greeting_is_heard(desk: Desk, language: str, said: str) -> None:
    person = desk.person(language=language)
    answer = person.says(said)
    assert translate(language, "See all topics") not in labels(answer.card)
