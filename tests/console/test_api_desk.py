"""The interface for programs beyond single tickets: members, the rota, saved replies, options, the audit log."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from desk import audit
from desk.access import tokens
from desk.audit import entries
from desk.members import Handle, Member, Right, Role
from tests.console.conftest import Staff
from tests.dialogue import NOON, Desk, Person

NEED = "where can our 3 moderators learn to recognise terrorist logos"
V1 = "/api/v1"


def program(desk: Desk, staff: Staff, *scopes: Right) -> httpx.Client:
    """A program of another administrator with these scopes only."""
    member = staff.hire(f"Ben {len(scopes)}", Role.ADMINISTRATOR)
    with desk.database.writing() as session:
        _, secret = tokens.issue(session, session.get_one(Member, member), "some", scopes, desk.now, None)
    return staff.open(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def mira(staff: Staff) -> int:
    """A coordinator's id."""
    return staff.hire("Mira")


@pytest.fixture
def ticket(person: Person, desk: Desk) -> str:
    """The path of a ticket."""
    person.says(NEED)
    return f"{V1}/tickets/{desk.tickets()[0].reference}"


def audited(desk: Desk) -> set[tuple[str, str]]:
    with desk.database.reading() as session:
        return {(entry.actor.partition(":")[0], entry.what) for entry in entries(session)}


def test_a_member_is_looked_after(api: httpx.Client, mira: int, desk: Desk) -> None:
    path = f"{V1}/members/{mira}"
    away = {"name": "Mira", "away_until": "2026-12-24T12:00:00Z", "languages": ["fr"], "time_zone": "Africa/Nairobi"}
    changed = api.put(f"{path}/profile", json=away).json()
    assert (changed["away_until"], changed["languages"], changed["topics"]) == ("2026-12-24T12:00:00Z", ["fr"], [])
    assert api.put(f"{path}/role", json={"role": "editor"}).json()["role"] == "editor"
    assert api.post(f"{path}/deactivate").json()["active"] is False
    assert [one["id"] for one in api.get(f"{V1}/members").json()] != [mira]
    assert mira in [one["id"] for one in api.get(f"{V1}/members?everybody=true").json()]
    assert api.post(f"{path}/reactivate").json()["active"] is True
    assert {("member", "role_changed"), ("token", "role_changed"), ("token", "profile_changed")} <= audited(desk)


def test_a_profile_that_makes_no_sense_is_refused(api: httpx.Client, mira: int) -> None:
    path = f"{V1}/members/{mira}/profile"
    assert "time zone" in api.put(path, json={"name": "Mira", "time_zone": "Mars/Base"}).json()["detail"]
    assert "no-such" in api.put(path, json={"name": "Mira", "topics": ["no-such"]}).json()["detail"]


def test_the_last_administrator_stays(api: httpx.Client) -> None:
    me = api.get(f"{V1}/me").json()["member"]["id"]
    assert api.post(f"{V1}/members/{me}/deactivate").status_code == 409
    assert api.put(f"{V1}/members/{me}/role", json={"role": "auditor"}).status_code == 409


def test_an_invitation_is_shown_once_even_to_a_repeat(api: httpx.Client, stranger: httpx.Client) -> None:
    key = {"Idempotency-Key": "invite-1"}
    first, again = (api.post(f"{V1}/members/invitations", json={"role": "editor"}, headers=key) for _ in range(2))
    assert stranger.get(first.json()["secret"]).status_code == 200
    assert (again.status_code, again.json()["secret"], again.json()["mark"]) == (201, None, first.json()["mark"])
    (waiting,) = api.get(f"{V1}/members/invitations").json()
    assert api.delete(f"{V1}/members/invitations/{waiting['mark']}").status_code == 200
    assert api.get(f"{V1}/members/invitations").json() == []


def test_a_chat_id_can_be_unlinked(api: httpx.Client, mira: int, desk: Desk) -> None:
    with desk.database.writing() as session:
        session.add(Handle(member_id=mira, channel="telegram", account="1", sender="77"))
    (handle,) = api.get(f"{V1}/members/{mira}").json()["handles"]
    assert api.delete(f"{V1}/members/{mira}/handles/{handle['id']}").json()["handles"] == []


def test_the_rota_is_kept_by_a_program(api: httpx.Client, mira: int) -> None:
    me = api.get(f"{V1}/me").json()["member"]["id"]
    # The clocks change between the two weeks: nine in the morning stays nine in the morning.
    shift = {"member": mira, "starts_at": "2027-03-22T08:00:00Z", "ends_at": "2027-03-22T16:00:00Z", "weeks": 2}
    made = api.post(f"{V1}/on-call/shifts", json=shift | {"time_zone": "Europe/Riga"}).json()["shifts"]
    assert [one["starts_at"][11:16] for one in made] == ["08:00", "07:00"]
    handed = api.post(f"{V1}/on-call/shifts/{made[0]['id']}/hand-over", json={"member": me, "all_later": True}).json()
    assert [one["member_id"] for one in handed["shifts"]] == [me, me]
    assert api.delete(f"{V1}/on-call/shifts/{made[1]['id']}").status_code == 200
    week = api.get(f"{V1}/on-call?since=2027-03-22T00:00:00Z&until=2027-04-05T00:00:00Z").json()
    assert ([one["id"] for one in week["shifts"]], len(week["gaps"])) == ([made[0]["id"]], 2)


def test_a_drill_is_called_and_answered_once(api: httpx.Client) -> None:
    page = api.post(f"{V1}/on-call/drill").json()
    assert (page["reason"], page["state"], page["ticket"]) == ("drill", "calling", None)
    assert api.post(f"{V1}/on-call/pages/{page['id']}/acknowledge").json()["state"] == "acknowledged"
    assert api.post(f"{V1}/on-call/pages/{page['id']}/acknowledge").status_code == 409
    assert [one["id"] for one in api.get(f"{V1}/on-call/pages").json()] == [page["id"]]


def test_a_saved_reply_is_kept_found_and_filled_in(api: httpx.Client, ticket: str) -> None:
    new = {"name": "Course", "texts": {"en": "On {reference}: here is a course.", "fr": "Voici un cours."}}
    made = api.post(f"{V1}/replies", json=new).json()
    assert made["missing"] == ["ar", "es", "ru", "zh"]
    (offered,) = api.get(f"{ticket}/saved-replies?words=course").json()
    assert offered["text"] == f"On {ticket.rpartition('/')[2]}: here is a course."
    changed = {"name": "Course", "texts": {"en": "Another."}, "seen": made["updated_at"]}
    assert api.put(f"{V1}/replies/{made['id']}", json=changed).json()["texts"] == {"en": "Another."}
    assert api.delete(f"{V1}/replies/{made['id']}").status_code == 200
    assert api.get(f"{V1}/replies").json() == []


def test_a_saved_reply_is_not_overwritten_unseen(api: httpx.Client, desk: Desk) -> None:
    made = api.post(f"{V1}/replies", json={"name": "Course", "texts": {"en": "One."}}).json()
    desk.now += timedelta(minutes=1)
    change: dict[str, Any] = {"name": "Course", "texts": {"en": "Two."}, "seen": made["updated_at"]}
    assert api.put(f"{V1}/replies/{made['id']}", json=change).status_code == 200
    assert api.put(f"{V1}/replies/{made['id']}", json=change).status_code == 409
    assert api.post(f"{V1}/replies", json={"name": "x", "texts": {"en": "{nothing}"}}).status_code == 422
    assert api.post(f"{V1}/replies", json={"name": "x", "texts": {"tlh": "Qapla'"}}).status_code == 422


def test_targets_are_set_and_reckoned_with(api: httpx.Client) -> None:
    rules = api.get(f"{V1}/options/targets").json()
    rules |= {"time_zone": "Europe/Riga", "holidays": {"2026-11-24": "Inventory"}}
    rules["week"][0] = "9:00-12:00, 13:00-17:00"
    assert api.put(f"{V1}/options/targets", json=rules).json() == rules
    # Monday noon in Riga: one hour off, four hours until five, nothing on the holiday, four on Wednesday.
    found = api.get(f"{V1}/options/targets/example?since=2026-11-23T10:00:00Z&urgency=normal").json()
    assert (found["respond_by"], found["minutes"]) == ("2026-11-25T11:00:00Z", 480)
    assert "Inventory" in [step["holiday"] for step in found["steps"]]
    assert api.put(f"{V1}/options/targets", json=rules | {"week": [""] * 7}).status_code == 422


def test_safeguards_are_set(api: httpx.Client, ticket: str) -> None:
    assert api.get(f"{ticket}/requester").json()["identities"] == [{"channel": "telegram", "sender": "ana"}]
    wanted = {"pseudonyms": True, "second_factor": False, "audit_days": 90}
    assert api.put(f"{V1}/options/privacy", json=wanted).json() == api.get(f"{V1}/options/privacy").json() == wanted
    shown = api.get(f"{ticket}/requester").json()
    assert (shown["identities"], shown["pseudonym"][:10]) == ([], "Requester ")


def test_the_audit_log_is_read_page_by_page(api: httpx.Client, ticket: str) -> None:
    for _ in range(3):
        api.get(f"{ticket}/conversation")
    first = api.get(f"{V1}/audit?what=viewed&limit=2").json()
    second = api.get(f"{V1}/audit", params={"what": "viewed", "limit": 2, "after": first["next"]}).json()
    assert (len(first["lines"]), len(second["lines"]), second["next"]) == (2, 1, None)
    assert api.get(f"{V1}/audit?after=nonsense").status_code == 422


def test_without_the_scope_the_log_hides_requesters(api: httpx.Client, desk: Desk, staff: Staff, ticket: str) -> None:
    auditor = program(desk, staff, Right.AUDIT)
    assert auditor.get(f"{V1}/tickets").status_code == 403
    with desk.database.writing() as session:
        audit.record(session, "requester:1", "asked", "GP-1", NOON, words="what somebody wrote to the desk")
    (line,) = auditor.get(f"{V1}/audit?what=asked").json()["lines"]
    assert line["actor"].startswith("Requester ") and line["details"] == {"words": "…"}
    (seen,) = api.get(f"{V1}/audit?what=asked").json()["lines"]
    assert seen["actor"] == "requester:1"


def test_a_token_that_is_revoked_opens_nothing(api: httpx.Client, desk: Desk, staff: Staff) -> None:
    other = program(desk, staff, Right.SEE_TICKETS)
    me = other.get(f"{V1}/me").json()["token"]
    assert (me["scopes"], other.get(f"{V1}/tokens").status_code) == (["see_tickets"], 403)
    assert api.delete(f"{V1}/tokens/{me['id']}").json()["name"] == "some"
    assert other.get(f"{V1}/me").status_code == 401
    mine = api.get(f"{V1}/me").json()["token"]["id"]
    assert api.delete(f"{V1}/tokens/{mine}", headers={"Idempotency-Key": "the last"}).status_code == 200
    assert api.get(f"{V1}/me").status_code == 401


def test_a_view_is_saved_and_followed(api: httpx.Client, ticket: str) -> None:
    made = api.post(f"{V1}/views", json={"name": "Open today", "query": "opened_from=2026-11-23&nonsense=1"}).json()
    assert made["query"] == "opened_from=2026-11-23"
    counts = {view["name"]: view["count"] for view in api.get(f"{V1}/views").json()}
    assert (counts["All open"], counts["Open today"], counts["Emergencies"]) == (1, 1, 0)
    assert len(api.get(f"{V1}/tickets?{made['query']}").json()["tickets"]) == 1
    assert api.delete(f"{V1}/views/{made['id']}").status_code == 200
    assert api.delete(f"{V1}/views/{made['id']}").status_code == 404


def test_what_was_said_is_found(api: httpx.Client, desk: Desk, staff: Staff, ticket: str) -> None:
    (found,) = api.get(f"{V1}/search?q=moderators").json()
    assert (found["where"], found["ticket"]["reference"]) == ("request", ticket.rpartition("/")[2])
    assert len(api.get(f"{V1}/tickets?text=moderators").json()["tickets"]) == 1
    blind = program(desk, staff, Right.SEE_TICKETS)
    assert blind.get(f"{V1}/tickets?text=moderators").status_code == blind.get(f"{V1}/search?q=x").status_code == 403


def test_one_act_is_done_with_many(api: httpx.Client, desk: Desk) -> None:
    for name in ("ana", "ben"):
        desk.person(name).says(NEED)
    references = [ticket.reference for ticket in desk.tickets()]
    done = api.post(f"{V1}/tickets/acts", json={"act": "take", "tickets": [*references, "GP-00000"]}).json()
    assert (done["done"], [one["ticket"] for one in done["refused"]]) == (references, ["GP-00000"])
    assert api.post(f"{V1}/tickets/acts", json={"act": "snooze", "tickets": references}).status_code == 422


def test_a_change_of_what_has_moved_on_is_refused(api: httpx.Client, ticket: str, person: Person) -> None:
    seen = {"If-Match": api.get(ticket).headers["etag"]}
    person.says("And do you have it in Latvian?")
    assert api.post(f"{ticket}/replies", json={"text": "A course."}, headers=seen).status_code == 412
    seen = {"If-Match": api.get(ticket).headers["etag"]}
    assert api.post(f"{ticket}/replies", json={"text": "Two courses."}, headers=seen).status_code == 201


def test_a_routing_is_explained_and_corrected(api: httpx.Client, desk: Desk, ticket: str) -> None:
    grounds = api.get(f"{ticket}/routing").json()
    assert grounds["topic"]["id"] and grounds["sentences"]
    (other, *_) = grounds["alternatives"] or api.get(f"{V1}/entries?words=content&kind=topic").json()
    assert api.post(f"{ticket}/route", json={"id": other["id"]}).json()["topic"] == other["id"]
    again = api.get(f"{ticket}/route-again").json()
    assert (again["is_same"], again["can_answer"]) == (False, True)
    assert api.post(f"{ticket}/route-again", json={"mark": "outdated"}).status_code == 409
    assert api.post(f"{ticket}/route-again", json={"mark": again["mark"]}).json()["topic"] == grounds["topic"]["id"]


def test_a_ticket_is_handed_over_with_a_note(api: httpx.Client, ticket: str, mira: int, desk: Desk) -> None:
    handed = api.put(f"{ticket}/assignee", json={"member": mira, "note": "They wait for a date."}).json()
    assert handed["assignee"] == mira
    assert "They wait for a date." in str(api.get(f"{ticket}/conversation").json())
    assert (api.get(f"{ticket}/deadlines").status_code, api.get(f"{ticket}/presence").json()) == (200, [])


def test_a_reply_is_previewed_and_never_sent_half_filled(api: httpx.Client, ticket: str, desk: Desk) -> None:
    desk.deliver()
    shown = api.post(f"{ticket}/replies/preview", json={"text": "A course."}).json()
    assert (shown["body"], desk.deliver()) == ("A course.", [])
    refused = api.post(f"{ticket}/replies", json={"text": "Ask {organisation}."})
    assert (refused.status_code, refused.json()["detail"]) == (422, "Still to be filled in: {organisation}.")


def test_a_webhook_is_switched_off(api: httpx.Client) -> None:
    made = api.post(f"{V1}/webhooks", json={"url": "https://tracker.example/hook", "events": ["*"]}).json()
    assert made["secret"].startswith("whsec_")
    assert api.put(f"{V1}/webhooks/{made['id']}/active", json={"active": False}).json()["active"] is False
