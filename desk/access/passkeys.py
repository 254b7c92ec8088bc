"""Passkeys: a second factor, or the only one, that no false page can ask for (WebAuthn)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.members import Member
from knowledge.database import Base


class Passkey(Base):
    """One authenticator of a member. `credential` and `public_key` are base64url; `uses` is its signature counter."""

    __tablename__ = "passkeys"

    credential: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    public_key: Mapped[str]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()


@dataclass(frozen=True, slots=True)
class Site:
    """For whom passkeys are made: the host, which they stay bound to, and the origin of the pages."""

    host: str
    origin: str


class NotAccepted(Exception):
    """An authenticator's answer does not hold."""


def passkeys_of(session: Session, member: Member) -> list[Passkey]:
    """A member's passkeys, the oldest first."""
    return list(session.scalars(select(Passkey).filter_by(member_id=member.id).order_by(Passkey.created_at)))


def remove(session: Session, member: Member, credential: str) -> bool:
    """Forget a passkey. False when it is not theirs."""
    mine = delete(Passkey).where(Passkey.credential == credential, Passkey.member_id == member.id)
    return session.execute(mine.returning(Passkey.credential)).first() is not None


def creation(session: Session, site: Site, member: Member) -> dict[str, Any]:
    """What to ask a browser for, to make a passkey. Its `challenge` has to be kept for `register`."""
    # The library takes half a second to load, which no start should wait for. So it is below.
    import webauthn
    from webauthn.helpers import structs

    wanted = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.PREFERRED,
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name="Guidepost", user_id=member.actor.encode(), user_name=member.email or member.name,
        user_display_name=member.name, authenticator_selection=wanted,
        exclude_credentials=[_described(one) for one in passkeys_of(session, member)],
    )  # fmt: skip
    return dict(json.loads(webauthn.options_to_json(options)))


def register(
    session: Session, site: Site, member: Member, challenge: str, answer: str, name: str, now: datetime
) -> Passkey:
    """Take in a new passkey.

    Raises:
        NotAccepted: the answer is to another question, of another site, or somebody has this passkey already.
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    if not challenge:
        raise NotAccepted
    try:
        verified = webauthn.verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=site.host,
            expected_origin=site.origin,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotAccepted from error
    credential = bytes_to_base64url(verified.credential_id)
    if session.get(Passkey, credential) is not None:
        raise NotAccepted
    passkey = Passkey(
        credential=credential, member=member, name=name, public_key=bytes_to_base64url(verified.credential_public_key),
        uses=verified.sign_count, created_at=now,
    )  # fmt: skip
    session.add(passkey)
    return passkey


def request(session: Session, site: Site, member: Member | None) -> dict[str, Any]:
    """What to ask a browser for, to show a passkey; without a member any of this site's that it keeps.

    Without a member it is the only factor, so whoever holds it has to prove to it who they are. Its `challenge` has to
    be kept for `accept`.
    """
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement as Verification

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=[_described(one) for one in passkeys_of(session, member)] if member else None,
        user_verification=Verification.PREFERRED if member else Verification.REQUIRED,
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def accept(session: Session, site: Site, member: Member | None, challenge: str, answer: str, now: datetime) -> Passkey:
    """The passkey that was shown.

    Raises:
        NotAccepted: it is not known, not this member's, or the answer does not hold.
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    passkey = session.get(Passkey, _credential(answer))
    is_theirs = passkey is not None and (member is None or passkey.member_id == member.id)
    if passkey is None or not is_theirs or not passkey.member.active or not challenge:
        raise NotAccepted
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.uses, require_user_verification=member is None,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise NotAccepted from error
    passkey.uses, passkey.used_at = verified.new_sign_count, now
    return passkey


def _credential(answer: str) -> str:
    try:
        return str(json.loads(answer)["id"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotAccepted from error


def _described(passkey: Passkey) -> Any:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential))
