"""What is counted of a run: chunk by chunk, and added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


@dataclass(slots=True)
class Counts:
    """Patients, unless it says otherwise.

    Attributes:
        read: all of them; those in the outcomes and those left out.
        left_out: in no outcome, and told of among what was rejected.
        alone: evaluated one by one, because columns do not tell them surely.
        values: values that could not be used.
        scope: by scope.
        rules: by rule and status, of those whom the guideline applies to.
        missing: by fact, who is undecided in something and needs that fact for it.
    """

    read: int = 0
    left_out: int = 0
    alone: int = 0
    values: int = 0
    scope: dict[str, int] = field(default_factory=dict)
    rules: dict[str, dict[str, int]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)

    @property
    def in_outcomes(self) -> int:
        return self.read - self.left_out

    def add(self, other: Counts) -> None:
        self.read += other.read
        self.left_out += other.left_out
        self.alone += other.alone
        self.values += other.values
        _add(self.scope, other.scope)
        _add(self.missing, other.missing)
        for rule, statuses in other.rules.items():
            _add(self.rules.setdefault(rule, {}), statuses)

    def kept(self) -> dict[str, Any]:
        """As a journal keeps it."""
        return asdict(self)


def counted(values: pl.Series) -> dict[str, int]:
    """How often each word comes, in the order of the words; none that does not come at all."""
    counts = values.drop_nulls().value_counts(sort=False)
    return {str(word): count for word, count in sorted(counts.iter_rows())}


def _add(to: dict[str, int], counts: Mapping[str, int]) -> None:
    for word, count in counts.items():
        to[word] = to.get(word, 0) + count
