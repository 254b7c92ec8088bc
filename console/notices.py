"""What a page says after a change, by the name under which `done` passes it on."""

from desk.wording import phrase

NOTICES = {
    "saved": phrase("Saved."),
    "deleted": phrase("Deleted."),
    "welcome": phrase("Welcome. Your account is ready."),
    "signed_out": phrase("You have signed out."),
}
