"""A desk that knows three topics and one kind of emergency, learnt in a moment."""

from dataclasses import replace

from routing.catalogue import Catalogue, Crisis, Entry, Kind

_PHRASES = {
    "copyright": (
        "somebody copied my photos without asking",
        "a shop prints my drawings on shirts",
        "they sell my song as their own",
        "my article appears on another site",
        "can i use a picture that i found",
    ),
    "domains": (
        "somebody registered our name as a domain",
        "our domain name has expired",
        "who owns this web address",
        "the registrar does not transfer our domain",
        "how do i get a domain in my alphabet",
    ),
    "encryption": (
        "how do i encrypt the files of our clients",
        "the ministry wants a back door in messengers",
        "is it legal to encrypt our mail",
        "which messenger is encrypted end to end",
        "we lost the key of the encrypted disk",
    ),
}
_FRENCH = {
    "copyright": ("on a copié mes photos", "ma chanson est vendue sans mon accord"),
    "domains": ("notre nom de domaine a expiré", "quelqu'un a enregistré notre nom"),
    "encryption": ("comment chiffrer nos fichiers", "quelle messagerie est chiffrée"),
}
_TOPICS = tuple(
    Entry(Kind.TOPIC, id, {"en": id.capitalize(), "fr": id.capitalize()}, phrases={"en": phrases, "fr": _FRENCH[id]})
    for id, phrases in _PHRASES.items()
)
_PRACTICE = Entry(
    Kind.PRACTICE,
    "takedown-guide",
    {"en": "Guide to takedowns"},
    phrases={"en": ("how do i make them take down my photos",)},
    topics=("copyright",),
)
_CRISIS = Crisis(
    "threat-to-life",
    1,
    ("encryption",),
    (),
    (),
    {"en": ("he says he will kill me tonight", "they sent a bullet to my house", "a man with a knife waits outside")},
    {"en": ("training on threats for journalists", "statistics of threats in our country")},
)
SMALL = Catalogue("small", (*_TOPICS, _PRACTICE), crises=(_CRISIS,))
_MISPLACED = "someone took our web address and wants money for it"
#: The same with a way of asking under the wrong topic.
CONFUSED = replace(
    SMALL,
    version="confused",
    entries=tuple(
        replace(entry, phrases={**entry.phrases, "en": (*entry.phrases["en"], _MISPLACED)})
        if entry.id == "copyright"
        else entry
        for entry in SMALL.entries
    ),
)
