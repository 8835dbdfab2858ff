"""The effect of a new edition on a cohort, for `guidelang diff --cohort`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from guidelang.diagnostics import GuidelineError, Report
from guidelang_cli import inputs, terminal
from guidelang_cli.progress import working

if TYPE_CHECKING:
    from guidelang.diff.comparison import Comparison

LIBRARIES = ("polars", "narwhals")


def check_cohort(cohort: Path) -> None:
    """Stops if the patients are not there, or what runs them is not installed."""
    if fault := inputs.missing(str(cohort)):
        raise typer.BadParameter(fault, param_hint="--cohort")
    if lacking := [name for name in LIBRARIES if find_spec(name) is None]:
        terminal.tell(f"error: {' and '.join(lacking)} must be installed: pip install 'guidelang[cohort]'\n")
        raise typer.Exit(2)


def effect_of(comparison: Comparison, cohort: Path, complete: tuple[str, ...], out: Path | None) -> Mapping[str, Any]:
    """Runs both editions on the cohort; what is wrong with it ends the command."""
    from guidelang.cohort import CohortFolderError
    from guidelang.cohort.effect import open_effect, run_effect
    from guidelang.diff.effect import renamed_rules

    old, new = comparison.old.network, comparison.new.network
    report = Report()
    try:
        with working(f"running {old.name} in both editions") as work:
            opened = open_effect(
                old,
                new,
                cohort,
                comparison.as_of,
                report,
                complete=complete,
                renamed=renamed_rules(comparison),
                count=os.cpu_count() or 1,
            )
            if opened is None:
                raise GuidelineError([])
            counts = run_effect(opened, out, work.reached)
    except CohortFolderError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error
    except GuidelineError as error:
        raise inputs.stop((*report.sorted(), *error.diagnostics)) from error
    except OSError as error:
        if out is None:
            raise
        told = (error.strerror or str(error)).lower()
        raise inputs.failed(f"cannot write `{out}`: {told}", "the old output is as it was") from error
    inputs.tell(report.sorted())
    return counts


def chart_of(counts: Mapping[str, Any] | None) -> str | None:
    """The chart for a page; None without a cohort, or without what draws it."""
    if counts is None:
        return None
    from guidelang.cohort.effect_chart import effect_chart

    return effect_chart(counts)
