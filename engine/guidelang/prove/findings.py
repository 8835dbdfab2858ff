"""What a proof about a guideline came to: what was found, with a patient; what was proved; what was left undecided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.prove.prover import Shown
from guidelang.prove.written import example_block, patient_file, summary

Kind: TypeAlias = Literal[
    "conflict",
    "dead_rule",
    "gap",
    "overlap",
    "invariant",
    "stack",
    "implied_rule",
    "idle_condition",
    "idle_exception",
    "idle_override",
    "constant_condition",
    "undecided",
]

ERRORS: frozenset[Kind] = frozenset({"conflict", "dead_rule", "gap", "overlap", "invariant"})
"""What makes the command fail. The rest are warnings."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient who shows something: who was run before being shown.

    Attributes:
        facts: a plain fact set.
        summary: the same in a line.
        file: a patient file, in YAML.
        example: an `example` of the language.
    """

    facts: Mapping[str, object]
    as_of: dt.date
    summary: str
    file: str
    example: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found.

    Attributes:
        kind: of what sort it is.
        message: what a reader is told, in a sentence.
        rules: the rules that it is about.
        patient: who shows it; None for what is true of nobody.
    """

    kind: Kind
    message: str
    rules: tuple[str, ...]
    patient: Patient | None = None

    @property
    def is_error(self) -> bool:
        return self.kind in ERRORS


@dataclass(frozen=True, slots=True)
class Settled:
    """How many questions of a sort were asked, and how many of them were proved to be true of nobody."""

    question: str
    asked: int
    proved: int


@dataclass(frozen=True, slots=True)
class Proofs:
    """All that was found about a guideline, errors first, and what was proved."""

    guidelines: tuple[str, ...]
    findings: tuple[Finding, ...]
    settled: tuple[Settled, ...]

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)


def patient_of(shown: Shown, title: str, expects: Sequence[str]) -> Patient:
    """A patient as a reader is shown one."""
    draft = shown.draft
    return Patient(
        facts={**draft.content(), "patient": "witness"},
        as_of=draft.as_of,
        summary=summary(draft),
        file=patient_file(draft, name="witness"),
        example=example_block(draft, name=title, expects=expects),
    )
