"""Statutory deadlines, and the things people take for one."""

from datetime import date
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import ClockEvent, Kind


class Clock(Entry):
    """A deadline the law sets. `duration` and `duration_max` are ISO 8601; none where the law gives no number.

    `follows` names the clock that must have run first. `offers_services_in` (regions or countries) catches those who
    sit elsewhere; `except_countries` are members of a named region in which it does not apply.
    """

    __tablename__ = "clocks"
    kind: ClassVar[Kind] = Kind.CLOCK

    practice: Mapped[str | None] = mapped_column(String(120))
    event: Mapped[ClockEvent]
    duration: Mapped[str | None] = mapped_column(String(20))
    duration_max: Mapped[str | None] = mapped_column(String(20))
    business_days: Mapped[bool] = mapped_column(default=False)
    in_force: Mapped[bool] = mapped_column(default=True)
    in_force_from: Mapped[date | None]
    follows: Mapped[str | None] = mapped_column(String(120))
    offers_services_in: Mapped[list[str]] = mapped_column(default=list)
    except_countries: Mapped[list[str]] = mapped_column(default=list)

    def runs(self, today: date) -> bool:
        """Whether the law applies on that day; a start date that has come outweighs an old `in_force: false`."""
        return today >= self.in_force_from if self.in_force_from is not None else self.in_force


class NotClock(Entry):
    """Something that people take for a running deadline and that is none."""

    __tablename__ = "not_clocks"
    kind: ClassVar[Kind] = Kind.NOT_CLOCK

    practice: Mapped[str | None] = mapped_column(String(120))


def running(session: Session, today: date) -> list[Clock]:
    """The clocks that a matching event would start on that day."""
    return [clock for clock in shown(session, Clock) if clock.runs(today)]
