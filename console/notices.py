"""What a page says after a change, by the name under which `done` passes it on."""

from desk.wording import phrase

NOTICES = {
    "saved": phrase("Saved."),
    "deleted": phrase("Deleted."),
    "welcome": phrase("Welcome. Your account is ready."),
    "called": phrase("Those on call are being called."),
    "acknowledged": phrase("It is yours. Everybody who was called is told."),
    "too_late": phrase("Somebody else was first, or it is over."),
    "signed_out": phrase("You have signed out."),
}
