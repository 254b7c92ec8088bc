"""Coordinators clear the desk in Slack, end to end: a real process, both transports, nothing but what Slack allows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_slack_desk import COORDINATORS, NEED, SOON, desk, started
from tests.fakes.slack_server import SlackServer

SECRET = "they are a journalist in exile"
MIRA, OMAR = "U0MIRA", "U0OMAR"


class Shift:
    """A coordinator at work on one ticket after the other. `acts` counts what is pressed; typing is none."""

    def __init__(self, slack: SlackServer, user: str = MIRA) -> None:
        self.slack, self.user, self.acts = slack, user, 0

    async def until(self, true: Callable[[], Any]) -> None:
        await self.slack.until(true, seconds=SOON)

    def card(self, about: str) -> dict[str, Any]:
        return self.slack.card(COORDINATORS, about)

    def below(self, about: str) -> str:
        return "\n".join(self.slack.below(COORDINATORS, self.card(about)["ts"]))

    async def press(self, about: str, label: str) -> None:
        await self.until(lambda: label in str(self.card(about)["blocks"]))
        await self.slack.press(self.user, COORDINATORS, label, on=about)
        self.acts += 1

    async def form(self, about: str, label: str) -> dict[str, Any]:
        self.acts += 1
        return await self.slack.open_form(self.user, COORDINATORS, label, on=about)

    async def hand_in(self, **values: str) -> None:
        await self.slack.hand_in(self.user, **values)
        self.acts += 1

    async def note(self, about: str, text: str) -> str:
        return await self.slack.write_under(self.user, COORDINATORS, self.card(about)["ts"], text)

    async def close(self, about: str) -> None:
        await self.press(about, "Close")
        await self.until(lambda: "Reopen" in str(self.card(about)["blocks"]))

    async def reply_by_form(self, about: str, words: str) -> None:
        await self.form(about, "Reply")
        await self.hand_in(words=words)
        await self.until(lambda: self.slack.is_filled(self.user))
        assert words in str(self.slack.views[self.user][-1]["blocks"])
        await self.hand_in()

    async def reply_by_thread(self, about: str, words: str) -> None:
        await self.note(about, f"reply: {words}")
        await self.until(lambda: "Not sent yet" in self.below(about))
        await self.slack.press(self.user, COORDINATORS, "Send", on=words)
        self.acts += 1


@asynccontextmanager
async def office(url: str, folder: Path, transport: str, people: list[str]) -> AsyncIterator[tuple[SlackServer, Shift]]:
    """A desk at which these people wait; each has a card that says who they are."""
    async with SlackServer() as slack:
        slack.add_channel(COORDINATORS)
        slack.add_user(MIRA, name="Mira")
        process = desk(url, folder, slack, transport)
        await started(process)
        try:
            await slack.until(lambda: transport == "http" or slack.sockets, seconds=SOON)
            for person in people:
                await slack.say(person, f"{NEED} ({person})")
            await slack.until(lambda: all(f"({one})" in str(slack.said(COORDINATORS)) for one in people), seconds=150)
            yield slack, Shift(slack)
        finally:
            process.kill()
        assert slack.violations == []


@pytest.mark.parametrize(("transport", "tickets"), [("socket", 20), ("http", 5)])
async def test_many_tickets_are_cleared(sqlite_url: str, tmp_path: Path, transport: str, tickets: int) -> None:
    people = [f"U{number}" for number in range(100, 100 + tickets)]
    async with office(sqlite_url, tmp_path, transport, people) as (slack, mira):
        for number, person in enumerate(people):
            about, before = f"({person})", mira.acts
            await mira.note(about, SECRET)
            answer = f"Advice number {number}."
            reply, acts = (mira.reply_by_thread, 2) if number % 2 else (mira.reply_by_form, 4)
            await reply(about, answer)
            await slack.until(lambda who=person, what=answer: what in str(slack.said(who)), seconds=SOON)  # type: ignore[misc]
            await slack.until(lambda what=about: "Last reply" in str(mira.card(what)["blocks"]), seconds=SOON)  # type: ignore[misc]
            await mira.close(about)
            assert mira.acts - before == acts
        await mira.until(lambda: all("sent" in mira.below(f"({person})") for person in people))
        await mira.until(lambda: all("closed your ticket" in str(slack.said(person)) for person in people))
        assert "taken (Mira)" not in str(slack.said(COORDINATORS))
        for number, person in enumerate(people):
            said = slack.said(person)
            assert sum(f"Advice number {number}." in text for text in said) == 1
            assert SECRET not in str(said)


async def test_every_other_act_works_from_the_card(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path, "socket", ["U101", "U102", "U103"]) as (slack, mira):
        view = await mira.form("(U101)", "Re-route")
        options = await slack.look_up(MIRA, "answer", "ransom")
        assert view["blocks"] and options
        await slack.hand_in(MIRA, answer=options[0]["value"])
        await slack.until(lambda: "thinks that this fits better" in str(slack.said("U101")), seconds=SOON)
        await mira.form("(U102)", "Refer")
        await slack.hand_in(MIRA)
        await slack.until(lambda: "Refer you to" in str(slack.said("U102")), seconds=SOON)
        await mira.form("(U103)", "Snooze")
        await slack.hand_in(MIRA)
        await mira.until(lambda: "Snoozed until" in str(mira.card("(U103)")["blocks"]))
        await mira.press("(U103)", "Why this?")
        await slack.until(lambda: "speak for" in str(slack.whispers), seconds=SOON)
        await slack.open_home(MIRA)
        await slack.until(lambda: MIRA in slack.homes, seconds=SOON)


async def test_of_two_who_take_at_once_one_wins(sqlite_url: str, tmp_path: Path) -> None:
    async with office(sqlite_url, tmp_path, "socket", ["U101"]) as (slack, mira):
        await asyncio.gather(
            slack.press(MIRA, COORDINATORS, "Take", on="(U101)"), slack.press(OMAR, COORDINATORS, "Take", on="(U101)")
        )
        await slack.until(lambda: any("has taken" in str(one) for one in slack.whispers), seconds=SOON)
        await mira.until(lambda: "taken (" in str(mira.card("(U101)")["blocks"]))
        await slack.until(lambda: "is now looking" in str(slack.said("U101")), seconds=SOON)
        await mira.close("(U101)")
        await slack.until(lambda: "closed your ticket" in str(slack.said("U101")), seconds=SOON)
        assert sum("is now looking" in text for text in slack.said("U101")) == 1


async def test_an_internal_word_goes_nowhere(sqlite_url: str, tmp_path: Path) -> None:
    """Written, changed, deleted, mentioned, made to look like a reply, while the requester writes and presses."""
    async with office(sqlite_url, tmp_path, "socket", ["U101"]) as (slack, mira):
        about = "(U101)"
        bare = [SECRET, f"<@{slack.bot_user}> {SECRET}", f"> reply: {SECRET}", f"Reply {SECRET}", f"*reply:* {SECRET}"]
        written = [await mira.note(about, text) for text in bare]
        for ts in written:
            await slack.edit_in(COORDINATORS, ts, f"reply: {SECRET} changed")
        await slack.delete_in(COORDINATORS, written[0])
        drafted = await mira.note(about, f"reply: {SECRET} drafted")
        await mira.until(lambda: "Not sent yet" in mira.below(about))
        await slack.delete_in(COORDINATORS, drafted)
        await mira.until(lambda: "Not sent yet" not in mira.below(about))
        await mira.form(about, "Reply")
        await slack.hand_in(MIRA, words=f"{SECRET}, but never confirmed")
        await slack.say("U101", "thanks")
        await slack.press("U101", "U101", "Talk to a person")
        await slack.until(lambda: "A person will read this" in str(slack.said("U101")), seconds=SOON)
        await mira.close(about)
        await slack.until(lambda: "closed your ticket" in str(slack.said("U101")), seconds=SOON)
        others = [place for place in slack.conversations if place != COORDINATORS]
        assert not [place for place in others if SECRET in str(slack.messages(place))]
        assert SECRET not in str(slack.homes.get("U101"))
