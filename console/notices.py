"""What a page says after a change, by the name under which `done` passes it on."""

from desk.wording import phrase

NOTICES = {
    "saved": phrase("Saved."),
    "deleted": phrase("Deleted."),
    "welcome": phrase("Welcome. Your account is ready."),
    "signed_out": phrase("You have signed out."),
    "replied": phrase("Your reply is on its way. Below you see when it has been sent."),
    "noted": phrase("Your note is kept. Only members see it."),
    "answered_again": phrase("The requester gets the new answer."),
    "asked": phrase("The requester has been asked for consent."),
    "merged": phrase("Merged. What the requester writes in either conversation comes here."),
    "linked": phrase("Linked. Tickets of different people are never merged."),
    "split": phrase("This is the new ticket."),
    "nothing": phrase("Nothing had to be changed."),
}
