"""A verification as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from guidelang.verify.build import why_lines
from guidelang.verify.compare import Verification
from guidelang.verify.summary import REDACTED, alike, explained, on_day, remarks, said, some, totals, with_row
from guidelang.verify.text import HEADER, cells


def verification_markdown(verification: Verification, most: int) -> str:
    """The page as Markdown: `most` differences have their why."""
    return "\n".join(_markdown(verification, most)) + "\n"


def _markdown(verification: Verification, most: int) -> Iterator[str]:
    guideline = verification.guideline
    yield f"# {_escaped(guideline.name)} {_escaped(guideline.version)}\n"
    yield f"**{totals(verification)}** (#{guideline.hash[:12]}, {verification.engine})\n"
    if verification.redacted:
        yield f"{REDACTED}.\n"
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
            yield f"\n{_escaped(on_day(case))}: {_escaped(difference.words)} is {said(difference.got)}\n"
            yield "```text"
            yield from why_lines(difference.why)
            yield "```"
    problems = [case for case in verification.cases if case.problem is not None]
    if problems:
        yield f"\n## Not evaluated ({len(problems)})\n"
    for case in problems:
        yield f"- {_escaped(with_row(case))}: {_escaped(case.problem or '')}"
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
