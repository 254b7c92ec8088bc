"""What `benchmarks.routing_growth` compares the router with: each is given a catalogue's topics and answers with one.

bm25s and tantivy are only for this: `pip install -e '.[bench]'` installs them, and without them they are left out.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

#: Finds a topic for a text.
Ask = Callable[[str], str]
#: Puts other texts in the place of a topic's.
Change = Callable[[str, Sequence[str]], object]


class Searcher(NamedTuple):
    """A search ready to be asked; `change` is None where everything has to be made anew."""

    ask: Ask
    change: Change | None


def rapidfuzz(topics: Mapping[str, Sequence[str]]) -> Searcher:
    """Every phrase compared with the question, by the words they share."""
    from rapidfuzz import fuzz, process, utils

    own = [topic for topic, texts in topics.items() for _ in texts]
    phrases = [utils.default_process(text) for texts in topics.values() for text in texts]

    def ask(text: str) -> str:
        return own[process.extractOne(utils.default_process(text), phrases, scorer=fuzz.token_set_ratio)[2]]

    return Searcher(ask, None)


def bm25(topics: Mapping[str, Sequence[str]]) -> Searcher:
    """bm25s, one document for each topic."""
    import bm25s

    ids, found = [*topics], bm25s.BM25()
    found.index(
        bm25s.tokenize([" ".join(texts) for texts in topics.values()], show_progress=False), show_progress=False
    )

    def ask(text: str) -> str:
        rows, _ = found.retrieve(bm25s.tokenize(text, show_progress=False), k=1, show_progress=False)
        return ids[int(rows[0, 0])]

    return Searcher(ask, None)


def fts5(topics: Mapping[str, Sequence[str]]) -> Searcher:
    """SQLite's full-text search by trigrams, one row for each topic."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE topic USING fts5(id UNINDEXED, text, tokenize='trigram')")
    rows = {topic: at for at, topic in enumerate(topics, 1)}
    listed = ((rows[topic], topic, "\n".join(texts)) for topic, texts in topics.items())
    database.executemany("INSERT INTO topic (rowid, id, text) VALUES (?, ?, ?)", listed)

    def ask(text: str) -> str:
        words = " OR ".join(f'"{word}"' for word in _words(text) if len(word) > 2)
        found = database.execute("SELECT id FROM topic WHERE topic MATCH ? ORDER BY rank LIMIT 1", (words,)).fetchone()
        return found[0] if found else ""

    def change(topic: str, texts: Sequence[str]) -> None:
        database.execute("UPDATE topic SET text = ? WHERE rowid = ?", ("\n".join(texts), rows[topic]))

    return Searcher(ask, change)


def tantivy(topics: Mapping[str, Sequence[str]]) -> Searcher:
    """Tantivy in memory, one document for each topic."""
    import tantivy as library

    schema = library.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("text")
    index = library.Index(schema.build())
    writer = index.writer(num_threads=1)

    def put(topic: str, texts: Sequence[str]) -> None:
        writer.add_document(library.Document(id=topic, text=" ".join(texts)))

    for topic, texts in topics.items():
        put(topic, texts)
    writer.commit()
    index.reload()

    def ask(text: str) -> str:
        searcher = index.searcher()
        hits = searcher.search(index.parse_query(" ".join(_words(text)), ["text"]), 1).hits
        return str(searcher.doc(hits[0][1])["id"][0]) if hits else ""

    def change(topic: str, texts: Sequence[str]) -> None:
        writer.delete_documents("id", topic)
        put(topic, texts)
        writer.commit()
        index.reload()

    return Searcher(ask, change)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


SEARCHERS: dict[str, Callable[[Mapping[str, Sequence[str]]], Searcher]] = {
    "RapidFuzz, every phrase": rapidfuzz,
    "BM25 (bm25s)": bm25,
    "SQLite FTS5, trigrams": fts5,
    "tantivy": tantivy,
}
