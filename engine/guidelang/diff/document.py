"""The published document of a difference: `guidelang diff --format json`, with a schema of its own."""

from __future__ import annotations

from typing import Any, Literal

from guidelang.trace.published import Document, Field


class EditionDocument(Document):
    """One of the two editions."""

    given: str = Field(description="As it was named: a path, `name@version`, `REVISION:PATH`.")
    name: str
    version: str
    title: str | None
    effective: str | None
    hash: str = Field(description="Of its meaning, 64 hexadecimal digits.")


class TextChangeDocument(Document):
    """A change of the text."""

    kind: Literal["added", "removed", "changed", "renamed", "split", "merged"]
    part: str = Field(description="Which sort of declaration: head, source, scope, parameter, fact, rule, example …")
    name: str = Field(description="In the new edition; of what was removed, in the old one.")
    aspect: str = Field(description="What of the declaration: threshold, condition, certainty …; empty for all of it.")
    sentence: str
    old: str | None
    new: str | None
    old_place: str | None = Field(description="`file:line`")
    new_place: str | None


class WitnessDocument(Document):
    """A patient who shows a difference: both editions were run on them."""

    summary: str
    as_of: str
    old: Literal["yes", "no", "undecided"] = Field(description="Whether the old edition gives the advice.")
    new: Literal["yes", "no", "undecided"]
    patient: str = Field(description="A patient file, in YAML; a FHIR Bundle where only a code shows the difference.")
    example: str = Field(
        description="An `example` of the language, which says what the new edition does; empty for a record."
    )


class AdviceChangeDocument(Document):
    """What became of one piece of advice, or of the scope."""

    advice: str
    verdict: Literal["same", "broader", "narrower", "different", "undecided"]
    words: str = Field(description="The verdict in a sentence.")
    proved: bool = Field(description="Whether every direction without a patient is proved to be empty.")
    strength: str | None = Field(description="How its stated strength changed.")
    note: str | None
    because: list[str] = Field(description="The changes of the text that lie behind it, in sentences.")
    gained: WitnessDocument | None = Field(description="Somebody who gets more with the new edition.")
    lost: WitnessDocument | None = Field(description="Somebody who gets less.")
    old_rules: list[str]
    new_rules: list[str]


class MeaningDocument(Document):
    """All pieces of advice of either edition, the scope first."""

    bump: Literal["major", "minor", "patch"] = Field(description="Which part of the version number is to be raised.")
    changed_facts: list[str] = Field(description="Facts of both editions that are read or measured in another way.")
    advice: list[AdviceChangeDocument]


class DiffDocument(Document):
    """What is different between two editions of a guideline."""

    schema_version: str
    old: EditionDocument
    new: EditionDocument
    as_of: str = Field(description="The day for which the patients were made.")
    changed: bool = Field(description="Whether some patient may get something else.")
    text: list[TextChangeDocument]
    read_anew: list[str] = Field(description="Facts that only the new edition reads.")
    no_longer_read: list[str] = Field(description="Facts that only the old edition reads.")
    meaning: MeaningDocument | None = Field(description="Null where only the texts were compared.")
    effect: dict[str, Any] | None = Field(description="What it does to the patients of a cohort, if one was given.")
