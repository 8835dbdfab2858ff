"""What became of a mutant, and of all of a guideline."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias

from guidelang.testing.mutation.change import Change

Fate: TypeAlias = Literal["killed", "survived", "equivalent", "undecided", "unseen"]
"""
    killed       an example fails on it
    survived     no example fails, and a patient tells it from the guideline
    equivalent   no patient tells it from the guideline: proved, and not counted
    undecided    no example fails, and neither was found in time
    unseen       no example fails, and none was looked for: it changes how a record is read, by its codes or where
                 numbers have no unit, which an example sees only where a file with a record is its patient
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant.

    Attributes:
        by: the example that kills it.
        example: an `example` block that passes on the guideline and fails on the mutant; None if the language has no
            words for what differs.
        why: of a survivor the patient who tells it apart, in a line; else what there is to tell.
        alone: whether it stands on what the fault reaches alone, whatever the other rules of the guideline are.
    """

    fate: Fate
    by: str | None = None
    example: str | None = None
    why: str | None = None
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    change: Change
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Mutation:
    """How good the examples of one guideline are.

    Attributes:
        mutants: in the order of the text.
        failing: examples that fail on the guideline itself, and so judge nothing.
    """

    guideline: str
    version: str
    examples: int
    mutants: tuple[Judged, ...]
    failing: tuple[str, ...] = ()

    def of(self, fate: Fate) -> tuple[Judged, ...]:
        return tuple(each for each in self.mutants if each.verdict.fate == fate)

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(each.verdict.fate for each in self.mutants)

    @property
    def score(self) -> float | None:
        """The share killed of those that were killed or survived, in percent; None where there are none."""
        killed, survived = self.counts["killed"], self.counts["survived"]
        return 100 * killed / (killed + survived) if killed + survived else None

    @property
    def offered(self) -> tuple[str, ...]:
        """The examples that would kill the survivors, each once."""
        found = (each.verdict.example for each in self.of("survived"))
        return tuple(dict.fromkeys(example for example in found if example is not None))
