"""Whom an emergency is about decides what is said first: a victim, a helper, who runs the platform or a hospital."""

import pytest

from tests.dialogue import Desk, Person


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("someone uploaded csam on our imageboard, we are 2 guys in the netherlands", "destroy nothing"),
        ("mod of a teen game, a girl of 13 says her stepfather touches her", "promise no secrecy"),
        ("alguien subió pornografía infantil a nuestro foro, somos dos", "no destruya nada"),
        ("un utilisateur a mis des images pédopornographiques sur notre site", "ne détruisez rien"),
        ("на наш форум загрузили детское порно, мы вдвоём админы", "ничего не уничтожайте"),
        ("رفع أحد المستخدمين صور استغلال أطفال على منتدانا", "ولا تتلفوا"),
        ("有人在我们的论坛上传了儿童色情图片", "不要销毁"),
        ("alguém subiu pornografia infantil no nosso fórum, somos dois", "não destrua nada"),
        ("mtu amepakia picha za ngono za watoto kwenye jukwaa letu", "msiharibu chochote"),
        ("किसी ने हमारे फोरम पर बच्चों की अश्लील तस्वीरें डाल दीं", "नष्ट न करें"),
        ("በመድረካችን ላይ አንድ ሰው የሕፃናት ወሲባዊ ምስል ጫነ", "ምንም አታጥፉ"),
    ],
)
def test_who_runs_a_platform_with_abuse_of_a_child_is_told_what_operators_do(
    person: Person, text: str, words: str
) -> None:
    assert words in person.says(text).card.alert


@pytest.mark.parametrize(
    ("text", "never"),
    [
        (
            "someone in my family, 8 years old, was touched by his uncle and there are photos on uncles phone",
            "proof",
        ),
        ("a mi nieta de 8 años la toca el vecino y tiene fotos en el celular", "como prueba"),
        ("mon neveu de 8 ans a été touché par son oncle, il y a des photos", "comme preuve"),
        ("мальчика 8 лет в нашей семье трогал дядя, на телефоне есть фотографии", "доказательство"),
        ("طفل في عائلتي عمره 8 سنوات لمسه عمه وهناك صور في هاتفه", "ولا كدليل"),
        ("我家里有个8岁的孩子被舅舅摸了，舅舅手机里有照片", "作证据也不行"),
        ("meu sobrinho de 8 anos foi tocado pelo tio e há fotos no celular", "como prova"),
        ("mjukuu wangu wa miaka 8 aliguswa na mjomba wake, kuna picha kwenye simu", "kama ushahidi"),
        ("हमारे परिवार में 8 साल के बच्चे को चाचा ने छुआ, फोन में तस्वीरें हैं", "सबूत के लिए भी नहीं"),
        ("በቤተሰቤ ውስጥ የ8 ዓመት ልጅን አጎቱ ነካው፣ ስልኩ ላይ ፎቶ አለ", "ለማስረጃም ቢሆን"),
    ],
)
def test_who_tells_of_a_child_in_the_family_is_told_to_copy_nothing(
    desk: Desk, person: Person, text: str, never: str
) -> None:
    assert never in person.says(text).card.body
    assert desk.tickets()[0].request.crisis == "minor-sexual"


BEREAVED = [
    ("my son killed himself after they bullied him, the videos are still up", "so sorry"),
    ("my brother hanged himself last week", "so sorry"),
    ("My sister took her life in May", "so sorry"),
    ("mi hijo se suicidó después de que lo acosaran", "Lo siento"),
    ("Mon fils s'est suicidé, ils se moquent encore de lui", "condoléances"),
    ("мой брат повесился на прошлой неделе", "соболезнования"),
    ("أخي انتحر الأسبوع الماضي وما زالوا يسخرون منه", "عزاءكم"),
    ("我弟弟上周自杀了，视频还在网上", "节哀"),
    ("minha filha se matou depois do bullying, os vídeos continuam no ar", "Sinto muito"),
    ("mwanangu alijiua baada ya kuonewa, video bado zipo", "Pole"),
    ("मेरे बेटे ने आत्महत्या कर ली, वीडियो अब भी हैं", "अफ़सोस"),
    ("ልጄ ራሱን አጠፋ፣ ቪዲዮዎቹ አሁንም አሉ", "አዝናለሁ"),
]


@pytest.mark.parametrize(("text", "title"), BEREAVED)
def test_who_lost_somebody_to_suicide_is_comforted(desk: Desk, person: Person, text: str, title: str) -> None:
    answer = person.says(text)
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
    "text",
    [
        'no death threat, but they wrote "we know where you sleep"',
        'me escribieron "sabemos dónde duermes"',
        "on m'a écrit « on sait où tu dors »",
        "мне написали: мы знаем где ты спишь",
        "كتبوا لي: نعرف أين تنام",
        "有人给我写信说知道你睡在哪里",
        "me escreveram: sabemos onde você dorme",
        "wameniandikia: tunajua unapolala",
        "मुझे लिखा है: हमें पता है तू कहाँ सोता है",
        "የት እንደምትተኛ እናውቃለን ብለው ጻፉልኝ",
    ],
)
def test_who_knows_where_somebody_sleeps_threatens_them(desk: Desk, person: Person, text: str) -> None:
    person.says(text)
    assert desk.tickets()[0].request.crisis in ("threat-to-life", "doxxing-violence")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("someone blackmails me with nudes, im 14", "i cant tell my parents they will kill me"),
        ("me chantajean con fotos desnuda, tengo 14 años", "no puedo contarlo a mis padres, me van a matar"),
        ("on me fait chanter avec mes nudes, j'ai 14 ans", "mes parents vont me tuer"),
        ("меня шантажируют голыми фото, мне 14", "родители меня убьют"),
        ("estão me chantageando com nudes, tenho 14 anos", "meus pais vão me matar"),
    ],
)
def test_parents_who_will_be_angry_threaten_no_life(desk: Desk, person: Person, first: str, then: str) -> None:
    person.says(first)
    person.says(then)
    assert [ticket.request.crisis for ticket in desk.tickets()] == ["minor-sexual"]


def test_a_child_that_is_threatened_with_rape_is_sent_to_adults_and_to_no_editor(person: Person) -> None:
    answer = person.says("a man wrote that he will rape my daughter, she is 14")
    assert "Committee to Protect Journalists" not in answer.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "our forum is flooded by a mob, they post my co-admin's home address and say they come tonight",
            "yourself",
        ),
        ("en nuestro foro publicaron la dirección de una usuaria y dicen que van a su casa", "Quite usted mismo"),
        ("sur notre forum on a publié l'adresse d'une membre et ils disent qu'ils arrivent", "Retirez vous-même"),
        ("на нашем форуме выложили адрес участницы и пишут что приедут", "Уберите адрес сами"),
        ("no nosso fórum publicaram o endereço de uma usuária e dizem que vão lá", "Tire você mesmo"),
    ],
)
def test_who_runs_the_forum_removes_the_address_itself(person: Person, text: str, words: str) -> None:
    assert words in person.says(text).card.alert


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a user mailed that another user raped her after a date, he is still active", "Suspend the account"),
        (
            "une utilisatrice de notre appli écrit qu'un autre utilisateur l'a violée",
            "Suspendez aussitôt le compte",
        ),
        ("una usuaria de nuestra app dice que otro usuario la violó", "Suspenda enseguida la cuenta"),
        ("пользовательница нашего приложения пишет, что её изнасиловал другой пользователь", "приостановите"),
        ("كتبت لنا مستخدمة أن مستخدما آخر اغتصبها بعد موعد", "أوقف حساب المشتبه به"),
        ("我们的交友软件上有用户说另一个用户强奸了她", "停用嫌疑人的账号"),
        ("uma usuária do nosso app diz que outro usuário a estuprou", "Suspenda já a conta"),
        ("mtumiaji wa app yetu anasema mtumiaji mwingine alimbaka", "Simamisheni mara moja akaunti"),
        ("हमारे ऐप की एक यूज़र लिखती है कि दूसरे यूज़र ने उसका बलात्कार किया", "खाता तुरंत निलंबित"),
        ("አንዲት ተጠቃሚያችን ሌላ ተጠቃሚ እንደደፈራት ጻፈች", "የተጠርጣሪውን አካውንት ወዲያው ያግዱ"),
    ],
)
def test_an_operator_told_of_a_rape_suspends_the_suspect(desk: Desk, person: Person, text: str, words: str) -> None:
    answer = person.says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].request.crisis == "sexual-violence"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("he raped me yesterday and I am scared", "It was not your fault"),
        ("anoche me violó un hombre que conocí en una app", "No fue culpa suya"),
        ("меня вчера изнасиловал знакомый", "Вы не виноваты"),
        ("my friend was raped last night, how do I help her", "Believe them and listen"),
        ("mon amie a été violée hier soir, comment l'aider", "Croyez cette personne"),
    ],
)
def test_who_was_raped_and_who_helps_are_told_what_to_do(person: Person, text: str, words: str) -> None:
    assert words in person.says(text).card.alert


def test_a_raped_child_is_a_case_of_child_abuse(desk: Desk, person: Person) -> None:
    person.says("I am 14 and he raped me")
    assert desk.tickets()[0].request.crisis == "minor-sexual"


@pytest.mark.parametrize(
    "text",
    [
        "police mailed us and want the IP address and the chats of a user within 24 hours",
        "la police exige les mails d'un étudiant de notre université sous 24 heures",
        "la policía quiere los chats de un usuario nuestro en 24 horas",
        "полиция требует от нас переписку и ip адрес пользователя за 24 часа",
        "الشرطة تريد محادثات مستخدم عندنا خلال 24 ساعة",
        "警察要我们24小时内交出用户的聊天记录",
        "a polícia quer as conversas de um usuário nosso em 24 horas",
        "polisi wanataka mazungumzo ya mtumiaji wetu ndani ya saa 24",
        "पुलिस 24 घंटे में हमारे यूज़र की चैट और आईपी माँग रही है",
        "ፖሊስ የተጠቃሚያችንን ቻት በ24 ሰዓት ውስጥ ይፈልጋል",
    ],
)
def test_a_demand_for_user_data_is_no_removal_order(desk: Desk, person: Person, text: str) -> None:
    person.says(text)
    assert desk.tickets()[0].request.crisis == "data-demand"


def test_the_time_that_a_demand_for_data_sets_is_shown(person: Person) -> None:
    answer = person.says("police want the IP address of a user of ours within 24 hours")
    assert "Time limit that the order itself sets" in answer.card.alert


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We are a mobile operator, the government orders us to shut down the internet tonight", "hospitals"),
        ("opérateur mobile, le gouvernement nous ordonne de couper internet ce soir", "hôpitaux"),
        ("somos un operador móvil y el gobierno nos ordena cortar internet hoy", "hospitales"),
        ("мы оператор связи, нам приказали отключить интернет сегодня ночью", "больницы"),
        ("نحن شركة اتصالات والحكومة تأمرنا بقطع الإنترنت الليلة", "المستشفيات"),
        ("我们是移动运营商，政府命令我们今晚断网", "医院"),
        ("somos uma operadora e o governo manda cortar a internet hoje à noite", "hospitais"),
        ("sisi ni kampuni ya simu na serikali imetuamuru tuzime intaneti usiku huu", "hospitali"),
        ("हम टेलीकॉम कंपनी हैं, सरकार ने आज रात इंटरनेट बंद करने का आदेश दिया है", "अस्पताल"),
        ("የቴሌኮም ድርጅት ነን፣ መንግሥት ዛሬ ማታ ኢንተርኔት እንድንዘጋ አዘዘን", "ሆስፒታሎች"),
    ],
)
def test_an_operator_who_is_to_cut_the_net_keeps_hospitals_up(
    desk: Desk, person: Person, text: str, words: str
) -> None:
    answer = person.says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].request.crisis == "shutdown"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Our hospital is encrypted, there is a ransom note on all screens", "working by hand"),
        ("les serveurs de notre hôpital sont chiffrés, on demande une rançon", "travail à la main"),
        ("в нашей больнице зашифрованы все компьютеры, требуют выкуп", "работу вручную"),
        ("cifraron los servidores del hospital y piden rescate", "trabajar a mano"),
        ("我们医院的电脑全部被加密，要比特币", "人工"),
    ],
)
def test_a_hacked_hospital_first_goes_over_to_paper(person: Person, text: str, words: str) -> None:
    assert words in person.says(text).card.alert
