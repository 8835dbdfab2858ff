"""What a verification comes to in words: the counts, and differences that are alike brought together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guidelang.diagnostics import did_you_mean
from guidelang.verify.compare import CaseResult, Difference, Verification

MOST_NAMES = 8
MOST_WARNINGS = 20  # sorts of them
REDACTED = "Names of cases and files, days, entries and texts of the records are left out"


@dataclass(frozen=True, slots=True)
class Alike:
    """The differences in one column that expect the same and get the same, with their cases."""

    column: str
    words: str
    expected: str
    got: str
    cases: tuple[tuple[CaseResult, Difference], ...]

    @property
    def title(self) -> str:
        about = "" if self.words == self.column else f" ({self.words})"
        return f"{self.column}{about}: expected {said(self.expected)}, got {said(self.got)}"


def said(cell: str) -> str:
    """A cell in words; an empty one is unknown."""
    return cell or "unknown"


def alike(verification: Verification) -> tuple[Alike, ...]:
    """The differences by column, what was expected and what came; those of the most cases first."""
    found: dict[tuple[str, ...], list[tuple[CaseResult, Difference]]] = {}
    for case in verification.cases:
        for difference in case.differences:
            key = (difference.column, difference.words, difference.expected, difference.got)
            found.setdefault(key, []).append((case, difference))
    groups = [
        Alike(column, words, expected, got, tuple(members)) for (column, words, expected, got), members in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.cases)))


def explained(groups: Sequence[Alike], most: int) -> dict[int, int]:
    """How many cases of each group are explained if `most` are in all: one of each, then a second, and so on."""
    shares = dict.fromkeys(range(len(groups)), 0)
    left = most
    while left > 0:
        open_ = [index for index, group in enumerate(groups) if shares[index] < len(group.cases)]
        if not open_:
            break
        for index in open_[:left]:
            shares[index] += 1
        left -= len(open_)
    return shares


def totals(verification: Verification) -> str:
    """`178 of 180 cases agree (3597 of 3600 values)`."""
    count = len(verification.cases)
    columns = [column for column in verification.columns if not column.is_sum]
    values, right = sum(column.cases for column in columns), sum(column.right for column in columns)
    cases = f"{verification.exact} of {count} {_noun(count, 'case')} exact"
    return f"{cases}, {right} of {values} {_noun(values, 'value')} right"


def remarks(verification: Verification, most: int) -> Iterator[str]:
    """What besides differences keeps the deck from agreeing, what is not explained, and what was not compared."""
    count = sum(len(case.differences) for case in verification.cases)
    if count > most:
        yield f"{min(count, most)} of {count} differences are explained; --why {count} explains all"
    if verification.without_row:
        files = verification.without_row
        yield f"No row for {len(files)} {_noun(len(files), 'file')} of patients: {some(files)}"
    if verification.patients_without_row:
        patients = verification.patients_without_row
        yield f"No row for {len(patients)} {_noun(len(patients), 'patient')}: {some(patients)}"
    for warned in verification.warnings[:MOST_WARNINGS]:
        count = len(warned.cases)
        yield f"Warning in {count} {_noun(count, 'case')}: {warned.message} ({some(warned.cases)})"
    if len(verification.warnings) > MOST_WARNINGS:
        yield f"{len(verification.warnings) - MOST_WARNINGS} more sorts of warnings"
    if verification.left_out:
        yield f"Not compared: {some([_left_out(column, verification) for column in verification.left_out], 20)}"


def _left_out(column: str, verification: Verification) -> str:
    """A column that nothing is compared with; where names decide and it is nearly one, with that name."""
    if verification.map_file is not None:
        return column
    network = verification.guideline.network
    meant = did_you_mean(re.sub(r"\W", "_", column), [*network.rules, *network.derived, *network.facts])
    return column if meant is None else f"{column} ({meant})"


def on_day(case: CaseResult) -> str:
    """`ann on 2024-12-31`; its pseudonym alone where identifiers are left out."""
    return case.case if case.as_of is None else f"{case.case} on {case.as_of}"


def with_row(case: CaseResult) -> str:
    """`ann (row 2)`; its pseudonym alone where identifiers are left out."""
    return case.case if case.line is None else f"{case.case} (row {case.line})"


def some(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _noun(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
