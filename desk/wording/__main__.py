"""Bring the catalogues up to date with the texts in the code: `python -m desk.wording`.

New texts appear untranslated, unused ones go. A test fails while anything is untranslated.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KEYWORDS = {
    "say": None,
    "phrase": None,
    "say_many": (1, 2),
    "translate": (2,),
    "translate_many": (2, 3),
}


def texts() -> Catalog:
    """Every text the interface says."""
    catalogue = Catalog(project="Guidepost", charset="utf-8")
    for room in ("desk", "bot", "console"):
        methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
        found = extract_from_dir(ROOT / room, methods, keywords=KEYWORDS)
        for _, _, message, _, context in found:
            catalogue.add(message, context=context)
    return catalogue


def update(file: Path, template: Catalog) -> None:
    """Merge the texts into one language's file, keeping what is translated."""
    language = file.stem
    merged = Catalog(
        locale=language, project="Guidepost", fuzzy=False, header_comment=f"# The interface in {language}."
    )
    known = read_po(io.BytesIO(file.read_bytes()), locale=language) if file.exists() else Catalog()
    merged.creation_date = known.creation_date
    for message in template:
        if message.id:
            earlier = known.get(message.id)
            merged.add(message.id, earlier.string if earlier else "", flags=message.flags)
    with file.open("wb") as out:
        write_po(out, merged, sort_output=True, width=110)


if __name__ == "__main__":
    for code in ("ar", "es", "fr", "pt", "ru", "sw", "zh"):
        update(HERE / f"{code}.po", texts())
