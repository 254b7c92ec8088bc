"""How well the router does on labelled messages. Pure computing: labelled texts and a catalogue in, figures out."""

from routing.evaluation.machinery import OUT_OF_SCOPE, Figures, Row, evaluate

__all__ = ["OUT_OF_SCOPE", "Figures", "Row", "evaluate"]
