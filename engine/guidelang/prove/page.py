"""Proofs for a terminal and as Markdown: what was found, by sort, each with its patient; then what was proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from guidelang.prove.findings import Finding, Kind, Proofs

TITLES: Mapping[Kind, str] = {
    "conflict": "Conflicts: opposed advice for one patient",
    "dead_rule": "Rules that can never apply",
    "gap": "Gaps: values that belong to nobody",
    "overlap": "Overlaps: values that belong to two",
    "invariant": "Invariants that are refuted",
    "stack": "Stacks: advice that adds up",
    "implied_rule": "Rules that add nothing to others",
    "idle_condition": "Conditions that never matter",
    "idle_exception": "Exceptions that never matter",
    "idle_override": "Overrides that never matter",
    "constant_condition": "Conditions that are the same for everybody",
    "undecided": "Undecided",
}


def proofs_text(proofs: Proofs) -> RenderableType:
    """The page for a terminal."""
    return Group(*_text(proofs))


def proofs_markdown(proofs: Proofs) -> str:
    """The page as Markdown."""
    return "\n".join(_markdown(proofs)) + "\n"


def _by_kind(proofs: Proofs) -> Iterator[tuple[str, list[Finding]]]:
    for kind, title in TITLES.items():
        if findings := [finding for finding in proofs.findings if finding.kind == kind]:
            yield f"{title} ({len(findings)})", findings


def _text(proofs: Proofs) -> Iterator[RenderableType]:
    yield Text(" and ".join(proofs.guidelines), style="bold")
    for title, findings in _by_kind(proofs):
        yield Text(f"\n{title}", style="bold red" if findings[0].is_error else "bold yellow")
        for finding in findings:
            yield Padding(Text(finding.message), (0, 0, 0, 2))
            if finding.patient is not None:
                yield Padding(Text(f"shown by: {finding.patient.summary}", style="dim"), (0, 0, 0, 4))
    yield Text("\nProved", style="bold")
    for settled in proofs.settled:
        yield Padding(Text(f"{settled.question}: {settled.proved} of {settled.asked}"), (0, 0, 0, 2))


def _markdown(proofs: Proofs) -> Iterator[str]:
    yield f"# {_escaped(' and '.join(proofs.guidelines))}\n"
    for title, findings in _by_kind(proofs):
        yield f"## {_escaped(title)}\n"
        for finding in findings:
            yield f"{_escaped(finding.message)}\n"
            if finding.patient is not None:
                yield f"```guide\n{finding.patient.example}```\n"
    yield "## Proved\n"
    yield "| | asked | proved |\n| --- | ---: | ---: |"
    for settled in proofs.settled:
        yield f"| {_escaped(settled.question)} | {settled.asked} | {settled.proved} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    for sign in "\\`*_|<>#[]":
        text = text.replace(sign, f"\\{sign}")
    return text
