"""Every table of this room, for whoever needs the whole schema (`desk.tables` does the same for desk)."""

from knowledge.clocks import Clock, NotClock
from knowledge.crises import Crisis
from knowledge.entries import Entry, KnowledgeState
from knowledge.history import EntryVersion, ImportedPack
from knowledge.networks import Network
from knowledge.organisations import Contact, Organisation
from knowledge.places import Country, Region
from knowledge.practices import Practice
from knowledge.terms import Term
from knowledge.topics import Basket, Topic
from knowledge.trainings import Training
from knowledge.vocabulary import Kind
from knowledge.wordings import Wording

# In the order of import: what is referred to comes before what refers to it.
NOUNS: dict[Kind, type[Entry]] = {
    noun.kind: noun
    for noun in (
        Basket,
        Topic,
        Country,
        Region,
        Practice,
        Organisation,
        Training,
        Network,
        Term,
        Clock,
        NotClock,
        Crisis,
    )
}

__all__ = ["NOUNS", "Contact", "EntryVersion", "ImportedPack", "KnowledgeState", "Wording"]
