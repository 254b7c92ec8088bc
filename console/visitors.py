"""Who is looking at a page, what they may do, and whether a form is really theirs."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

from console import refusals
from console.premises import Premises
from console.refusals import SignInFirst
from desk.access import sessions
from desk.members import Member, Right
from desk.wording import spoken, translate, translate_many
from desk.wording.preference import preferred
from knowledge.database import Session

# The prefix makes browsers refuse the cookie from anything but this host over https (ASVS 5.0, 3.3.1).
_COOKIE, _SECURE_COOKIE = "guidepost", "__Host-guidepost"
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member who has signed in. `secret` is that of their session: it is never shown. `passed` is false as long as
    the second factor is missing; `fresh` when they have signed in a few minutes ago."""

    member: Member
    secret: str
    language: str
    time_zone: str
    passed: bool = True
    fresh: bool = False

    @property
    def form_token(self) -> str:
        """What every form brings along in `form_token`, and every script in the header X-Form-Token."""
        return sessions.form_token(self.secret)

    def say(self, text: str, /, **values: object) -> str:
        return translate(self.language, text, **values)

    def say_many(self, one: str, many: str, count: int, /, **values: object) -> str:
        return translate_many(self.language, one, many, count, **values)


def visitor(right: Right | None = None) -> Callable[[Request], Visitor]:
    """A FastAPI dependency: the visitor of a page that needs `right`. Checks every change for a form of our own.

    Raises:
        SignInFirst: nobody has signed in.
        Refusal: they may not do this.
    """

    def found(request: Request) -> Visitor:
        one = signed_in(request)
        if right is not None and not one.member.may(right):
            raise refusals.not_allowed()
        return one

    return found


def signed_in(request: Request, *, passed: bool = True) -> Visitor:
    """The visitor behind the cookie; `passed=False` lets in those who still have to show their second factor."""
    premises: Premises = request.app.state.premises
    secret = request.cookies.get(cookie_name(premises), "")
    with premises.database.reading() as session:
        found = sessions.find(session, secret, premises.clock()) if secret else None
        if found is None:
            raise SignInFirst
        if passed and not found.passed:
            raise SignInFirst(second_factor=True)
        member = found.member
        passed, is_fresh = found.passed, premises.clock() - found.created_at < sessions.FRESH
        # A page that asks by itself whether something is new is no sign that somebody is there.
        is_old = "x-poll" not in request.headers and sessions.is_to_be_noted(found, premises.clock())
    if is_old:
        _note_use(premises, secret)
    language = member.language or preferred(request.headers.get("accept-language", ""), spoken())
    zone = member.time_zone or premises.policy.time_zone
    one = Visitor(member, secret, language, zone, passed, is_fresh)
    request.state.visitor = one  # for what is said when something is refused
    return one


def _note_use(premises: Premises, secret: str) -> None:
    with premises.database.writing() as session:
        if (found := sessions.find(session, secret, premises.clock())) is not None:
            found.seen_at = found.member.seen_at = premises.clock()


def check_origin(request: Request) -> None:
    """A FastAPI dependency of what changes something before there is a session: the form comes from our own page.

    Raises:
        Refusal: it does not.
    """
    premises: Premises = request.app.state.premises
    if request.method not in _SAFE and not _is_own(request, premises.policy.public_url):
        raise refusals.from_elsewhere()


async def check_form(request: Request) -> None:
    """A FastAPI dependency of everything else that changes something: the form was made for this very session.

    Raises:
        Refusal: it was not.
    """
    if request.method in _SAFE:
        return
    check_origin(request)
    premises: Premises = request.app.state.premises
    secret = request.cookies.get(cookie_name(premises), "")
    given = request.headers.get("x-form-token") or (await request.form()).get("form_token") or ""
    if not secret or not hmac.compare_digest(str(given).encode(), sessions.form_token(secret).encode()):
        raise refusals.from_elsewhere()


def cookie_name(premises: Premises) -> str:
    """The name of the session's cookie."""
    return _SECURE_COOKIE if premises.is_secure else _COOKIE


def again(session: Session, one: Visitor) -> Member:
    """The member as a row of this session, to act and to be written down."""
    return session.get_one(Member, one.member.id)


def _is_own(request: Request, public_url: str | None) -> bool:
    """As far as the browser says: Sec-Fetch-Site over https, Origin with every change."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        host = urlsplit(origin).netloc.lower()
        public = urlsplit(public_url or "").netloc.lower()
    except ValueError:
        return False
    return host in {request.headers.get("host", "").lower(), public} - {""}
