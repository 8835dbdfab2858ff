"""What is counted of a run: chunk by chunk, and added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

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
        untold: undecided in something for which columns do not tell what is needed; not in `missing`.
    """

    read: int = 0
    left_out: int = 0
    alone: int = 0
    values: int = 0
    scope: dict[str, int] = field(default_factory=dict)
    rules: dict[str, dict[str, int]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    untold: int = 0

    @property
    def in_outcomes(self) -> int:
        return self.read - self.left_out

    def add(self, other: Counts) -> None:
        self.read += other.read
        self.left_out += other.left_out
        self.alone += other.alone
        self.values += other.values
        self.untold += other.untold
        _add(self.scope, other.scope)
        _add(self.missing, other.missing)
        for rule, statuses in other.rules.items():
            _add(self.rules.setdefault(rule, {}), statuses)

    def kept(self) -> dict[str, Any]:
        """As a journal keeps it."""
        return asdict(self)


def counted(frame: pl.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often each word comes in columns that are enumerations, in the order of the words; none that never comes."""
    import polars as pl

    asked = {}
    schema = frame.schema  # made anew each time that it is asked for
    for column in columns:
        codes = pl.col(column).to_physical()
        for code, word in enumerate(cast(pl.Enum, schema[column]).categories):
            asked[column, word] = (codes == code).sum()
    found = frame.select(count.alias(f"{at}") for at, count in enumerate(asked.values())).row(0) if asked else ()
    counts: dict[str, dict[str, int]] = {column: {} for column in columns}
    for (column, word), count in sorted(zip(asked, found, strict=True)):
        if count:
            counts[column][word] = count
    return counts


def _add(to: dict[str, int], counts: Mapping[str, int]) -> None:
    for word, count in counts.items():
        to[word] = to.get(word, 0) + count
