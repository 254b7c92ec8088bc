"""The rows of one made-up ticket: who asked, what was said to and fro, what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, count, pairwise
from random import Random
from typing import Any

from pydantic import TypeAdapter

from desk import search
from desk.demonstration import sentences
from desk.followups import FollowUp, FollowUpState
from desk.messages import Address, Card, Reply
from desk.notes import Note
from desk.outbox import OutboxRow, OutboxState
from desk.people import Identity, Requester
from desk.referrals import Consent, Referral, ReferralState
from desk.requests import MARKS, Message, Request
from desk.search import SearchText
from desk.tickets import State, Ticket, TicketEvent, minutes_between, places_in_queue
from knowledge.database import Base

#: In an order in which every row finds what it refers to.
TABLES: tuple[type[Base], ...] = (
    *(Requester, Identity, Request, Message, Ticket, TicketEvent, Note, OutboxRow, FollowUp, Referral, Consent),
    SearchText,
)
Weighted = tuple[tuple[Any, ...], tuple[int, ...]]


def _weighted(*chances: tuple[Any, int]) -> Weighted:
    """What can be drawn, and the sums of the weights up to each."""
    values, weights = zip(*chances, strict=True)
    return values, tuple(accumulate(weights))


_CHANNELS = _weighted((("telegram", "1"), 60), (("web", "web"), 25), (("slack", "workspace"), 15))
_URGENCIES = _weighted(("crisis", 3), ("soon", 17), ("normal", 80))
_OPEN = _weighted((State.ANSWERED, 35), (State.WAITING, 30), (State.TAKEN, 25), (State.REFERRED, 10))
_ENDS = _weighted((State.SOLVED, 55), (State.NO_ANSWER, 25), (State.CLOSED, 15), (State.WITHDRAWN, 5))
_ANSWER_WITHIN = {"crisis": timedelta(hours=1), "soon": timedelta(hours=8), "normal": timedelta(hours=24)}
_reply = TypeAdapter(Reply)
_words = lru_cache(maxsize=65_536)(search.words)


@dataclass(frozen=True, slots=True)
class Scenery:
    """What the desk knows: how people ask by topic and language, organisations, and the ids of the members."""

    phrases: dict[str, dict[str, tuple[str, ...]]]
    organisations: tuple[str, ...]
    members: tuple[int, ...]


class Rows:
    """Collects rows by table, with ids that go on from those that are there."""

    def __init__(self, chance: Random, scenery: Scenery, last: dict[type[Base], int], taken: set[str]) -> None:
        self.chance, self.scenery, self.taken = chance, scenery, taken
        self.topics = tuple(scenery.phrases)
        self._ids = {table: count(last.get(table, 0) + 1) for table in TABLES}
        self.tables: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in TABLES}

    def ticket(self, opened: datetime, now: datetime, *, is_open: bool) -> None:
        """One ticket that was opened then, with everything that belongs to it."""
        request = self._request(opened)
        ticket = self._ticket(request, opened, now, is_open=is_open)
        self._talk(request, ticket, now)
        if ticket["state"] is State.REFERRED or self.chance.random() < 0.06:
            self._refer(request, ticket)
        self._ask_later(ticket, opened)

    def _add(self, table: type[Base], **values: Any) -> dict[str, Any]:
        row = {"id": next(self._ids[table]), **values}
        self.tables[table].append(row)
        return row

    def _of(self, weighted: Weighted) -> Any:
        values, sums = weighted
        return self.chance.choices(values, cum_weights=sums)[0]

    def _request(self, opened: datetime) -> dict[str, Any]:
        chance = self.chance
        language, topic = chance.choice(sentences.LANGUAGES), chance.choice(self.topics)
        channel, account = self._of(_CHANNELS)
        person = self._add(
            Requester, language=language, language_chosen=False, stopped=False,
            country=chance.choice(sentences.COUNTRIES), reachable=chance.random() > 0.03, created_at=opened,
            seen_at=opened,
        )  # fmt: skip
        place = f"demo-{person['id']}"
        about = {"channel": channel, "account": account, "conversation": place}
        self._add(Identity, requester_id=person["id"], sender=place, **about)
        return self._add(
            Request, requester_id=person["id"], **about, private=True, language=language, topic=topic,
            rejected=[chance.choice(self.topics)] if chance.random() < 0.03 else [],
            facts={"country": person["country"]}, decision=self._decision(topic), opened_at=opened, updated_at=opened,
            closed_at=None,
        )  # fmt: skip

    def _decision(self, topic: str) -> dict[str, Any]:
        other, sure = self.chance.choice(self.topics), round(self.chance.uniform(0.45, 0.98), 3)
        return {
            "action": "answer", "intent": None, "confidence": sure, "margin": round(sure / 4, 3),
            "topics": [{"id": topic, "score": sure}, {"id": other, "score": round(sure / 2, 3)}], "practices": [],
            "organisations": [], "runner_up": other,
            "reasons": [{"signal": "words", "detail": "as in earlier requests", "entry": topic, "weight": sure}],
        }  # fmt: skip

    def _ticket(self, request: dict[str, Any], opened: datetime, now: datetime, *, is_open: bool) -> dict[str, Any]:
        chance, urgency = self.chance, self._of(_URGENCIES)
        state = self._of(_OPEN if is_open else _ENDS)
        closed = None if is_open else min(now, opened + timedelta(hours=chance.expovariate(1 / 90)))
        waiting = opened + timedelta(minutes=chance.randint(1, 90)) if state is State.WAITING else None
        clock = {"crisis": timedelta(hours=chance.choice([1, 24, 48, 72]))}.get(urgency)
        place = {
            "urgency": urgency, "due_at": opened + clock if clock else None, "awaited_since": waiting,
            "respond_by": waiting + _ANSWER_WITHIN[urgency] if waiting else None,
        }  # fmt: skip
        by_urgency, by_waiting = places_in_queue(**place)
        member = chance.choice(self.scenery.members) if state is not State.ANSWERED and chance.random() < 0.7 else None
        snoozed = now + timedelta(days=chance.randint(1, 9)) if is_open and chance.random() < 0.08 else None
        asked = closed if chance.random() < 0.4 else None
        request["closed_at"], request["updated_at"] = closed, closed or opened
        return self._add(
            Ticket, reference=self._reference(), request_id=request["id"], state=state, **place, escalation=0,
            assignee_id=None if state is State.WAITING else member, answered_at=None, snoozed_until=snoozed,
            satisfaction=chance.choice([None, 1, 2, 3, 3]) if asked else None, satisfaction_asked_at=asked,
            opened_at=opened, updated_at=closed or opened,
            closed_at=closed, by_urgency=by_urgency, by_waiting=by_waiting, answered_after=None,
            closed_after=minutes_between(opened, closed), **{mark: request[mark] for mark in MARKS},
            corrected=False, turned_down=bool(request["rejected"]), reopened=False, offered=False,
        )  # fmt: skip

    def _reference(self) -> str:
        while True:
            reference = "GP-" + "".join(self.chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=5))
            if reference not in self.taken:
                self.taken.add(reference)
                return reference

    def _talk(self, request: dict[str, Any], ticket: dict[str, Any], now: datetime) -> None:
        chance, language, at = self.chance, request["language"], ticket["opened_at"]
        asked = chance.choice(self.scenery.phrases[request["topic"]][language])
        self._say(request, f"{asked} {chance.choice(sentences.MORE[language])}", at)
        self._note_event(ticket, "desk", "opened", at, state="answered", urgency=ticket["urgency"])
        member = ticket["assignee_id"]
        if member is None and ticket["closed_at"] is None:
            return
        for _ in range(chance.randint(0, 2)):
            at = min(ticket["closed_at"] or now, at + timedelta(minutes=chance.randint(5, 600)))
            if member is not None:
                self._reply(request, ticket, member, at)
            self._say(request, chance.choice(sentences.LATER[language]), at + timedelta(minutes=3))
        if member is not None and chance.random() < 0.4:
            self._write_down(ticket, member, at)
        who = f"member:{member}" if member else "desk"
        states = list(dict.fromkeys(["answered", *(["taken"] if member else []), ticket["state"].value]))
        if ticket["closed_at"] is not None and chance.random() < 0.04:
            states = ["answered", "solved", "waiting", ticket["state"].value]
            ticket["reopened"] = True
        if member is not None and chance.random() < 0.08:
            ticket["corrected"] = True
            self._note_event(ticket, who, "rerouted", at, before=chance.choice(self.topics), after=request["topic"])
        for before, after in pairwise(states):
            self._note_event(ticket, who, "moved", ticket["updated_at"], before=before, after=after)

    def _say(self, request: dict[str, Any], text: str, at: datetime) -> None:
        conversation = f"{request['channel']}:{request['account']}:{request['conversation']}"
        message = self._add(
            Message, requester_id=request["requester_id"], request_id=request["id"], conversation=conversation,
            origin=f"m{len(self.tables[Message])}", text=text, attachments=[], received_at=at,
        )  # fmt: skip
        self._find(text, message_id=message["id"])

    def _reply(self, request: dict[str, Any], ticket: dict[str, Any], member: int, at: datetime) -> None:
        language = request["language"]
        body = self.chance.choice(sentences.REPLIES[language])
        address = Address(request["channel"], request["account"], request["conversation"])
        row = self._add(
            OutboxRow, key=f"demo-{ticket['reference']}-{len(self.tables[OutboxRow])}", channel=address.channel,
            account=address.account, conversation=address.key, requester_id=request["requester_id"],
            ticket_id=ticket["id"], state=OutboxState.SENT, doubtful=False, attempts=1, faults=0,
            created_at=at,
            payload=_reply.dump_python(Reply(address, Card(body=body), language), mode="json"), sent_at=at,
        )  # fmt: skip
        ticket["answered_at"] = ticket["answered_at"] or at
        ticket["answered_after"] = minutes_between(ticket["opened_at"], ticket["answered_at"])
        self._note_event(ticket, f"member:{member}", "replied", at, key=row["key"])
        self._find(body, outbox_id=row["id"])

    def _write_down(self, ticket: dict[str, Any], member: int, at: datetime) -> None:
        text = self.chance.choice(sentences.NOTES)
        note = self._add(Note, ticket_id=ticket["id"], member_id=member, text=text, written_at=at)
        self._find(text, note_id=note["id"])

    def _find(self, text: str, **source: int) -> None:
        nowhere: dict[str, Any] = {"message_id": None, "note_id": None, "outbox_id": None}
        self._add(SearchText, words=_words(text), **(nowhere | source))

    def _note_event(self, ticket: dict[str, Any], actor: str, what: str, at: datetime, **details: Any) -> None:
        self._add(TicketEvent, ticket_id=ticket["id"], at=at, actor=actor, what=what, details=details)

    def _refer(self, request: dict[str, Any], ticket: dict[str, Any]) -> None:
        at, is_over = ticket["opened_at"], ticket["closed_at"] is not None
        ends = [ReferralState.HELPED, ReferralState.NOT_HELPED, ReferralState.NO_CAPACITY, ReferralState.NO_ANSWER]
        state = self.chance.choice(ends if is_over else [ReferralState.CONSENTED, ReferralState.SENT])
        referral = self._add(
            Referral, ticket_id=ticket["id"], organisation=self.chance.choice(self.scenery.organisations), state=state,
            offered_at=at, updated_at=ticket["updated_at"],
        )  # fmt: skip
        ticket["offered"] = True
        shared = {"anonymous": True, "shared_text": f"{request['topic']}, {request['facts']['country']}"}
        self._add(Consent, referral_id=referral["id"], **shared, given_at=at)

    def _ask_later(self, ticket: dict[str, Any], opened: datetime) -> None:
        is_over = ticket["closed_at"] is not None
        solved = ticket["state"] is State.SOLVED
        state = FollowUpState.ANSWERED if solved else FollowUpState.CANCELLED if is_over else FollowUpState.SCHEDULED
        # What is open is younger: nobody is asked as soon as the desk starts.
        due = opened + timedelta(days=3 if is_over else 17)
        self._add(
            FollowUp, ticket_id=ticket["id"], number=1, closes=False, due_at=due, state=state,
            asked_at=due if solved else None, answer="yes" if solved else None,
        )  # fmt: skip
