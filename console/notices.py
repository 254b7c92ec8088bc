"""What a page says after a change, by the name under which `done` passes it on."""

from desk.wording import phrase

NOTICES = {
    "saved": phrase("Saved."),
    "deleted": phrase("Deleted."),
    "welcome": phrase("Welcome. Your account is ready."),
    "removed": phrase("Removed."),
    "sent_out": phrase("Signed out there."),
    "sent_out_everywhere": phrase("They are signed out everywhere."),
    "password_changed": phrase("Your password is changed. You are signed out everywhere else."),
    "factor_added": phrase("Added. From now on it is asked when you sign in."),
    "deactivated": phrase("They can no longer sign in, and their open tickets are back in the queue."),
    "reactivated": phrase("They can sign in again."),
    "role_changed": phrase("The role is changed. They have to sign in again."),
    "withdrawn": phrase("The link no longer works."),
    "called": phrase("Those on call are being called."),
    "acknowledged": phrase("It is yours. Everybody who was called is told."),
    "too_late": phrase("Somebody else was first, or it is over."),
    "signed_out": phrase("You have signed out."),
    "replied": phrase("Your reply is on its way. Below you see when it has been sent."),
    "noted": phrase("Your note is kept. Only members see it."),
    "answered_again": phrase("The requester gets the new answer."),
    "asked": phrase("The requester has been asked for consent."),
    "asked_file": phrase("The requester has been asked for a file."),
    "merged": phrase("Merged. What the requester writes in either conversation comes here."),
    "linked": phrase("Linked. Tickets of different people are never merged."),
    "split": phrase("This is the new ticket."),
    "nothing": phrase("Nothing had to be changed."),
}
