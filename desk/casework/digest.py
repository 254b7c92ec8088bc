"""Once a day at the coordinators' place: what waits, the longest wait first."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk import options, outbox
from desk.casework import grounds, worklists
from desk.conversation.standing import urgency_name
from desk.conversation.turn import Desk
from desk.hours import local_time, zone_named
from desk.messages import Card, Item, Reply, Section
from desk.tickets import Ticket
from desk.wording import phrase, translate
from routing.catalogue import Kind

OPTION = "digest"
SHOWN = 20


def run_due(desk: Desk) -> int:
    """Post the digest when its hour has come; after downtime the last one that was missed, and only that one."""
    place = desk.policy.coordinators
    if place is None:
        return 0
    due = _due(desk).isoformat()
    last = options.get(desk.session, OPTION).get("last")
    if last is not None and last >= due:
        return 0
    # Asked again with the row locked: another process may be doing it at this moment.
    if last is not None and options.lock(desk.session, OPTION).get("last", "") >= due:
        return 0
    options.put(desk.session, OPTION, {"last": due}, "desk", desk.now)
    if last is None:
        # A desk that has just been set up has nothing to tell of the day before.
        return 0
    # Two that get here at once have the same key, and only one of them can be committed.
    reply = Reply(place, card(desk), desk.policy.default_language, key=f"digest:{due}")
    outbox.add(desk.session, reply, desk.now)
    return 1


def _due(desk: Desk) -> date:
    """The day of the last digest that should be out by now."""
    zone = zone_named(desk.policy.time_zone) or ZoneInfo("UTC")
    local = desk.now.astimezone(zone)
    hour = datetime.combine(local.date(), time(desk.policy.digest_hour), zone)
    return local.date() if local >= hour else local.date() - timedelta(days=1)


def card(desk: Desk) -> Card:
    """What waits now. No word of a requester stands in it."""
    language, waiting = desk.policy.default_language, worklists.unanswered(desk)
    tickets, count = waiting.tickets(0, SHOWN), waiting.count()
    cards = worklists.card_messages(desk.session, tickets)
    numbers = (
        (phrase("Waiting for a person: {count}"), count),
        (phrase("Overdue: {count}"), worklists.overdue(desk).count()),
        (phrase("Outcomes to chase: {count}"), worklists.outcome_count(desk)),
    )
    lines = tuple(_line(desk, ticket, cards.get(ticket.id), language) for ticket in tickets)
    rest = translate(language, "And {count} more.", count=count - SHOWN) if count > SHOWN else ""
    return Card(
        title=translate(language, "Today at the desk"),
        body="\n".join(translate(language, text, count=number) for text, number in numbers),
        sections=(Section(translate(language, "The longest wait first"), lines),) if lines else (),
        footer=rest,
    )


def _line(desk: Desk, ticket: Ticket, message: str | None, language: str) -> Item:
    topic = grounds.name_of(desk, Kind.TOPIC, ticket.request.topic, language) if ticket.request.topic else ""
    who = ticket.assignee.name if ticket.assignee else ""
    since = ticket.awaited_since
    at = local_time(since, desk.policy.time_zone, language) if since else ""
    moment = translate(language, "since {moment}", moment=at) if at else ""
    parts = (urgency_name(language, ticket.urgency), topic, who, moment)
    return Item(ticket.reference, " · ".join(part for part in parts if part), at=since, message=message)
