"""From what a user names to an edition: a path, a shipped guideline, a text, or a state that git has kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from guidelang.diagnostics import GuidelineError, Report
from guidelang.diff.edition import Edition
from guidelang.model.loading import load
from guidelang.model.locate import sources_of, value_sets_of
from guidelang.network import compile_network
from guidelang.source import Source


def read_edition(
    where: str | Path | Source,
    *,
    parameters: Mapping[str, str] | None = None,
    valuesets: Iterable[str | Path] = (),
    name: str | None = None,
) -> Edition:
    """Reads, checks and compiles one of two editions.

    Args:
        where: a file, a folder, the name of a shipped guideline or vocabulary, or a text.
        parameters: values that a site sets, as the language writes them.
        valuesets: files and folders with the value sets that code lists name.
        name: how the edition is named in what is shown; default: as `where` has it.

    Raises:
        GuidelineError: with every finding, if the guideline has errors.
    """
    report = Report()
    files = sources_of(where, report)
    report.raise_errors()
    model = load(files, report, parameters or {}, value_sets_of(files, valuesets))
    if model is None:
        raise GuidelineError(report.findings)
    network = compile_network(model)
    shown = name or (where.name if isinstance(where, Source) else str(where))
    return Edition(shown, model, network)
