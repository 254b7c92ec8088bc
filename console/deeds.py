"""What the words of the audit log mean, for people; tables and programs get the words themselves."""

from desk.wording import phrase, translate

_TAKEN, _ASSIGNED, _HANDED_OVER = phrase("took the ticket"), phrase("assigned the ticket"), phrase("handed it over")
_GIVEN_BACK, _PRIORITISED = phrase("gave the ticket back to the queue"), phrase("changed the urgency")
_SNOOZED, _WOKEN, _CLOSED = phrase("snoozed the ticket"), phrase("woke the ticket"), phrase("closed the ticket")
_REOPENED, _MERGED, _SPLIT = phrase("reopened the ticket"), phrase("merged two tickets"), phrase("split the ticket")
_LINKED, _UNLINKED = phrase("linked two tickets"), phrase("removed the link of two tickets")
_REROUTED, _REFERRED = phrase("changed the topic"), phrase("asked the requester for consent to a referral")
_REPORTED, _ASKED_FILE = phrase("reported what came of a referral"), phrase("asked the requester for a file")
_QUESTION_MOVED, _QUESTION_CANCELLED = phrase("moved a follow-up question"), phrase("cancelled a follow-up question")
_REPLIED, _CALL_ANSWERED = phrase("replied to the requester"), phrase("answered the call")

# Chats, the console and programs write down what their own buttons are called.
DEEDS = {
    **dict.fromkeys(("take", "took", "taken"), _TAKEN),
    **dict.fromkeys(("assign", "assigned"), _ASSIGNED),
    "hand-over": _HANDED_OVER,
    **dict.fromkeys(("give-back", "give_back", "given_back"), _GIVEN_BACK),
    **dict.fromkeys(("urgency", "prioritised"), _PRIORITISED),
    "snooze": phrase("asked to snooze the ticket"),
    **dict.fromkeys(("snooze_until", "snoozed"), _SNOOZED),
    **dict.fromkeys(("wake", "woken"), _WOKEN),
    **dict.fromkeys(("close", "closed"), _CLOSED),
    **dict.fromkeys(("reopen", "reopened"), _REOPENED),
    **dict.fromkeys(("merge", "merged"), _MERGED),
    **dict.fromkeys(("link", "linked"), _LINKED),
    **dict.fromkeys(("unlink", "unlinked"), _UNLINKED),
    "split": _SPLIT,
    "propose": phrase("began a referral"),
    **dict.fromkeys(("refer", "propose_to", "referral_proposed"), _REFERRED),
    "outcome": phrase("began to report on a referral"),
    **dict.fromkeys(("report", "outcome_is", "referral_reported"), _REPORTED),
    "ask-file": _ASKED_FILE,
    **dict.fromkeys(("move-follow-up", "follow_up_moved"), _QUESTION_MOVED),
    **dict.fromkeys(("cancel-follow-up", "follow_up_cancelled"), _QUESTION_CANCELLED),
    "reroute": phrase("began to change the topic"),
    **dict.fromkeys(("reroute_to", "rerouted"), _REROUTED),
    "routed_again": phrase("routed the ticket again"),
    "why": phrase("asked why it was routed like this"),
    "reply": phrase("began a reply"),
    "reply_with": phrase("wrote a draft of a reply"),
    "discard": phrase("discarded a draft"),
    **dict.fromkeys(("send", "replied"), _REPLIED),
    "noted": phrase("wrote an internal note"),
    "note_changed": phrase("changed an internal note"),
    "note_deleted": phrase("deleted an internal note"),
    **dict.fromkeys(("acknowledge", "acknowledged"), _CALL_ANSWERED),
    "viewed": phrase("read what the requester wrote"),
    "listed": phrase("saw tickets in a list"),
    "file_opened": phrase("opened a file of the requester"),
    "signed_in": phrase("signed in"),
    "half_signed_in": phrase("began to sign in; the second factor was still missing"),
    "sign_in_failed": phrase("did not manage to sign in"),
    "second_factor_failed": phrase("did not manage to show the second factor"),
    "confirmation_failed": phrase("did not manage to confirm who they are"),
    "signed_out": phrase("signed out"),
    "signed_out_everywhere": phrase("signed a member out everywhere"),
    "session_ended": phrase("signed out another device"),
    "sessions_ended": phrase("signed out all other devices"),
    "password_changed": phrase("changed the password"),
    "password_set": phrase("set a password by a link"),
    "account_made": phrase("made the account"),
    "recovery_codes_made": phrase("made new recovery codes"),
    "factor_added": phrase("added a second factor"),
    "factor_removed": phrase("removed a second factor"),
    "linked member": phrase("linked an account in a chat"),
    "unlinked member": phrase("removed an account in a chat"),
    "invited": phrase("invited somebody"),
    "invitation_withdrawn": phrase("withdrew an invitation"),
    "link_made": phrase("made a link to sign in"),
    "role_changed": phrase("changed the role"),
    "profile_changed": phrase("changed the profile"),
    "deactivated": phrase("deactivated a member"),
    "reactivated": phrase("reactivated a member"),
    "token_made": phrase("made a token for a program"),
    "token_revoked": phrase("revoked a token"),
    "webhook_added": phrase("added a webhook"),
    "webhook_removed": phrase("removed a webhook"),
    "webhook_retried": phrase("let a webhook be called again"),
    "webhook_switched_on": phrase("switched a webhook on"),
    "webhook_switched_off": phrase("switched a webhook off"),
    "view_saved": phrase("saved a view of the queue"),
    "view_deleted": phrase("deleted a view of the queue"),
    "saved_reply": phrase("changed a saved reply"),
    "deleted_reply": phrase("deleted a saved reply"),
    "shift_added": phrase("added a shift on call"),
    "shift_removed": phrase("removed a shift on call"),
    "shift_handed_over": phrase("handed shifts on call over"),
    "drilled": phrase("held a drill"),
    "targets_set": phrase("changed the targets for answers"),
    "options_changed": phrase("changed the safeguards"),
    "audit_exported": phrase("took the audit log along as a table"),
}
_THINGS = {
    "queue": phrase("the queue"),
    "audit": phrase("the audit log"),
    "options": phrase("the options"),
    "safeguards": phrase("the safeguards"),
    "invitation": phrase("an invitation"),
    "tickets": phrase("several tickets"),
    "view": phrase("view {number}"),
    "reply": phrase("saved reply {number}"),
    "webhook": phrase("webhook {number}"),
    "token": phrase("token {number}"),
    "page": phrase("call {number}"),
}


def deed(language: str, what: str, about: str = "") -> str:
    """What was done, as part of a sentence; the word itself where it has no name."""
    kind, _, _ = about.partition(":")
    text = DEEDS.get(f"{what} {kind}") or DEEDS.get(what.removeprefix("many_"))
    return translate(language, text) if text else what


def thing(language: str, about: str) -> str:
    """What it was done to, where that is neither a person nor a ticket; else as it is written down."""
    kind, _, number = about.partition(":")
    text = _THINGS.get(kind)
    return translate(language, text, number=number) if text and ("{number}" in text) == bool(number) else about
