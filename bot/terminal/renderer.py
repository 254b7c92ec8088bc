"""A card as plain text; buttons are numbers."""

from collections.abc import Sequence

from desk.messages import Button, Card, Item, Section


def render(card: Card, buttons: Sequence[Button]) -> str:
    """The card as lines of text, its buttons numbered in the order of `buttons`."""
    parts = [f"!! {line}" for line in card.alert.splitlines() if line]
    blocks = [
        f"{card.title}\n{'=' * len(card.title)}" if card.title else "",
        "\n".join(parts),
        card.body,
        *(_section(section) for section in card.sections),
        card.footer,
        "\n".join(f"  [{number}] {_label(button)}" for number, button in enumerate(buttons, start=1)),
    ]
    return "\n\n".join(block for block in blocks if block)


def _section(section: Section) -> str:
    lines = [section.heading] if section.heading else []
    return "\n".join(lines + [_item(item) for item in section.items])


def _item(item: Item) -> str:
    note = f" ({item.note})" if item.note else ""
    words = ": ".join(part for part in (item.title + note if item.title else "", item.text) if part)
    return f"  - {words}" + (f"\n    {item.url}" if item.url else "")


def _label(button: Button) -> str:
    return f"{button.label}: {button.url}" if button.url else button.label


def flat(card: Card) -> list[Button]:
    """The buttons of a card in reading order."""
    return [button for row in card.buttons for button in row]
