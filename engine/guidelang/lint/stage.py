"""All lints over one guideline."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guidelang.diagnostics import Diagnostic, Report
from guidelang.lint.absence import check_absence
from guidelang.lint.boundary import check_boundaries
from guidelang.lint.codes import check_code_forms
from guidelang.lint.declared import check_facts, check_targets
from guidelang.lint.ignore import without_ignored
from guidelang.lint.labels import check_labels
from guidelang.lint.levels import GROUP, Level, with_levels
from guidelang.lint.molar import check_codes_fit_unit
from guidelang.lint.never_false import check_never_false
from guidelang.lint.patients import check_patient_files
from guidelang.lint.sources import check_sources
from guidelang.lint.unused import check_unused
from guidelang.lint.wording import check_mixed_words, check_strengths
from guidelang.model import Guideline


def _of_others(finding: Diagnostic, guideline: Guideline) -> bool:
    """Whether a finding is about the text of a guideline that this one adapts, and so not the reader's to mend."""
    if guideline.adaptation is None or finding.span is None or not finding.code.startswith(GROUP):
        return False
    adapted = {name for name, _ in guideline.adaptation.scopes} - guideline.adaptation.own
    return finding.span.source.name in adapted


_LINTS: tuple[Callable[[Guideline, Report], None], ...] = (
    check_targets,
    check_facts,
    check_strengths,
    check_sources,
    check_unused,
    check_boundaries,
    check_absence,
    check_never_false,
    check_labels,
    check_codes_fit_unit,
    check_code_forms,
    check_mixed_words,
    check_patient_files,
)


def lint(guideline: Guideline, report: Report, levels: Mapping[str, Level] | None = None) -> Report:
    """What loading found, and what the lints find.

    Args:
        guideline: a guideline without errors.
        report: what loading it found; findings of group G9 in it have levels and can be ignored like those made here.
        levels: for codes of group G9, how loud they are in place of their own severity.

    Returns:
        A new report, without what comments in the text accept.
    """
    found = Report(list(report.findings))
    for check in _LINTS:
        check(guideline, found)
    kept = [each for each in without_ignored(found.findings, guideline) if not _of_others(each, guideline)]
    return Report(with_levels(kept, levels or {}))
