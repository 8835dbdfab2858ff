"""`guidelang test --mutate`: how good the examples are, as a report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from guidelang.diagnostics import Report, Severity
from guidelang.trace.phrases import clean
from guidelang_cli import inputs, terminal
from guidelang_cli.options import Format
from guidelang_cli.progress import working
from guidelang_cli.solver import require_solver

if TYPE_CHECKING:
    from guidelang.testing.mutation import Fate, Judged, Mutation

_FATES: tuple[Fate, ...] = ("killed", "survived", "equivalent", "undecided", "unseen")
_TOLD: dict[Fate, str] = {
    "survived": "no example fails, and a patient tells it from the guideline",
    "undecided": "no example fails, and the solver found neither a proof nor a patient in time",
    "unseen": "it changes what no example speaks of",
}


def report_mutants(
    paths: Sequence[str],
    *,
    form: Format,
    valuesets: Iterable[Path],
    seconds: float,
    vocabulary: bool,
    fail_under: float | None,
) -> int:
    """Judges the examples of guidelines by mutants and prints what came of it; the exit code."""
    require_solver()
    from guidelang.cache.verdicts import Verdicts
    from guidelang.testing.mutation import mutate  # needs the solver

    report = Report()
    found: list[Mutation] = []
    for path in paths:
        memory = Verdicts(f"{'vocabulary ' if vocabulary else ''}{path}")
        with working(f"making mutants of {path}") as work:
            found += mutate(
                path,
                report,
                valuesets=valuesets,
                seconds=seconds,
                vocabulary=vocabulary,
                processes=min(os.cpu_count() or 1, 8),
                memory=memory,
                on_progress=work.reached,
            )
        memory.save()
    inputs.tell([d for d in report.sorted() if d.severity is not Severity.HINT])
    if form is Format.JSON:
        terminal.write_json(json.dumps([document(each) for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            _show(each)
    if report.has_errors:
        return inputs.exit_code(report.findings)
    return 1 if any(_is_bad(each, fail_under) for each in found) else 0


def _is_bad(mutation: Mutation, fail_under: float | None) -> bool:
    """Whether the examples are not good enough; those that fail are not good at all."""
    if mutation.failing:
        return True
    if fail_under is not None:
        return mutation.score is not None and mutation.score < fail_under
    return bool(mutation.of("survived") or mutation.of("undecided"))


def document(mutation: Mutation) -> dict[str, Any]:
    """What came of one guideline, as JSON holds it."""
    return {
        "guideline": mutation.guideline,
        "version": mutation.version,
        "examples": mutation.examples,
        "failing_examples": list(mutation.failing),
        "score": None if mutation.score is None else round(mutation.score, 2),
        "counts": {fate: mutation.counts[fate] for fate in _FATES},
        "mutants": [_mutant(each) for each in mutation.mutants],
    }


def _mutant(judged: Judged) -> dict[str, Any]:
    change, verdict = judged.change, judged.verdict
    return {
        "kind": change.kind,
        "file": change.at.source.name,
        "line": change.at.line,
        "column": change.at.column,
        "sentence": change.sentence,
        "before": change.before,
        "after": change.after or None,
        "fate": verdict.fate,
        "killed_by": verdict.by,
        "why": verdict.why,
        "example": verdict.example,
    }


def _show(mutation: Mutation) -> None:
    for name in mutation.failing:
        terminal.show_lines(_line("FAILED", "bold red", f"{name}: fails on the guideline itself, and judges nothing"))
    for fate in _FATES[1:]:
        if fate == "equivalent":
            continue
        for example, mutants in _by_example(mutation.of(fate)):
            for each in mutants:
                style = "bold red" if fate == "survived" else "bold yellow"
                terminal.show_lines(_line(fate.upper(), style, each.change.sentence, str(each.change.at)))
            terminal.write(f"\n{example}\n" if example is not None else f"  {mutants[0].verdict.why or _TOLD[fate]}\n")
    counts = ", ".join(f"{mutation.counts[fate]} {fate}" for fate in _FATES if mutation.counts[fate])
    name = f"{mutation.guideline} {mutation.version}"
    told = f"{name}: {mutation.examples} examples, {len(mutation.mutants)} mutants: {counts or 'none'}"
    score = "" if mutation.score is None else f"; score {mutation.score:.1f} percent"
    terminal.write(clean(f"{told}{score}") + "\n")


def _line(word: str, style: str, text: str, place: str | None = None) -> Text:
    line = Text()
    line.append(f"{word} ", style=style)
    line.append(clean(text))
    if place is not None:
        line.append(f"  {clean(place)}", style="dim")
    return line


def _by_example(mutants: Sequence[Judged]) -> Iterator[tuple[str | None, list[Judged]]]:
    """Mutants that one example kills stand together, before it; others by what there is to tell of them."""
    groups: dict[tuple[str | None, str | None], list[Judged]] = {}
    for each in mutants:
        key = each.verdict.example, None if each.verdict.example else each.verdict.why
        groups.setdefault(key, []).append(each)
    for (example, _), some in groups.items():
        yield example, some
