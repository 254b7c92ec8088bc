"""The standing set of a pack: messages with what is right for each, so that nothing gets worse unnoticed."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.packs.pack import SHIPPED, Finding, PackError, Severity


class Sample(BaseModel):
    """A message, what kind it is, which names are right for it, and entries of which one should be shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1)
    kind: Literal["help", "crisis", "calm", "control", "smalltalk", "unwanted", "vague"]
    want: tuple[str, ...]
    entries: tuple[str, ...] = ()


def standing(language: str, folder: Path = SHIPPED) -> tuple[Sample, ...]:
    """The samples of a pack in one language; empty when it has none. Raises `PackError` with every bad line."""
    file = folder / "standing" / f"{language}.jsonl"
    if not file.exists():
        return ()
    findings: list[Finding] = []
    samples: list[Sample] = []
    # Not splitlines: JSON may hold a bare U+2028.
    for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
        if line.strip():
            try:
                samples.append(Sample.model_validate_json(line))
            except ValidationError as error:
                findings.append(_finding(file, number, error))
    if findings:
        raise PackError(findings)
    return tuple(samples)


def _finding(file: Path, number: int, error: ValidationError) -> Finding:
    detail = error.errors(include_url=False)[0]
    field = ".".join(map(str, detail["loc"]))
    remedy = 'Write {"text": …, "kind": …, "want": […], "entries": […]}.'
    return Finding(Severity.ERROR, f"standing/{file.name}", f"line {number}", field, detail["msg"], remedy)
