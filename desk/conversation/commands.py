"""The commands of the menu; everything they do can also be said in words."""

from collections.abc import Callable, Mapping, Sequence

from desk import followups, library, outbox
from desk.actions import ActionRow, Does
from desk.conversation import called, coordinating, privacy
from desk.conversation.turn import Turn
from desk.hours import local_time
from desk.messages import Button, Card, Item, Menu, MenuCommand, Section, Style
from desk.requests import Request
from desk.tickets import Ticket, by_reference, note, tickets_of
from desk.wording import language_name, phrase, spoken, translate

DESCRIPTIONS = {
    "start": phrase("What this desk does"),
    "help": phrase("How to use it"),
    "status": phrase("Where your tickets stand"),
    "topics": phrase("What you can ask about"),
    "language": phrase("Choose your language"),
    "privacy": phrase("What is kept, and for how long"),
    "export": phrase("Get everything kept about you"),
    "forget": phrase("Delete everything kept about you"),
    "stop": phrase("No more messages from the desk"),
}
#: What members may ask for at their own place, under names that a channel may shorten.
FOR_MEMBERS = {"reply": phrase("Reply"), "queue": phrase("Queue"), "desk": phrase("Overview")}


#: What the desk reads without speaking it, in that very language, and that whoever answers will know.
_ONLY_READ = {
    "hi": (
        (
            "मैं हिंदी पढ़ सकता हूँ, पर मेरे जवाब और मेनू अभी हिंदी में नहीं हैं, केवल नीचे दी गई भाषाओं में हैं। "
            "आपात स्थिति में सबसे पहले क्या करना है, वह मैं हिंदी में बताता हूँ।"
        ),
        "मैंने लिख लिया है कि आप हिंदी में जवाब चाहते हैं, ताकि जवाब देने वाला व्यक्ति यह जाने।",
    ),
    "am": (
        (
            "አማርኛ አነባለሁ፤ ነገር ግን መልሶቼና ምናሌዎቼ ገና በአማርኛ የሉም፤ ከታች ባሉት ቋንቋዎች ብቻ ናቸው። "
            "በአስቸኳይ ጊዜ መጀመሪያ ምን ማድረግ እንዳለብዎት በአማርኛ እነግርዎታለሁ።"
        ),
        "በአማርኛ መልስ እንደሚፈልጉ መዝግቤያለሁ፤ የሚመልስልዎት ሰው ያየዋል።",
    ),
}


def menus() -> Sequence[Menu]:
    """The command menu in every language of the interface, for channels that show one."""
    return [Menu(one, _translated(one, DESCRIPTIONS), _translated(one, FOR_MEMBERS)) for one in spoken()]


def _translated(language: str, descriptions: Mapping[str, str]) -> tuple[MenuCommand, ...]:
    return tuple(MenuCommand(name, translate(language, text)) for name, text in descriptions.items())


def run(turn: Turn, name: str, words: str = "") -> None:
    """Carry out a command; an unknown one gets the list of those that exist. `words` stood behind it."""
    if name == "language" and words in spoken():
        choose_language(turn, words)
    elif name == "status" and words:
        status(turn, words)
    elif name == "link" and words:
        called.link(turn, words)
    else:
        _COMMANDS.get(name, help_)(turn)


def start(turn: Turn) -> None:
    """The welcome: what to do now, in two sentences, and how to stop."""
    turn.requester.stopped = False
    body = turn.say(
        "Hello. Tell me in your own words what happened or what you need, in any language. I look for the best "
        "practice and the organisations that can help, and a person of this desk can always take over."
    )
    danger = turn.say("If somebody is in danger right now, call your local emergency number first.")
    turn.reply(
        Card(
            body=body,
            footer=danger,
            buttons=(
                (_command(turn, phrase("See all topics"), "topics"), _command(turn, phrase("Language"), "language")),
                (_command(turn, phrase("Privacy"), "privacy"),),
            ),
        )
    )


def help_(turn: Turn) -> None:
    """How to use the desk, with the commands."""
    lines = tuple(Item(f"/{name}", turn.say(text)) for name, text in DESCRIPTIONS.items())
    body = turn.say(
        "Just write what happened. Short is fine, and so are mistakes. You can answer with a word or a button."
    )
    turn.reply(
        Card(title=turn.say("How to use this desk"), body=body, sections=(Section(turn.say("Commands"), lines),))
    )


def status(turn: Turn, reference: str | None = None) -> None:
    """Where the person's tickets stand. Nobody else's: an unknown or foreign number gets the same answer."""
    mine = tickets_of(turn.session, turn.requester.id)
    named = by_reference(turn.session, reference) if reference else None
    if named is not None:
        mine = [named] if named in mine else []
    if not mine:
        none_yet(turn)
        return
    items = tuple(Item(ticket.reference, _standing(turn, ticket)) for ticket in mine)
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, mine[0].request)
    buttons = () if mine[0].is_closed else ((human,),)
    turn.reply(Card(title=turn.say("Your tickets"), sections=(Section("", items),), buttons=buttons))


def none_yet(turn: Turn, lead: str = "") -> None:
    """That no ticket is known here, in other words when that was said just now."""
    none = turn.say("You have no ticket here yet. Tell me what happened and I open one.")
    elsewhere = turn.say(
        "I find no ticket of yours in this chat. If you wrote somewhere else or under another name, a person can look "
        "for it. Or tell me again what happened, and I open one now."
    )
    said = outbox.last_said(turn.session, turn.answering_address, turn.requester.id)
    body = elsewhere if lead or none in said else none
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN)
    turn.reply(Card(body=f"{'' if lead and lead in said else lead} {body}".strip(), buttons=((human,),)))


def status_of_what(turn: Turn, request: Request) -> None:
    """Ask whether the desk or somebody else is meant: of others the desk does not know how far they are."""
    body = turn.say(
        "Do you mean your request at this desk, or what others are doing about it? How far others are I cannot see; "
        "a person of this desk may know more."
    )
    here = _command(turn, DESCRIPTIONS["status"], "status")
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=body, buttons=((here,), (human,))), request)


def _about(turn: Turn, request: Request) -> str:
    """What a request is about: an emergency by its own name, which says more than any topic."""
    crisis = library.crisis(turn.session, request.crisis, turn.language) if request.crisis else None
    if crisis is not None:
        return crisis.title
    topic = library.topic(turn.session, request.topic, turn.language) if request.topic else None
    return topic.name if topic else ""


def _standing(turn: Turn, ticket: Ticket) -> str:
    moment = local_time(ticket.updated_at, turn.time_zone, turn.language)
    state = coordinating.state_name(turn.language, ticket.state)
    if ticket.merged_into is not None:
        state = turn.say("goes on as {reference}", reference=ticket.merged_into.reference)
    parts = [_about(turn, ticket.request), state, moment]
    return " · ".join(part for part in parts if part)


def topics(turn: Turn) -> None:
    """The seven baskets as buttons."""
    baskets = library.baskets(turn.session, turn.language)
    rows = tuple((turn.button(basket.name, Does.BASKET, basket=basket.id),) for basket in baskets)
    turn.reply(
        Card(title=turn.say("What you can ask about"), body=turn.say("Or simply write what you need."), buttons=rows)
    )


def open_basket(turn: Turn, action: ActionRow) -> None:
    """The topics of one basket as buttons that answer."""
    found = library.topics_of(turn.session, action.details["basket"], turn.language)
    rows = tuple((turn.button(topic.name, Does.SHOW, topic=topic.id),) for topic in found)
    turn.reply(Card(body=turn.say("Which one?"), buttons=rows))


def unwritten(turn: Turn, ticket: Ticket) -> None:
    """A language that the desk does not know by name, or is not meant for what it writes itself."""
    note(ticket, "requester", "told_more", turn.now)
    body = turn.say("I have noted this for the person who answers. I write only in these languages myself:")
    turn.reply(Card(body=body, buttons=_languages(turn)), ticket.request, ticket)


def _languages(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (turn.button(language_name(code), Does.LANGUAGE, language=code),)
        for code in sorted(spoken(), key=language_name)
    )


def language(turn: Turn, request: Request | None = None, wished: str | None = None) -> None:
    """The languages of the interface, each by its own name. `wished` may be one that the desk only reads."""
    said = [turn.say("Which language do you prefer?")]
    if wished in _ONLY_READ:
        read, noted = _ONLY_READ[wished]
        said.insert(0, read)
        if request is not None and request.ticket is not None:
            note(request.ticket, "requester", "language_wished", turn.now, language=language_name(wished))
            coordinating.show(turn, request.ticket)
            said[0] = f"{read} {noted}"
    turn.reply(Card(body="\n\n".join(said), buttons=_languages(turn)))


def choose_language(turn: Turn, code: str) -> None:
    """Keep to one language whatever the person writes in."""
    if code in spoken():
        turn.requester.language, turn.requester.language_chosen = code, True
    turn.reply(Card(body=turn.say("I write in {language} from now on.", language=language_name(turn.language))))


def stop(turn: Turn) -> None:
    """Stop means stop: no follow-up and no news; what is kept can still be deleted."""
    turn.requester.stopped = True
    mine = tickets_of(turn.session, turn.requester.id, limit=1000)
    planned = [id for ticket in mine for id in followups.cancel(turn.session, ticket)]
    body = turn.say(
        "I will not write to you any more. Your tickets stay open for the coordinators. Write again to go on."
    )
    again = turn.button(turn.say("Go on writing to me"), Does.RESUME, follow_ups=planned)
    forget = turn.button(
        turn.say("Delete everything kept about you"), Does.COMMAND, style=Style.DANGER, command="forget"
    )
    turn.reply(Card(body=body, buttons=((again,), (forget,))))


def resume(turn: Turn, action: ActionRow) -> None:
    """Take a stop back: what had been planned then is planned again."""
    turn.requester.stopped = False
    followups.resume(turn.session, action.details["follow_ups"])
    turn.reply(Card(body=turn.say("All right, everything stays as it is.")))


def fewer(turn: Turn, request: Request | None) -> None:
    """How often and when the desk writes by itself, and what of that somebody may not want."""
    days = ", ".join(str(day) for day in turn.policy.follow_up_days)
    body = turn.say(
        "I only ask whether it worked out: {days} days after your request, never before nine in the morning or after "
        "eight in the evening where you are. How would you like it?",
        days=days,
    )
    less = [turn.button(turn.say("Leave it as it is"), Does.KEEP)]
    if request is not None and request.ticket is not None:
        once = turn.button(turn.say("Ask me only once more"), Does.ONCE, request)
        less = [once, turn.button(turn.say("Do not ask again"), Does.NO_MORE, request)]
    stop = turn.button(turn.say("No more messages from the desk"), Does.COMMAND, command="stop")
    turn.reply(Card(body=body, buttons=(*((one,) for one in less), (stop,))))


def _command(turn: Turn, label: str, command: str) -> Button:
    return turn.button(turn.say(label), Does.COMMAND, command=command)


_COMMANDS: dict[str, Callable[[Turn], None]] = {
    "start": start,
    "help": help_,
    "status": status,
    "topics": topics,
    "language": language,
    "privacy": privacy.notice,
    "export": privacy.export,
    "forget": privacy.ask_to_forget,
    "stop": stop,
}
