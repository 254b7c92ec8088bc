"""Questions about the desk itself, and about what it has said: answered on the spot, without a ticket."""

from collections.abc import Sequence
from dataclasses import replace

from desk import library
from desk.actions import Does
from desk.conversation import answering, crisis
from desk.conversation.turn import Turn
from desk.messages import Card, Item, Section
from desk.requests import Request
from routing.decision import Scored


def nameless(turn: Turn, request: Request | None) -> Card:
    """That no name is needed, and what is known of a person all the same."""
    card, unnamed = about_desk(turn, request), turn.say("You need not give a name.")
    return replace(card, body=f"{unnamed}\n{card.body}")


def about_desk(turn: Turn, request: Request | None) -> Card:
    """Who answers here, who reads it, and what becomes of it."""
    lines = [
        turn.say(
            "I am a program. The coordinators of this desk are people, and you can ask for one at any time: "
            "just say so."
        ),
        turn.say(
            "They can read what you write here. It is passed on to nobody else, unless you agree to a referral you "
            "have seen."
        ),
        turn.say(
            "The service that carries this chat and whoever can open your device may see it too. Your name is not "
            "kept unless you write it, so leave out names that are not needed. /privacy says what is kept, "
            "/forget deletes it."
        ),
    ]
    if not turn.incoming.private:
        lines.insert(0, turn.say("In a group everybody there reads along. In a private chat with me they do not."))
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    privacy = turn.button(turn.say("Privacy"), Does.COMMAND, command="privacy")
    return Card(body="\n".join(lines), buttons=((human, privacy),))


def cost(turn: Turn, request: Request | None) -> Card:
    """What it costs to write here; of others, how to find out."""
    body = turn.say(
        "Writing to this desk costs nothing. Whether an organisation charges, it says on its page or when you ask: "
        "ask before you agree to anything."
    )
    return Card(body=body, buttons=((turn.button(turn.say("Talk to a person"), Does.HUMAN, request),),))


def explained(turn: Turn, request: Request | None, language: str) -> Card:
    """The beginning of the last answer and nothing else, with other ways to understand it. `language` is what the
    question was asked in: first words of emergencies exist in some that the desk speaks no further."""
    lines = [
        turn.say("I am sorry that I was not clear."),
        _first_step(turn, request, language)
        if request is not None and request.answer_key is not None
        else turn.say("Tell me a little more: what happened, and to whom? One or two sentences are enough."),
        turn.say("A person can explain it to you in other words. I can also write in another language."),
    ]
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    others = turn.button(turn.say("Language"), Does.COMMAND, command="language")
    return Card(body="\n".join(filter(None, lines)), buttons=((human, others),))


def define(turn: Turn, request: Request | None, terms: Sequence[Scored]) -> None:
    """What a word means, if the glossary has it; a person can always explain it."""
    found = next(filter(None, (library.term(turn.session, one.id, turn.language) for one in terms)), None)
    unknown = turn.say("My glossary does not have this word. A person can explain it to you.")
    said = (Section(turn.say("In a word"), (Item(found.name, found.summary, found.url),)),) if found else ()
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body="" if found else unknown, sections=said, buttons=((human,),)), request)


def _first_step(turn: Turn, request: Request, language: str) -> str:
    """What the card that the person holds says should be done first, if it names a step."""
    whom, told_in = request.facts.get("whom"), crisis.language(turn, language)
    words = library.crisis(turn.session, request.crisis, told_in, whom) if request.crisis else None
    guide = answering.guide(turn, request)
    practice = library.practice(turn.session, guide, turn.language) if guide else None
    told = (step for steps in (practice.steps if practice else {}).values() for step in steps)
    step = next(iter(words.safety if words else told), None)
    return turn.say("The first thing to do: {step}", step=step) if step else ""
