"""Nothing is shared without consent, and the requester sees exactly what would be sent."""

import pytest
from sqlalchemy import select

from desk.referrals import Consent, Referral, ReferralState
from desk.tickets import State
from desk.wording import translate
from tests.dialogue import Desk, Person, labels

NEED = "our small forum needs a mentor for rules against terrorist content, we are Forum Beta"


def referrals(desk: Desk) -> list[Referral]:
    with desk.database.reading() as session:
        found = list(session.scalars(select(Referral).order_by(Referral.id)))
        for one in found:
            _ = one.consent
        return found


def choose(person: Person) -> str:
    person.says(NEED)
    name = labels(person.presses("Refer me").card)[0]
    person.presses(name)
    return name


def test_nothing_is_recorded_before_the_person_agrees(desk: Desk, person: Person) -> None:
    name = choose(person)
    assert name in person.cards[-1].title
    assert [one.state for one in referrals(desk)] == [ReferralState.OFFERED]


def test_the_full_text_that_is_shared_is_the_text_that_was_shown(desk: Desk, person: Person) -> None:
    choose(person)
    shown = person.cards[-1].sections[0].items[0].text
    person.presses("Send with my words")
    (referral,) = referrals(desk)
    assert referral.consent is not None and referral.consent.shared_text == shown
    assert "Forum Beta" in shown
    assert desk.tickets()[0].state is State.REFERRED


def test_the_anonymous_text_has_none_of_their_words(desk: Desk, person: Person) -> None:
    choose(person)
    shown = person.cards[-1].sections[1].items[0].text
    person.presses("Send anonymously")
    (referral,) = referrals(desk)
    assert referral.consent is not None and referral.consent.anonymous
    assert referral.consent.shared_text == shown
    assert "Forum Beta" not in shown


def test_consent_can_be_withdrawn(desk: Desk, person: Person) -> None:
    choose(person)
    person.presses("Send with my words")
    person.presses("Withdraw my consent")
    (referral,) = referrals(desk)
    assert referral.state is ReferralState.WITHDRAWN
    assert referral.consent is not None and referral.consent.withdrawn_at is not None
    assert desk.tickets()[0].state is State.WAITING


def test_refusing_sends_nothing(desk: Desk, person: Person) -> None:
    choose(person)
    assert "Nothing is sent" in person.presses("Do not send").text
    with desk.database.reading() as session:
        assert session.scalars(select(Consent)).all() == []


def test_agreeing_twice_is_one_consent(desk: Desk, person: Person) -> None:
    choose(person)
    card = person.cards[-1]
    person.presses("Send with my words", card)
    person.presses("Send anonymously", card)
    (referral,) = referrals(desk)
    assert referral.consent is not None and not referral.consent.anonymous


def test_what_is_told_after_the_text_was_shown_is_not_passed_on(desk: Desk, person: Person) -> None:
    choose(person)
    card = person.cards[-1]
    shown = card.sections[0].items[0].text
    person.says("we are 3 people")
    person.presses("Send with my words", card)
    (referral,) = referrals(desk)
    assert referral.consent is not None and referral.consent.shared_text == shown


def test_a_referral_says_what_was_asked_first(desk: Desk, person: Person) -> None:
    person.says("google shows an old newspaper story about my arrest, i was acquitted")
    person.says("how long does google have")
    person.presses(labels(person.says("refer me").card)[0])
    shown = person.cards[-1].sections[0].items[0].text
    assert "i was acquitted" in shown and "how long does google have" in shown
    assert len(desk.tickets()) == 1


def test_an_organisation_that_is_named_is_offered_with_the_words_of_the_request(desk: Desk, person: Person) -> None:
    person.says(NEED)
    answer = person.says("refer me to UNESCO")
    assert "UNESCO" in answer.card.title
    assert NEED in answer.text and "refer me to UNESCO" not in answer.text
    person.presses("Send with my words")
    assert [(one.organisation, one.state) for one in referrals(desk)] == [("unesco", ReferralState.CONSENTED)]


def test_an_unknown_name_leaves_the_choice(person: Person) -> None:
    person.says(NEED)
    assert len(labels(person.says("refer me").card)) > 2


@pytest.mark.parametrize(
    "words", ["what happens now", "and then?", "was it sent?", "¿y ahora qué pasa?", "et maintenant ?"]
)
def test_who_asks_what_comes_next_is_told_that_nothing_was_sent(desk: Desk, person: Person, words: str) -> None:
    choose(person)
    answer = person.says(words)
    assert translate(desk.tickets()[0].request.language, "Send anonymously") in labels(answer.card)
    assert referrals(desk)[0].state is ReferralState.OFFERED and "{name}" not in answer.text
    person.presses(labels(answer.card)[2])
    assert len(labels(person.says(words).card)) != 3


def test_before_an_organisation_is_chosen_the_choice_is_shown_again(person: Person) -> None:
    person.says(NEED)
    shown = person.presses("Refer me").card
    assert person.says("what happens now").card.body == shown.body
