"""What every way into the console has in common: the session and its cookie, and slowing down who guesses."""

from collections.abc import Callable
from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from console import refusals
from console.pages import done
from console.premises import Premises
from console.visitors import Visitor, cookie_name
from desk import audit, safeguards
from desk.access import passwords, sessions
from desk.access.factors import factors_of
from desk.access.secrets import new_secret
from desk.members import Member
from desk.pace import network
from knowledge.database import Session

HOME = "/console/queue"
_SECONDS = 300


def enter(
    request: Request, session: Session, member: Member, how: str, *, complete: bool = False, notice: str = ""
) -> Response:
    """Begin a session for a member who has shown their first factor, and go to the second where there is one or has to
    be; with `complete` the first was as good as two."""
    premises: Premises = request.app.state.premises
    now, agent = premises.clock(), request.headers.get("user-agent", "")
    second = bool(factors_of(session, member)) or safeguards.of(session).second_factor
    passed = complete or not second
    if passed:
        passwords.forgive(member)
    secret = sessions.start(session, member, now, passed=passed, agent=agent)
    audit.record(session, member.actor, "signed_in" if passed else "half_signed_in", member.actor, now, how=how)
    response = done(HOME if passed else "/console/second-factor", notice)
    return give_cookie(premises, response, secret)


def go_on(request: Request, session: Session, one: Visitor, answer: Callable[[Visitor], Response]) -> Response:
    """Let a session go on under a new secret, as one that lacks nothing. `answer` is made for the visitor it then has:
    the forms of the one before no longer count."""
    premises: Premises = request.app.state.premises
    secret = sessions.rotate(session, one.secret, premises.clock())
    return give_cookie(premises, answer(replace(one, secret=secret, passed=True, fresh=True)), secret)


def give_cookie(premises: Premises, response: Response, secret: str) -> Response:
    """Hand the secret of a session to the browser."""
    longest = int(sessions.LONGEST.total_seconds())
    response.set_cookie(
        cookie_name(premises), secret, max_age=longest, path="/", secure=premises.is_secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return response


def mark(premises: Premises, response: Response) -> str:
    """Give a browser without a session a secret by which it is known again for the next minutes; returns it."""
    secret = new_secret()
    response.set_cookie(
        f"{cookie_name(premises)}_way", secret, max_age=_SECONDS, path="/", secure=premises.is_secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return secret


def marked(request: Request) -> str:
    """The secret that `mark` has given."""
    return request.cookies.get(f"{cookie_name(request.app.state.premises)}_way", "")


def check_pace(request: Request) -> None:
    """A FastAPI dependency of everything that can be guessed.

    Raises:
        Refusal: too many wrong guesses came from this network within a minute.
    """
    premises: Premises = request.app.state.premises
    if premises.misses.wait(_network(request), premises.clock().timestamp()) > 0:
        raise refusals.too_fast()


def missed(request: Request) -> None:
    """A guess was wrong."""
    premises: Premises = request.app.state.premises
    premises.misses.count(_network(request), premises.clock().timestamp())


def _network(request: Request) -> str:
    return network(request.client.host if request.client else None)
