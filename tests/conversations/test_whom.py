"""Whom an emergency is about decides what is said first."""

import pytest

from tests.dialogue import Desk, Person


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "someone uploaded csam on our imageboard, we are 2 guys in the netherlands", "destroy nothing"),
        ("en", "mod of a teen game, a girl of 13 says her stepfather touches her", "promise no secrecy"),
        ("es", "alguien subió pornografía infantil a nuestro foro, somos dos", "no destruya nada"),
        ("fr", "un utilisateur a mis des images pédopornographiques sur notre site", "ne détruisez rien"),
        ("ru", "на наш форум загрузили детское порно, мы вдвоём админы", "ничего не уничтожайте"),
        ("ar", "رفع أحد المستخدمين صور استغلال أطفال على منتدانا", "ولا تتلفوا"),
        ("zh", "有人在我们的论坛上传了儿童色情图片", "不要销毁"),
        ("pt", "alguém subiu pornografia infantil no nosso fórum, somos dois", "não destrua nada"),
        ("sw", "mtu amepakia picha za ngono za watoto kwenye jukwaa letu", "msiharibu chochote"),
        ("en", "किसी ने हमारे फोरम पर बच्चों की अश्लील तस्वीरें डाल दीं", "नष्ट न करें"),
        ("en", "በመድረካችን ላይ አንድ ሰው የሕፃናት ወሲባዊ ምስል ጫነ", "ምንም አታጥፉ"),
    ],
)
def test_who_runs_a_platform_with_abuse_of_a_child_is_told_what_operators_do(
    desk: Desk, language: str, text: str, words: str
) -> None:
    assert words in desk.person(language).says(text).card.alert


@pytest.mark.parametrize(
    ("language", "text", "never"),
    [
        (
            "en",
            "someone in my family, 8 years old, was touched by his uncle and there are photos on uncles phone",
            "proof",
        ),
        ("es", "a mi nieta de 8 años la toca el vecino y tiene fotos en el celular", "como prueba"),
        ("fr", "mon neveu de 8 ans a été touché par son oncle, il y a des photos", "comme preuve"),
        ("ru", "мальчика 8 лет в нашей семье трогал дядя, на телефоне есть фотографии", "доказательство"),
        ("ar", "طفل في عائلتي عمره 8 سنوات لمسه عمه وهناك صور في هاتفه", "ولا كدليل"),
        ("zh", "我家里有个8岁的孩子被舅舅摸了，舅舅手机里有照片", "作证据也不行"),
        ("pt", "meu sobrinho de 8 anos foi tocado pelo tio e há fotos no celular", "como prova"),
        ("sw", "mjukuu wangu wa miaka 8 aliguswa na mjomba wake, kuna picha kwenye simu", "kama ushahidi"),
        ("en", "हमारे परिवार में 8 साल के बच्चे को चाचा ने छुआ, फोन में तस्वीरें हैं", "सबूत के लिए भी नहीं"),
        ("en", "በቤተሰቤ ውስጥ የ8 ዓመት ልጅን አጎቱ ነካው፣ ስልኩ ላይ ፎቶ አለ", "ለማስረጃም ቢሆን"),
    ],
)
def test_who_tells_of_a_child_in_the_family_is_told_to_copy_nothing(
    desk: Desk, language: str, text: str, never: str
) -> None:
    assert never in desk.person(language).says(text).card.body
    assert desk.tickets()[0].request.crisis == "minor-sexual"


BEREAVED = [
    ("en", "my son killed himself after they bullied him, the videos are still up", "so sorry"),
    ("en", "my brother hanged himself last week", "so sorry"),
    ("en", "My sister took her life in May", "so sorry"),
    ("es", "mi hijo se suicidó después de que lo acosaran", "Lo siento"),
    ("fr", "Mon fils s'est suicidé, ils se moquent encore de lui", "condoléances"),
    ("ru", "мой брат повесился на прошлой неделе", "соболезнования"),
    ("ar", "أخي انتحر الأسبوع الماضي وما زالوا يسخرون منه", "عزاءكم"),
    ("zh", "我弟弟上周自杀了，视频还在网上", "节哀"),
    ("pt", "minha filha se matou depois do bullying, os vídeos continuam no ar", "Sinto muito"),
    ("sw", "mwanangu alijiua baada ya kuonewa, video bado zipo", "Pole"),
    ("en", "मेरे बेटे ने आत्महत्या कर ली, वीडियो अब भी हैं", "अफ़सोस"),
    ("en", "ልጄ ራሱን አጠፋ፣ ቪዲዮዎቹ አሁንም አሉ", "አዝናለሁ"),
]


@pytest.mark.parametrize(("language", "text", "title"), BEREAVED)
def test_who_lost_somebody_to_suicide_is_comforted(desk: Desk, language: str, text: str, title: str) -> None:
    answer = desk.person(language).says(text)
    assert title in answer.card.title
    assert "findahelpline.com" in answer.text
    assert desk.tickets()[0].request.crisis == "bereavement"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (["my brother hanged himself last week and i want to die too"], "You are not alone"),
        (["my brother hanged himself last week", "i want to die"], "You are not alone"),
        (["my pupil says he will kill himself today"], "Help them now"),
        (["my brother took pills, he is unconscious, he wants to die"], "Help them now"),
        (["my brother hanged himself last week", "they make jokes about his suicide"], "so sorry"),
    ],
)
def test_who_mourns_is_told_from_who_is_in_danger(person: Person, said: list[str], title: str) -> None:
    for text in said:
        person.says(text)
    assert title in [card for card in person.cards if card.title][-1].title


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", 'no death threat, but they wrote "we know where you sleep"'),
        ("es", 'me escribieron "sabemos dónde duermes"'),
        ("fr", "on m'a écrit « on sait où tu dors »"),
        ("ru", "мне написали: мы знаем где ты спишь"),
        ("ar", "كتبوا لي: نعرف أين تنام"),
        ("zh", "有人给我写信说知道你睡在哪里"),
        ("pt", "me escreveram: sabemos onde você dorme"),
        ("sw", "wameniandikia: tunajua unapolala"),
        ("en", "मुझे लिखा है: हमें पता है तू कहाँ सोता है"),
        ("en", "የት እንደምትተኛ እናውቃለን ብለው ጻፉልኝ"),
    ],
)
def test_who_knows_where_somebody_sleeps_threatens_them(desk: Desk, language: str, text: str) -> None:
    desk.person(language).says(text)
    assert desk.tickets()[0].request.crisis in ("threat-to-life", "doxxing-violence")


@pytest.mark.parametrize(
    ("language", "first", "then"),
    [
        ("en", "someone blackmails me with nudes, im 14", "i cant tell my parents they will kill me"),
        ("es", "me chantajean con fotos desnuda, tengo 14 años", "no puedo contarlo a mis padres, me van a matar"),
        ("fr", "on me fait chanter avec mes nudes, j'ai 14 ans", "mes parents vont me tuer"),
        ("ru", "меня шантажируют голыми фото, мне 14", "родители меня убьют"),
        ("pt", "estão me chantageando com nudes, tenho 14 anos", "meus pais vão me matar"),
    ],
)
def test_parents_who_will_be_angry_threaten_no_life(desk: Desk, language: str, first: str, then: str) -> None:
    person = desk.person(language)
    person.says(first)
    person.says(then)
    assert [ticket.request.crisis for ticket in desk.tickets()] == ["minor-sexual"]


def test_a_child_that_is_threatened_with_rape_is_sent_to_adults_and_to_no_editor(person: Person) -> None:
    answer = person.says("a man wrote that he will rape my daughter, she is 14")
    assert "Committee to Protect Journalists" not in answer.text


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        (
            "en",
            "our forum is flooded by a mob, they post my co-admin's home address and say they come tonight",
            "yourself",
        ),
        ("es", "en nuestro foro publicaron la dirección de una usuaria y dicen que van a su casa", "Quite usted mismo"),
        ("fr", "sur notre forum on a publié l'adresse d'une membre et ils disent qu'ils arrivent", "Retirez vous-même"),
        ("ru", "на нашем форуме выложили адрес участницы и пишут что приедут", "Уберите адрес сами"),
        ("pt", "no nosso fórum publicaram o endereço de uma usuária e dizem que vão lá", "Tire você mesmo"),
    ],
)
def test_who_runs_the_forum_removes_the_address_itself(desk: Desk, language: str, text: str, words: str) -> None:
    assert words in desk.person(language).says(text).card.alert
