"""The published document of a comparison: `guidelang verify --format json`, with a schema of its own."""

from __future__ import annotations

from guidelang.trace.published import Document, Field


class ColumnDocument(Document):
    """A column of the expected results over all cases."""

    column: str
    compared_with: str = Field(description="The rule, derived fact, fact or advice; several are joined by `or`.")
    is_sum: bool = Field(description="Whether it adds up the entries of this column, which speaks about several rules.")
    cases: int = Field(description="How many cases were compared.")
    right: int
    undecided: int = Field(description="In how many of them the guideline leaves it open.")
    ones: int | None = Field(description="How many cases expect 1; null for values that are not true or false.")
    ones_found: int | None = Field(description="How many of these the guideline found.")
    false_ones: int | None = Field(description="How many cases the guideline says 1 of that expect something else.")


class DifferenceDocument(Document):
    """A value that is not as expected."""

    column: str
    compared_with: str
    expected: str = Field(description="The cell; empty is unknown.")
    got: str = Field(description="What the guideline says, written as cells are; empty is unknown.")
    why: list[str] = Field(description="The tree of why, line by line.")


class CaseDocument(Document):
    """A case that does not agree."""

    case: str
    line: int | None = Field(
        description="Of the file of expected results, counted from 1; null where identifiers are left out."
    )
    as_of: str | None = Field(description="Null where identifiers are left out.")
    parameters: dict[str, str] = Field(description="Those that the case sets.")
    problem: str | None = Field(description="Why the case could not be evaluated.")
    differences: list[DifferenceDocument]


class WarningDocument(Document):
    """What reading found about the records of some cases."""

    message: str = Field(description="Without the identifiers of the records.")
    cases: list[str]


class VerifyDocument(Document):
    """A guideline held against a deck of patients with expected results."""

    schema_version: str
    guideline: str
    version: str
    hash: str = Field(description="Of the guideline with its own parameters, 64 hexadecimal digits.")
    engine: str
    redacted: bool = Field(description="Whether names of cases and files, days and entries of records are left out.")
    agrees: bool = Field(description="Whether every case is exact and every patient has a row.")
    cases: int
    exact: int = Field(description="Cases in which every compared value is as expected.")
    values: int = Field(description="How many values were compared.")
    right: int
    columns: list[ColumnDocument]
    differing: list[CaseDocument]
    patients_without_a_row: list[str] = Field(
        description="Files of patients that no case is about; `FILE: PATIENT` where another patient of it has one."
    )
    columns_left_out: list[str] = Field(description="Columns that nothing was compared with.")
    warnings: list[WarningDocument]
