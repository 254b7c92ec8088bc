"""Coordinators run the desk from their chat: the card, the forms behind it, and what is said under it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.slack.receiver import for_requester
from desk.drafts import Draft
from desk.messages import Address, Arrival, Card, Delivery, DeliveryError, Incoming, Reply
from desk.notes import Note
from desk.tickets import State
from tests.conversations.test_privacy import CANARY, everything_stored
from tests.dialogue import COORDINATORS, Desk, Person, labels, words

ATTACK = "our NGO wants free protection of its website against ddos attacks"
NEED = "where can our 3 moderators learn to recognise terrorist logos"


@dataclass
class Coordinator:
    """Somebody at the coordinators' place."""

    desk: Desk
    name: str = "UMIRA"

    def presses(self, label: str, card: Card | None = None) -> list[Reply]:
        """Press a button on the newest card that has it, or on this one."""
        boards = [card] if card else [one.card for one in self.desk.sent if one.address.key == COORDINATORS.key]
        button = next(
            button for one in reversed(boards) for row in one.buttons for button in row if button.label == label
        )
        form = f"form:{self.desk.number()}" if button.opens_form else None
        return self._does(Arrival.PRESS, COORDINATORS, action=button.action, form=form, private=False)

    def hands_in(self, **values: str) -> list[Reply]:
        """Submit the form that was filled in last."""
        filled = next(one for one in reversed(self.desk.sent) if one.form and one.recipient == self.name)
        assert filled.form is not None
        alone = Address("slack", "workspace", self.name)
        next_form = f"form:{self.desk.number()}" if filled.form.goes_on else None
        return self._does(Arrival.FORM, alone, action=filled.form.action, values=values, form=next_form)

    def writes(self, text: str, **more: object) -> list[Reply]:
        """Say something under the only card."""
        return self._aside(Arrival.TEXT, f"C0COORD:{self.desk.number()}", text=text, **more)

    def edits(self, message: str, text: str) -> list[Reply]:
        return self._aside(Arrival.EDIT, message, text=text)

    def deletes(self, message: str) -> list[Reply]:
        return self._aside(Arrival.DELETED, message)

    def said(self) -> str:
        """The id of what was written last."""
        return self._last

    def _aside(self, arrival: Arrival, message: str, **more: object) -> list[Reply]:
        self._last = message
        words, meant = for_requester(str(more.pop("text", "")))
        said = {"text": words, "for_requester": meant}
        values = {"message_id": message, "reply_to": self.card(), "internal": True, "private": False, **said, **more}
        return self._does(arrival, COORDINATORS, **values)

    def card(self) -> str:
        """The id of the card's message, as edits of it name it."""
        return str(next(one.target for one in self.desk.sent if one.replaces and one.address == COORDINATORS))

    def _does(self, arrival: Arrival, place: Address, **more: object) -> list[Reply]:
        event = Incoming(place, f"e{self.desk.number()}", self.name, arrival, self.desk.now, **more)  # type: ignore[arg-type]
        return self.desk.receive(event)


@pytest.fixture
def mira(desk: Desk) -> Coordinator:
    return Coordinator(desk)


def to(replies: list[Reply], person: Person) -> list[Reply]:
    return [one for one in replies if one.address == person.address]


def under(replies: list[Reply]) -> list[Reply]:
    return [one for one in replies if one.under]


def board(desk: Desk) -> str:
    """What stands on the card of the only ticket."""
    key = desk.tickets()[0].card_key
    mine = [one for one in desk.sent if one.address == COORDINATORS and not one.under and one.replaces in (None, key)]
    return words(mine[-1].card)


def test_the_card_says_all_that_is_needed_to_decide(desk: Desk, person: Person) -> None:
    person.says(NEED)
    shown = board(desk)
    assert NEED in shown and "Requester " in shown and "· telegram" in shown and "English" in shown
    assert "Best match: " in shown and "Second: " in shown and "These words speak for" in shown
    assert "What the desk answered" in shown
    assert not any(entry in shown for entry in ("tvec-", "-online\n"))


def test_the_card_names_earlier_tickets_with_their_states(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    mira.presses("Close")
    first = desk.tickets()[0].reference
    desk.now += timedelta(days=1)
    person.says("our accounts were taken over")
    assert f"Earlier tickets: {first} (closed)" in words(desk.board()[-1])


def test_the_buttons_follow_the_state(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    assert labels(desk.board()[-1]) == ["Take", "Reply", "Re-route", "Refer", "Snooze", "Why this?", "Close"]
    mira.presses("Take")
    assert "Take" not in labels(desk.board()[-1])
    mira.presses("Close")
    assert labels(desk.board()[-1]) == ["Reopen", "Reply", "Why this?"]
    mira.presses("Reopen")
    assert desk.tickets()[0].state is State.WAITING


def test_a_reply_is_seen_before_it_is_sent(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    (form,) = mira.presses("Reply")
    assert form.delivery is Delivery.FORM and form.address.conversation == "UMIRA"
    (preview,) = mira.hands_in(words="Write to the national centre.")
    assert preview.delivery is Delivery.FORM and "Write to the national centre." in words(preview.card)
    sent = mira.hands_in()
    assert "Write to the national centre." in words(to(sent, person)[-1].card)
    assert desk.tickets()[0].assignee is not None


def test_a_form_that_is_handed_in_twice_sends_once(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    mira.presses("Reply")
    mira.hands_in(words="Once.")
    mira.hands_in()
    again = mira.hands_in()
    assert to(again, person) == [] and any("done already" in one.card.body for one in again)


def test_words_that_were_changed_after_a_look_count(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    (form,) = mira.presses("Reply")
    (first,) = mira.hands_in(words="One.")
    desk.sent.append(form)
    mira.hands_in(words="Two.")
    assert "Two." in words(to(mira.hands_in(), person)[-1].card)
    desk.sent.append(first)
    assert to(mira.hands_in(), person) == []


def test_nobody_else_can_hand_in_a_form(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    (form,) = mira.presses("Reply")
    mallory = Coordinator(desk, "UMALLORY")
    desk.sent.append(Reply(form.address, form.card, "en", recipient="UMALLORY", form=form.form))
    assert "for the coordinators" in mallory.hands_in(words="Ha")[0].card.body
    assert desk.tickets()[0].answered_at is None


def test_the_state_of_a_reply_is_shown_on_the_card_and_under_it(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    mira.presses("Reply")
    mira.hands_in(words="Hello.")
    mira.hands_in()
    follow = desk.work()
    assert any(one.card.footer == "sent" for one in follow)
    assert "Last reply" in board(desk) and "sent · " in board(desk)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (DeliveryError("Forbidden: blocked", unreachable=True), "failed: they blocked the bot"),
        (DeliveryError("too strange", permanent=True), "failed: too strange"),
        (DeliveryError("connection lost", uncertain=True), "uncertain"),
    ],
)
def test_a_reply_that_does_not_arrive_is_shown(
    desk: Desk, person: Person, mira: Coordinator, error: DeliveryError, shown: str
) -> None:
    person.says(NEED)
    mira.presses("Reply")
    mira.hands_in(words="Hello.")
    desk.refuse(person.address, error)
    mira.hands_in()
    desk.work()
    assert shown in board(desk)
    assert any(shown in one.card.footer for one in desk.sent if one.replaces or one.under)


def test_what_the_requester_writes_next_arrives_under_the_card(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(ATTACK)
    mira.presses("Take")
    person.says("we are in Serbia")
    (passed_on,) = under(desk.sent)
    assert "we are in Serbia" in passed_on.card.body and "wrote:" in passed_on.card.title
    person.says("thanks")
    assert under(desk.sent)[-1].card.body == "thanks"


def test_what_members_write_under_a_card_is_a_note(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    replies = mira.writes("I know these people, careful")
    assert replies == []
    with desk.database.reading() as session:
        (note,) = session.scalars(select(Note))
        assert (note.text, note.origin, note.member and note.member.name) == (
            "I know these people, careful",
            mira.said(),
            "UMIRA",
        )


ATTEMPTS = [
    "just a note",
    "Reply to her later",
    "replying: no",
    "> reply: quoted",
    "note: reply: no",
    "/reply hello",
    "@Guidepost reply hello",
    "answer: hello",
    "reply",
    "reply hello",
]


@pytest.mark.parametrize("text", ATTEMPTS)
def test_no_note_reaches_a_requester(desk: Desk, person: Person, mira: Coordinator, text: str) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    replies = mira.writes(text)
    replies += mira.edits(mira.said(), f"{text} and more")
    replies += mira.edits(mira.said(), "reply: now?")
    replies += mira.deletes(mira.said())
    replies += desk.wait(days=2)
    assert not any(text in words(one.card) or "now?" in words(one.card) for one in to(replies, person))


def test_a_reply_from_the_thread_needs_a_press(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    replies = mira.writes("Reply: Please call the hotline.")
    assert to(replies, person) == [] and "Not sent yet" in replies[-1].card.title
    sent = mira.presses("Send")
    assert "Please call the hotline." in words(to(sent, person)[-1].card)
    assert to(mira.presses("Send"), person) == []


def test_a_sign_with_nothing_behind_it_asks_for_words(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    assert "Write what to reply behind reply:" in mira.writes("reply:")[0].card.body


def test_a_draft_that_is_changed_is_shown_anew(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    old = mira.writes("reply: One.")[-1]
    mira.edits(mira.said(), "reply: Two.")
    assert to(mira.presses("Send", old.card), person) == []
    assert "Two." in words(to(mira.presses("Send"), person)[-1].card)


def test_a_draft_that_is_deleted_is_not_sent(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    old = mira.writes("reply: One.")[-1]
    mira.deletes(mira.said())
    assert to(mira.presses("Send", old.card), person) == []


def test_a_draft_that_becomes_a_note_is_one(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    mira.writes("reply: One.")
    mira.edits(mira.said(), "better not")
    with desk.database.reading() as session:
        assert [note.text for note in session.scalars(select(Note))] == ["better not"]
        assert all(draft.withdrawn_at for draft in session.scalars(select(Draft)))


@pytest.mark.parametrize("change", ["edit", "delete"])
def test_what_was_sent_cannot_be_taken_back(desk: Desk, person: Person, mira: Coordinator, change: str) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    mira.writes("reply: One.")
    written = mira.said()
    mira.presses("Send")
    replies = mira.edits(written, "reply: Two.") if change == "edit" else mira.deletes(written)
    assert any("cannot be taken back" in one.card.body for one in replies) and to(replies, person) == []


def test_a_changed_note_is_changed_and_a_deleted_one_is_gone(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    mira.writes("one")
    mira.edits(mira.said(), "two")
    with desk.database.reading() as session:
        assert [note.text for note in session.scalars(select(Note))] == ["two"]
    mira.deletes(mira.said())
    with desk.database.reading() as session:
        assert session.scalars(select(Note)).all() == []


def test_rerouting_takes_any_entry_and_tells_the_requester(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    (form,) = mira.presses("Re-route")
    assert form.form is not None and form.form.fields[0].initial is not None
    other = form.form.fields[0].initial
    answers = to(mira.hands_in(answer=other.value), person)
    assert "thinks that this fits better" in answers[-1].card.body and answers[-1].card.title == other.label
    assert f"topic:{desk.tickets()[0].request.topic}" == other.value


def test_an_entry_that_is_gone_is_refused(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    mira.presses("Re-route")
    assert "not in the catalogue" in mira.hands_in(answer="topic:no-such-thing")[0].card.body


def test_a_referral_asks_the_requester_first(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    (form,) = mira.presses("Refer")
    assert form.form is not None and form.form.fields[0].initial is not None
    asked = to(mira.hands_in(organisation=form.form.fields[0].initial.value), person)
    assert "Refer you to" in asked[-1].card.title


def test_a_snoozed_ticket_is_woken_by_its_requester(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(ATTACK)
    (form,) = mira.presses("Snooze")
    assert form.form is not None
    mira.hands_in(until=form.form.fields[0].choices[-1].value)
    assert "Snoozed until" in board(desk)
    person.says("we are in Serbia")
    assert "Snoozed until" not in board(desk) and desk.tickets()[0].snoozed_until is None


def test_two_who_press_at_once_hear_who_won(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    card = desk.board()[-1]
    mira.presses("Take", card)
    late = Coordinator(desk, "UOMAR").presses("Take", card)
    assert late[0].delivery is Delivery.EPHEMERAL and "UMIRA has taken" in late[0].card.body


def test_a_member_is_called_by_their_name_once_it_is_known(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    mira.presses("Take")
    desk.receive(Incoming(COORDINATORS, "n1", "UMIRA", Arrival.INTRODUCED, desk.now, name="Mira"))
    assert "taken (Mira)" in board(desk)


def test_without_forms_the_choices_are_buttons(desk: Desk, person: Person) -> None:
    person.says(NEED)
    replies = desk.coordinator_presses("Refer")
    assert labels(replies[0].card)


def test_nothing_that_was_said_about_a_person_outlives_them(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(f"our NGO wants free protection of its website {CANARY} against ddos attacks")
    mira.presses("Why this?")
    mira.presses("Take")
    mira.writes(f"a note on {CANARY}")
    mira.writes(f"reply: dear {CANARY}")
    mira.presses("Reply")
    mira.hands_in(words=f"or rather {CANARY}")
    mira.presses("Re-route")
    person.says(f"we are in Serbia and the address of our website is {CANARY} on the internet")
    person.commands("forget")
    person.presses("Yes, delete everything")
    assert CANARY not in everything_stored(desk.database)
