"""Emergencies that are told apart by who writes: a victim, a helper, an operator, a hospital."""

import pytest

from tests.dialogue import Desk, Person


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "a user mailed that another user raped her after a date, he is still active", "Suspend the account"),
        (
            "fr",
            "une utilisatrice de notre appli écrit qu'un autre utilisateur l'a violée",
            "Suspendez aussitôt le compte",
        ),
        ("es", "una usuaria de nuestra app dice que otro usuario la violó", "Suspenda enseguida la cuenta"),
        ("ru", "пользовательница нашего приложения пишет, что её изнасиловал другой пользователь", "приостановите"),
        ("ar", "كتبت لنا مستخدمة أن مستخدما آخر اغتصبها بعد موعد", "أوقف حساب المشتبه به"),
        ("zh", "我们的交友软件上有用户说另一个用户强奸了她", "停用嫌疑人的账号"),
        ("pt", "uma usuária do nosso app diz que outro usuário a estuprou", "Suspenda já a conta"),
        ("sw", "mtumiaji wa app yetu anasema mtumiaji mwingine alimbaka", "Simamisheni mara moja akaunti"),
        ("en", "हमारे ऐप की एक यूज़र लिखती है कि दूसरे यूज़र ने उसका बलात्कार किया", "खाता तुरंत निलंबित"),
        ("en", "አንዲት ተጠቃሚያችን ሌላ ተጠቃሚ እንደደፈራት ጻፈች", "የተጠርጣሪውን አካውንት ወዲያው ያግዱ"),
    ],
)
def test_an_operator_told_of_a_rape_suspends_the_suspect(desk: Desk, language: str, text: str, words: str) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].request.crisis == "sexual-violence"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "he raped me yesterday and I am scared", "It was not your fault"),
        ("es", "anoche me violó un hombre que conocí en una app", "No fue culpa suya"),
        ("ru", "меня вчера изнасиловал знакомый", "Вы не виноваты"),
        ("en", "my friend was raped last night, how do I help her", "Believe them and listen"),
        ("fr", "mon amie a été violée hier soir, comment l'aider", "Croyez cette personne"),
    ],
)
def test_who_was_raped_and_who_helps_are_told_what_to_do(desk: Desk, language: str, text: str, words: str) -> None:
    assert words in desk.person(language).says(text).card.alert


def test_a_raped_child_is_a_case_of_child_abuse(desk: Desk, person: Person) -> None:
    person.says("I am 14 and he raped me")
    assert desk.tickets()[0].request.crisis == "minor-sexual"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "police mailed us and want the IP address and the chats of a user within 24 hours"),
        ("fr", "la police exige les mails d'un étudiant de notre université sous 24 heures"),
        ("es", "la policía quiere los chats de un usuario nuestro en 24 horas"),
        ("ru", "полиция требует от нас переписку и ip адрес пользователя за 24 часа"),
        ("ar", "الشرطة تريد محادثات مستخدم عندنا خلال 24 ساعة"),
        ("zh", "警察要我们24小时内交出用户的聊天记录"),
        ("pt", "a polícia quer as conversas de um usuário nosso em 24 horas"),
        ("sw", "polisi wanataka mazungumzo ya mtumiaji wetu ndani ya saa 24"),
        ("en", "पुलिस 24 घंटे में हमारे यूज़र की चैट और आईपी माँग रही है"),
        ("en", "ፖሊስ የተጠቃሚያችንን ቻት በ24 ሰዓት ውስጥ ይፈልጋል"),
    ],
)
def test_a_demand_for_user_data_is_no_removal_order(desk: Desk, language: str, text: str) -> None:
    desk.person(language).says(text)
    assert desk.tickets()[0].request.crisis == "data-demand"


def test_the_time_that_a_demand_for_data_sets_is_shown(person: Person) -> None:
    answer = person.says("police want the IP address of a user of ours within 24 hours")
    assert "Time limit that the order itself sets" in answer.card.alert


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "We are a mobile operator, the government orders us to shut down the internet tonight", "hospitals"),
        ("fr", "opérateur mobile, le gouvernement nous ordonne de couper internet ce soir", "hôpitaux"),
        ("es", "somos un operador móvil y el gobierno nos ordena cortar internet hoy", "hospitales"),
        ("ru", "мы оператор связи, нам приказали отключить интернет сегодня ночью", "больницы"),
        ("ar", "نحن شركة اتصالات والحكومة تأمرنا بقطع الإنترنت الليلة", "المستشفيات"),
        ("zh", "我们是移动运营商，政府命令我们今晚断网", "医院"),
        ("pt", "somos uma operadora e o governo manda cortar a internet hoje à noite", "hospitais"),
        ("sw", "sisi ni kampuni ya simu na serikali imetuamuru tuzime intaneti usiku huu", "hospitali"),
        ("en", "हम टेलीकॉम कंपनी हैं, सरकार ने आज रात इंटरनेट बंद करने का आदेश दिया है", "अस्पताल"),
        ("en", "የቴሌኮም ድርጅት ነን፣ መንግሥት ዛሬ ማታ ኢንተርኔት እንድንዘጋ አዘዘን", "ሆስፒታሎች"),
    ],
)
def test_an_operator_who_is_to_cut_the_net_keeps_hospitals_up(desk: Desk, language: str, text: str, words: str) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].request.crisis == "shutdown"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Our hospital is encrypted, there is a ransom note on all screens", "working by hand"),
        ("fr", "les serveurs de notre hôpital sont chiffrés, on demande une rançon", "travail à la main"),
        ("ru", "в нашей больнице зашифрованы все компьютеры, требуют выкуп", "работу вручную"),
        ("es", "cifraron los servidores del hospital y piden rescate", "trabajar a mano"),
        ("zh", "我们医院的电脑全部被加密，要比特币", "人工"),
    ],
)
def test_a_hacked_hospital_first_goes_over_to_paper(desk: Desk, language: str, text: str, words: str) -> None:
    assert words in desk.person(language).says(text).card.alert
