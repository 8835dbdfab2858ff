"""The published document of a difference: `guidelang diff --format json`, with a schema of its own."""

from __future__ import annotations

from typing import Literal, TypeAlias

from guidelang.trace.published import Document, Field

Moved: TypeAlias = Literal[
    "gained", "lost", "yes_to_undecided", "no_to_undecided", "undecided_to_yes", "undecided_to_no", "strength_changed",
    "unchanged_yes", "unchanged_no", "unchanged_undecided",
]  # fmt: skip


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
    local_change: str | None = Field(default=None, description="The local change that it is part of, by its name.")


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


class EffectPatientsDocument(Document):
    """Whose records were read. What an edition read is in both, in it alone, or rejected."""

    read_old: int
    read_new: int
    both: int = Field(description="In the outcomes of both editions; all counts of moves are of these.")
    changed: int = Field(description="Of these, who gets other advice, no longer gets some, or may.")
    only_old: int
    only_new: int
    rejected_old: int = Field(description="Rows that name no patient.")
    rejected_new: int
    one_by_one_old: int = Field(description="Evaluated one by one, since columns do not tell them surely.")
    one_by_one_new: int


class GivenDocument(Document):
    """How many patients get a piece of advice, do not, or are undecided."""

    yes: int
    undecided: int
    no: int


class StrengthMoveDocument(Document):
    """Who gets the advice in both editions, and not as strongly, or on other certainty."""

    before: str
    after: str
    patients: int


class ReasonDocument(Document):
    """What moved a piece of advice, counted: each patient who moved is in one of these."""

    moved: Moved
    scope: bool = Field(description="Whether the patient's being in scope or not did it, or did it too.")
    rules: list[str] = Field(description="The rules that did it, by their names in the new edition where it has them.")
    patients: int


class EffectAdviceDocument(Document):
    """What became of one piece of advice, or of the scope. The ten counts of moves add up to all patients."""

    advice: str
    before: GivenDocument
    after: GivenDocument
    per_hundred_before: float = Field(description="Patients who get it, of a hundred.")
    per_hundred_after: float
    gained: int
    lost: int
    yes_to_undecided: int
    no_to_undecided: int
    undecided_to_yes: int
    undecided_to_no: int
    strength_changed: int
    unchanged_yes: int
    unchanged_no: int
    unchanged_undecided: int
    by_scope: dict[str, int] = Field(description="Of each sort of move, for how many the scope is among the reasons.")
    strengths: list[StrengthMoveDocument]
    reasons: list[ReasonDocument]


class CauseDocument(Document):
    """Which changes of the text a rule, or the scope, stands on: what may be responsible. Not counted."""

    rule: str = Field(description="The rule, or `scope`.")
    changes: list[str] = Field(description="Sentences of `text`, of what its condition stands on.")
    stated: list[str] = Field(description="Sentences of `text`, of how strong its advice is.")


class EffectDocument(Document):
    """What the new edition does to the patients of a cohort."""

    cohort: str
    as_of: str
    complete: list[str]
    notes: list[str]
    patients: EffectPatientsDocument
    values_rejected_old: int
    values_rejected_new: int
    per_hundred_before: float = Field(description="Pieces of advice for a hundred patients.")
    per_hundred_after: float
    scope: EffectAdviceDocument
    advice: list[EffectAdviceDocument]
    causes: list[CauseDocument]


class LocalReasonDocument(Document):
    """A local change of an adapting guideline."""

    name: str
    reason: str


class DiffDocument(Document):
    """What is different between two editions of a guideline."""

    schema_version: str
    old: EditionDocument
    new: EditionDocument
    as_of: str = Field(description="The day for which the patients were made.")
    changed: bool = Field(description="Whether some patient may get something else.")
    text: list[TextChangeDocument]
    local_changes: list[LocalReasonDocument] = Field(default=[], description="Local changes that the texts differ in.")
    read_anew: list[str] = Field(description="Facts that only the new edition reads.")
    no_longer_read: list[str] = Field(description="Facts that only the old edition reads.")
    meaning: MeaningDocument | None = Field(description="Null where only the texts were compared.")
    effect: EffectDocument | None = Field(description="What it does to the patients of a cohort, if one was given.")
