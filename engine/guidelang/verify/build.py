"""The published document of a verification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidelang.trace.document import WhyNode
from guidelang.trace.page import as_string
from guidelang.trace.tree_text import tree
from guidelang.verify.compare import CaseResult, Difference, Verification
from guidelang.verify.document import CaseDocument, ColumnDocument, DifferenceDocument, VerifyDocument, WarningDocument

SCHEMA_VERSION = "1"
WIDTH = 110


def verification_document(verification: Verification) -> VerifyDocument:
    """The verification for programs, with every difference and its why."""
    guideline = verification.guideline
    columns = verification.columns
    return VerifyDocument(
        schema_version=SCHEMA_VERSION,
        guideline=guideline.name,
        version=guideline.version,
        hash=guideline.hash,
        engine=verification.engine,
        redacted=verification.redacted,
        agrees=verification.agrees,
        cases=len(verification.cases),
        exact=verification.exact,
        values=sum(column.cases for column in columns if not column.is_sum),
        right=sum(column.right for column in columns if not column.is_sum),
        columns=[
            ColumnDocument(
                column=column.column,
                compared_with=column.words,
                is_sum=column.is_sum,
                cases=column.cases,
                right=column.right,
                undecided=column.undecided,
                ones=column.ones,
                ones_found=None if column.ones is None else column.ones_found,
                false_ones=None if column.ones is None else column.false_ones,
            )
            for column in columns
        ],
        differing=[_case(case) for case in verification.cases if not case.exact],
        patients_without_a_row=[*verification.without_row, *verification.patients_without_row],
        columns_left_out=list(verification.left_out),
        warnings=[WarningDocument(message=one.message, cases=list(one.cases)) for one in verification.warnings],
    )


def _case(case: CaseResult) -> CaseDocument:
    return CaseDocument(
        case=case.case,
        line=case.line,
        as_of=None if case.as_of is None else case.as_of.isoformat(),
        parameters=dict(case.parameters),
        problem=case.problem,
        differences=[_difference(difference) for difference in case.differences],
    )


def _difference(difference: Difference) -> DifferenceDocument:
    return DifferenceDocument(
        column=difference.column,
        compared_with=difference.words,
        expected=difference.expected,
        got=difference.got,
        why=list(why_lines(difference.why)),
    )


def why_lines(roots: Iterable[WhyNode]) -> Iterator[str]:
    """Trees of why as lines of plain text."""
    for root in roots:
        yield from as_string(tree(root), width=WIDTH).rstrip("\n").split("\n")
