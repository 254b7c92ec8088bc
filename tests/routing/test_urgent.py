"""What people ask and tell in the midst of an emergency, in ten languages."""

import pytest

from routing.decision import Action, Asks
from routing.urgent import asked
from tests.routing.pack import NOW

ASKED = {
    Asks.FIRST: [
        "what do i do now", "I dont know what to do", "what now?", "que dois-je faire maintenant", "je fais quoi",
        "par où je commence ?", "¿qué hago?", "qué tengo que hacer primero", "o que eu faço agora",
        "que faço primeiro",
        "что мне делать", "с чего начать", "ماذا أفعل الآن", "شو اعمل", "我该怎么办", "第一步做什么",
        "nifanye nini kwanza?", "मैं क्या करूं", "main kya karu", "መጀመሪያ ምን ላድርግ",
    ],
    Asks.WHOM: [
        "who can i call", "who do i report to in canada", "how do i report it to the police", "qui dois-je appeler",
        "comment porter plainte", "a quién llamo", "quiero saber si lo denuncio con la policía o con roblox",
        "para quem eu ligo", "como denuncio na polícia", "кому звонить", "куда обратиться", "بمن أتصل",
        "كيف أبلغ الشرطة",
        "我应该打给谁", "怎么报警", "nimpigie nani simu", "पुलिस में रिपोर्ट कैसे करूं", "किसको फोन करूं", "ለማን ልደውል",
    ],
    Asks.MAY: [
        "should i call the man from her account?", "should we pay", "can i block him", "what about the lawyers?",
        "dois-je payer", "est-ce que je dois le bloquer", "¿debo pagar?", "posso bloquear ele", "мне платить?",
        "стоит ли отвечать", "هل أدفع له", "要不要付钱", "nimlipe?", "क्या मैं पैसे दूं", "ልክፈለው?",
    ],
    Asks.AHEAD: [
        "how long will that take???", "will I get it back?", "combien de temps ça va prendre", "cuánto tarda",
        "¿voy a recuperar mi dinero?", "quanto tempo demora", "сколько ждать", "вернут ли мне деньги",
        "كم سيستغرق الوقت",
        "要多久", "itachukua muda gani", "कितना समय लगेगा", "paise wapas milenge kya", "ስንት ጊዜ ይወስዳል",
    ],
    Asks.MEANS: [
        "what does INHOPE mean", "what is stalkerware", "qué significa INHOPE", "o que é verificação em duas etapas",
        "что такое сталкервер", "stalkerware什么意思", "INHOPE ni nini", "INHOPE क्या है", "INHOPE ምንድን ነው",
        "c'est quoi un DPC", "ما هو INHOPE",
    ],
    Asks.AMISS: [
        "that's not what i asked, who finds her NOW", "that is not my question", "ce n'est pas ma question",
        "no es lo que pregunté", "não foi isso que perguntei", "я не об этом спрашивал", "ليس هذا سؤالي",
        "我不是问这个", "sikuuliza hivyo", "मैंने यह नहीं पूछा", "ይህ አይደለም የጠየቅኩት",
    ],
    Asks.DUE: [
        "by when do we have to report", "what is the deadline", "do we have to tell anybody", "quel est le délai",
        "cuál es el plazo", "qual é o prazo", "какой срок", "ما هي المهلة", "期限是什么时候",
        "mwisho wa kuripoti ni lini", "कब तक बताना है", "እስከ መቼ ነው",
    ],
    Asks.OVER: [
        "she is back. she was at a friends", "his mother found him, he is safe", "she is safe now, thank you",
        "we got the account back", "thank you, that's ok now", "never mind", "elle est rentrée",
        "sa mère l'a retrouvé",
        "on a récupéré le compte", "ya apareció, está en casa", "recuperamos la cuenta",
        "já está resolvido, a mãe achou ele",
        "recuperei a conta", "она нашлась", "нам вернули аккаунт", "هي بخير الآن", "استرجعنا الحساب",
        "她回来了", "孩子找到了",
        "amepatikana", "akaunti imerudi", "बेटी घर आ गई है", "beti mil gayi hai", "ልጄ ተገኘች", "አካውንታችን ተመለሰልን",
    ],
    Asks.ARRIVED: [
        "ambulance is here", "police are here now", "l'ambulance est là", "la ambulancia ya llegó",
        "a ambulância chegou",
        "скорая приехала", "وصل الإسعاف", "救护车来了", "ambulensi imefika", "एम्बुलेंस आ गई है", "አምቡላንስ መጣ",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in ASKED.items() for text in texts])
def test_what_is_asked_is_known_in_ten_languages(kind: Asks, text: str) -> None:
    assert asked(text, "minor-sexual") is kind


@pytest.mark.parametrize(
    "text",
    ["he does not answer", "il ne répond plus", "no contesta", "ele não responde", "он не отвечает", "لا يرد",
     "他不回消息", "hajibu simu", "वो जवाब नहीं दे रहा", "አይመልስም"],
)  # fmt: skip
def test_silence_in_danger_of_life_asks_what_to_do(text: str) -> None:
    assert asked(text, "suicide") is Asks.FIRST
    assert asked(text, "active-breach") is not Asks.FIRST


@pytest.mark.parametrize(
    "text",
    [
        "she is not back yet",
        "is she safe now?",
        "he found her",
        "he is back at my door",
        "we found him dead",
        "she is safe but the pictures are still online",
        "el hombre la encontró",
        "ele encontrou ela",
        "он нашел меня",
        "mi hija no ha vuelto",
        "elle n'est pas rentrée",
        "她还没回来",
        "لم ترجع بعد",
        "bado hajarudi",
        "वो अभी तक घर नहीं आई",
    ],
)
def test_what_is_no_all_clear_is_not_taken_for_one(text: str) -> None:
    assert asked(text, "minor-sexual") not in (Asks.OVER, Asks.ARRIVED)


@pytest.mark.parametrize(
    "text", ["he said he will kill me", "they want 500 dollars", "dublin", "yesterday at 10pm", ""]
)
def test_what_tells_the_case_asks_nothing(text: str) -> None:
    assert asked(text, "minor-sexual") is None


def test_the_police_are_no_help_to_whom_they_hold() -> None:
    assert asked("the police are here", "arrest-or-raid") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the police are here", Asks.POLICE),
        ("the police are here, they help us", Asks.ARRIVED),
        ("the police are here, they help the man who threatens me", Asks.DISTRUST),
        ("i dont trust the police they are part of it", Asks.DISTRUST),
        ("la police est là, ils nous aident", Asks.ARRIVED),
        ("je n'ai pas confiance en la police", Asks.DISTRUST),
        ("llegó la policía", Asks.POLICE),
        ("No confío en la policía, están metidos en esto", Asks.DISTRUST),
        ("a polícia está com eles", Asks.DISTRUST),
        ("полиция приехала, они с ним заодно", Asks.DISTRUST),
        ("الشرطة معهم", Asks.DISTRUST),
        ("警察跟他们是一伙的", Asks.DISTRUST),
        ("polisi wamefika", Asks.POLICE),
        ("siwaamini polisi", Asks.DISTRUST),
        ("पुलिस उनके साथ मिली हुई है", Asks.DISTRUST),
        ("ፖሊስ አላምንም", Asks.DISTRUST),
    ],
)
def test_the_police_are_help_to_whom_they_help(text: str, kind: Asks) -> None:
    assert asked(text, "threat-to-life") is kind


@pytest.mark.parametrize(
    "text",
    [
        "the attack stopped", "ok the attack has stopped, what do we do so it doesnt happen again",
        "l'attaque s'est arrêtée",
        "el ataque terminó", "o ataque parou", "атака прекратилась", "الهجوم توقف", "攻击停了", "shambulio limeisha",
        "हमला रुक गया", "ጥቃቱ ቆሟል",
    ],
)  # fmt: skip
def test_an_attack_that_has_stopped_is_over(text: str) -> None:
    assert asked(text, "denial-of-service") is Asks.OVER
    assert asked("the attack has not stopped", "denial-of-service") is not Asks.OVER


@pytest.mark.parametrize(
    "text",
    [
        "done",
        "c'est fait",
        "hecho",
        "готово",
        "做完了",
        "feito",
        "tumefanya",
        "हो गया",
        "خلصنا",
        "ጨርሰናል",
        "we have blocked him",
    ],
)
def test_what_was_done_is_heard(text: str) -> None:
    assert asked(text, "intimate-image") is Asks.DONE


BREACH = {
    "open_topic": "cybercrime",
    "open_crisis": "active-breach",
    "open_text": "ransomware encrypted our shop computer with all our customers data",
    "now": NOW,
}


@pytest.mark.parametrize(
    "text", ["Cork, since yesterday evening", "Indore", "20 minutes ago, indore", "लखनऊ", "ባህር ዳር"]
)
def test_a_place_that_nobody_knows_is_asked_about(ask, text):
    assert ask(text, **BREACH).asks is Asks.WHERE


@pytest.mark.parametrize(
    "text", ["Toronto", "Dublin", "in Guadalajara", "please hurry", "thank you", "yesterday at 10pm"]
)
def test_what_is_known_or_no_place_is_not(ask, text):
    assert ask(text, **BREACH).asks is not Asks.WHERE


def test_the_hour_told_with_an_unknown_place_is_kept(ask):
    assert ask("Cork, since yesterday evening", **BREACH).facts.happened_at is not None


@pytest.mark.parametrize("text", ["he says he will kill me tonight", "i will kill myself tonight"])
def test_a_worse_emergency_is_no_question(ask, text):
    naked = {"open_topic": "online-gender-based-violence", "open_text": "my ex put naked photos of me on telegram"}
    decision = ask(f"{text}, what do i do", open_crisis="intimate-image", **naked)
    assert decision.action is Action.ESCALATE and decision.asks is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how can i talk to a person?", "human"),
        ("can i talk to someone", "human"),
        ("any news on my ticket?", "status"),
    ],
)
def test_commands_may_be_questions_too(ask, text, intent):
    decision = ask(text, **BREACH)
    assert (decision.action, decision.intent) == (Action.CONTROL, intent)


@pytest.mark.parametrize(
    "text", ["cómo le hago para hablar con mi gente", "who can i call", "how long will that take???"]
)
def test_what_is_asked_about_the_emergency_is_no_command(ask, text):
    assert ask(text, **BREACH).action is Action.ESCALATE


def test_nothing_is_asked_about_an_emergency_where_none_is_open(ask):
    assert ask("what should we do about deepfakes of our candidate").asks is None
