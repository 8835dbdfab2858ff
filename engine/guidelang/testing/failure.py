"""What an expectation that does not hold has to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guidelang.source import Span


@dataclass(frozen=True, slots=True)
class Subject:
    """What a failure is about, and whose why therefore explains it; the scope has no name."""

    sort: Literal["rule", "derived", "scope"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold, at the place where it stands."""

    expected: str
    got: str
    span: Span
    subjects: tuple[Subject, ...] = ()

    @property
    def rule(self) -> str | None:
        """The rule that it is about, if it is about one."""
        rules = [subject.name for subject in self.subjects if subject.sort == "rule"]
        return rules[0] if len(rules) == 1 else None

    def __str__(self) -> str:
        return f"expected {self.expected}, but {self.got}"


def of_rules(*names: str) -> tuple[Subject, ...]:
    """Rules as subjects, each once, in the order of their names."""
    return tuple(Subject("rule", name) for name in sorted(set(names)))
