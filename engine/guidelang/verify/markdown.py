"""A verification as Markdown, and as its published document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidelang.trace.document import WhyNode
from guidelang.trace.page import as_string
from guidelang.trace.tree_text import tree
from guidelang.verify.compare import CaseResult, Difference, Verification
from guidelang.verify.document import CaseDocument, ColumnDocument, DifferenceDocument, VerifyDocument
from guidelang.verify.summary import alike, explained, remarks, said, some, totals
from guidelang.verify.text import HEADER, cells

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
        patients_without_a_row=list(verification.without_row),
        columns_left_out=list(verification.left_out),
    )


def _case(case: CaseResult) -> CaseDocument:
    return CaseDocument(
        case=case.case,
        line=case.line,
        as_of=case.as_of.isoformat(),
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
        why=list(_lines(difference.why)),
    )


def _lines(roots: Iterable[WhyNode]) -> Iterator[str]:
    for root in roots:
        yield from as_string(tree(root), width=WIDTH).rstrip("\n").split("\n")


def verification_markdown(verification: Verification, most: int) -> str:
    """The page as Markdown: `most` differences have their why."""
    return "\n".join(_markdown(verification, most)) + "\n"


def _markdown(verification: Verification, most: int) -> Iterator[str]:
    guideline = verification.guideline
    yield f"# {_escaped(guideline.name)} {_escaped(guideline.version)}\n"
    yield f"**{totals(verification)}** (#{guideline.hash[:12]}, {verification.engine})\n"
    yield f"| {' | '.join(HEADER)} |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for column in verification.columns:
        yield f"| {' | '.join(_escaped(cell) for cell in cells(column))} |"
    groups = alike(verification)
    if groups:
        yield f"\n## Differences ({sum(len(group.cases) for group in groups)})"
    shares = explained(groups, most)
    for index, group in enumerate(groups):
        names = [case.case for case, _ in group.cases]
        yield f"\n### {_escaped(group.title)}\n"
        yield f"{len(names)} {'case' if len(names) == 1 else 'cases'}: {_escaped(some(names))}"
        for case, difference in group.cases[: shares[index]]:
            yield f"\n{_escaped(case.case)} on {case.as_of}: {_escaped(difference.words)} is {said(difference.got)}\n"
            yield "```text"
            yield from _lines(difference.why)
            yield "```"
    problems = [case for case in verification.cases if case.problem is not None]
    if problems:
        yield f"\n## Not evaluated ({len(problems)})\n"
    for case in problems:
        yield f"- {_escaped(case.case)} (row {case.line}): {_escaped(case.problem or '')}"
    told = list(remarks(verification, most))
    if told:
        yield ""
    for remark in told:
        yield f"{_escaped(remark)}\n"


def _escaped(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    for sign in "\\`*_|<>#[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")
