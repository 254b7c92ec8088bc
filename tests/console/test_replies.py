"""Saved replies: one reply, six languages, filled in for the ticket it is used on."""

import re

import httpx
import pytest

from tests.console.conftest import Staff
from tests.console.test_ticket import Ticket
from tests.dialogue import Desk

TEXTS = {"name": "First steps", "en": "About {reference}: {topic}.", "ru": "О заявке {reference}: {topic}."}


@pytest.fixture
def saved(client: httpx.Client) -> str:
    """The address of a saved reply."""
    page = client.post("/console/replies/new", data=TEXTS).text
    found = re.search(r'href="(/console/replies/\d+)"', page)
    assert found is not None
    return found[1]


def test_missing_languages_are_visible(client: httpx.Client, saved: str) -> None:
    page = client.get("/console/replies").text
    assert "missing: Français" in page and "missing: Русский" not in page


def test_the_text_comes_in_the_language_of_the_requester(desk: Desk, client: httpx.Client, saved: str) -> None:
    ticket = russian(desk, client)
    found = ticket.client.get(f"{ticket.path}/saved", params={"words": "first"}).text
    assert f"О заявке {ticket.reference}: " in found and "{topic}" not in found


def test_a_missing_text_says_so_and_falls_back_to_english(desk: Desk, client: httpx.Client, saved: str) -> None:
    client.post(saved, data={**TEXTS, "ru": "", "seen": seen(client, saved)})
    ticket = russian(desk, client)
    found = ticket.client.get(f"{ticket.path}/saved").text
    assert "no text in Русский" in found and f"About {ticket.reference}" in found


def test_without_scripts_the_text_is_put_into_the_box_by_a_link(desk: Desk, client: httpx.Client, saved: str) -> None:
    ticket = russian(desk, client)
    page = client.get(ticket.path, params={"saved": saved.rpartition("/")[2]}).text
    assert f">О заявке {ticket.reference}" in page


def test_a_placeholder_nobody_fills_is_refused_and_the_text_kept(client: httpx.Client) -> None:
    answer = client.post("/console/replies/new", data={"name": "Odd", "en": "Dear {surname}"})
    assert answer.status_code == 422 and "{surname}" in answer.text and "Dear" in answer.text


def test_the_second_save_is_refused_with_both_texts(staff: Staff, client: httpx.Client, saved: str) -> None:
    old = seen(client, saved)
    staff.desk.wait(minutes=1)
    with staff.client("Omar") as omar:
        omar.post(saved, data={**TEXTS, "en": "Omar's text", "seen": old})
    answer = client.post(saved, data={**TEXTS, "en": "Mira's text", "seen": old})
    assert answer.status_code == 409 and "Omar&#39;s text" in answer.text and "Mira&#39;s text" in answer.text
    assert "Omar&#39;s text" in client.get(saved).text


def test_two_replies_have_two_names(client: httpx.Client, saved: str) -> None:
    assert client.post("/console/replies/new", data=TEXTS).status_code == 422


def test_a_reply_can_be_deleted(client: httpx.Client, saved: str) -> None:
    assert "Deleted." in client.post(f"{saved}/delete").text
    assert client.get(saved).status_code == 404


def seen(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', client.get(path).text)
    assert found is not None
    return found[1]


def russian(desk: Desk, client: httpx.Client) -> Ticket:
    desk.person("olga", language="ru").says("взломали мой аккаунт в инстаграм и требуют деньги")
    return Ticket(client, desk.tickets()[-1].reference)
