"""Members propose organisations and report outcomes; only the requester can agree."""

import pytest
from sqlalchemy import select

from desk.casework import referring
from desk.referrals import IllegalReferral, Referral, ReferralState
from desk.tickets import State
from tests.casework import at_work
from tests.dialogue import Desk, Person, labels

NEED = "our small forum needs a mentor for rules against terrorist content, we are Forum Beta"
ORGANISATION = "tech-against-terrorism"


@pytest.fixture
def reference(desk: Desk, person: Person) -> str:
    person.says(NEED)
    return desk.tickets()[0].reference


def propose(desk: Desk, reference: str) -> None:
    with at_work(desk, reference) as case:
        referring.propose(case.desk, case.ticket, case.member, ORGANISATION)


def report(desk: Desk, reference: str, *states: ReferralState) -> list[str]:
    """What the requester is told after these reports."""
    for state in states:
        with at_work(desk, reference) as case:
            referring.report(case.desk, case.session.scalars(select(Referral)).one(), case.member, state)
    return [reply.card.body for reply in desk.deliver() if reply.address.conversation == "ana"]


def agreed(desk: Desk, person: Person, reference: str) -> None:
    propose(desk, reference)
    person._read(desk.deliver())
    person.presses("Send with my words")


def test_a_proposal_shows_the_requester_what_would_be_sent(desk: Desk, person: Person, reference: str) -> None:
    propose(desk, reference)
    (card,) = [reply.card for reply in desk.deliver() if reply.address == person.address]
    assert "Forum Beta" in card.sections[0].items[0].text and "Forum Beta" not in card.sections[1].items[0].text
    assert labels(card) == ["Send with my words", "Send anonymously", "Do not send"]


def test_a_referral_without_consent_is_never_sent(desk: Desk, person: Person, reference: str) -> None:
    propose(desk, reference)
    for state in (ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.HELPED, ReferralState.CONSENTED):
        with pytest.raises(IllegalReferral):
            report(desk, reference, state)


def test_a_withdrawn_consent_is_none(desk: Desk, person: Person, reference: str) -> None:
    agreed(desk, person, reference)
    person.presses("Withdraw my consent")
    with pytest.raises(IllegalReferral):
        report(desk, reference, ReferralState.SENT)


def test_the_requester_hears_of_every_step(desk: Desk, person: Person, reference: str) -> None:
    agreed(desk, person, reference)
    told = report(desk, reference, ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.HELPED)
    assert [reference in one for one in told] == [True, True, True]
    assert "now has your request" in told[0] and "taken on" in told[1] and "is done" in told[2]


NOES = (ReferralState.NOT_ELIGIBLE, ReferralState.NO_CAPACITY, ReferralState.OUT_OF_REMIT, ReferralState.NO_ANSWER)


@pytest.mark.parametrize("state", NOES)
def test_a_no_brings_the_ticket_back_to_the_desk(
    desk: Desk, person: Person, reference: str, state: ReferralState
) -> None:
    agreed(desk, person, reference)
    told = report(desk, reference, ReferralState.SENT, state)
    assert "looks for another way" in told[-1]
    assert desk.tickets()[0].state is State.WAITING


def test_the_same_report_twice_is_told_once(desk: Desk, person: Person, reference: str) -> None:
    agreed(desk, person, reference)
    assert len(report(desk, reference, ReferralState.SENT, ReferralState.SENT)) == 1


def test_nobody_is_asked_for_consent_where_others_read_along(desk: Desk, person: Person, reference: str) -> None:
    with at_work(desk, reference) as case:
        case.ticket.request.private = False
    with pytest.raises(referring.OthersReadAlong):
        propose(desk, reference)
