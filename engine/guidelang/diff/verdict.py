"""What became of each piece of advice between two editions, as the comparison tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.prove.runner import Given

Verdict: TypeAlias = Literal["same", "broader", "narrower", "different", "undecided"]
Bump: TypeAlias = Literal["major", "minor", "patch"]

SCOPE = "scope"
"""What the comparison of the scope is called among pieces of advice."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A patient who shows a difference: run through both editions before it is shown.

    Attributes:
        facts: a plain fact set, with `patient`, or a FHIR Bundle.
        summary: the same in a line.
        old, new: whether the patient gets the advice in the old and in the new edition.
        patient: a patient file, in YAML; a FHIR Bundle where only codes show the difference.
        example: an `example` of the language that says what the new edition does; empty for a record.
    """

    facts: Mapping[str, object]
    as_of: dt.date
    summary: str
    old: Given
    new: Given
    patient: str
    example: str


@dataclass(frozen=True, slots=True)
class AdviceChange:
    """What becomes of one piece of advice, or of the scope.

    Attributes:
        gained: somebody who gets more with the new edition, `lost` somebody who gets less.
        proved: nothing else differs: each direction without a witness is proved to be empty.
        strength: how what all rules state of it changed, where they agree ("conditional becomes strong").
        note: what a verdict does not say.
    """

    advice: str
    verdict: Verdict
    gained: Witness | None
    lost: Witness | None
    proved: bool
    strength: str | None
    note: str | None
    old_rules: tuple[str, ...]
    new_rules: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether a patient may get something else; what is undecided may."""
        return self.verdict != "same" or self.strength is not None


@dataclass(frozen=True, slots=True)
class Meaning:
    """All pieces of advice of either edition, the scope first; and what a version number would say of it."""

    advice: tuple[AdviceChange, ...]
    changed_facts: tuple[str, ...]
    bump: Bump

    @property
    def changed(self) -> bool:
        """Whether a patient may get something else, or a fact that is read may be something else."""
        return bool(self.changed_facts) or any(change.changed for change in self.advice)
