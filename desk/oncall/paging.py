"""Calling those on duty, one rank after the other, until somebody acknowledges. Every step is a row with a due time."""

from datetime import timedelta

from sqlalchemy import select

from desk import targets
from desk.conversation.turn import Desk
from desk.members import Member, Role
from desk.messages import Card
from desk.oncall import letters, pages
from desk.oncall.pages import Call, Page, PageState, Reason
from desk.oncall.shifts import on_call
from desk.tickets import State, Ticket, note
from desk.wording import phrase, translate

#: Who was called and can be written to nowhere.
NOWHERE = ""
#: A drill that nobody answers ends by itself.
DRILL_LASTS = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=1)
_KNOWN = "desk.oncall.ladder"


def call(desk: Desk, reason: Reason, ticket: Ticket | None = None) -> Page:
    """Call whoever is on duty, now. A ticket for which somebody is being called already is not called for twice."""
    if ticket is not None:
        for running in pages.calling(desk.session, ticket):
            return running
        note(ticket, "desk", "paged", desk.now, reason=reason.value)
    page = Page(
        reason=reason, ticket=ticket, state=PageState.CALLING, step=0, started_at=desk.now, next_at=desk.now, calls=[]
    )
    desk.session.add(page)
    if ticket is None:
        desk.session.flush()  # whoever began it looks at it
    take_step(desk, page)
    return page


def run_due(desk: Desk) -> int:
    """Take the next step of every page whose time has come. Returns how many there were."""
    due = pages.due(desk.session, desk.now)
    for page in due:
        if _is_over(desk, page):
            pages.finish(desk.session, page, PageState.ENDED, desk.now)
            letters.settle(desk, page, phrase("This is over. Nothing is left to do."))
        else:
            take_step(desk, page)
    return len(due)


def take_step(desk: Desk, page: Page) -> None:
    """Call the next ones who can be reached, and say until when they have time."""
    with desk.session.no_autoflush:  # who is on duty does not depend on what is going on
        rungs = _ladder(desk)
    page.next_at = desk.now + _pause(desk, rounds=page.step // len(rungs))
    for _ in rungs:
        rung, page.step = rungs[page.step % len(rungs)], page.step + 1
        if rung is rungs[-1]:
            letters.announce(desk, page.ticket, _last_words(page, alone=len(rungs) == 1), reference=_reference(page))
        rung_heard = [_ring(desk, page, member) for member in rung]
        if any(rung_heard):
            return


def _pause(desk: Desk, rounds: int) -> timedelta:
    """As set; twice as long in every further round, in which the same people are called again."""
    usual = timedelta(minutes=targets.rules(desk.session, desk.policy).call_after)
    return max(usual, min(usual * int(2 ** min(rounds, 10)), LONGEST_PAUSE))


def _ladder(desk: Desk) -> list[list[Member]]:
    """Those on call by rank, and at the end of each round the administrators. Looked up once in a transaction."""
    known: list[list[Member]] | None = desk.session.info.get(_KNOWN)
    if known is not None:
        return known
    ranks: dict[int, list[Member]] = {}
    for shift in on_call(desk.session, desk.now):
        ranks.setdefault(shift.rank, []).append(shift.member)
    ladder = [*ranks.values(), list(desk.session.scalars(_ADMINISTRATORS))]
    desk.session.info[_KNOWN] = ladder
    return ladder


# Made once: making a statement anew takes longer than running it.
_ADMINISTRATORS = select(Member).where(Member.active, Member.role == Role.ADMINISTRATOR).order_by(Member.id)


def _ring(desk: Desk, page: Page, member: Member) -> bool:
    """Whether a member could be written to."""
    desk.session.flush()  # the button names the page
    written = letters.write(desk, member, letters.call_card(desk, page, member))
    page.calls += [Call(member=member, channel=handle.channel, key=row.key, at=desk.now) for handle, row in written]
    if not written:
        page.calls.append(Call(member=member, channel=NOWHERE, at=desk.now))
    return bool(written)


def _last_words(page: Page, *, alone: bool) -> str:
    if page.reason is Reason.DRILL:
        return phrase("Drill: nobody has acknowledged yet, so the administrators are called.")
    if alone:
        return phrase("Nobody is on call for {reference}. Whoever reads this: please take it.")
    return phrase("Nobody on call has taken {reference} yet. Whoever reads this: please take it.")


def _reference(page: Page) -> str:
    return page.ticket.reference if page.ticket else ""


def _is_over(desk: Desk, page: Page) -> bool:
    """Whether there is nothing left to call for."""
    ticket = page.ticket
    if ticket is None:
        return desk.now - page.started_at > DRILL_LASTS
    if page.reason is Reason.OVERDUE:
        return ticket.is_closed or ticket.awaited_since is None
    return ticket.is_closed or ticket.state is State.TAKEN


def acknowledge(desk: Desk, page: Page, member: Member) -> bool:
    """End the calling: this member looks after it, and all who were called are told. False when somebody was first."""
    desk.session.flush()
    if not pages.finish(desk.session, page, PageState.ACKNOWLEDGED, desk.now, member):
        return False
    if page.ticket is not None:
        note(page.ticket, member.actor, "acknowledged", desk.now)
    taken = phrase("{name} looks after it.")
    letters.settle(desk, page, taken, name=member.name)
    for other in {call.member for call in page.calls if call.key and call.member and call.member is not member}:
        reference, language = _reference(page), letters.language_of(desk, other)
        card = Card(title=reference, body=translate(language, taken, name=member.name))
        letters.write(desk, other, card, quiet=True)
    return True


def settle(desk: Desk, ticket: Ticket, member: Member) -> None:
    """A member has done something about a ticket: nobody is called for it any more."""
    for page in pages.calling(desk.session, ticket):
        acknowledge(desk, page, member)
