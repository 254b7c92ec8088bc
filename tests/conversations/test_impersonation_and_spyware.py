"""Who is copied to deceive others, and who is warned of spyware, is told what helps in that hour."""

import pytest

from tests.dialogue import Desk, Person


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "a fake page of our mosque collects zakat, forty people have paid since friday", "registrar"),
        ("es", "hay una copia de la web de nuestra cooperativa y los socios ya meten sus claves", "registrador"),
        ("fr", "une fausse page de notre paroisse récolte pour les obsèques, des gens paient", "enregistrement"),
        ("ru", "поддельный сайт нашего фонда собирает деньги на операцию, люди переводят", "регистратор"),
        ("ar", "صفحة مزيفة باسم جمعيتنا تجمع تبرعات والناس تحول لها الآن", "مسجّل"),
        ("zh", "有人冒充我们寺庙建了网站收香火钱，信众今天已经在转账", "注册商"),
        ("pt", "uma loja falsa com o nosso nome está recebendo pix dos clientes agora", "registrador"),
        ("sw", "ukurasa feki wa kanisa letu unachangisha pesa, waumini wanatuma sasa", "msajili"),
        ("en", "हमारे मंदिर के नाम से नकली साइट चंदा ले रही है, लोग अभी पैसे भेज रहे हैं", "रजिस्ट्रार"),
        ("en", "በቤተክርስቲያናችን ስም የውሸት ገጽ ብር እየሰበሰበ ነው፣ ሰዎች እየላኩ ነው", "መዝጋቢ"),
    ],
)
def test_whose_name_deceives_people_is_told_how_to_have_it_taken_down(
    desk: Desk, language: str, text: str, words: str
) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].request.crisis == "impersonation"


@pytest.mark.parametrize(
    "text",
    [
        "someone made a parody page with our logo, nobody follows it. is that allowed",
        "¿qué dice la ley sobre la suplantación de empresas en redes?",
        "un deepfake du ministre circule sur tiktok, comment le faire signaler comme tel",
        "у нас есть двойник страницы, пустой, подписчиков нет. что с ним делать",
    ],
)
def test_a_copied_name_that_deceives_nobody_is_no_emergency(desk: Desk, person: Person, text: str) -> None:
    person.says(text)
    assert "crisis" not in [ticket.urgency for ticket in desk.tickets()]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "apple just warned me that state sponsored attackers target my phone", "Do not reset"),
        ("es", "me llegó el aviso de apple de spyware mercenario, soy periodista", "No restablezca"),
        ("fr", "apple vient de me prévenir d'un logiciel espion d'état, je suis avocate", "réinitialisez"),
        ("ru", "эпл прислал предупреждение о шпионской атаке, я журналистка", "Не сбрасывайте"),
        ("ar", "وصلني الآن تحذير من آبل أن برنامج تجسس يستهدف هاتفي وأنا صحفي", "لا تعد ضبط الهاتف"),
        ("zh", "刚收到苹果的间谍软件攻击通知，我是记者", "不要重置"),
        ("pt", "a apple me avisou que um spyware mercenário mira meu celular, sou jornalista", "Não restaure"),
        ("sw", "apple imenitumia onyo la spyware ya serikali kwa simu yangu, mimi ni mwandishi", "Usiirudishe simu"),
        ("en", "एप्पल ने अभी चेतावनी भेजी कि सरकारी स्पाइवेयर मेरे फोन को निशाना बना रहा है, मैं पत्रकार हूँ", "रीसेट न करें"),
        ("en", "አፕል ስልኬ በስለላ ሶፍትዌር ጥቃት እየደረሰበት እንደሆነ አሁን አስጠነቀቀኝ፣ ጋዜጠኛ ነኝ", "ስልኩን ሪሴት"),
    ],
)
def test_who_is_warned_of_spyware_keeps_the_traces_and_gets_who_examines_phones(
    desk: Desk, language: str, text: str, words: str
) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.text
    assert "Access Now" in answer.text
    assert desk.tickets()[0].request.crisis == "spyware"
