"""The published document of a run of examples, for programs; `guidelang schema test` prints its schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guidelang.testing.cases import Case, FailedExpectation
from guidelang.testing.why_lines import why_lines
from guidelang.trace.published import Document, Field


class FailureDocument(Document):
    """An expectation that does not hold."""

    expected: str = Field(description="What was expected, in words.")
    got: str = Field(description="What came instead, in words.")
    rule: str | None = Field(description="The rule that it is about, if it is about one.")
    file: str
    line: int
    column: int
    why: list[str] = Field(description="The trees of why of what it is about, line by line.")


class ExampleDocument(Document):
    """One example."""

    name: str
    line: int
    column: int
    as_of: str = Field(description="The day on which it was evaluated, YYYY-MM-DD.")
    passed: bool
    failures: list[FailureDocument]
    remarks: list[str] = Field(description="What could not be used of the patient, where the example fails.")


class FileDocument(Document):
    """The examples of one file, in its order."""

    file: str
    guideline: str
    version: str
    passed: int
    failed: int
    examples: list[ExampleDocument]


class ExamplesDocument(Document):
    """A run of examples: the files in the order of the guidelines that were named."""

    passed: int
    failed: int
    files: list[FileDocument]


def by_file(cases: Iterable[Case]) -> list[tuple[str, list[Case]]]:
    """The cases of each file, files and cases in the order in which they were run."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.span.source.name, []).append(case)
    return list(found.items())


def examples_document(cases: Sequence[Case]) -> ExamplesDocument:
    """The document of cases."""
    passed = sum(case.passed for case in cases)
    files = [_file(name, some) for name, some in by_file(cases)]
    return ExamplesDocument(passed=passed, failed=len(cases) - passed, files=files)


def _file(name: str, cases: Sequence[Case]) -> FileDocument:
    passed = sum(case.passed for case in cases)
    return FileDocument(
        file=name,
        guideline=cases[0].guideline,
        version=cases[0].version,
        passed=passed,
        failed=len(cases) - passed,
        examples=[_example(case) for case in cases],
    )


def _example(case: Case) -> ExampleDocument:
    return ExampleDocument(
        name=case.name,
        line=case.span.line,
        column=case.span.column,
        as_of=case.as_of,
        passed=case.passed,
        failures=[_failure(failed) for failed in case.failed],
        remarks=list(case.remarks),
    )


def _failure(failed: FailedExpectation) -> FailureDocument:
    failure = failed.failure
    return FailureDocument(
        expected=failure.expected,
        got=failure.got,
        rule=failure.rule,
        file=failure.span.source.name,
        line=failure.span.line,
        column=failure.span.column,
        why=[told for why in failed.whys for told in why_lines(why)],
    )
