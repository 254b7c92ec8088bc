"""Whom an emergency is about, and how old they are."""

import pytest

from routing import concerned, normalise

OWN = [
    ("en", "i want to kill myself"),
    ("en", "i lost all the money, i dont want to live, my wife doesn't know"),
    ("en", "she left me and i will kill myself"),
    ("es", "me quiero morir"),
    ("fr", "je veux mourir"),
    ("ru", "я хочу умереть"),
    ("ar", "أريد أن أموت"),
    ("zh", "我不想活了"),
    ("pt", "quero me matar"),
    ("sw", "nataka kujiua"),
    ("hi", "मैं मरना चाहती हूँ"),
    ("am", "ዛሬ ራሴን አጠፋለሁ"),
]
ANOTHER = [
    ("en", "my pupil says he will kill himself today"),
    ("en", "i think she wants to die"),
    ("en", 'a student wrote to me "i want to die"'),
    ("en", "i am his teacher"),
    ("es", "mi alumno dice que se va a matar"),
    ("fr", "mon amie dit qu'elle veut mourir"),
    ("ru", "мой ученик пишет что покончит с собой"),
    ("ar", "طالبي كتب أنه سينتحر اليوم"),
    ("zh", "我的学生说他今天要自杀"),
    ("pt", "meu aluno vai se matar"),
    ("sw", "mwanafunzi wangu ameandika atajiua leo"),
    ("hi", "मेरा छात्र आज आत्महत्या करने वाला है"),
    ("am", "ጓደኛዬ መሞት እፈልጋለሁ አለች"),
]
PLATFORM = [
    ("en", "a user on our forum says he will kill himself tonight"),
    ("es", "un usuario de nuestro foro dice que se va a suicidar"),
    ("fr", "un membre de notre forum dit qu'il va se suicider"),
    ("ru", "пользователь нашего форума пишет что покончит с собой"),
    ("ar", "مستخدم في منتدانا كتب أنه سينتحر"),
    ("zh", "我们论坛有用户说要自杀"),
    ("pt", "um usuário do nosso fórum escreveu que vai se matar"),
    ("sw", "mtumiaji wa jukwaa letu ameandika atajiua"),
    ("hi", "हमारे फोरम पर एक यूज़र ने लिखा है कि आत्महत्या करेगा"),
    ("am", "በግሩፓችን አንድ አባል ራሱን ሊያጠፋ ነው"),
]


@pytest.mark.parametrize(("language", "text"), OWN)
def test_who_speaks_of_their_own_death_is_heard(language, text):
    assert concerned.found(text, language, None) == "own"


@pytest.mark.parametrize(("language", "text"), ANOTHER)
def test_who_worries_about_somebody_else_is_heard(language, text):
    assert concerned.found(text, language, None) == "another"


@pytest.mark.parametrize(("language", "text"), PLATFORM)
def test_who_runs_the_place_where_it_was_written_is_heard(language, text):
    assert concerned.found(text, language, None) == "platform"


@pytest.mark.parametrize("text", ["my kids are better off with the insurance money", "nobody will notice", "goodbye"])
def test_whoever_may_be_in_danger_is_not_taken_for_somebody_else(text):
    assert concerned.found(text, "en", None) is None


def test_speaking_of_others_later_changes_nothing():
    assert concerned.found("my wife does not know", "en", "own") == "own"
    assert concerned.found("he does not answer", "en", "another") == "another"
    assert concerned.found("now i want to die too", "en", "another") == "own"


@pytest.mark.parametrize(
    "text",
    [
        "17",
        "i am 17",
        "tengo 17",
        "j'ai 17 ans",
        "мне 17",
        "عمري 17",
        "我17岁",
        "tenho 17",
        "nina miaka 17",
        "मैं 17 की हूँ",
    ],
)
def test_a_number_alone_is_an_age(text):
    assert concerned.age(normalise.fold(text)) == 17


@pytest.mark.parametrize("text", ["17 pictures", "17 minutes ago", "they want 17 dollars", "3", "no", "17 18"])
def test_other_numbers_are_no_age(text):
    assert concerned.age(normalise.fold(text)) is None
